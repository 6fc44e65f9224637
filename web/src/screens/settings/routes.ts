import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { shellRoute } from '../../shell/shell-route.ts'

export const settingsTabs = ['workspace', 'users', 'keys', 'labels', 'audit', 'account'] as const
export type SettingsTab = (typeof settingsTabs)[number]
export type SettingsSearch = { tab?: SettingsTab; action?: string; kind?: string }

const settingsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/settings',
  validateSearch: (raw: Record<string, unknown>): SettingsSearch => {
    const tab = settingsTabs.find((one) => one === raw.tab)
    return {
      ...(tab && tab !== 'workspace' ? { tab } : {}),
      ...(typeof raw.action === 'string' ? { action: raw.action } : {}),
      ...(typeof raw.kind === 'string' ? { kind: raw.kind } : {}),
    }
  },
  component: lazyRouteComponent(() => import('./SettingsScreen.tsx'), 'SettingsScreen'),
})

export const settingsRoutes = [settingsRoute] as const

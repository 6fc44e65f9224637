import { i18n } from '@lingui/core'
import { I18nProvider } from '@lingui/react'
import { MantineProvider } from '@mantine/core'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { ApiError } from './api/client.ts'
import { BackgroundWork } from './design/ProgressTray.tsx'
import { Toasts } from './design/Toast.tsx'
import { cssVariables, theme } from './design/theme.ts'
import { createAppRouter } from './router.tsx'

const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      // A refusal (4xx) is an answer; only what may heal by itself is asked again.
      retry: (failures, error) =>
        failures < 2 && !(error instanceof ApiError && error.status >= 400 && error.status < 500),
    },
  },
})

const router = createAppRouter(queryClient)

/** The providers, outermost first: theme, language, server state, background work, toasts. */
export function App() {
  return (
    <MantineProvider theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme="auto">
      <I18nProvider i18n={i18n}>
        <QueryClientProvider client={queryClient}>
          <BackgroundWork>
            <Toasts>
              <RouterProvider router={router} />
            </Toasts>
          </BackgroundWork>
        </QueryClientProvider>
      </I18nProvider>
    </MantineProvider>
  )
}

import type { MessageId } from '../../i18n/i18n.ts'
import type { ChecklistItem } from './overview.ts'

/** What a new workspace may want first; each only changes the order and words of the checklist. */
export const useCases = ['carts', 'winBack', 'welcome', 'single'] as const
export type UseCase = (typeof useCases)[number]

const storageKey = 'clientele.use-case'

export function readUseCase(): UseCase | null {
  const stored = localStorage.getItem(storageKey)
  return useCases.find((one) => one === stored) ?? null
}

export function rememberUseCase(useCase: UseCase): void {
  localStorage.setItem(storageKey, useCase)
}

export type Step = {
  key: string
  label: MessageId
  why: MessageId
  action: MessageId
  href: string
  done: boolean
  at: string | null
}

type Known = Pick<Step, 'label' | 'why' | 'action' | 'href'>

const steps: Record<string, Known> = {
  source: {
    label: 'onboarding.source',
    why: 'onboarding.sourceWhy',
    action: 'onboarding.sourceDo',
    href: '/sources?new=true',
  },
  firstEvent: {
    label: 'onboarding.firstEvent',
    why: 'onboarding.firstEventWhy',
    action: 'onboarding.firstEventDo',
    href: '/sources',
  },
  people: {
    label: 'onboarding.people',
    why: 'onboarding.peopleWhy',
    action: 'onboarding.peopleDo',
    href: '/import',
  },
  segment: {
    label: 'onboarding.segment',
    why: 'onboarding.segmentWhy',
    action: 'onboarding.segmentDo',
    href: '/segments/new',
  },
  destination: {
    label: 'onboarding.destination',
    why: 'onboarding.destinationWhy',
    action: 'onboarding.destinationDo',
    href: '/destinations/new',
  },
  delivery: {
    label: 'onboarding.delivery',
    why: 'onboarding.deliveryWhy',
    action: 'onboarding.deliveryDo',
    href: '/deliveries',
  },
}

/** The server names the same step in more than one way over time; these are its other names. */
const synonyms: Record<string, string> = {
  sources: 'source',
  source_connected: 'source',
  first_event: 'firstEvent',
  event: 'firstEvent',
  events: 'firstEvent',
  identified: 'people',
  profiles: 'people',
  segments: 'segment',
  destinations: 'destination',
  deliveries: 'delivery',
  first_delivery: 'delivery',
}

/** People first where the point is to know them; else the order of the flow. */
const orders: Record<UseCase, string[]> = {
  carts: ['source', 'firstEvent', 'people', 'segment', 'destination', 'delivery'],
  winBack: ['people', 'source', 'firstEvent', 'segment', 'destination', 'delivery'],
  welcome: ['source', 'firstEvent', 'segment', 'destination', 'delivery', 'people'],
  single: ['people', 'source', 'firstEvent', 'segment', 'destination', 'delivery'],
}

/** The checklist of a use case from what the server says is done; unknown steps are left out. */
export function checklistSteps(items: readonly ChecklistItem[], useCase: UseCase): Step[] {
  const order = orders[useCase]
  const known = new Map<string, Step>()
  for (const item of items) {
    const key = synonyms[item.key] ?? item.key
    const step = steps[key]
    if (step) known.set(key, { key, ...step, done: item.done, at: item.at ?? null })
  }
  return order.flatMap((key) => known.get(key) ?? [])
}

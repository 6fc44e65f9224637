import type { Destination, DestinationInput, Trigger } from './api.ts'

/** What the form holds: texts as typed, one row a trigger and a header. */
export type DestinationForm = {
  name: string
  url: string
  headers: { name: string; value: string }[]
  purpose: string
  channel: string
  triggers: Trigger[]
  enabled: boolean
}

export type FormProblem = 'name' | 'url' | 'purpose' | 'triggers'

export const emptyForm = (segment?: string): DestinationForm => ({
  name: '',
  url: '',
  headers: [],
  purpose: '',
  channel: '',
  triggers: segment ? [{ segment, on: ['entered'] }] : [{ segment: '', on: ['entered'] }],
  enabled: true,
})

/** The form of a destination that exists. */
export function formOf(destination: Destination): DestinationForm {
  return {
    name: destination.name,
    url: destination.config.url,
    headers: Object.entries(destination.config.headers ?? {}).map(([name, value]) => ({
      name,
      value,
    })),
    purpose: destination.purpose,
    channel: destination.channel ?? '',
    triggers: destination.triggers,
    enabled: destination.enabled,
  }
}

/** What keeps the form from being saved, in reading order. */
export function problemsOf(form: DestinationForm): FormProblem[] {
  const problems: FormProblem[] = []
  if (!form.name.trim()) problems.push('name')
  if (!isWebAddress(form.url)) problems.push('url')
  if (!form.purpose) problems.push('purpose')
  const whole =
    form.triggers.length > 0 && form.triggers.every((each) => each.segment && each.on.length)
  if (!whole) problems.push('triggers')
  return problems
}

/** An http or https address with a host. */
export function isWebAddress(text: string): boolean {
  const url = URL.parse(text.trim())
  return url !== null && /^https?:$/.test(url.protocol) && url.hostname !== ''
}

/** The body that the API takes; empty headers are left out. */
export function inputOf(form: DestinationForm): DestinationInput {
  const headers = Object.fromEntries(
    form.headers
      .filter((each) => each.name.trim() !== '')
      .map((each) => [each.name.trim(), each.value.trim()]),
  )
  const named = Object.keys(headers).length > 0
  return {
    name: form.name.trim(),
    kind: 'webhook',
    config: named ? { url: form.url.trim(), headers } : { url: form.url.trim() },
    purpose: form.purpose,
    channel: form.channel || null,
    triggers: form.triggers,
    enabled: form.enabled,
  }
}

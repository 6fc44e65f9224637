// What a message says about the page, the device and the visit. Pure.
import type { Device, PageFacts } from './env.ts'

declare const CLIENTELE_TAG_VERSION: string

const LIBRARY = {
  name: 'clientele.js',
  version: typeof CLIENTELE_TAG_VERSION === 'string' ? CLIENTELE_TAG_VERSION : '0',
}

export type Purposes = { [purpose: string]: boolean }

export type Context = { [name: string]: unknown }

/** Programs that say themselves that they are no visitor. The server looks more closely. */
const BOT = /bot\b|crawl|spider|slurp|lighthouse|preview|facebookexternalhit|pingdom/i

/** True for a user agent that names itself as a robot. */
export function isBot(userAgent: string): boolean {
  return BOT.test(userAgent)
}

/** utm_source=x&utm_campaign=y → {source: 'x', name: 'y'}; undefined without utm_ parameters. */
export function campaignOf(url: string): { [name: string]: string } | undefined {
  const found: { [name: string]: string } = {}
  let any = false
  for (const [name, value] of new URL(url).searchParams) {
    const match = /^utm_([a-z0-9_]{1,40})$/i.exec(name)
    if (match?.[1] === undefined || value === '') continue
    const key = match[1].toLowerCase()
    found[key === 'campaign' ? 'name' : key] = value.slice(0, 500)
    any = true
  }
  return any ? found : undefined
}

/** `?clientele_staff=1` → true, `=0` → false, absent → undefined. */
export function staffAskedBy(url: string): boolean | undefined {
  const asked = new URL(url).searchParams.get('clientele_staff')
  return asked === null ? undefined : asked !== '0'
}

/**
 * The page part of a message. An anonymous one keeps neither the query (click ids, e-mail
 * addresses in links) nor the path of the page the visitor came from.
 */
export function pageOf(facts: PageFacts, anonymous: boolean | undefined): Context {
  const url = new URL(facts.url)
  let referrer = facts.referrer
  if (anonymous) {
    referrer = referrer.split('/').slice(0, 3).join('/')
    url.search = ''
    url.hash = ''
  }
  return { path: url.pathname, referrer, search: url.search, title: facts.title, url: url.href }
}

export type ContextInput = {
  page: PageFacts
  device: Device
  consent: Purposes
  anonymous?: boolean | undefined
  staff?: boolean | undefined
  groupId?: string | undefined
}

/** The whole context. Members that do not apply are undefined, which JSON leaves out. */
export function contextOf(input: ContextInput): Context {
  const { device, anonymous } = input
  const said = Object.keys(input.consent).length > 0
  return {
    page: pageOf(input.page, anonymous),
    campaign: campaignOf(input.page.url),
    locale: device.locale,
    userAgent: device.userAgent,
    screen: device.screen,
    timezone: device.timezone,
    library: LIBRARY,
    groupId: anonymous ? undefined : input.groupId,
    consent: said ? { categoryPreferences: input.consent } : undefined,
    anonymous: anonymous || undefined,
    staff: input.staff || undefined,
    bot: isBot(device.userAgent) || undefined,
    automation: device.webdriver || undefined,
  }
}

import { HOUR_MS } from '../platform/durations.ts'
import { CAMPAIGNS } from './catalogue.ts'
import { consentOf, type DayContext, type Draft, emailId } from './life.ts'
import { webVisit } from './web.ts'

const THURSDAY = 4
const CLICK_SHARE = 0.2
const LEAVE_SHARE = 0.012

/** Thursday's newsletter: who opens it, who clicks through to the shop, who has had enough. */
export function newsletterDay(context: DayContext): Draft[] {
  const { life, day, random } = context
  const { person } = life
  if (day.weekday !== THURSDAY || !life.newsletter) return []
  if (!random.chance(person.openRate)) return []
  const campaign = CAMPAIGNS[day.month - 1] ?? 'Maison Lorival'
  const hour = random.weighted([
    [9, 30],
    [10, 18],
    [12, 16],
    [18, 10],
    [20, 16],
    [21, 10],
  ])
  const at = day.start + hour * HOUR_MS + random.int(0, HOUR_MS - 1)
  const details = {
    campaign_id: `NL-${String(day.month).padStart(2, '0')}-${day.index}`,
    campaign_name: campaign,
    email_subject: `${campaign} : nos coups de cœur`,
  }
  const drafts = [mail(context, at, { event: 'Email Opened', properties: details })]
  if (random.chance(CLICK_SHARE)) {
    const link = 'https://www.maison-lorival.example/nouveautes'
    const properties = { ...details, link_url: link }
    drafts.push(mail(context, at + 40_000, { event: 'Email Link Clicked', properties }))
    const origin = { source: 'newsletter', medium: 'email', name: campaign }
    drafts.push(...webVisit(context, at + 45_000, { referrer: '', campaign: origin }))
  } else if (random.chance(LEAVE_SHARE)) {
    life.newsletter = false
    life.marketing = false
    life.changed = life.customer
    drafts.push(mail(context, at + 60_000, { event: 'Unsubscribed', properties: details }))
  }
  return drafts
}

/** The list's own record of somebody: told once, when they are put on the list. */
export function subscription(context: DayContext, at: number): Draft[] {
  const properties = { list: 'Les coups de cœur', double_opt_in: true }
  const subscribed = mail(context, at, { event: 'Subscribed', properties })
  const traits = { email: context.life.person.email, newsletter: true }
  const { event: _event, properties: _properties, ...sender } = subscribed.message
  return [
    { ...subscribed, at: at - 1_000, message: { ...sender, type: 'identify', traits } },
    subscribed,
  ]
}

/** The mailing tool knows nobody but by their address. */
function mail(
  { life }: DayContext,
  at: number,
  message: { event: string; properties: Record<string, unknown> },
): Draft {
  const { person } = life
  return {
    at,
    source: 'newsletter',
    owner: person.index,
    message: {
      type: 'track',
      ...message,
      anonymousId: `subscriber-${String(person.index).padStart(6, '0')}`,
      context: {
        library: { name: 'lorival-mailing', version: '4.1' },
        traits: { email: person.email },
        externalIds: [emailId(person.email)],
        consent: consentOf(life),
      },
    },
  }
}

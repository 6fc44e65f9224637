import type { LocalText } from './names.ts'
import type { IdentityLink } from './schema.ts'

/** What is known of the item of evidence that speaks for a link. */
export type LinkFacts = {
  kind: IdentityLink['kind']
  state: IdentityLink['state']
  /** As stored: `limit:user_id`, `cannot_link`, `retracted`, `too_large`; null when accepted. */
  reason: string | null
  /** Epoch ms. */
  at: number
  event: LocalText | null
  source: string | null
  /** Who decided, of a decision. */
  author: string | null
  /** How many identifiers of a namespace one person may have. */
  limitOf: (namespace: string) => number
}

/** Why two identifiers are, or are not, one person: for people to read. */
export function linkReason(facts: LinkFacts, timeZone: string): { code: string; text: LocalText } {
  const first = firstTold(facts, timeZone)
  if (facts.state === 'accepted') return { code: facts.kind, text: first }
  const [code = 'refused', namespace = ''] = (facts.reason ?? facts.state).split(':')
  const why = refusal(code, { namespace, limit: facts.limitOf(namespace), author: facts.author })
  return { code, text: { fr: `${why.fr} ${first.fr}`, en: `${why.en} ${first.en}` } }
}

function firstTold(facts: LinkFacts, timeZone: string): LocalText {
  const day = (language: string) =>
    new Intl.DateTimeFormat(language, { dateStyle: 'long', timeZone }).format(facts.at)
  const from = facts.source === null ? { fr: '', en: '' } : named(facts.source)
  const event = facts.event ?? { fr: 'un événement', en: 'an event' }
  const quoted = facts.event
    ? { fr: `« ${event.fr} »`, en: `“${event.en}”` }
    : { fr: event.fr, en: event.en }
  const [fr, en] = [day('fr-FR'), day('en-GB')]
  switch (facts.kind) {
    case 'decision':
      return {
        fr: `Réunis par ${facts.author ?? 'une personne'} le ${fr}.`,
        en: `Joined by ${facts.author ?? 'a person'} on ${en}.`,
      }
    case 'alias':
      return {
        fr: `Ancien nom déclaré le ${fr}${from.fr}.`,
        en: `Declared as a former name on ${en}${from.en}.`,
      }
    case 'login':
      return {
        fr: `Connexion sur cet appareil, depuis le ${fr}.`,
        en: `Signed in on this device, since ${en}.`,
      }
    case 'rule':
      return {
        fr: `Rapprochés par une règle le ${fr}.`,
        en: `Matched by a rule on ${en}.`,
      }
    case 'event':
      return {
        fr: `Vus ensemble dans ${quoted.fr} le ${fr}${from.fr}.`,
        en: `Seen together in ${quoted.en} on ${en}${from.en}.`,
      }
  }
}

const named = (source: string): LocalText => ({
  fr: `, source ${source}`,
  en: `, source ${source}`,
})

function refusal(
  code: string,
  about: { namespace: string; limit: number; author: string | null },
): LocalText {
  const { namespace, limit, author } = about
  switch (code) {
    case 'limit':
      return {
        fr: `Refusé : une personne a au plus ${limit} ${namespace}.`,
        en: `Refused: a person has at most ${limit} ${namespace}.`,
      }
    case 'cannot_link':
      return {
        fr: 'Refusé : il est décidé que ce sont deux personnes.',
        en: 'Refused: it was decided that these are two people.',
      }
    case 'retracted':
      return {
        fr: `Dissocié${author ? ` par ${author}` : ''} : cette preuve ne joue plus.`,
        en: `Taken apart${author ? ` by ${author}` : ''}: this evidence works no more.`,
      }
    case 'too_large':
      return {
        fr: 'Mis de côté : le profil deviendrait trop grand pour une seule personne.',
        en: 'Set aside: the profile would become too large for one person.',
      }
    default:
      return { fr: 'Refusé.', en: 'Refused.' }
  }
}

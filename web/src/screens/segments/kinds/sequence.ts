import type { SequenceCondition } from '../language.ts'
import type { Path } from '../rule.ts'
import { windowWords } from '../words.ts'
import {
  asObject,
  checkPeriod,
  checkWindow,
  type Raw,
  Refused,
  readEvents,
  readText,
} from './checks.ts'
import type { ConditionKind } from './kind.ts'
import { eventsLack, first, periodLacks } from './lacks.ts'
import {
  eventsWords,
  openings,
  type Part,
  periodParts,
  plain,
  type Saying,
  strong,
} from './parts.ts'

/** Did one thing, then another, or did not follow it up. */
export const sequenceKind: ConditionKind<SequenceCondition> = {
  read: checkSequence,
  lacks: (rule) =>
    first(
      ...rule.sequence.map(eventsLack),
      rule.without ? eventsLack(rule.without) : null,
      rule.same?.some((path) => path === '') ? 'field' : null,
      periodLacks(rule.within),
      periodLacks(rule.begun),
    ),
  clause: (rule, path, say) => {
    return { opening: openings[say.language].did, parts: sequenceWords(rule, path, say) }
  },
}

function checkSequence(object: Raw, at: string): Raw {
  const { sequence, same, begun = null } = object
  if (!Array.isArray(sequence)) throw new Refused(`${at}/sequence`, 'shape')
  sequence.forEach((events, index) => {
    readEvents(events, `${at}/sequence/${index}`)
  })
  if (object.without !== undefined) readEvents(object.without, `${at}/without`)
  if (same !== undefined) {
    if (!Array.isArray(same)) throw new Refused(`${at}/same`, 'shape')
    same.forEach((path, index) => {
      readText(path, `${at}/same/${index}`)
    })
  }
  checkWindow(asObject(object.within, `${at}/within`), `${at}/within`)
  checkPeriod(begun, `${at}/begun`)
  return { ...object, begun }
}

function sequenceWords(rule: SequenceCondition, path: Path, say: Saying): Part[] {
  const { language } = say
  const french = language === 'fr'
  const steps = rule.sequence.map((events) => eventsWords(events, path, say))
  const last = steps.pop() ?? []
  const then = french ? ' puis ' : ' then '
  const missing = french ? ' et n’ont pas fait ' : ' and did not do '
  const span = windowWords(rule.within, language)
  const same = rule.same?.[0] ? say.names.property(rule.same[0]) : null
  const [sameWord, without] = french ? ['même', ' sans '] : ['same', ' without ']
  return [
    ...steps.flatMap((step, index) => (index > 0 ? [plain(then, path), ...step] : step)),
    ...periodParts(rule.begun, path, language),
    plain(rule.missing ? missing : then, path),
    ...last,
    strong(french ? ` en moins de ${span}` : ` within ${span}`, path),
    ...(same === null ? [] : [plain(`, ${sameWord} `, path), strong(same, path)]),
    ...(rule.without
      ? [
          plain(without, path),
          ...eventsWords(rule.without, path, say),
          plain(french ? ' entre-temps' : ' in between', path),
        ]
      : []),
  ]
}

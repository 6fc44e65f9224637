import type { NearCondition } from '../language.ts'
import type { Path } from '../rule.ts'
import { numberWords } from '../words.ts'
import { readNumber, readText } from './checks.ts'
import type { ConditionKind } from './kind.ts'
import { openings, type Part, type Saying, strong } from './parts.ts'

/** Lives, or was last seen, near a point. */
export const nearKind: ConditionKind<NearCondition> = {
  read: (object, at) => {
    readText(object.near, `${at}/near`)
    for (const key of ['latitude', 'longitude', 'km']) {
      if (object[key] !== undefined) readNumber(object[key], `${at}/${key}`)
    }
    return object
  },
  lacks: ({ near, latitude, longitude, km }) => {
    if (!near) return 'field'
    return [latitude, longitude, km].every((each) => each !== undefined) ? null : 'number'
  },
  clause: (rule, path, say) => {
    return { opening: openings[say.language].whose, parts: nearWords(rule, path, say) }
  },
}

function nearWords(rule: NearCondition, path: Path, say: Saying): Part[] {
  const french = say.language === 'fr'
  const number = (value: number | undefined) =>
    value === undefined ? '…' : numberWords(value, say.language)
  const name = rule.near ? say.names.trait(rule.near) : '…'
  const within = french ? 'est à moins de' : 'is within'
  const point = `(${number(rule.latitude)}\u00a0; ${number(rule.longitude)})`
  const from = french ? `km de ${point}` : `km of ${point}`
  return [strong(`${name} ${within} ${number(rule.km)}\u00a0${from}`, path)]
}

import type { IdentifierCondition } from '../language.ts'
import { readText } from './checks.ts'
import type { ConditionKind } from './kind.ts'
import { openings, plain, strong } from './parts.ts'

/** Has an identifier of a namespace: an e-mail address, a telephone number, a card. */
export const identifierKind: ConditionKind<IdentifierCondition> = {
  read: (object, at) => {
    readText(object.identifier, `${at}/identifier`)
    return object
  },
  lacks: ({ identifier }) => (identifier ? null : 'field'),
  clause: ({ identifier }, path, { language, names }) => {
    const name = identifier ? names.of('namespace', identifier) : '…'
    return {
      opening: openings[language].are,
      parts: [
        plain(language === 'fr' ? 'ont un identifiant ' : 'have an identifier ', path),
        strong(name, path),
      ],
    }
  },
}

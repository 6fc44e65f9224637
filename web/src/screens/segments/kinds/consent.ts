import { CONSENTS, type ConsentCondition } from '../language.ts'
import { channelWords } from '../words.ts'
import { asObject, checkOneOf, readText } from './checks.ts'
import type { ConditionKind } from './kind.ts'
import { openings, plain, quoted, strong } from './parts.ts'

const SAID = {
  fr: { granted: 'ont accepté ', refused: 'ont refusé ', unknown: 'n’ont rien dit de ' },
  en: { granted: 'agreed to ', refused: 'refused ', unknown: 'said nothing about ' },
}

/** What somebody said about a purpose, for one channel or for all of them. */
export const consentKind: ConditionKind<ConsentCondition> = {
  read: (object, at) => {
    const consent = asObject(object.consent, `${at}/consent`)
    readText(consent.purpose, `${at}/consent/purpose`)
    if (consent.channel !== undefined) readText(consent.channel, `${at}/consent/channel`)
    checkOneOf(CONSENTS, object.is, `${at}/is`)
    return object
  },
  lacks: ({ consent }) => (consent.purpose ? null : 'field'),
  clause: ({ consent: { purpose, channel }, is }, path, { language, names }) => {
    const name = purpose ? names.of('purpose', purpose) : '…'
    const by = language === 'fr' ? ' par ' : ' by '
    return {
      opening: openings[language].are,
      parts: [
        plain(SAID[language][is], path),
        strong(quoted(name, language), path),
        ...(channel ? [plain(by, path), strong(channelWords(channel, language), path)] : []),
      ],
    }
  },
}

import { i18n } from '@lingui/core'
import { compileMessage } from '@lingui/message-utils/compileMessage'
import { useLingui } from '@lingui/react'
import { catalogues, type MessageId } from './catalogues.ts'

export type { MessageId } from './catalogues.ts'

export const languages = ['fr', 'en'] as const
export type Language = (typeof languages)[number]
export type Values = Record<string, string | number>
/** `t('home.title')`, `t('people.count', { count: 3 })`. Ids are checked by the compiler. */
export type Translate = (id: MessageId, values?: Values) => string

/** A text the server keeps in both languages. */
export type LocalText = { fr: string; en: string }

const storageKey = 'clientele.language'

/** Loads both catalogues and activates the language remembered here, else the browser's. */
export function startLanguage(): void {
  i18n.setMessagesCompiler(compileMessage)
  i18n.load({ fr: catalogues.fr, en: catalogues.en })
  activateLanguage(initialLanguage(localStorage.getItem(storageKey), navigator.languages))
}

/** The stored choice if valid, else the first language of the browser we have, else French. */
export function initialLanguage(stored: string | null, preferred: readonly string[]): Language {
  const wanted = [stored, ...preferred].map((tag) => tag?.slice(0, 2))
  return languages.find((one) => one === wanted.find((tag) => tag === 'fr' || tag === 'en')) ?? 'fr'
}

/** Switches every sentence, the document's `lang`, and remembers the choice on this device. */
export function activateLanguage(language: Language): void {
  i18n.activate(language)
  document.documentElement.lang = language
  localStorage.setItem(storageKey, language)
}

/** The translate function of the active language; re-renders its component on a change. */
export function useT(): Translate {
  const { i18n: active } = useLingui()
  return (id, values) => active._(id, values)
}

/** The active language. */
export function useLanguage(): Language {
  const { i18n: active } = useLingui()
  return active.locale === 'en' ? 'en' : 'fr'
}

/** Picks the active language of a server text; a plain string is the same in both. */
export function localText(text: LocalText | string, language: Language): string {
  const found = typeof text === 'string' ? text : text[language] || text.fr || text.en
  // Words of the server and of people, set as a page sets its own.
  return found
    .replaceAll("'", '’')
    .replace(/« /g, '«\u00a0')
    .replace(/ ([»:;?!])/g, '\u00a0$1')
}

// Form submissions: which fields were filled and, once the visitor consented, with what.
import { type FieldFacts, isSecret, plainAddress } from './secrets.ts'

const FIELDS_MAX = 50
const VALUE_MAX = 500
/** Read a little more than is told, so that a card number across the cut is still recognised. */
const VALUE_READ_MAX = 600

type Field = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement
export type Fields = { [name: string]: unknown }

function valuesOf(field: Field): string[] {
  if (field instanceof HTMLSelectElement) {
    return Array.from(field.selectedOptions, (option) => option.value)
  }
  if (field.type === 'checkbox' || field.type === 'radio') {
    return (field as HTMLInputElement).checked ? [field.value] : []
  }
  return field.value === '' ? [] : [field.value.slice(0, VALUE_READ_MAX)]
}

/** Everything under an element with this attribute stays with the page. */
export function isIgnored(element: Element): boolean {
  return element.closest('[data-clientele-ignore]') !== null
}

/** Remembers fields that were password fields before a "show password" button changed them. */
export function watchPasswords(): WeakSet<Element> {
  const known = new WeakSet<Element>()
  new MutationObserver((changes) => {
    for (const change of changes) {
      if (change.oldValue?.toLowerCase() === 'password') known.add(change.target as Element)
    }
  }).observe(document, {
    subtree: true,
    attributes: true,
    attributeFilter: ['type'],
    attributeOldValue: true,
  })
  return known
}

function factsOf(field: Field, passwords: WeakSet<Element>): FieldFacts {
  return {
    type: field.type,
    name: field.name,
    id: field.id,
    autocomplete: field.getAttribute('autocomplete') ?? '',
    wasPassword: passwords.has(field),
    ignored: isIgnored(field),
    values: valuesOf(field),
  }
}

/** Name → value, list of values, or true where only the fact that it was filled may be told. */
function readFields(facts: FieldFacts[], how: { withValues: boolean }): Fields {
  const secrets = new Set<string>()
  for (const field of facts) {
    if (field.type === 'password' || field.wasPassword) {
      for (const value of field.values) secrets.add(value)
    }
  }
  const read = new Map<string, string[]>()
  for (const field of facts) {
    if (field.name === '' || field.values.length === 0 || isSecret(field, secrets)) continue
    if (read.size >= FIELDS_MAX && !read.has(field.name)) continue
    const values = field.values.map((value) => value.slice(0, VALUE_MAX))
    read.set(field.name, [...(read.get(field.name) ?? []), ...values])
  }
  const told = [...read].map(([name, values]): [string, unknown] => {
    return [name, how.withValues ? (values.length === 1 ? values[0] : values) : true]
  })
  return Object.fromEntries(told)
}

/** Properties of a "Form Submitted" event, or undefined for a form that is to be ignored. */
export function readForm(
  form: HTMLFormElement,
  passwords: WeakSet<Element>,
  how: { withValues: boolean },
): Fields | undefined {
  if (isIgnored(form)) return undefined
  // Not form.elements, form.id or form.action: a field of that name would hide them.
  const all = document.querySelectorAll<Field>('input,select,textarea')
  const facts = Array.from(all)
    .filter((field) => field.form === form)
    .map((field) => factsOf(field, passwords))
  return {
    formId: form.getAttribute('id') ?? undefined,
    formName: form.getAttribute('name') ?? undefined,
    action: plainAddress(form.getAttribute('action') ?? '', location.href),
    fields: readFields(facts, how),
  }
}

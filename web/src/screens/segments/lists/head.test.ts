import { describe, expect, it } from 'vitest'
import { guessNamespace, headOf } from './head.ts'

describe('the head of a file of people', () => {
  it('tells the columns, the delimiter and which column names the people', () => {
    const head = headOf('Nom;Adresse e-mail;Ville\nA;a@exemple.fr;Lyon\nB;b@exemple.fr;Brest\n')
    expect(head).toMatchObject({
      columns: ['Nom', 'Adresse e-mail', 'Ville'],
      delimiter: 'semicolon',
    })
    expect(head && guessNamespace(head)).toEqual({ column: 'Adresse e-mail', namespace: 'email' })
  })

  it.each([
    ['contact,nom\na@exemple.fr,A\n', 'contact', 'email'],
    ['a,numéro\nx,+33 6 12 34 56 78\n', 'numéro', 'phone'],
    ['client,nom\n441,A\n', 'client', 'user_id'],
  ])('tells by the values what a column holds: %s', (text, column, namespace) => {
    const head = headOf(text)
    expect(head && guessNamespace(head)).toEqual({ column, namespace })
  })

  it('is none of an empty file', () => {
    expect(headOf('')).toBeNull()
    expect(headOf('\n\n')).toBeNull()
  })

  it('is none of a spreadsheet that is called CSV', () => {
    expect(headOf('PK\u0003\u0004\u0014\0\u0006\0,a\n')).toBeNull()
  })
})

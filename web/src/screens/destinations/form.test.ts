import { describe, expect, it } from 'vitest'
import { type DestinationForm, emptyForm, inputOf, isWebAddress, problemsOf } from './form.ts'

const whole: DestinationForm = {
  ...emptyForm('seg-1'),
  name: ' Routeur ',
  url: 'https://hooks.example/in',
  purpose: 'marketing',
}

describe('the form of a destination', () => {
  it('names all that is missing at once, in reading order', () => {
    expect(problemsOf(emptyForm())).toEqual(['name', 'url', 'purpose', 'triggers'])
    expect(problemsOf(whole)).toEqual([])
  })
  it('wants a trigger to say entered or left', () => {
    expect(problemsOf({ ...whole, triggers: [{ segment: 'seg-1', on: [] }] })).toEqual(['triggers'])
  })
  it.each([
    ['https://hooks.example/in', true],
    ['http://10.0.0.1:8080/', true],
    ['hooks.example/in', false],
    ['ftp://hooks.example', false],
    ['javascript:alert(1)', false],
  ])('reads %s as a web address: %s', (text, expected) => {
    expect(isWebAddress(text)).toBe(expected)
  })
  it('sends neither empty headers nor spaces around texts', () => {
    const input = inputOf({
      ...whole,
      headers: [
        { name: ' x-team ', value: ' crm ' },
        { name: '', value: 'lost' },
      ],
    })
    expect(input).toMatchObject({
      name: 'Routeur',
      config: { url: 'https://hooks.example/in', headers: { 'x-team': 'crm' } },
    })
    expect(inputOf(whole).config).toEqual({ url: 'https://hooks.example/in' })
  })
})

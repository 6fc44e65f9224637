import type { FastifySchemaCompiler } from 'fastify'
import type { TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import { Value } from 'typebox/value'

/**
 * Checks the parts of a request against their TypeBox schemas. What comes in the address is text
 * and is converted ("50" → 50); a JSON body has types of its own and is never bent to fit.
 */
export const compileValidator: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  const check = Compile(schema)
  return (given: unknown) => {
    const filled = Value.Default(schema, given)
    const value = httpPart === 'body' ? filled : Value.Convert(schema, filled)
    if (check.Check(value)) return { value }
    return { error: check.Errors(value) }
  }
}

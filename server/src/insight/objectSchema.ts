import { type Static, Type } from 'typebox'
import { KnownProperty } from './eventSchema.ts'
import { LocalTextSchema, orNull } from './schema.ts'

export const ObjectTypes = Type.Array(
  Type.Object({
    type: Type.String(),
    displayName: orNull(LocalTextSchema),
    objects: Type.Integer({ description: 'How many were named, those that are gone included' }),
    attributes: Type.Array(KnownProperty),
  }),
)
export type ObjectTypes = Static<typeof ObjectTypes>

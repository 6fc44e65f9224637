import { type Static, type TSchema, Type } from 'typebox'
import { LABEL_KINDS } from './labels.ts'
import { PASSWORD_LENGTH_MAX } from './passwords.ts'
import { SOURCE_KINDS, SOURCE_PARTIES } from './sources.ts'

const Name = Type.String({ minLength: 1, maxLength: 200, pattern: '\\S' })
const Time = Type.String({ format: 'date-time', description: 'ISO 8601, UTC' })
const MaybeTime = Type.Union([Time, Type.Null()])
// One @ between two parts without spaces: the only proof of an address is a message that arrives.
const Email = Type.String({ minLength: 3, maxLength: 254, pattern: '^\\s*[^\\s@]+@[^\\s@]+\\s*$' })
const RoleName = Type.Enum(['admin', 'reader'])
const LanguageName = Type.Enum(['fr', 'en'])
const Password = Type.String({ minLength: 1, maxLength: PASSWORD_LENGTH_MAX })

export const ById = Type.Object({ id: Type.String({ format: 'uuid' }) })
export const Page = Type.Object({
  cursor: Type.Optional(Type.String({ maxLength: 200 })),
  limit: Type.Integer({ minimum: 1, maximum: 200, default: 50 }),
})
const pageOf = <Row extends TSchema>(row: Row) =>
  Type.Object({ data: Type.Array(row), next: Type.Union([Type.String(), Type.Null()]) })
export const Nothing = Type.Null({ description: 'Done.' })

export const LinkBody = Type.Object({ token: Type.String({ minLength: 1, maxLength: 200 }) })
export const SignInBody = Type.Object({ email: Email, password: Password })
export const PasswordBody = Type.Object({
  current: Type.Optional(Password),
  password: Password,
  email: Type.Optional(Email),
})
export const OwnAccountBody = Type.Object({
  name: Type.Optional(Name),
  language: Type.Optional(LanguageName),
})
export const SessionView = Type.Object({
  user: Type.Object({
    id: Type.String(),
    email: Type.String(),
    name: Type.String(),
    role: RoleName,
    language: LanguageName,
    hasPassword: Type.Boolean(),
  }),
  workspace: Type.Object({
    id: Type.Integer(),
    name: Type.String(),
    timeZone: Type.String(),
  }),
  csrf: Type.String(),
  permissions: Type.Array(Type.String()),
  demo: Type.Boolean(),
})
export type SessionView = Static<typeof SessionView>

export const UserBody = Type.Object({
  email: Email,
  name: Name,
  role: RoleName,
  language: Type.Optional(LanguageName),
})
export const UserChangeBody = Type.Object({
  name: Type.Optional(Name),
  role: Type.Optional(RoleName),
  disabled: Type.Optional(Type.Boolean()),
})
export const UserView = Type.Object({
  id: Type.String(),
  email: Type.String(),
  name: Type.String(),
  role: RoleName,
  language: LanguageName,
  hasPassword: Type.Boolean(),
  disabled: Type.Boolean(),
  lastSeenAt: MaybeTime,
  createdAt: Time,
})
export type UserView = Static<typeof UserView>
export const UserPage = pageOf(UserView)
export const LinkView = Type.Object({ link: Type.String(), linkExpiresAt: Time })
export const NewUserView = Type.Intersect([UserView, LinkView])

export const ApiKeyBody = Type.Object({
  name: Name,
  scopes: Type.Array(Type.String({ maxLength: 60 }), { minItems: 1, maxItems: 60 }),
  expiresAt: Type.Optional(MaybeTime),
})
export const ApiKeyView = Type.Object({
  id: Type.String(),
  name: Type.String(),
  prefix: Type.String(),
  scopes: Type.Array(Type.String()),
  createdAt: Time,
  createdBy: Type.String(),
  lastUsedAt: MaybeTime,
  expiresAt: MaybeTime,
  revokedAt: MaybeTime,
})
export type ApiKeyView = Static<typeof ApiKeyView>
export const ApiKeyPage = pageOf(ApiKeyView)
export const NewApiKeyView = Type.Intersect([
  ApiKeyView,
  Type.Object({ key: Type.String({ description: 'Shown once: only its hash is kept.' }) }),
])

const Party = Type.Enum([...SOURCE_PARTIES], {
  description:
    'Whose data it brings: `first`, the company’s own collection; `second`, a partner’s own; ' +
    '`third`, bought or aggregated. Segments may ask for one of them.',
})
export const SourceBody = Type.Object({
  name: Name,
  kind: Type.Enum([...SOURCE_KINDS]),
  party: Type.Optional(Party),
})
export const SourceChangeBody = Type.Partial(SourceBody)
export const RotateBody = Type.Object({
  overlapHours: Type.Number({
    minimum: 0,
    maximum: 720,
    description: 'How long the key before it stays valid.',
  }),
})
export const SourceView = Type.Object({
  id: Type.String(),
  name: Type.String(),
  kind: Type.Enum([...SOURCE_KINDS]),
  party: Party,
  writeKey: Type.String({ description: 'Masked for those who may not change sources.' }),
  writeKeyFixed: Type.Boolean({ description: 'Set by CLIENTELE_WRITE_KEY.' }),
  previousKeyUntil: MaybeTime,
  createdAt: Time,
  firstEventAt: MaybeTime,
  lastEventAt: MaybeTime,
  events24h: Type.Integer(),
  rejected24h: Type.Integer(),
  perMinute: Type.Array(Type.Integer()),
  perHour: Type.Array(Type.Integer()),
})
export type SourceView = Static<typeof SourceView>
export const SourcePage = pageOf(SourceView)

export const WorkspaceBody = Type.Object({
  name: Type.Optional(Name),
  timeZone: Type.Optional(Type.String({ maxLength: 60 })),
})
export const WorkspaceView = Type.Object({
  id: Type.Integer(),
  name: Type.String(),
  timeZone: Type.String(),
})

export const LabelBody = Type.Object({
  kind: Type.Enum([...LABEL_KINDS]),
  name: Type.String({ minLength: 1, maxLength: 500 }),
  fr: Type.String({ maxLength: 200 }),
  en: Type.String({ maxLength: 200 }),
})
export const LabelPage = pageOf(LabelBody)

export const AuditQuery = Type.Intersect([
  Page,
  Type.Object({
    action: Type.Optional(
      Type.String({ maxLength: 100, description: 'As source.created, or source for all of them.' }),
    ),
    actor: Type.Optional(Type.String({ maxLength: 200, description: 'The exact name.' })),
  }),
])
export const AuditView = Type.Object({
  id: Type.Integer(),
  at: Time,
  actor: Type.Object({ kind: Type.Enum(['user', 'key', 'system']), name: Type.String() }),
  action: Type.String(),
  subject: Type.String(),
  detail: Type.Record(Type.String(), Type.Unknown()),
})
export const AuditPage = pageOf(AuditView)

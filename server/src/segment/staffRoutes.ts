import { type Static, Type } from 'typebox'
import type { Actor, Api } from '../platform/api.ts'
import type { Deps } from '../platform/deps.ts'
import { badRequest } from '../platform/errors.ts'
import type { Sql } from '../platform/postgres.ts'
import { audit } from '../workspace/index.ts'
import { readDirectory } from './directory.ts'
import { namesStaff } from './kinds/staff.ts'
import { countFulfilling } from './preview.ts'
import { historyAway } from './problems.ts'
import type { StaffDefinition } from './rule.ts'
import { nameSchema } from './schema.ts'
import { settingsChanger } from './settings.ts'
import { readStaff } from './staff.ts'
import { readCalendar } from './workspaceCalendar.ts'

const SIGNS_MAX = 50

const StaffBody = Type.Object(
  {
    domains: Type.Array(Type.String({ minLength: 1, maxLength: 255 }), {
      maxItems: SIGNS_MAX,
      description: 'Of e-mail addresses, as `acme.fr`: whole, so `shop.acme.fr` is another one',
    }),
    emails: Type.Array(Type.String({ minLength: 2, maxLength: 100 }), {
      maxItems: SIGNS_MAX,
      description: 'Parts of e-mail addresses, as `+test@`, or whole ones',
    }),
    trait: Type.Union([nameSchema, Type.Null()], { description: 'A trait that is true' }),
    list: Type.Union([Type.String({ format: 'uuid' }), Type.Null()], {
      description: 'A static list, by its id',
    }),
  },
  { additionalProperties: false },
)

const StaffView = Type.Object({
  ...StaffBody.properties,
  count: Type.Integer({ description: 'Staff and test profiles now' }),
})

/** Who is staff, or a test: whom segments leave out unless they say otherwise. */
export function staffRoutes(app: Api, deps: Deps): void {
  app.get(
    '/api/v1/segments/staff',
    {
      config: { permission: 'segments:read' },
      schema: { summary: 'Who counts as staff or a test', response: { 200: StaffView } },
    },
    async ({ actor }) => viewOf(deps, actor.workspace),
  )
  app.put(
    '/api/v1/segments/staff',
    {
      config: { permission: 'workspace:write' },
      schema: {
        summary: 'Say who counts as staff or a test; segments that leave them out are filled again',
        body: StaffBody,
        response: { 200: StaffView },
      },
    },
    async ({ actor, body }) => {
      await changeStaff(deps, actor, body)
      return viewOf(deps, actor.workspace)
    },
  )
}

async function viewOf(deps: Deps, workspace: number) {
  const staff = await readStaff(deps.postgres, workspace)
  if (!namesStaff(staff)) return { ...staff, count: 0 }
  const calendar = await readCalendar(deps.postgres, workspace)
  const asked = { workspace, now: deps.clock.now(), calendar }
  const rule = { staff: true as const, as: staff }
  const count = await countFulfilling(deps.clickhouse, rule, asked).catch((cause: unknown) => {
    throw historyAway(cause)
  })
  return { ...staff, count }
}

const DOMAIN = /^[^\s@,;<>/]+\.[^\s@,;<>/.]{2,}$/

/** As addresses are kept: in lower case, each once. */
function staffIn({ trait, list, ...said }: Static<typeof StaffBody>): StaffDefinition {
  const isText = (text: string) => text.isWellFormed() && !text.includes('\0')
  if (![...said.domains, ...said.emails, trait ?? ''].every(isText)) {
    throw badRequest('invalid_text', 'A text holds characters that are none; type it again.')
  }
  const read = (texts: readonly string[]) => [
    ...new Set(texts.map((text) => text.normalize('NFC').trim().toLowerCase())),
  ]
  const domains = read(said.domains).map((domain) => domain.replace(/^@/, ''))
  const wrong = domains.find((domain) => !DOMAIN.test(domain))
  if (wrong !== undefined) {
    throw badRequest('invalid_domain', `“${wrong}” is no domain. Give one as acme.fr.`)
  }
  const emails = read(said.emails)
  // A part of one letter would leave out nearly everybody.
  if (emails.some((part) => part.length < 2)) {
    throw badRequest('invalid_email_part', 'A part of an address has two characters at the least.')
  }
  return { domains, emails, trait, list }
}

/** Who is staff takes nothing of what a rule may hold, and reads no events: nothing can break. */
async function changeStaff(
  deps: Deps,
  actor: Actor,
  body: Static<typeof StaffBody>,
): Promise<void> {
  const { workspace } = actor
  const staff = staffIn(body)
  await settingsChanger(deps.postgres)(workspace, async (sql) => {
    await assertKnown(sql, workspace, staff)
    await sql.query('UPDATE workspace SET staff = $2 WHERE id = $1', [
      workspace,
      JSON.stringify(staff),
    ])
    const subject = `workspace:${workspace}`
    const { domains, emails } = staff
    const detail = { ...staff, domains: domains.length, emails: emails.length }
    await audit(sql, { workspace, actor, action: 'workspace.staff_changed', subject, detail })
  })
}

async function assertKnown(
  sql: Sql,
  workspace: number,
  { trait, list }: StaffDefinition,
): Promise<void> {
  const { traits } = await readDirectory(sql, workspace)
  if (trait !== null && traits.has(trait)) {
    const detail = `${trait} is a computed trait. Choose one that is told of people.`
    throw badRequest('computed_trait', detail)
  }
  if (list === null) return
  const lists = await sql.query(
    `SELECT 1 FROM list WHERE workspace = $1 AND public_id = $2 AND archived_at IS NULL
     FOR SHARE`,
    [workspace, list],
  )
  if (lists.length === 0) throw badRequest('unknown_list', 'There is no such list.')
}

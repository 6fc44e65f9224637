import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestDatabase, type TestDatabase } from './engines.ts'
import { openStage, type Stage, type Told } from './history.ts'
import { peopleOf, sent, sentTogether } from './people.ts'

let database: TestDatabase
let stage: Stage

beforeAll(async () => {
  database = await openTestDatabase()
  stage = await openStage(database.postgres)
})
afterAll(async () => {
  await stage.log.close()
  await database.close()
})

const mail = (email: string) => ({ context: { traits: { email } } })
const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index))
const madeUp = (index: number, id: number) => ({ id: `${index}-${id}`, type: 'made_up' })
const undo = (minute: number, a: object, b: object): Told => ({
  receivedAt: sent(minute, {}).receivedAt,
  control: { type: 'identity_decision', a, b, verdict: 'retract', author: 'test' },
})

type Case = { description: string; history: Told[]; people: string[] }

const cases: Case[] = [
  {
    description:
      'a shared kiosk without logout keeps its visitors apart, each with their own visit',
    history: [
      sent(0, { anonymousId: 'kiosk', userId: 'u1' }),
      sent(1, { anonymousId: 'kiosk' }),
      sent(20, { anonymousId: 'kiosk', userId: 'u2' }),
      sent(21, { anonymousId: 'kiosk' }),
      sent(22, { anonymousId: 'kiosk' }),
    ],
    people: ['user_id:u1 (2)', 'user_id:u2 (3)'],
  },
  {
    description: 'a couple sharing an e-mail address under two customer numbers stays two people',
    history: [
      sent(0, { userId: 'u1', ...mail('nous@x.fr') }),
      sent(1, { userId: 'u2', ...mail('nous@x.fr') }),
    ],
    people: ['email:nous@x.fr user_id:u1 (1)', 'user_id:u2 (1)'],
  },
  {
    description: 'a cookie that survives logout joins nobody',
    history: ['u1', 'u2', 'u3'].map((userId, index) =>
      sent(index * 20, {
        userId,
        context: { externalIds: [{ id: 'GA1.2.3', type: 'ga_client_id', collection: 'users' }] },
      }),
    ),
    people: ['user_id:u1 (1)', 'user_id:u2 (1)', 'user_id:u3 (1)'],
  },
  {
    description: 'values that name nobody join nobody',
    history: [
      ['test@test.com', '0000000000'],
      ['null', 'n/a'],
      ['NoReply@shop.fr', '+33000000000'],
      ['test@test.com', '06 66 66 66 66'],
      ['aucun@x.fr', '-1'],
      ['anonymous', '0000000000'],
    ].map(([email, phone], index) =>
      sent(index, { userId: `u${index}`, context: { traits: { email, phone } } }),
    ),
    people: times(6, (index) => `user_id:u${index} (1)`),
  },
  {
    description: 'ids that name nobody are no person, no former person and no company',
    history: [
      sent(0, { type: 'alias', userId: 'u1', previousId: 'null' }),
      sent(1, { type: 'alias', userId: 'u2', previousId: 'null' }),
      sent(2, { type: 'group', userId: 'u1', groupId: 'undefined' }),
      sent(3, { userId: 'anonymous' }),
      sent(4, { userId: '0', anonymousId: '00000000-0000-0000-0000-000000000000' }),
    ],
    people: ['user_id:u1 (2)', 'user_id:u2 (1)'],
  },
  {
    description: 'a placeholder that no list knows joins no two customers',
    history: times(10, (index) => sent(index, { userId: `u${index}`, ...mail('caisse@shop.fr') })),
    people: [
      'email:caisse@shop.fr user_id:u0 (1)',
      ...times(9, (index) => `user_id:u${index + 1} (1)`),
    ],
  },
  {
    description: 'a telephone number given to somebody else stays with its first owner',
    history: [
      sent(0, { userId: 'u1', context: { traits: { phone: '0612345678' } } }),
      sent(50, { userId: 'u2', context: { traits: { phone: '+33 6 12 34 56 78' } } }),
    ],
    people: ['phone:+33612345678 user_id:u1 (1)', 'user_id:u2 (1)'],
  },
  {
    description: 'twins at one address are two people',
    history: ['lea', 'eva'].map((name, index) =>
      sent(index, {
        type: 'identify',
        traits: {
          email: `${name}@x.fr`,
          lastName: 'Martin',
          birthday: '2001-02-03',
          address: { street: '1 rue du Port', postalCode: '69001' },
        },
      }),
    ),
    people: ['email:eva@x.fr (1)', 'email:lea@x.fr (1)'],
  },
  {
    description: 'the cookie of a call-centre agent does not join 500 customers',
    history: [
      sentTogether(
        0,
        times(500, (index) => ({ userId: `c${index}`, anonymousId: 'agent' })),
      ),
      sent(30, { anonymousId: 'agent' }),
    ],
    people: times(500, (index) => `user_id:c${index} (${index === 499 ? 2 : 1})`).sort(),
  },
  {
    description: 'an import with shifted columns joins no customers',
    history: [
      sentTogether(
        0,
        times(6, (index) => ({ userId: `u${index}`, traits: { email: `e${index}@x.fr` } })),
      ),
      // Every line: the country where the number belongs, the city where the address belongs.
      sentTogether(
        5,
        times(6, (index) => ({ userId: 'France', traits: { email: `e${index}@x.fr` } })),
      ),
      sentTogether(
        6,
        times(6, (index) => ({ userId: `u${index}`, traits: { email: 'Lyon', phone: 'Dupont' } })),
      ),
    ],
    people: [
      'user_id:France (6)',
      ...times(6, (index) => `email:e${index}@x.fr user_id:u${index} (2)`),
    ].sort(),
  },
  {
    description: 'a login with a mistyped address is undone without a trace',
    history: [
      sent(0, mail('lea@x.fr')),
      sent(1, { userId: 'u1', ...mail('lea@x.fr') }),
      undo(2, { namespace: 'user_id', value: 'u1' }, { namespace: 'email', value: 'lea@x.fr' }),
      sent(3, { userId: 'u2', ...mail('lea@x.fr') }),
      sent(4, { userId: 'u1', ...mail('lea@x.fr') }),
    ],
    people: ['email:lea@x.fr user_id:u2 (2)', 'user_id:u1 (2)'],
  },
  {
    description: 'events that are late, out of order and sent twice find their person',
    history: [
      sent(30, { userId: 'u1' }),
      sent(10, { anonymousId: 'd1' }),
      sent(30, { userId: 'u1' }),
      sent(20, { userId: 'u1', anonymousId: 'd1' }),
      sent(10, { anonymousId: 'd1' }),
    ],
    people: ['user_id:u1 (3)'],
  },
  {
    description: 'people of two companies with one mailbox and one switchboard stay apart',
    history: ['a1', 'a2', 'b1'].map((userId, index) =>
      sent(index, {
        type: 'group',
        userId,
        groupId: userId.startsWith('a') ? 'A' : 'B',
        context: { traits: { email: 'info@group.fr', phone: '0472000001' } },
      }),
    ),
    people: [
      'email:info@group.fr phone:+33472000001 user_id:a1 (1)',
      'group_id:A (2)',
      'group_id:B (1)',
      'user_id:a2 (1)',
      'user_id:b1 (1)',
    ],
  },
  {
    description: 'aliases in a circle, and of oneself, end in one profile',
    history: [
      sent(0, { type: 'alias', userId: 'u2', previousId: 'u1' }),
      sent(1, { type: 'alias', userId: 'u3', previousId: 'u2' }),
      sent(2, { type: 'alias', userId: 'u1', previousId: 'u3' }),
      sent(3, { type: 'alias', userId: 'u1', previousId: 'u1' }),
    ],
    people: ['user_id:u1 user_id:u2 user_id:u3 (4)'],
  },
]

describe('no two people become one', () => {
  it.each(cases)('$description', async ({ history, people }) => {
    for (const told of [history, [...history].reverse()]) {
      await stage.play(told, [told === history ? 1_000 : 7])
      expect(await peopleOf(stage)).toEqual(people)
    }
  })

  it('a hostile client with 10,000 identifiers harms nobody else', async () => {
    const victim = [sent(0, { userId: 'victim', ...mail('lea@x.fr') })]
    const attack = times(20, (batch) =>
      sentTogether(
        5 + batch,
        times(500, (index) => ({
          userId: `evil${batch * 500 + index}`,
          anonymousId: 'one-device',
          traits: { email: 'lea@x.fr' },
          context: { externalIds: batch === 0 ? times(60, (id) => madeUp(index, id)) : [] },
        })),
      ),
    )
    const neighbours = [sent(100, { userId: 'u1', ...mail('u1@x.fr') })]
    await stage.play(victim)
    await stage.append([...attack, ...neighbours])
    const startedAt = performance.now()
    await stage.fold()
    // It costs what other events cost: nobody's events wait for minutes behind these.
    expect(performance.now() - startedAt).toBeLessThan(30_000)
    const people = await peopleOf(stage)
    expect(people).toContain('email:lea@x.fr user_id:victim (1)')
    expect(people).toContain('email:u1@x.fr user_id:u1 (1)')
    expect(people.filter((one) => one.includes('evil'))).toHaveLength(10_000)
    // Nobody holds more than limits allow, and the device's list of logins is capped.
    expect(Math.max(...people.map((one) => one.split(' ').length))).toBeLessThan(12)
    const [row] = await stage.postgres.query<{ most: number }>(
      'SELECT max(length(logins)) AS most FROM device',
    )
    expect(row?.most).toBe(512 * 24)
    expect(await stage.postgres.query('SELECT 1 FROM dead_letter')).toEqual([])
  }, 60_000)
})

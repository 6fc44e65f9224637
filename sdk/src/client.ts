// The tag itself: what each call does in each state of consent. The rules:
//  - hold: calls wait in memory (at most HELD_MAX); nothing is stored, read or sent
//  - anonymous: pages and events go out under an id of this page view only; calls that name a
//    person wait as in `hold`
//  - on: ids and the unsent queue are stored
//  - off: everything is forgotten; only a withdrawal after a grant is still told to the server
import { type Mode, mergePurposes, modeOf } from './consent.ts'
import { contextOf, type Purposes, staffAskedBy } from './context.ts'
import { Delivery } from './delivery.ts'
import type { Env } from './env.ts'
import {
  forgetAll,
  type Identity,
  knownAnonymousId,
  loadIdentity,
  saveIdentity,
} from './identity.ts'
import { type Kind, type Message, messageOf, readCall, type Said } from './message.ts'

const HELD_MAX = 100

export type LoadOptions = {
  /** Origin of the intake, such as https://cdp.shop.example. Default: where tag.js came from. */
  host?: string
  /** First-party path prefix, may be renamed on the server. Default /v1. */
  path?: string
  /** What the visitor already answered, or 'not-needed' where no consent has to be asked. */
  consent?: Purposes | 'not-needed'
  /** Before an answer, send pages and events under an id that lasts one page view. */
  anonymous?: boolean
  /** Messages that make a batch. Default 10. */
  flushAt?: number
  /** Longest wait of a message in milliseconds. Default 2000. */
  flushIntervalMs?: number
  /** Load auto.js (forms, clicks, sections), all of it or the parts set to true. */
  auto?: boolean | AutoOptions
}

export type AutoOptions = { forms?: boolean; clicks?: boolean; sections?: boolean; src?: string }

/** Options are written by hand on pages: a wrong number falls back instead of stopping the tag. */
function atLeastOne(given: unknown, otherwise: number): number {
  return typeof given === 'number' && given >= 1 ? given : otherwise
}

/** host + path + '/b', with or without slashes at the ends. */
export function intakeUrl(host: string, path: string): string {
  return host.replace(/\/+$/, '') + `/${path}/b`.replace(/\/+/g, '/')
}

export class Client {
  readonly #env: Env
  readonly #delivery: Delivery
  readonly #options: LoadOptions
  readonly #onActive: () => void
  #identity: Identity
  /** The id of this page view, for anonymous messages only. */
  #viewId: string
  #held: Message[] = []
  #mode: Mode = 'hold'

  constructor(
    env: Env,
    writeKey: string,
    options: LoadOptions & { host: string; onActive: () => void },
  ) {
    this.#env = env
    this.#options = options
    this.#onActive = options.onActive
    this.#viewId = env.newId()
    this.#delivery = new Delivery(env, {
      url: intakeUrl(options.host, options.path ?? '/v1'),
      writeKey,
      flushAt: atLeastOne(options.flushAt, 10),
      flushIntervalMs: atLeastOne(options.flushIntervalMs, 2000),
    })
    const stored = loadIdentity(env)
    this.#identity = stored ?? { anonymousId: env.newId(), consent: {} }
    const { consent } = options
    // A stored grant is the state before: a refusal given to load() is then a withdrawal.
    const resumed = stored !== undefined && this.#modeAfter(stored.consent) === 'on'
    if (resumed) this.#mode = 'on'
    this.consent(consent)
    if (resumed && this.consented) this.#start()
  }

  /** Whether the visitor's identity and form values may be used. */
  get consented(): boolean {
    return this.#mode === 'on'
  }

  call(kind: Kind, given: unknown[]): void {
    const said = readCall(kind, given)
    if (said === undefined) {
      this.#env.warn(`${kind}() was ignored: it needs a text first.`)
      return
    }
    if (this.#mode === 'off') return
    this.#learn(kind, said)
    if (this.#mode === 'anonymous' && (kind === 'page' || kind === 'track')) {
      if (kind === 'page') this.#viewId = this.#env.newId()
      this.#queue(this.#build(kind, said, { anonymous: true }))
      return
    }
    const message = this.#build(kind, said, { anonymous: false })
    if (this.#mode === 'on') {
      this.#queue(message)
      return
    }
    this.#held.push(message)
    if (this.#held.length > HELD_MAX) this.#held.shift()
  }

  /** Takes the visitor's answers: purpose → yes or no. Purposes not named keep their answer. */
  consent(answers: unknown): void {
    const before = this.#mode
    const consent = mergePurposes(this.#identity.consent, answers)
    // Merging keeps the order of the names, so equal answers give equal texts.
    const changed = JSON.stringify(consent) !== JSON.stringify(this.#identity.consent)
    this.#identity = { ...this.#identity, consent }
    this.#mode = this.#modeAfter(consent)
    if (this.#mode === 'off') {
      this.#forget({ tell: before === 'on' && changed })
    } else if (this.#mode === 'on') {
      if (before !== 'on') this.#grant()
      if (changed) {
        saveIdentity(this.#env, this.#identity)
        this.call('track', ['Consent Updated'])
      }
    } else if (this.#mode === 'anonymous') this.#onActive()
  }

  /** The visitor signed out: the next events belong to nobody known. Consent stays. */
  reset(): void {
    const { consent, staff } = this.#identity
    this.#identity = { anonymousId: this.#env.newId(), consent, staff }
    this.#viewId = this.#env.newId()
    if (this.#mode === 'on') saveIdentity(this.#env, this.#identity)
  }

  leave(): void {
    this.#delivery.leave()
  }

  flush(): void {
    this.#delivery.flush()
  }

  /** Another tab of the site changed what is stored; `gone`: it removed it after a refusal. */
  storedElsewhere(change: { gone: boolean }): void {
    if (this.#mode !== 'on') return
    if (change.gone) this.#forget({ tell: false })
    else this.#identity = loadIdentity(this.#env) ?? this.#identity
  }

  #modeAfter(said: Purposes): Mode {
    const needed = this.#options.consent !== 'not-needed'
    return modeOf(said, { needed, anonymous: this.#options.anonymous === true })
  }

  #grant(): void {
    const fresh = this.#identity.anonymousId
    this.#identity.anonymousId = knownAnonymousId(this.#env) ?? fresh
    saveIdentity(this.#env, this.#identity)
    this.#start()
    const { anonymousId, consent } = this.#identity
    const waiting = this.#held
    this.#held = []
    for (const message of waiting) {
      if (message.anonymousId === fresh) message.anonymousId = anonymousId
      const said = Object.keys(consent).length > 0 ? { categoryPreferences: consent } : undefined
      message.context = { ...message.context, consent: said }
      this.#queue(message)
    }
  }

  #start(): void {
    const asked = staffAskedBy(this.#env.page().url)
    if (asked !== undefined) {
      this.#identity.staff = asked || undefined
      saveIdentity(this.#env, this.#identity)
    }
    this.#delivery.adopt()
    this.#onActive()
  }

  /** Removes all that is kept. `tell`: the server was using it, so it has to hear of the end. */
  #forget(how: { tell: boolean }): void {
    const last = this.#build(
      'track',
      { event: 'Consent Updated', options: {} },
      { anonymous: false },
    )
    const { consent } = this.#identity
    this.#mode = 'off'
    this.#held = []
    this.#delivery.clear()
    forgetAll(this.#env)
    this.#identity = { anonymousId: this.#env.newId(), consent }
    if (!how.tell) return
    this.#queue(last)
    this.#delivery.leave()
  }

  /** What a call says about who the visitor is, before the message is built. */
  #learn(kind: Kind, said: Said): void {
    const before = this.#identity
    if (kind === 'identify' && said.userId !== undefined && said.userId !== before.userId) {
      // A second person on the same device must not inherit the first one's device id.
      const anonymousId = before.userId === undefined ? before.anonymousId : this.#env.newId()
      this.#identity = { ...before, anonymousId, userId: said.userId, groupId: undefined }
    } else if (kind === 'alias') {
      said.previousId ??= before.userId ?? before.anonymousId
      this.#identity = { ...before, userId: said.userId }
    } else if (kind === 'group') {
      this.#identity = { ...before, groupId: said.groupId }
    } else return
    if (this.#mode === 'on') saveIdentity(this.#env, this.#identity)
  }

  #build(kind: Kind, said: Said, how: { anonymous: boolean }): Message {
    const page = this.#env.page()
    const identity = this.#identity
    return messageOf(kind, said, {
      id: this.#env.newId(),
      now: this.#env.now(),
      anonymousId: how.anonymous ? this.#viewId : identity.anonymousId,
      userId: how.anonymous ? undefined : identity.userId,
      context: contextOf({
        page,
        device: this.#env.device(),
        consent: identity.consent,
        anonymous: how.anonymous,
        staff: staffAskedBy(page.url) ?? identity.staff,
        groupId: identity.groupId,
      }),
    })
  }

  #queue(message: Message): void {
    const keep = this.#mode === 'on' && message.context.anonymous !== true
    this.#delivery.add(message.messageId, JSON.stringify(message), { keep })
  }
}

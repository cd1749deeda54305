import { CodedError } from '../../contracts/errors.ts'
import type { Logger } from '../../contracts/logger.ts'
import type { Delivery, SystemNotice } from '../../contracts/notify/message.ts'
import type { Channel, NotifyPlan, Responder, WatchdogPlan } from '../../contracts/notify/plan.ts'
import type { Language } from '../../contracts/notify/words.ts'
import { busySeconds, type Sender } from '../notify/channels/sender.ts'
import type { Figures } from './figures.ts'

/** Somebody, or a group, whom a message goes to. */
export interface Target {
  readonly channel: Channel
  readonly to: readonly Responder[]
  readonly language: Language
}

export interface TellerOptions {
  readonly facility: string
  readonly targets: readonly Target[]
  readonly sender: Pick<Sender, 'send'>
  readonly figures: Pick<Figures, 'told'>
  readonly logger: Logger
  /** Of messages: what the ids begin with, so that no two processes give the same. */
  readonly prefix: string
}

const FIRST_WAIT_MS = 5_000
const LONGEST_WAIT_MS = 300_000
/** A thread that hangs counts as a channel that does, so long after the channel should have given up, ms. */
const GRACE_MS = 5_000

/** Whom the watchdog tells by itself: everybody of `to` by mail, each in their language, and the groups of webhooks. */
export function targetsOf(plan: WatchdogPlan, notify: NotifyPlan): Target[] {
  return plan.tell.flatMap((id): Target[] => {
    const channel = notify.channels.get(id)
    if (channel === undefined) return []
    if (channel.kind === 'webhook') return [{ channel, to: [], language: channel.language }]
    return plan.to.flatMap((person) => {
      const responder = notify.responders.get(person)
      return responder === undefined ? [] : [{ channel, to: [responder], language: responder.language }]
    })
  })
}

/**
 * Tells each target the latest word, again and again until it is taken; a later word takes the place of one that was not, since it
 * says all of it.
 */
export class Teller {
  readonly #options: TellerOptions
  /** Key: index of the target; those who wait for a word. */
  readonly #timers = new Map<number, NodeJS.Timeout>()
  readonly #failing = new Set<number>()
  readonly #running = new Set<Promise<void>>()
  #count = 0
  #isClosed = false

  constructor(options: TellerOptions) {
    this.#options = options
  }

  /** How many targets did not take the latest word. */
  get failing(): number {
    return this.#failing.size
  }

  tell(make: (language: Language) => SystemNotice): void {
    if (this.#isClosed) return
    this.#count += 1
    const count = this.#count
    for (const [index, target] of this.#options.targets.entries()) {
      clearTimeout(this.#timers.get(index))
      this.#timers.delete(index)
      this.#attempt(index, { target, notice: make(target.language), count, attempt: 1 })
    }
  }

  /** What was not taken yet is lost: gives what is under way so many ms to end. */
  async close(graceMs: number): Promise<void> {
    this.#isClosed = true
    for (const timer of this.#timers.values()) clearTimeout(timer)
    this.#timers.clear()
    const { promise, resolve } = Promise.withResolvers<void>()
    const timer = setTimeout(resolve, graceMs)
    await Promise.race([Promise.allSettled(this.#running), promise])
    clearTimeout(timer)
  }

  #attempt(index: number, word: Word): void {
    const work = this.#try(index, word).finally(() => this.#running.delete(work))
    this.#running.add(work)
  }

  async #try(index: number, word: Word): Promise<void> {
    const { target, attempt, count } = word
    const { figures, logger } = this.#options
    const fields = { channel: target.channel.id, to: target.to.map(({ id }) => id), attempt }
    try {
      const { text } = await this.#send(index, word)
      figures.told(target.channel.id, 'ok')
      logger.info({ ...fields, receipt: text }, 'people were told')
      if (count === this.#count) this.#failing.delete(index)
    } catch (error) {
      figures.told(target.channel.id, 'failed')
      const { code, detail } =
        error instanceof CodedError ? error : { code: 'INTERNAL' as const, detail: String(error) }
      logger.error({ ...fields, code, detail }, 'the watchdog cannot tell people by this channel')
      if (count !== this.#count || this.#isClosed) return
      this.#failing.add(index)
      const asked = error instanceof CodedError ? (busySeconds(error) ?? 0) * 1_000 : 0
      const wait = Math.min(LONGEST_WAIT_MS, Math.max(asked, FIRST_WAIT_MS * 2 ** (attempt - 1)))
      this.#timers.set(
        index,
        setTimeout(() => {
          this.#timers.delete(index)
          this.#attempt(index, { ...word, attempt: attempt + 1 })
        }, wait),
      )
    }
  }

  async #send(index: number, { target, notice, count, attempt }: Word) {
    const { facility, sender, prefix } = this.#options
    const delivery: Delivery = {
      id: `${prefix}-${count}-${index}`,
      channel: target.channel.id,
      facility,
      language: target.language,
      to: target.to,
      facts: [],
      notice,
      isUrgent: true,
      attempt,
    }
    const { promise, reject } = Promise.withResolvers<never>()
    const timer = setTimeout(
      () => reject(new CodedError('CHANNEL_TIMEOUT', 'nothing is heard of the message')),
      target.channel.timeoutMs + GRACE_MS,
    )
    const sending = sender.send(delivery)
    try {
      return await Promise.race([sending, promise])
    } finally {
      clearTimeout(timer)
      sending.catch(() => undefined) // Its failure may come when nobody waits for it any more.
    }
  }
}

interface Word {
  readonly target: Target
  readonly notice: SystemNotice
  readonly count: number
  readonly attempt: number
}

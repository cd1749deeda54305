import type { Output } from '../../contracts/annunciator.ts'
import type { Topics } from '../../contracts/topics.ts'
import type { SafeReason } from '../../contracts/wire.ts'
import type { BrokerMessage } from '../delivery/broker-link.ts'
import { AlarmBook } from './alarm-book.ts'
import { type Wish, wishOf } from './decision.ts'
import { ServerTrust } from './server-trust.ts'
import { parseAlarm, parseServerState, type ShownAlarm } from './shown-alarm.ts'

interface LookoutOptions {
  facility: string
  topics: Topics
}

/**
 * What is known of server and alarms, and what each output is to do by that. Messages are not to be trusted: what
 * makes no sense is counted and changes nothing. No I/O; times are monotonic milliseconds.
 */
export class Lookout {
  readonly trust = new ServerTrust()
  readonly #book = new AlarmBook()
  readonly #options: LookoutOptions
  #refused = 0

  constructor(options: LookoutOptions) {
    this.#options = options
  }

  /** Messages that were not taken. */
  get refused(): number {
    return this.#refused
  }

  get subscriptions(): string[] {
    const { topics } = this.#options
    return [topics.server(), topics.everyAlarm()]
  }

  /** The broker is about to tell what it keeps; what it no longer keeps, it does not tell. */
  connected(): void {
    this.#book.clear()
    this.trust.connected()
  }

  disconnected(): void {
    this.trust.disconnected()
  }

  hear({ topic, payload, retain = false }: BrokerMessage, now: number): void {
    const { facility, topics } = this.#options
    const place = topics.parse(topic)
    if (place?.kind === 'server') {
      const state = parseServerState(payload)
      if (state === undefined) this.#refused += 1
      else this.trust.heard(state, { isKept: retain, now })
    } else if (place?.kind === 'alarm') {
      // So the server clears those that are no more.
      if (payload.length === 0) this.#book.drop(place.alarm)
      else this.#take(parseAlarm(payload, { facility, id: place.alarm }), now)
    } else this.#refused += 1
  }

  #take(alarm: ShownAlarm | undefined, now: number): void {
    if (alarm === undefined || !this.#book.take(alarm, now)) this.#refused += 1
  }

  safe(now: number): SafeReason | undefined {
    return this.trust.reason(now)
  }

  wish(output: Output, now: number): Wish {
    const { aliveSince } = this.trust
    return wishOf(output, { safe: this.safe(now), aliveSince, alarms: this.#book.alarms() }, now)
  }
}

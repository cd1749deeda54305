import { ANNUNCIATOR_STATE_INTERVAL_MS, LOST_AFTER_HEARTBEATS } from '../../contracts/wire.ts'
import { isToken, parseObject } from './batch-decode.ts'

/** An annunciator that was not heard for so long is lost, ms. */
export const ANNUNCIATOR_LOST_MS = LOST_AFTER_HEARTBEATS * ANNUNCIATOR_STATE_INTERVAL_MS
const MAX_STATE_BYTES = 64 * 1024

export type AnnunciatorNews =
  | { readonly state: 'online'; readonly session: string; readonly isFailing: boolean }
  | { readonly state: 'offline'; readonly session: string }

/** What an annunciator, or its will, says of it; undefined for what is no such message. */
export function decodeAnnunciator(payload: Buffer): AnnunciatorNews | undefined {
  const { state, session, failing } =
    (payload.length > MAX_STATE_BYTES ? undefined : parseObject(payload)) ?? {}
  if (!isToken(session)) return undefined
  if (state === 'offline') return { state, session }
  return state === 'online' && typeof failing === 'boolean'
    ? { state, session, isFailing: failing }
    : undefined
}

/** Whether one annunciator does its work. No I/O; times are monotonic milliseconds. */
export class AnnunciatorWatch {
  #session: string | undefined
  #heardAt: number
  #isOffline = false
  #isFailing = false
  /** False until it has said so itself. */
  #isKnown = false

  /** One that was never heard is lost like one that stopped. */
  constructor(now: number) {
    this.#heardAt = now
  }

  /** From now on it can be heard: silence counts from here. */
  listen(now: number): void {
    this.#heardAt = now
  }

  /** What the broker kept is no sign of life, and the offline of another session is a stale will. */
  heard(news: AnnunciatorNews, at: { isKept: boolean; now: number }): void {
    if (news.state === 'offline') {
      if (this.#session !== undefined && this.#session !== news.session) return
      this.#isOffline = true
      this.#isKnown = true
      return
    }
    this.#session = news.session
    if (at.isKept) return
    this.#heardAt = at.now
    this.#isOffline = false
    this.#isFailing = news.isFailing
    this.#isKnown = true
  }

  /** Undefined until there is something to say: it may be about to be heard. */
  fails(now: number): boolean | undefined {
    if (now - this.#heardAt >= ANNUNCIATOR_LOST_MS) return true
    return this.#isKnown ? this.#isOffline || this.#isFailing : undefined
  }
}

import {
  LOST_AFTER_HEARTBEATS,
  type SafeReason,
  SERVER_STATE_INTERVAL_MS,
  type ServerState,
} from '../../contracts/wire.ts'

/** A server that was not heard for so long has gone, ms. */
export const SILENT_MS = LOST_AFTER_HEARTBEATS * SERVER_STATE_INTERVAL_MS
/** A server that connects says that it lives, and publishes its alarms behind that: so long they are not whole, ms. */
export const SETTLE_MS = 1_000

/**
 * Whether the alarms that stand at the broker can be believed (DESIGN section 5): only while the server that keeps
 * them is heard. What the broker kept is no sign of life. No I/O; times are monotonic milliseconds.
 */
export class ServerTrust {
  #isConnected = false
  #wasConnected = false
  #isOffline = false
  #isStopping = false
  #session: string | undefined
  #heardAt: number | undefined
  #aliveSince = 0

  /** Since when the server is heard without a break. */
  get aliveSince(): number {
    return this.#aliveSince
  }

  connected(): void {
    this.#isConnected = true
    this.#wasConnected = true
  }

  /** Nothing that was heard before counts any more. */
  disconnected(): void {
    this.#isConnected = false
    this.#isOffline = false
    this.#session = undefined
    this.#heardAt = undefined
  }

  /** From now on everything is safe, for good. */
  stop(): void {
    this.#isStopping = true
  }

  /** The offline of another session is the will of a server that has been replaced. */
  heard(
    { state, session }: Pick<ServerState, 'state' | 'session'>,
    at: { isKept: boolean; now: number },
  ): void {
    if (state === 'offline') {
      if (this.#session !== undefined && this.#session !== session) return
      this.#isOffline = true
      this.#heardAt = undefined
      return
    }
    this.#session = session
    if (at.isKept) return
    if (this.#heardAt === undefined || at.now - this.#heardAt >= SILENT_MS) this.#aliveSince = at.now
    this.#heardAt = at.now
    this.#isOffline = false
  }

  /** Why everything has to be safe; undefined while alarms are believed. */
  reason(now: number): SafeReason | undefined {
    if (this.#isStopping) return 'stopping'
    if (!this.#isConnected) return this.#wasConnected ? 'broker-lost' : 'starting'
    if (this.#isOffline) return 'server-offline'
    if (this.#heardAt === undefined) return 'starting'
    if (now - this.#heardAt >= SILENT_MS) return 'server-silent'
    return now - this.#aliveSince < SETTLE_MS ? 'starting' : undefined
  }

  /** When that changes by itself; undefined: not before something is heard. */
  changesAt(now: number): number | undefined {
    const reason = this.reason(now)
    if (this.#heardAt === undefined || reason === 'server-silent') return undefined
    return reason === 'starting' ? this.#aliveSince + SETTLE_MS : this.#heardAt + SILENT_MS
  }
}

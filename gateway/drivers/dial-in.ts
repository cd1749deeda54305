import type { DialIn } from '../../contracts/facility.ts'
import type { Logger } from '../../contracts/logger.ts'
import { type ByteStream, type Opener, type OpenOutcome, openingTime } from './byte-stream.ts'
import { DialInListener } from './dial-in-listener.ts'

/**
 * The addresses that units dial in to, one listener for each. It is made once for a gateway and handed to
 * its drivers; whoever made it stops it after the buses.
 */
export class DialInListeners {
  readonly #options: { logger: Logger; registrationMs?: number }
  /** Key: `host:port` as configured. */
  readonly #listeners = new Map<string, DialInListener>()

  /** `registrationMs`: how long a unit has to say who it is; 10 s unless a test is in a hurry. */
  constructor(options: { logger: Logger; registrationMs?: number }) {
    this.#options = options
  }

  /** The listener of an address; it does not listen before somebody waits for a unit. */
  at({ host, port }: { host: string; port: number }): DialInListener {
    const key = `${host}:${port}`
    let listener = this.#listeners.get(key)
    if (listener === undefined) {
      listener = new DialInListener({ ...this.#options, host, port })
      this.#listeners.set(key, listener)
    }
    return listener
  }

  /** Closes every address and every connection. */
  async stop(): Promise<void> {
    await Promise.all([...this.#listeners.values()].map((listener) => listener.stop()))
  }
}

/** Waits for the unit of one bus to dial in. */
export class DialInWait implements Opener {
  readonly #options: { listeners: DialInListeners; dialIn: DialIn; bus: string; timeoutMs: number }

  constructor(options: { listeners: DialInListeners; dialIn: DialIn; bus: string; timeoutMs: number }) {
    this.#options = options
  }

  async open(signal: AbortSignal): Promise<OpenOutcome> {
    const { listeners, dialIn, bus, timeoutMs } = this.#options
    const { host, port, registration = '' } = dialIn
    const place = `${host}:${port}`
    if (signal.aborted) return { ok: false, detail: `${place}: stopped` }
    const listener = listeners.at(dialIn)
    if (!listener.claim(dialIn, bus)) {
      const detail = `${place}: another bus takes the same units there: give each its own registration`
      return { ok: false, detail }
    }
    const problem = await listener.listen()
    if (problem !== undefined) return { ok: false, detail: problem }
    const withinMs = openingTime(timeoutMs)
    const stream = await arrival(listener, { registration, withinMs, signal })
    if (stream !== undefined) return { ok: true, stream }
    const who = registration === '' ? 'no unit' : `no unit that says ${JSON.stringify(registration)}`
    return { ok: false, detail: `${place}: ${who} has dialled in` }
  }
}

/** The unit that is there, or the next one; undefined when none comes in time. */
function arrival(
  listener: DialInListener,
  wait: { registration: string; withinMs: number; signal: AbortSignal },
): Promise<ByteStream | undefined> {
  const { registration, withinMs, signal } = wait
  return new Promise((resolve) => {
    const settle = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', settle)
      listener.awaitArrival(registration, undefined)
      resolve(signal.aborted ? undefined : listener.take(registration))
    }
    const timer = setTimeout(settle, withinMs)
    signal.addEventListener('abort', settle)
    listener.awaitArrival(registration, settle)
    if (signal.aborted || listener.isThere(registration)) settle()
  })
}

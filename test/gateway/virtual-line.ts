import type {
  ConnectOutcome,
  Driver,
  Link,
  ReadOutcome,
  ReadRequest,
  RegisterRequest,
} from '../../gateway/drivers/driver.ts'

/** What a device does with a request: an outcome after so many milliseconds, or silence. */
export type VirtualDevice = (
  request: RegisterRequest,
) => { readonly afterMs?: number; readonly outcome: ReadOutcome } | undefined

export interface VirtualLineOptions {
  readonly timeoutMs: number
  /** Undefined: no time passes on the wire. */
  readonly baudRate?: number
  readonly hasNumberedReplies?: boolean
}

const BITS_OF_CHARACTER = 11
const GAP_CHARACTERS = 3.5
const REQUEST_BYTES = 8

/**
 * A line in virtual time, for vitest's fake timers: a driver whose links take as long as frames would take
 * on a wire. Key of `devices`: unit id; a unit that is not there keeps silent.
 */
export class VirtualLine implements Driver {
  readonly hasNumberedReplies: boolean
  readonly devices = new Map<number, VirtualDevice>()
  /** Every request with the time at which it was made, ms. */
  readonly asked: {
    readonly unit: number
    readonly address: number
    readonly count: number
    readonly at: number
  }[] = []
  /** What the next attempt to connect comes to. */
  connecting: 'succeeds' | 'fails' | 'hangs' = 'succeeds'
  links = 0
  /** The most requests that were ever on their way at once. */
  mostInFlight = 0
  readonly #options: VirtualLineOptions
  #link: VirtualLink | undefined

  constructor(options: VirtualLineOptions) {
    this.#options = options
    this.hasNumberedReplies = options.hasNumberedReplies ?? false
  }

  connect(signal: AbortSignal): Promise<ConnectOutcome> {
    if (this.connecting === 'fails') return Promise.resolve({ ok: false, detail: 'no such port' })
    if (this.connecting === 'hangs')
      return new Promise((resolve) => {
        signal.addEventListener('abort', () => resolve({ ok: false, detail: 'stopped' }))
      })
    this.links += 1
    this.#link = new VirtualLink(this, this.#options)
    return Promise.resolve({ ok: true, link: this.#link })
  }

  /** Pulls the plug. */
  cut(): void {
    this.connecting = 'fails'
    this.drop()
  }

  /** Closes the link; the next attempt succeeds. */
  drop(): void {
    this.#link?.close()
  }
}

class VirtualLink implements Link {
  readonly closed: Promise<void>
  readonly #line: VirtualLine
  readonly #options: VirtualLineOptions
  #close: () => void = () => undefined
  #isOpen = true
  #pending: ((outcome: ReadOutcome) => void) | undefined
  #inFlight = 0

  constructor(line: VirtualLine, options: VirtualLineOptions) {
    this.#line = line
    this.#options = options
    this.closed = new Promise((resolve) => {
      this.#close = resolve
    })
  }

  read(request: ReadRequest): Promise<ReadOutcome> {
    if (request.kind === 'record') throw new Error('a virtual line has registers only')
    const lost: ReadOutcome = { ok: false, failed: { kind: 'not-connected' } }
    if (!this.#isOpen) return Promise.resolve(lost)
    const { unitId: unit, address, count } = request
    this.#line.asked.push({ unit, address, count, at: performance.now() })
    this.#inFlight += 1
    this.#line.mostInFlight = Math.max(this.#line.mostInFlight, this.#inFlight)
    const reply = this.#line.devices.get(unit)?.(request)
    const requestMs = this.#bytesMs(REQUEST_BYTES + GAP_CHARACTERS)
    const wait =
      reply === undefined ? this.#options.timeoutMs : this.#replyMs(reply.outcome) + (reply.afterMs ?? 0)
    return new Promise((resolve) => {
      const timer = setTimeout(
        () => this.#pending?.(reply?.outcome ?? { ok: false, failed: { kind: 'timeout' } }),
        requestMs + wait,
      )
      this.#pending = (outcome) => {
        clearTimeout(timer)
        this.#pending = undefined
        this.#inFlight -= 1
        resolve(outcome)
      }
    })
  }

  close(): void {
    this.#isOpen = false
    this.#close()
    this.#pending?.({ ok: false, failed: { kind: 'not-connected' } })
  }

  #replyMs(outcome: ReadOutcome): number {
    if (!outcome.ok) return this.#bytesMs(5)
    return this.#bytesMs(5 + (outcome.data.kind === 'words' ? outcome.data.words.length * 2 : 1))
  }

  #bytesMs(bytes: number): number {
    const { baudRate } = this.#options
    return baudRate === undefined ? 0 : (bytes * BITS_OF_CHARACTER * 1_000) / baudRate
  }
}

/** Answers every request with zeros. */
export const live: VirtualDevice = ({ count }) => ({
  outcome: { ok: true, data: { kind: 'words', words: new Array<number>(count).fill(0) } },
})

export const dead: VirtualDevice = () => undefined

/** Leaves out every n-th answer. */
export function answersBut(nth: number): VirtualDevice {
  let asked = 0
  return (request) => (++asked % nth === 0 ? undefined : live(request))
}

/** What a gateway or device says instead of data. */
export function excepting(code: number, afterMs = 0): VirtualDevice {
  return () => ({ afterMs, outcome: { ok: false, failed: { kind: 'exception', code } } })
}

/** Loses one frame in so many, at random. */
export function losing(oneIn: number, seed: number): VirtualDevice {
  let state = seed
  return (request) => {
    // A linear congruential generator (Numerical Recipes): the same numbers in every run.
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32
    return state / 2 ** 32 < 1 / oneIn ? undefined : live(request)
  }
}

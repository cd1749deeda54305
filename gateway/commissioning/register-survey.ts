import { isAnswer, type ReadFailure, type ReadOutcome } from '../drivers/driver.ts'

/** Addresses of one table, both ends included. */
export interface AddressRange {
  readonly from: number
  readonly to: number
}

/** What reading a range of a device came to. */
export interface SurveyResult {
  /** Blocks that were answered, in order of address; each is known to be legal as it stands. */
  readonly blocks: readonly AddressRange[]
  /** Key: address; value: the word, or 0 and 1 of a bit table. */
  readonly cells: ReadonlyMap<number, number>
  /** Answered with an exception. */
  readonly refused: readonly AddressRange[]
  /** Not answered, or not intelligibly. */
  readonly silent: readonly AddressRange[]
  /** Largest block that was answered, where a larger one was refused though the device has all of it. */
  readonly blockLimit?: number
  readonly requests: number
  readonly ending: SurveyEnding
}

export type SurveyEnding =
  | 'whole'
  /** Somebody stopped it: the rest was not asked. */
  | 'stopped'
  /** The device went silent: the rest was not asked. */
  | 'silent'
  /** The device does not have this table (exception 1). */
  | 'no-table'

interface SurveyOptions {
  range: AddressRange
  /** Largest block to ask for. */
  largest: number
  ask(address: number, count: number): Promise<ReadOutcome>
  /** Before asking again a device that was busy, or whose answer may still come. */
  rest(why: 'busy' | 'silent'): Promise<void>
  /** Addresses that are settled, of `total`. */
  onProgress(settled: number, total: number): void
  signal: AbortSignal
}

/** Unanswered requests before any answer, or in a row, after which the device is taken to be gone. */
const PATIENCE = 3
/** Unanswered requests in all. Some devices do not answer illegal addresses, and each costs a timeout. */
const MOST_SILENCES = 24
const BUSY_RETRIES = 3

/**
 * Reads a range of a device, splitting what it refuses in half until the single addresses that it does not
 * have are known. Read-only; at most about two requests per address, one at a time.
 */
export class RegisterSurvey {
  readonly #options: SurveyOptions
  readonly #cells = new Map<number, number>()
  readonly #blocks: AddressRange[] = []
  readonly #refused: AddressRange[] = []
  readonly #silent: AddressRange[] = []
  /** Refused as a whole, and asked for in halves. */
  readonly #split: AddressRange[] = []
  #requests = 0
  #silences = 0
  #silencesInRow = 0

  constructor(options: SurveyOptions) {
    this.#options = options
  }

  async run(): Promise<SurveyResult> {
    const { range, largest, onProgress, signal } = this.#options
    const queue = partsOf(range, largest)
    const total = range.to - range.from + 1
    let ending: SurveyEnding = 'whole'
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      if (signal.aborted) {
        ending = 'stopped'
        break
      }
      if (this.#silencesInRow >= PATIENCE || this.#silences >= MOST_SILENCES) {
        ending = 'silent'
        break
      }
      // A value of two registers that was read whole may reach into what is left of a split block.
      const rest = this.#unread(next)
      if (rest === undefined) continue
      const outcome = await this.#ask(rest)
      if (!outcome.ok && outcome.failed.kind === 'exception' && outcome.failed.code === 1) {
        ending = 'no-table'
        break
      }
      queue.unshift(...(await this.#settle(rest, outcome)))
      onProgress(total - queue.reduce((sum, { from, to }) => sum + to - from + 1, 0), total)
    }
    const blockLimit = this.#limit()
    return {
      ...(blockLimit === undefined ? {} : { blockLimit }),
      blocks: this.#blocks.toSorted((a, b) => a.from - b.from),
      cells: this.#cells,
      refused: joined(this.#refused),
      silent: joined(this.#silent),
      requests: this.#requests,
      ending: signal.aborted ? 'stopped' : ending,
    }
  }

  /** What is to be asked because of this outcome. */
  async #settle(range: AddressRange, outcome: ReadOutcome): Promise<AddressRange[]> {
    if (outcome.ok) {
      this.#keep(range, outcome)
      return []
    }
    if (this.#options.signal.aborted) return []
    const isRefusal = isAnswer(outcome)
    if (range.to > range.from) {
      if (isRefusal) this.#split.push(range)
      return halves(range)
    }
    // Some devices answer the halves of a wide value only together.
    const pair = { from: range.from, to: range.from + 1 }
    if (isRefusal && pair.to <= this.#options.range.to && !this.#cells.has(pair.to)) {
      const whole = await this.#ask(pair)
      if (whole.ok) {
        this.#keep(pair, whole)
        return []
      }
    }
    const list = isRefusal ? this.#refused : this.#silent
    list.push(range)
    return []
  }

  #keep(range: AddressRange, { data }: ReadOutcome & { ok: true }): void {
    if (data.kind === 'record') return
    const cells = data.kind === 'words' ? data.words : data.bits.map(Number)
    for (const [index, cell] of cells.entries()) this.#cells.set(range.from + index, cell)
    this.#blocks.push(range)
  }

  async #ask({ from, to }: AddressRange): Promise<ReadOutcome> {
    const { ask, rest, signal } = this.#options
    for (let attempt = 0; ; attempt++) {
      this.#requests += 1
      const outcome = await ask(from, to - from + 1)
      if (outcome.ok) {
        this.#silencesInRow = 0
        return outcome
      }
      const isBusy = isBusyFailure(outcome.failed)
      const isSilent = !isAnswer(outcome)
      if (isSilent) {
        this.#silences += 1
        this.#silencesInRow += 1
      } else this.#silencesInRow = 0
      const isOver = isSilent ? attempt >= 1 || this.#silencesInRow >= PATIENCE : attempt >= BUSY_RETRIES
      if (signal.aborted || isOver || !(isBusy || isSilent)) return outcome
      await rest(isBusy ? 'busy' : 'silent')
    }
  }

  #limit(): number | undefined {
    const isReadable = (range: AddressRange) => this.#unread(range) === undefined
    if (!this.#split.some(isReadable)) return undefined
    return Math.max(0, ...this.#blocks.map(({ from, to }) => to - from + 1))
  }

  /** What is left of a range behind the addresses that are known at its beginning. */
  #unread({ from, to }: AddressRange): AddressRange | undefined {
    let start = from
    while (start <= to && this.#cells.has(start)) start += 1
    return start > to ? undefined : { from: start, to }
  }
}

/** Acknowledge and busy: asking again later is what the device wants. */
function isBusyFailure(failed: ReadFailure): boolean {
  return failed.kind === 'exception' && (failed.code === 5 || failed.code === 6)
}

function halves({ from, to }: AddressRange): AddressRange[] {
  const middle = from + Math.floor((to - from + 1) / 2)
  return [
    { from, to: middle - 1 },
    { from: middle, to },
  ]
}

/** The range in blocks of at most `largest` addresses. */
export function partsOf({ from, to }: AddressRange, largest: number): AddressRange[] {
  const parts: AddressRange[] = []
  for (let start = from; start <= to; start += largest) {
    parts.push({ from: start, to: Math.min(to, start + largest - 1) })
  }
  return parts
}

/** Neighbours made one, in order of address. */
export function joined(ranges: readonly AddressRange[]): AddressRange[] {
  const list: { from: number; to: number }[] = []
  for (const { from, to } of ranges.toSorted((a, b) => a.from - b.from)) {
    const last = list.at(-1)
    if (last !== undefined && from <= last.to + 1) last.to = Math.max(last.to, to)
    else list.push({ from, to })
  }
  return list
}

/** `0..9, 12, 20..29` */
export function rangesText(ranges: readonly AddressRange[]): string {
  return ranges.map(({ from, to }) => (from === to ? `${from}` : `${from}..${to}`)).join(', ')
}

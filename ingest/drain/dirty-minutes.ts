import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { CodedError } from '../../contracts/errors.ts'
import { ROLL_UP_MS, type RollUpSpan, type SeriesPoint } from '../../contracts/store.ts'

/** Whole minutes, epoch ms. */
export interface MinuteSpan extends RollUpSpan {
  readonly isOwn: boolean
}

/**
 * Minutes that have readings which their roll-up does not know. A minute stands in the file before progress
 * says that its readings are in the store, so that a start after a crash finds it again; one that is there
 * without need is rolled up once more, which changes nothing.
 */
export class DirtyMinutes {
  readonly #path: string | undefined
  /** Key: start of the minute; value: whether nothing but this run can have touched it. */
  readonly #minutes = new Map<number, boolean>()
  /** Taken, and not done yet. */
  readonly #taken = new Set<number>()
  /** What the file has: these and those, and perhaps some that are done. */
  #kept: ReadonlySet<number> = new Set()

  /** Without a path nothing is kept: the embedded store knows by itself. */
  constructor(path: string | undefined) {
    this.#path = path
  }

  /** Takes over what the last run left. @throws CodedError DATA_DAMAGED, and nothing is taken over */
  load(): void {
    if (this.#path === undefined) return
    let text: string
    try {
      text = readFileSync(this.#path, 'utf8')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return // The first start.
      throw damaged(this.#path, error)
    }
    for (const span of parseSpans(text, this.#path)) this.#add({ ...span, isOwn: false })
    this.#kept = new Set(this.#minutes.keys())
  }

  /** These points are in the store. @throws CodedError DATA_UNWRITABLE, and they have to be told again */
  mark(points: readonly SeriesPoint[]): void {
    let minute = Number.NaN
    for (const { reading } of points) {
      const other = Math.floor(reading.time / ROLL_UP_MS) * ROLL_UP_MS
      if (other === minute || !Number.isSafeInteger(other)) continue
      minute = other
      if (!this.#minutes.has(minute)) this.#minutes.set(minute, true)
    }
    if (this.#path === undefined || this.#kept.isSupersetOf(this.#minutes)) return
    const all = this.#taken.union(this.#minutes)
    keepSpans(this.#path, spansOf(new Map([...all].map((start) => [start, true])), Number.POSITIVE_INFINITY))
    this.#kept = all
  }

  /** All of them, in spans of at most `longest` minutes, the oldest first: each is to be done or put back. */
  take(longest: number): MinuteSpan[] {
    const spans = spansOf(this.#minutes, longest)
    for (const minute of this.#minutes.keys()) this.#taken.add(minute)
    this.#minutes.clear()
    return spans
  }

  done(span: MinuteSpan): void {
    for (const minute of minutesOf(span)) this.#taken.delete(minute)
  }

  putBack(span: MinuteSpan): void {
    this.done(span)
    this.#add(span)
  }

  #add(span: MinuteSpan): void {
    for (const minute of minutesOf(span))
      this.#minutes.set(minute, span.isOwn && (this.#minutes.get(minute) ?? true))
  }
}

function* minutesOf({ from, to }: RollUpSpan): Generator<number> {
  for (let minute = from; minute < to; minute += ROLL_UP_MS) yield minute
}

/** Minutes of both kinds never share a span. */
function spansOf(minutes: ReadonlyMap<number, boolean>, longest: number): MinuteSpan[] {
  const spans: { from: number; to: number; isOwn: boolean }[] = []
  for (const [minute, isOwn] of [...minutes].sort(([a], [b]) => a - b)) {
    const last = spans.at(-1)
    const goesOn = last?.to === minute && last.isOwn === isOwn && minute - last.from < longest * ROLL_UP_MS
    if (last !== undefined && goesOn) last.to += ROLL_UP_MS
    else spans.push({ from: minute, to: minute + ROLL_UP_MS, isOwn })
  }
  return spans
}

/** Minutes that one file may name: two years. More is a file of somebody else. */
const MAX_MINUTES = 1_051_200

function parseSpans(text: string, path: string): RollUpSpan[] {
  const isMinute = (value: unknown): value is number =>
    Number.isSafeInteger(value) && Number(value) % ROLL_UP_MS === 0
  try {
    const { minutes } = JSON.parse(text) as { minutes: [unknown, unknown][] }
    let total = 0
    return minutes.map(([from, to]) => {
      if (!isMinute(from) || !isMinute(to)) throw new Error('a time that is no minute')
      total += (to - from) / ROLL_UP_MS
      if (total > MAX_MINUTES) throw new Error('too many minutes')
      return { from, to }
    })
  } catch (error) {
    throw damaged(path, error)
  }
}

/** The old file or the new one is there whatever happens. */
function keepSpans(path: string, spans: readonly RollUpSpan[]): void {
  const fresh = `${path}.new`
  try {
    const file = openSync(fresh, 'w')
    try {
      writeSync(file, JSON.stringify({ minutes: spans.map(({ from, to }) => [from, to]) }))
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
    renameSync(fresh, path)
  } catch (error) {
    throw new CodedError('DATA_UNWRITABLE', `${path}: ${(error as Error).message}`, { cause: error })
  }
}

function damaged(path: string, error: unknown): CodedError {
  return new CodedError('DATA_DAMAGED', `${path}: ${(error as Error).message}`, { cause: error })
}

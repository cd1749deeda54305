import type { Annunciator, Output, OutputState } from '../../contracts/annunciator.ts'
import type { Clock } from '../../contracts/clock.ts'
import type { BlockData, WriteRequest } from '../drivers/driver.ts'
import { pause } from '../polling/back-off.ts'
import type { Wish } from './decision.ts'
import type { OutputBoard } from './output-board.ts'
import { outputGroups } from './output-groups.ts'
import type { OutputLine } from './output-line.ts'

/** How long a stop tries to make everything safe, ms; and how long it waits before it tries one again. */
const STOP_MS = 3_000
const STOP_RETRY_MS = 100
/** A refresh that is so many intervals late goes before what has changed: nothing waits for ever on a slow line. */
const LATE_REFRESHES = 2

/** Outputs that one request writes. */
interface Group {
  readonly outputs: readonly Output[]
  /** What was tried last; empty before the first time. */
  tried: readonly OutputState[]
  /** When that was, monotonic ms. */
  at: number
  /** When it was last found to be as it was told. */
  soundAt: number
}

interface OutputLoopOptions {
  annunciator: Annunciator
  line: Pick<OutputLine, 'write' | 'read' | 'close' | 'trouble'>
  board: OutputBoard
  wish: (output: Output, now: number) => Wish
  /** When wishes change by themselves, beside what flashes; monotonic ms. */
  changesAt: (now: number) => number | undefined
  clock: Pick<Clock, 'monotonic'>
}

/**
 * Has the outputs do what they are to do: a change is written at once, everything again every `refresh`, so that a
 * module which is written to no more can tell. What fails is tried again at that pace. One request at a time.
 */
export class OutputLoop {
  readonly #options: OutputLoopOptions
  readonly #groups: Group[]
  #running: Promise<void> = Promise.resolve()
  #resting = new AbortController()
  #stopAt: number | undefined
  #isOver = false

  constructor(options: OutputLoopOptions) {
    this.#options = options
    this.#groups = outputGroups(options.annunciator).map((outputs) => ({
      outputs,
      tried: [],
      at: Number.NEGATIVE_INFINITY,
      soundAt: Number.NEGATIVE_INFINITY,
    }))
  }

  start(): void {
    this.#running = this.#run()
  }

  /** Something has changed: look at once. */
  wake(): void {
    this.#resting.abort()
  }

  /** The wishes are safe by now: writes them within 3 s, and tells whether all of it was done. */
  async stop(): Promise<boolean> {
    const { clock, line } = this.#options
    const stopAt = clock.monotonic()
    this.#stopAt = stopAt
    this.wake()
    const timer = setTimeout(() => {
      this.#isOver = true
      line.close()
      this.wake()
    }, STOP_MS)
    await this.#running
    clearTimeout(timer)
    line.close()
    return this.#groups.every(({ soundAt }) => soundAt >= stopAt)
  }

  async #run(): Promise<void> {
    const { clock } = this.#options
    while (!this.#isOver) {
      this.#resting = new AbortController()
      const now = clock.monotonic()
      const group = this.#stopAt === undefined ? this.#due(now) : this.#unsafe(this.#stopAt)
      if (group !== undefined) await this.#carryOut(group)
      else if (this.#stopAt !== undefined) return
      else await pause(Math.max(0, this.#dueAt(now) - now), this.#resting.signal)
      // The module refuses, or the line is away.
      if (group !== undefined && this.#stopAt !== undefined && group.soundAt < this.#stopAt)
        await pause(STOP_RETRY_MS, this.#resting.signal)
    }
  }

  /** Of a stop: what was not found safe since, the one that was tried longest ago. */
  #unsafe(stopAt: number): Group | undefined {
    return oldest(this.#groups.filter(({ soundAt }) => soundAt < stopAt))
  }

  #due(now: number): Group | undefined {
    const { refreshMs } = this.#options.annunciator
    const urgent = this.#groups.filter(
      (group) => now - group.at >= LATE_REFRESHES * refreshMs || this.#isChanged(group, now),
    )
    return oldest(urgent) ?? oldest(this.#groups.filter(({ at }) => now - at >= refreshMs))
  }

  #isChanged({ outputs, tried }: Group, now: number): boolean {
    return outputs.some((output, n) => this.#options.wish(output, now).state !== tried[n])
  }

  #dueAt(now: number): number {
    const { annunciator, wish, changesAt } = this.#options
    return Math.min(
      ...this.#groups.map(({ at }) => at + annunciator.refreshMs),
      ...annunciator.outputs.flatMap((output) => wish(output, now).changesAt ?? []),
      changesAt(now) ?? Number.POSITIVE_INFINITY,
    )
  }

  async #carryOut(group: Group): Promise<void> {
    const { annunciator, line, board, wish, clock } = this.#options
    const { outputs } = group
    const stopAt = this.#stopAt
    const now = clock.monotonic()
    const states = outputs.map((output) => wish(output, now).state)
    group.at = now
    group.tried = states
    const outcome = await line.write(requestOf(annunciator, outputs, states))
    if (!outcome.ok) {
      for (const output of outputs) board.unanswered(output, outcome.failed, line.trouble)
      return
    }
    for (const [n, output] of outputs.entries()) board.written(output, states[n] ?? output.safe)
    const afterMs = Math.max(0, ...outputs.map(({ readback }) => readback?.afterMs ?? 0))
    // Not to be cut short: what is read too early is not what it will be.
    if (afterMs > 0) await pause(afterMs, new AbortController().signal)
    let isSound = true
    for (const [n, output] of outputs.entries())
      isSound = (await this.#confirm(output, states[n] ?? output.safe)) && isSound
    // What was decided before the stop is not what the stop asks for.
    if (isSound && this.#stopAt === stopAt) group.soundAt = clock.monotonic()
  }

  /** True when the output is seen to be in that state, or cannot be seen at all. */
  async #confirm(output: Output, state: OutputState): Promise<boolean> {
    const { annunciator, line, board } = this.#options
    const { readback } = output
    if (readback !== undefined) {
      const { table, address, values } = readback
      const place = { kind: 'registers', unitId: annunciator.unitId, table, address, count: 1 } as const
      const outcome = await line.read(place)
      if (!outcome.ok) {
        board.unanswered(output, outcome.failed, line.trouble)
        return false
      }
      const found = firstOf(outcome.data)
      if (found !== values[state]) {
        board.differs(
          output,
          `it was told ${state}, and ${table} ${address} reads ${found} instead of ${values[state]}`,
        )
        return false
      }
    }
    board.sound(output)
    return true
  }
}

function requestOf(
  { unitId, isMultiple }: Annunciator,
  outputs: readonly Output[],
  states: readonly OutputState[],
): WriteRequest {
  const { table, address } = outputs[0]?.register ?? { table: 'coil' as const, address: 0 }
  const values = outputs.map((output, n) => output.values[states[n] ?? output.safe])
  return { kind: 'write', unitId, table, address, values, isMultiple }
}

function firstOf(data: BlockData): number | undefined {
  if (data.kind === 'bits') return Number(data.bits[0])
  return data.kind === 'words' ? data.words[0] : undefined
}

function oldest(groups: readonly Group[]): Group | undefined {
  return groups.reduce<Group | undefined>(
    (first, group) => (first === undefined || group.at < first.at ? group : first),
    undefined,
  )
}

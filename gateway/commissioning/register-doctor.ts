import type { RegisterTable } from '../../contracts/facility-words.ts'
import type { ReadOutcome, ReadRequest } from '../drivers/driver.ts'
import { pause } from '../polling/back-off.ts'
import { isBitTable } from '../polling/plan.ts'
import type { Cells, Interpretation } from './interpretation.ts'
import { interpretationsAt } from './interpretation.ts'
import { layOut } from './register-layout.ts'
import { type Motion, motionOf } from './register-motion.ts'
import { type AddressRange, joined, RegisterSurvey, type SurveyEnding } from './register-survey.ts'

/** One register, with everything that it may be. */
export interface ExaminedRegister {
  readonly address: number
  /** At each look, in order of time. */
  readonly words: readonly number[]
  readonly motion: Motion
  /** The best first; empty in bit tables. */
  readonly interpretations: readonly Interpretation[]
}

/** What the doctor found out about one table of a device. */
export interface Examination {
  readonly unit: number
  readonly table: RegisterTable
  readonly asked: AddressRange
  readonly readable: readonly AddressRange[]
  readonly refused: readonly AddressRange[]
  readonly silent: readonly AddressRange[]
  /** Most addresses that the device answers at once, where it refused larger blocks for their size. */
  readonly blockLimit?: number
  readonly requests: number
  readonly ending: SurveyEnding
  readonly registers: readonly ExaminedRegister[]
  /** The most plausible reading of all registers together. */
  readonly points: readonly Interpretation[]
  /** The byte order that its surest floats agree on. */
  readonly order?: string
}

export interface ExaminationPlan {
  readonly unit: number
  /** The unit id in the answers, when it is not that of the requests. */
  readonly replyUnit?: number
  readonly table: RegisterTable
  readonly range: AddressRange
  /** Largest block to ask for. */
  readonly largest: number
  /** Looks at every register, `everyMs` apart: what moves is measured, what stands still is configured. */
  readonly looks: number
  readonly everyMs: number
  /** Before each request, ms: the device has its own work to do. */
  readonly pauseMs: number
  /** How long a late answer may still come, ms; 0 where answers bear a number. */
  readonly latenessMs: number
}

interface DoctorOptions {
  read(request: ReadRequest): Promise<ReadOutcome>
  onProgress(text: string): void
  signal: AbortSignal
}

/** A device that is busy is left alone for so long. */
const BUSY_PAUSE_MS = 200

/** Reads a range of a table a few times over and says what it may mean. Read-only. */
export async function examine(plan: ExaminationPlan, options: DoctorOptions): Promise<Examination> {
  const { unit, table, range, largest, latenessMs } = plan
  const { onProgress, signal } = options
  const survey = await new RegisterSurvey({
    range,
    largest,
    ask: (address, count) => ask(plan, options, { address, count }),
    rest: (why) => pause(why === 'busy' ? BUSY_PAUSE_MS : latenessMs, signal),
    onProgress: (settled, total) => onProgress(`${settled} of ${total} addresses`),
    signal,
  }).run()
  const looks = [survey.cells, ...(await lookAgain(plan, options, survey.blocks))]
  const addresses = [...survey.cells.keys()].sort((a, b) => a - b)
  const whole = looks.map((cells) => completed(cells, survey.cells))
  const isBits = isBitTable(table)
  const layout = isBits ? { points: [] } : layOut(whole)
  return {
    unit,
    table,
    asked: range,
    readable: joined(survey.blocks),
    refused: survey.refused,
    silent: survey.silent,
    ...(survey.blockLimit === undefined ? {} : { blockLimit: survey.blockLimit }),
    requests: survey.requests + survey.blocks.length * (looks.length - 1),
    ending: survey.ending,
    registers: addresses.map((address) => {
      const words = whole.map((cells) => cells.get(address) ?? 0)
      const interpretations = isBits ? [] : interpretationsAt(address, whole)
      return { address, words, motion: motionOf(words), interpretations }
    }),
    ...layout,
  }
}

/** Asks again for the blocks that were answered, as they stand. */
async function lookAgain(
  plan: ExaminationPlan,
  options: DoctorOptions,
  blocks: readonly AddressRange[],
): Promise<Cells[]> {
  const looks: Cells[] = []
  if (blocks.length === 0) return looks
  for (let look = 2; look <= plan.looks; look++) {
    options.onProgress(`look ${look} of ${plan.looks}, ${plan.everyMs} ms after the last`)
    await pause(plan.everyMs, options.signal)
    const cells = new Map<number, number>()
    for (const { from, to } of blocks) {
      if (options.signal.aborted) return looks
      const outcome = await ask(plan, options, { address: from, count: to - from + 1 })
      if (!outcome.ok || outcome.data.kind === 'record') continue
      const values = outcome.data.kind === 'words' ? outcome.data.words : outcome.data.bits.map(Number)
      for (const [index, value] of values.entries()) cells.set(from + index, value)
    }
    looks.push(cells)
  }
  return looks
}

/** A look that missed a register saw nothing move. */
function completed(cells: Cells, first: Cells): Cells {
  return new Map([...first].map(([address, word]) => [address, cells.get(address) ?? word]))
}

async function ask(
  { unit, replyUnit, table, pauseMs }: ExaminationPlan,
  { read, signal }: DoctorOptions,
  { address, count }: { address: number; count: number },
): Promise<ReadOutcome> {
  if (pauseMs > 0) await pause(pauseMs, signal)
  const reply = replyUnit === undefined ? {} : { replyUnit }
  return read({ kind: 'registers', unitId: unit, table, address, count, ...reply })
}

import type { Clock } from '../../contracts/clock.ts'
import { failureName, isAnswer, type ReadOutcome, type ReadRequest } from '../drivers/driver.ts'

/** A unit that answered. */
export interface ScannedUnit {
  readonly unit: number
  /** What it made of one register of each table that was asked. */
  readonly answers: readonly UnitAnswer[]
}

export interface UnitAnswer {
  readonly table: 'holding' | 'input'
  /** `data`, or the exception it answered with. */
  readonly how: string
  readonly roundTripMs: number
}

export interface ScanResult {
  readonly units: readonly ScannedUnit[]
  /** Units that were asked. */
  readonly asked: number
  /** Units that a gateway says it cannot reach (exceptions 10 and 11) count as silent. */
  readonly ending: 'whole' | 'stopped' | 'disconnected'
}

interface ScanOptions {
  read(request: ReadRequest): Promise<ReadOutcome>
  /** After the link was lost: true when there is one again. */
  reopen(): Promise<boolean>
  clock: Clock
  /** First and last unit id. */
  units: readonly [number, number]
  onProgress(progress: { asked: number; of: number; found: readonly number[] }): void
  signal: AbortSignal
}

/** Functions 3 and 4: some devices have one of them only. */
const TABLES = ['holding', 'input'] as const

/**
 * Asks every unit for one register, which reads and changes nothing. An exception is an answer too: the unit
 * is there. One request at a time, at most two for a unit, so that a scan lasts at most two timeouts a unit.
 */
export async function scanUnits(options: ScanOptions): Promise<ScanResult> {
  const [first, last] = options.units
  const units: ScannedUnit[] = []
  let asked = 0
  for (let unit = first; unit <= last; unit++) {
    const answers: UnitAnswer[] = []
    for (const table of TABLES) {
      if (options.signal.aborted) return { units, asked, ending: 'stopped' }
      const { outcome, roundTripMs } = await ask(options, { unit, table })
      if (options.signal.aborted) return { units, asked, ending: 'stopped' }
      if (!outcome.ok && outcome.failed.kind === 'not-connected') {
        // Some devices hang up on whoever asks for a unit that they are not: that is no answer either.
        if (await options.reopen()) break
        return { units, asked, ending: options.signal.aborted ? 'stopped' : 'disconnected' }
      }
      if (!isAnswer(outcome)) continue
      answers.push({ table, how: outcome.ok ? 'data' : failureName(outcome.failed), roundTripMs })
      if (outcome.ok) break
    }
    asked += 1
    if (answers.length > 0) units.push({ unit, answers })
    options.onProgress({ asked, of: last - first + 1, found: units.map((each) => each.unit) })
  }
  return { units, asked, ending: 'whole' }
}

async function ask(
  { read, clock }: ScanOptions,
  { unit, table }: { unit: number; table: 'holding' | 'input' },
): Promise<{ outcome: ReadOutcome; roundTripMs: number }> {
  const before = clock.monotonic()
  const outcome = await read({ kind: 'registers', unitId: unit, table, address: 0, count: 1 })
  return { outcome, roundTripMs: Math.round((clock.monotonic() - before) * 10) / 10 }
}

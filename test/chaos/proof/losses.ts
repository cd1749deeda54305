import type { LedgerItem } from '../../../contracts/api.ts'
import type { GapReason } from '../../../contracts/wire.ts'
import type { DeviceRecord } from '../field/device-record.ts'
import type { Life } from '../processes/lives.ts'
import type { Evidence, Finding } from './evidence.ts'
import type { Sightings } from './sightings.ts'

/**
 * An answer that came within this of the end of its gateway may not have been taken off the line, or was taken
 * and not counted yet. It is the last on its connection in any case, ms.
 */
export const MOMENT_MS = 250
/** What a kill costs was taken within this of it: one group commit, and what a busy machine adds, ms. */
export const COMMIT_MS = 2_000

/** What one run of a gateway cost, in readings. */
export interface LifeLosses {
  readonly life: Life
  /** Known to have been taken, and in no database. */
  readonly missing: number
  /** Those of them that are older than a group commit at the end of the run. */
  readonly early: number
  /** Not known to have been taken: the last answer on a connection, in the last moment. */
  readonly inDoubt: number
  /** What the gateway says that it dropped. Key: reason. */
  readonly told: ReadonlyMap<string, number>
  /** Of that, in snapshots: readings that may stand in other batches too. */
  readonly repeated: number
  /** How long before the end the oldest of the missing was taken, ms. */
  readonly oldestMs: number
  /** For people who look for it. */
  readonly first: string | undefined
}

/** Key of a restart; all other reasons may take what is older. */
const RESTART: GapReason = 'restart'

export function lossesOf(sightings: readonly Sightings[], evidence: Evidence): LifeLosses[] {
  const gaps = evidence.ledger.flatMap((item) => item.gaps)
  return evidence.lives.map((life) => {
    const own = gaps.filter(({ epoch }) => epoch.startsWith(`${life.id}.`))
    const told = new Map<string, number>()
    for (const { reason, count } of own) told.set(reason, (told.get(reason) ?? 0) + count)
    const repeated = own.reduce(
      (sum, { epoch, seqs }) => sum + evidence.snapshots.readingsIn(epoch, seqs as [number, number][]),
      0,
    )
    return { life, told, repeated, ...absences(sightings, life) }
  })
}

function absences(
  sightings: readonly Sightings[],
  life: Life,
): Pick<LifeLosses, 'missing' | 'early' | 'inDoubt' | 'oldestMs' | 'first'> {
  const found = { missing: 0, early: 0, inDoubt: 0, oldestMs: 0 }
  let first: string | undefined
  for (const { record, sensor, seen } of sightings) {
    if (record.gateway !== life.gateway) continue
    for (let number = 1; number <= record.count; number++) {
      const answer = record.answer(number)
      if (answer?.connection.life !== life.id || seen.has(number)) continue
      if (isInDoubt(record, number, life)) {
        found.inDoubt += 1
        continue
      }
      const ageMs = endOf(life) - answer.at
      found.missing += 1
      if (ageMs > COMMIT_MS) found.early += 1
      found.oldestMs = Math.max(found.oldestMs, ageMs)
      first ??= `${sensor} number ${number}, answered ${Math.round(ageMs)} ms before the end`
    }
  }
  return { ...found, first }
}

function isInDoubt(record: DeviceRecord, number: number, life: Life): boolean {
  const at = record.answer(number)?.at ?? 0
  return !record.isTaken(number) && at >= endOf(life) - MOMENT_MS
}

/** A process that is stopped takes nothing any more. A run that has not ended has lost nothing by its end. */
function endOf({ stoppedAt, until }: Life): number {
  return until === undefined ? Number.POSITIVE_INFINITY : Math.min(stoppedAt ?? until, until)
}

/** Everything that is missing is counted, and nothing is counted that is not missing. */
export function uncountedLosses(losses: readonly LifeLosses[]): Finding[] {
  return losses.flatMap((loss): Finding[] => {
    const { life, missing, early, inDoubt, told, repeated, first } = loss
    const counted = sum(told)
    const other = counted - (told.get(RESTART) ?? 0)
    const findings: Finding[] = []
    if (missing > counted)
      findings.push({
        law: 'lost',
        text: `${life.id}: ${missing} readings are missing, ${counted} are counted; the first: ${first}`,
      })
    else if (early > other)
      findings.push({
        law: 'gaps',
        text: `${life.id}: ${early} readings were lost longer than a group commit before its end, and ${other} are counted for a reason that allows it; the first: ${first}`,
      })
    if (counted > missing + inDoubt + repeated)
      findings.push({
        law: 'gaps',
        text: `${life.id}: ${counted} readings are counted as dropped, and only ${missing} (and ${inDoubt} in doubt, ${repeated} in snapshots) are missing`,
      })
    return findings
  })
}

/** Gaps of epochs that no run of a gateway had. */
export function strangeGaps({ ledger, lives }: Pick<Evidence, 'ledger' | 'lives'>): Finding[] {
  return ledger.flatMap(({ gateway, gaps }: LedgerItem) =>
    gaps
      .filter(({ epoch }) => !lives.some(({ id }) => epoch.startsWith(`${id}.`)))
      .map(({ epoch, reason, count }) => ({
        law: 'gaps' as const,
        text: `${gateway} tells of ${count} readings (${reason}) of an epoch that never was: ${epoch}`,
      })),
  )
}

/** Readings that are missing and that nobody counts. */
export function lostIn(losses: readonly LifeLosses[]): number {
  return losses.reduce((lost, { missing, told }) => lost + Math.max(0, missing - sum(told)), 0)
}

/** Answers that were on their way when their gateway ended, as far as they are not counted. */
export function neverTakenIn(losses: readonly LifeLosses[]): number {
  return losses.reduce(
    (never, { missing, inDoubt, told }) =>
      never + inDoubt - Math.min(inDoubt, Math.max(0, sum(told) - missing)),
    0,
  )
}

export function sum(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((a, b) => a + b, 0)
}

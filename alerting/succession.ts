import type { AlarmConfig, Facility, Sensor } from '../contracts/facility.ts'
import { AlarmEngine } from './alarm-engine.ts'
import { shownState } from './alarm-record.ts'
import type { AlarmEntry, Evaluation } from './evaluation.ts'
import type { Judged } from './evidence.ts'
import type { KeptRecord } from './journal/state-store.ts'
import type { Revision } from './settings/revision.ts'

/** The engine that evaluates from now on, and what follows from the change. */
export interface Succession {
  engine: AlarmEngine
  /** What the new limits and delays, and what suppresses by design now, did at once. */
  evaluation: Evaluation
  /** Alarms that are no longer in the facility file and were not normal. */
  gone: AlarmEntry[]
}

/** Another version of a facility file, all but in force. */
export interface Exchange extends Disposable {
  /** In force when it returns: nothing that arrives is evaluated with half of it. The ids of alarms that are no more. */
  take(): string[]
}

interface Next {
  /** What is evaluated until now, and from now on. */
  from: Facility
  to: Facility
  /** Epoch ms of the server; the engine before has been advanced to it. */
  now: number
  /** What is kept of alarms that the engine before does not have. Key: alarm id. */
  kept: ReadonlyMap<string, KeptRecord>
  /** What was made of settings at run time. Key: alarm id. */
  settings: ReadonlyMap<string, readonly Revision[]>
}

/**
 * Another version of the facility file comes into force. What stays goes on as it is: states, occurrences, running
 * delays, flags, silence. An alarm that is new or judged differently is judged at once on what its sensor holds.
 */
export function succeed(before: AlarmEngine, { from, to, now, kept, settings }: Next): Succession {
  const records = new Map(kept)
  // Nothing is replayed: no record is ahead of what is evaluated.
  for (const { config, record } of before.entries()) records.set(config.id, { record, position: 0 })
  const snapshot = before.snapshot()
  const sensors = snapshot.sensors.filter(({ id }) => isSameSeries(from.sensors.get(id), to.sensors.get(id)))
  const engine = new AlarmEngine({
    facility: to,
    now,
    records,
    settings,
    snapshot: { ...snapshot, now, sensors },
    testsOf: before,
  })
  const rejudged = new Map<string, AlarmConfig>()
  for (const { config } of engine.entries()) {
    const known = before.entry(config.id)?.config
    if (known === undefined || !isJudgedAlike(known, config)) rejudged.set(config.id, known ?? config)
  }
  const gone = [...before.entries()].filter(
    ({ config, record }) => engine.entry(config.id) === undefined && shownState(record) !== 'NORM',
  )
  return { engine, evaluation: engine.resume(now, rejudged), gone }
}

/** What it held is no value of a sensor of another unit, and no sign of life by another clock. */
function isSameSeries(before: Sensor | undefined, after: Sensor | undefined): boolean {
  const keys = ['kind', 'unit', 'quantity', 'gateway'] as const
  return keys.every((key) => before?.[key] === after?.[key])
}

function isJudgedAlike(before: AlarmConfig, after: AlarmConfig): boolean {
  const judged = ['when', 'limit', 'deadband', 'onBad'] as const satisfies (keyof Judged)[]
  return [...judged, 'onDelayMs' as const, 'offDelayMs' as const].every((key) =>
    Object.is(before[key], after[key]),
  )
}

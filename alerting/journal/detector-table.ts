import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { Calibration } from '../detectors/calibration.ts'
import type { Inhibition } from '../detectors/inhibition.ts'
import type { StepCommit } from './step-table.ts'

/** What was done with detectors, in one transaction with the entries that say so. */
export interface DetectorCommit extends StepCommit {
  calibrations?: readonly Calibration[]
  inhibitions?: readonly Inhibition[]
}

export interface CalibrationQuery {
  facility: string
  sensor: string
  /** Done before this, epoch ms; newest first. */
  before?: number
  /** More only of the last moment, of which none is left out: the next page begins before it. */
  limit: number
}

export interface InhibitionQuery {
  facility: string
  /** Those that run, and those that have ended since, epoch ms. */
  since: number
}

/** The calibrations and inhibitions of detectors. */
export interface DetectorStore {
  /** Resolves once it survives a power loss. @throws CodedError JOURNAL_UNWRITABLE */
  enter(commit: DetectorCommit): Promise<void>
  calibrations(query: CalibrationQuery): Promise<Calibration[]>
  /** Of each sensor and kind the last that failed, and the last that did not; and the newest of all. */
  lastCalibrations(facility: string): Promise<Calibration[]>
  /** Oldest first, the newest of all among them. */
  inhibitions(query: InhibitionQuery): Promise<Inhibition[]>
}

/** Within the transaction of a commit. A calibration is never changed; neither is ever dropped. */
export class DetectorWriter {
  readonly #calibration: StatementSync
  readonly #inhibition: StatementSync

  constructor(database: DatabaseSync) {
    this.#calibration = database.prepare(
      `INSERT INTO calibration (facility, number, sensor, kind, failed, time, body) VALUES (?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (facility, number) DO NOTHING`,
    )
    this.#inhibition = database.prepare(
      'INSERT OR REPLACE INTO inhibition (facility, number, ended, body) VALUES (?, ?, ?, ?)',
    )
  }

  keep({ facility, calibrations = [], inhibitions = [] }: DetectorCommit): void {
    for (const calibration of calibrations) {
      const { number, sensor, kind, result, time } = calibration
      const failed = Number(result === 'fail')
      this.#calibration.run(facility, number, sensor, kind, failed, time, JSON.stringify(calibration))
    }
    for (const inhibition of inhibitions) {
      const { number, ended } = inhibition
      this.#inhibition.run(facility, number, ended, JSON.stringify(inhibition))
    }
  }
}

export function readCalibrations(database: DatabaseSync, query: CalibrationQuery): Calibration[] {
  const { facility, sensor, before = Number.MAX_SAFE_INTEGER, limit } = query
  return database
    .prepare(
      `SELECT body FROM calibration WHERE facility = $facility AND sensor = $sensor AND time < $before AND time >= coalesce(
         (SELECT time FROM calibration WHERE facility = $facility AND sensor = $sensor AND time < $before
          ORDER BY time DESC LIMIT 1 OFFSET $limit - 1), 0)
       ORDER BY time DESC, number DESC`,
    )
    .all({ $facility: facility, $sensor: sensor, $before: before, $limit: limit })
    .map(bodyOf<Calibration>)
}

export function readLastCalibrations(database: DatabaseSync, facility: string): Calibration[] {
  const last = database
    .prepare(
      `SELECT body, max(time) FROM calibration WHERE facility = ? GROUP BY sensor, kind, failed
       UNION SELECT body, 0 FROM calibration
       WHERE facility = ? AND number = (SELECT max(number) FROM calibration WHERE facility = ?)`,
    )
    .all(facility, facility, facility)
    .map(bodyOf<Calibration>)
  return [...new Map(last.map((calibration) => [calibration.number, calibration])).values()]
}

export function readInhibitions(database: DatabaseSync, { facility, since }: InhibitionQuery): Inhibition[] {
  return database
    .prepare(
      `SELECT body FROM inhibition WHERE facility = ? AND (ended IS NULL OR ended >= ?
       OR number = (SELECT max(number) FROM inhibition WHERE facility = ?)) ORDER BY number`,
    )
    .all(facility, since, facility)
    .map(bodyOf<Inhibition>)
}

function bodyOf<T>({ body }: Record<string, unknown>): T {
  return JSON.parse(String(body)) as T
}

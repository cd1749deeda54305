import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { KeptTest } from '../field-tests/field-test.ts'
import type { KeptSensor } from '../field-tests/tested-sensor.ts'
import type { TestQuery } from './state-store.ts'

/** Bump and proof tests with their evidence, within the transaction of a commit. They are never dropped. */
export class TestWriter {
  readonly #test: StatementSync
  readonly #sensor: StatementSync

  constructor(database: DatabaseSync) {
    this.#test = database.prepare(
      'INSERT OR REPLACE INTO field_test (facility, number, ended, body) VALUES (?, ?, ?, ?)',
    )
    this.#sensor = database.prepare(
      'INSERT OR REPLACE INTO field_test_sensor (facility, number, sensor, body) VALUES (?, ?, ?, ?)',
    )
  }

  /** Sensors that are left out stay as they are. */
  keep(facility: string, tests: readonly KeptTest[]): void {
    for (const { sensors, ...test } of tests) {
      const { number, ended } = test
      this.#test.run(facility, number, ended, JSON.stringify(test))
      for (const sensor of sensors) this.#sensor.run(facility, number, sensor.sensor, JSON.stringify(sensor))
    }
  }
}

/** Newest first; the sensors of each by name. */
export function readTests(database: DatabaseSync, query: TestQuery): KeptTest[] {
  const { facility, isRunning, before = Number.MAX_SAFE_INTEGER, limit } = query
  const state = isRunning === undefined ? '' : `AND ended IS ${isRunning ? '' : 'NOT '}NULL`
  const sensors = database.prepare(
    'SELECT body FROM field_test_sensor WHERE facility = ? AND number = ? ORDER BY sensor',
  )
  return database
    .prepare(
      `SELECT number, body FROM field_test WHERE facility = ? AND number < ? ${state} ORDER BY number DESC LIMIT ?`,
    )
    .all(facility, before, limit)
    .map(({ number, body }) => ({
      ...(JSON.parse(String(body)) as Omit<KeptTest, 'sensors'>),
      sensors: sensors.all(facility, Number(number)).map((row) => JSON.parse(String(row.body)) as KeptSensor),
    }))
}

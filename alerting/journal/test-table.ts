import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { KeptTest } from '../field-tests/field-test.ts'
import type { TestQuery } from './state-store.ts'

/** Bump and proof tests with their evidence, within the transaction of a commit. They are never dropped. */
export class TestWriter {
  readonly #keep: StatementSync

  constructor(database: DatabaseSync) {
    this.#keep = database.prepare(
      'INSERT OR REPLACE INTO field_test (facility, number, ended, body) VALUES (?, ?, ?, ?)',
    )
  }

  keep(facility: string, tests: readonly KeptTest[]): void {
    for (const test of tests) this.#keep.run(facility, test.number, test.ended, JSON.stringify(test))
  }
}

/** Newest first. */
export function readTests(database: DatabaseSync, query: TestQuery): KeptTest[] {
  const { facility, isRunning, before = Number.MAX_SAFE_INTEGER, limit } = query
  const state = isRunning === undefined ? '' : `AND ended IS ${isRunning ? '' : 'NOT '}NULL`
  return database
    .prepare(
      `SELECT body FROM field_test WHERE facility = ? AND number < ? ${state} ORDER BY number DESC LIMIT ?`,
    )
    .all(facility, before, limit)
    .map(({ body }) => JSON.parse(String(body)) as KeptTest)
}

import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { Revision } from '../settings/revision.ts'

/** A revision of the settings of one alarm, as it is kept. */
export interface KeptRevision {
  alarm: string
  revision: Revision
}

/** Settings that were changed at run time, within the transaction of a commit. Append-only. */
export class SettingWriter {
  readonly #insert: StatementSync

  constructor(database: DatabaseSync) {
    this.#insert = database.prepare(
      'INSERT INTO alarm_setting (facility, alarm, revision, time, body) VALUES (?, ?, ?, ?, ?)',
    )
  }

  add(facility: string, { alarm, revision }: KeptRevision): void {
    this.#insert.run(facility, alarm, revision.revision, revision.time, JSON.stringify(revision))
  }
}

/** Every revision of a facility, oldest first. Key: alarm id. */
export function readSettings(database: DatabaseSync, facility: string): Map<string, Revision[]> {
  const settings = new Map<string, Revision[]>()
  const rows = database
    .prepare('SELECT alarm, body FROM alarm_setting WHERE facility = ? ORDER BY alarm, revision')
    .all(facility)
  for (const { alarm, body } of rows) {
    const revisions = settings.get(String(alarm)) ?? []
    revisions.push(JSON.parse(String(body)) as Revision)
    settings.set(String(alarm), revisions)
  }
  return settings
}

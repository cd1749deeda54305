import { columnTypes, createTable, runSql } from '../store/columns.ts'
import type { Migration } from '../store/migrations.ts'

/** Public reports, and the challenges that were used. */
export const reportMigration: Migration = {
  name: '003-reports',
  async up(trx, dialect) {
    const { id, integer, real, text, json, flag } = columnTypes(dialect)
    await createTable(trx, dialect, {
      name: 'report',
      columns: [
        `number ${id}`,
        `facility ${text} NOT NULL`,
        `state ${text} NOT NULL`,
        `version ${integer} NOT NULL`,
        `received ${integer} NOT NULL`,
        `updated ${integer} NOT NULL`,
        `description ${text} NOT NULL`,
        `place ${text}`,
        `happened ${integer}`,
        `is_employee ${flag} NOT NULL`,
        `receipt ${text} NOT NULL UNIQUE`,
        `words ${text} NOT NULL`,
        `photos ${integer} NOT NULL`,
        `contact ${text}`,
        `contact_key ${text}`,
        `hazard ${integer}`,
        `duplicate_of ${integer}`,
        `reason ${text}`,
        `reward ${text} NOT NULL`,
        `reward_amount ${real}`,
        `reward_basis ${json}`,
        `reward_by ${text}`,
        `closed ${integer}`,
      ],
    })
    await createTable(trx, dialect, {
      name: 'report_challenge',
      columns: [`id ${text} PRIMARY KEY`, `until ${integer} NOT NULL`],
    })
    for (const [name, on] of Object.entries(INDEXES)) await runSql(trx, `CREATE INDEX ${name} ON ${on}`)
  },
}

/** Key: name. */
const INDEXES = {
  report_by_facility: 'report (facility, number)',
  report_by_state: 'report (facility, state, number)',
  report_by_time: 'report (facility, received)',
  report_by_words: 'report (facility, words, received)',
  report_by_hazard: 'report (hazard)',
  report_with_contact: 'report (facility, number) WHERE contact IS NOT NULL',
  report_challenge_by_end: 'report_challenge (until)',
}

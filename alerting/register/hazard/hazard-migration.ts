import { columnTypes, createTable, runSql } from '../store/columns.ts'
import type { Migration } from '../store/migrations.ts'
import { addSearch } from '../store/search.ts'

/** The hazards, their occurrences, the steps of everything in the register, and the facilities. */
export const hazardMigration: Migration = {
  name: '001-hazards',
  up: async (trx, dialect) => {
    const { id, integer, text, json, flag, real } = columnTypes(dialect)
    await createTable(trx, dialect, {
      name: 'hazard',
      columns: [
        `number ${id}`,
        `facility ${text} NOT NULL`,
        `city ${text}`,
        `county ${text}`,
        `town ${text}`,
        `grid ${text}`,
        `area ${text}`,
        `source ${text} NOT NULL`,
        `rule ${text}`,
        `cause ${text}`,
        `sensor ${text}`,
        `alarm ${text}`,
        `title ${text} NOT NULL`,
        `description ${text} NOT NULL`,
        `search ${text} NOT NULL`,
        `kind ${text} NOT NULL`,
        `grade ${text} NOT NULL`,
        `colour ${text}`,
        `status ${text} NOT NULL`,
        `is_open ${flag} NOT NULL`,
        `is_supervised ${flag} NOT NULL`,
        `version ${integer} NOT NULL`,
        `found ${integer} NOT NULL`,
        `deadline ${integer}`,
        `responsible ${text}`,
        `closed ${integer}`,
        `reopens ${integer}`,
        `reopened_as ${integer}`,
        `occurrences ${integer} NOT NULL`,
        `updated ${integer} NOT NULL`,
        `body ${json} NOT NULL`,
      ],
    })
    // One open hazard per cause: two servers, or two alarms at once, cannot make it twice.
    await runSql(
      trx,
      'CREATE UNIQUE INDEX hazard_cause ON hazard (facility, cause) WHERE cause IS NOT NULL AND is_open = 1',
    )
    await createTable(trx, dialect, {
      name: 'hazard_occurrence',
      columns: [
        `facility ${text} NOT NULL`,
        `occurrence ${text} NOT NULL`,
        `number ${integer} NOT NULL`,
        `alarm ${text} NOT NULL`,
        `time ${integer} NOT NULL`,
        'PRIMARY KEY (facility, occurrence, number)',
      ],
    })
    await runSql(trx, 'CREATE INDEX hazard_occurrence_number ON hazard_occurrence (number, time)')
    await createTable(trx, dialect, {
      name: 'register_step',
      columns: [
        `id ${id}`,
        `subject ${text} NOT NULL`,
        `number ${integer} NOT NULL`,
        `facility ${text} NOT NULL`,
        `time ${integer} NOT NULL`,
        `by_whom ${text} NOT NULL`,
        `address ${text}`,
        `event ${text} NOT NULL`,
        `from_status ${text}`,
        `to_status ${text}`,
        `detail ${json} NOT NULL`,
        `journal_seq ${integer}`,
      ],
    })
    await runSql(trx, 'CREATE INDEX register_step_subject ON register_step (subject, number, id)')
    await runSql(
      trx,
      'CREATE INDEX register_step_unwritten ON register_step (facility, id) WHERE journal_seq IS NULL',
    )
    await createTable(trx, dialect, {
      name: 'facility',
      columns: [
        `id ${text} PRIMARY KEY`,
        `name ${text} NOT NULL`,
        `timezone ${text} NOT NULL`,
        `lat ${real}`,
        `lon ${real}`,
        `city ${text}`,
        `county ${text}`,
        `town ${text}`,
        `grid ${text}`,
        `updated ${integer} NOT NULL`,
      ],
    })
    for (const level of ['city', 'county', 'town', 'grid'])
      await runSql(trx, `CREATE INDEX facility_${level} ON facility (${level}, id)`)
    await addSearch(trx, dialect, 'hazard', 'number')
    // What is overdue: the few that are open, by their deadline.
    await runSql(trx, 'CREATE INDEX hazard_deadline ON hazard (deadline) WHERE is_open = 1')
    await runSql(trx, 'CREATE INDEX hazard_supervised ON hazard (number) WHERE is_supervised = 1')
    for (const column of LISTED) await runSql(trx, listIndex(column))
  },
}

/** What lists ask for: each with the numbers of its hazards in order, so that a page is found without sorting. */
const LISTED = [
  'facility',
  'city',
  'county',
  'town',
  'grid',
  'status',
  'grade',
  'colour',
  'source',
  'kind',
  'responsible',
  'alarm',
] as const

function listIndex(column: (typeof LISTED)[number]): string {
  return `CREATE INDEX hazard_by_${column} ON hazard (${column}, number)`
}

import { columnTypes, createTable, runSql } from '../store/columns.ts'
import type { Migration } from '../store/migrations.ts'

/** How inspections stand, their rounds, answers and photos. */
export const inspectionMigration: Migration = {
  name: '002-inspections',
  up: async (trx, dialect) => {
    const { id, integer, text, json, flag } = columnTypes(dialect)
    await createTable(trx, dialect, {
      name: 'inspection_plan',
      columns: [
        `facility ${text} NOT NULL`,
        `plan ${text} NOT NULL`,
        `first_seen ${integer} NOT NULL`,
        `last_round ${integer}`,
        `last_finished ${integer}`,
        `last_by ${text}`,
        `overdue_told ${integer}`,
        `hazard_told ${integer}`,
        'PRIMARY KEY (facility, plan)',
      ],
    })
    await createTable(trx, dialect, {
      name: 'inspection_round',
      columns: [
        `number ${id}`,
        `facility ${text} NOT NULL`,
        `plan ${text} NOT NULL`,
        `client ${text}`,
        `name ${text} NOT NULL`,
        `kind ${text} NOT NULL`,
        `source ${text}`,
        `state ${text} NOT NULL`,
        `version ${integer} NOT NULL`,
        `since ${integer} NOT NULL`,
        `due ${integer} NOT NULL`,
        `overdue_from ${integer} NOT NULL`,
        `started ${integer} NOT NULL`,
        `started_by ${text} NOT NULL`,
        `ended ${integer}`,
        `ended_by ${text}`,
        `reason ${text}`,
        `is_late ${flag} NOT NULL`,
        `items ${integer} NOT NULL`,
        `answered ${integer} NOT NULL`,
        `findings ${integer} NOT NULL`,
        `body ${json} NOT NULL`,
      ],
    })
    // A plan has one round at a time, and a phone that asks twice starts it once.
    await runSql(
      trx,
      "CREATE UNIQUE INDEX inspection_round_running ON inspection_round (facility, plan) WHERE state = 'running'",
    )
    await runSql(
      trx,
      'CREATE UNIQUE INDEX inspection_round_client ON inspection_round (facility, client) WHERE client IS NOT NULL',
    )
    for (const columns of LISTED)
      await runSql(
        trx,
        `CREATE INDEX inspection_round_by_${columns.join('_')} ON inspection_round (${columns.join(', ')}, number)`,
      )
    await runSql(
      trx,
      'CREATE INDEX inspection_round_ended ON inspection_round (facility, plan, ended) WHERE ended IS NOT NULL',
    )
    await createTable(trx, dialect, {
      name: 'inspection_answer',
      columns: [
        `round ${integer} NOT NULL REFERENCES inspection_round (number)`,
        `item ${text} NOT NULL`,
        `client ${text} NOT NULL`,
        `result ${text} NOT NULL`,
        `note ${text} NOT NULL`,
        `answered_by ${text} NOT NULL`,
        `time ${integer} NOT NULL`,
        `hazard ${integer}`,
        'PRIMARY KEY (round, item)',
        'UNIQUE (round, client)',
      ],
    })
    await createTable(trx, dialect, {
      name: 'inspection_photo',
      columns: [
        `attachment ${integer} PRIMARY KEY`,
        `round ${integer} NOT NULL REFERENCES inspection_round (number)`,
        `item ${text}`,
        `client ${text}`,
        `is_image ${flag} NOT NULL`,
        'UNIQUE (round, client)',
      ],
    })
    // What is open in the areas of a source.
    await runSql(trx, 'CREATE INDEX hazard_open_area ON hazard (facility, area) WHERE is_open = 1')
  },
}

const LISTED = [['facility'], ['facility', 'plan'], ['plan'], ['state']] as const

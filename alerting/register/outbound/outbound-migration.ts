import { columnTypes, createTable, runSql } from '../store/columns.ts'
import type { Migration } from '../store/migrations.ts'

export const outboundMigration: Migration = {
  name: '005-outbound',
  up: async (trx, dialect) => {
    const { id, text, integer, json } = columnTypes(dialect)
    await createTable(trx, dialect, {
      name: 'export_item',
      columns: [
        `number ${id}`,
        `facility ${text} NOT NULL`,
        `export_id ${text} NOT NULL`,
        `kind ${text} NOT NULL`,
        `item ${text} NOT NULL`,
        `subject ${text} NOT NULL`,
        `version ${integer} NOT NULL`,
        `title ${text} NOT NULL`,
        `body ${json} NOT NULL`,
        `created ${integer} NOT NULL`,
        `attempts ${integer} NOT NULL`,
        `next_try ${integer} NOT NULL`,
        `state ${text} NOT NULL`,
        `sent ${integer}`,
        `receipt ${text}`,
        `error ${text}`,
        `slot ${text} UNIQUE`,
      ],
    })
    const of = 'facility, export_id'
    await runSql(trx, `CREATE INDEX export_item_queue ON export_item (${of}, state, number)`)
    await runSql(trx, `CREATE INDEX export_item_page ON export_item (${of}, number)`)
    await runSql(trx, `CREATE INDEX export_item_item ON export_item (${of}, item)`)
    await runSql(trx, `CREATE INDEX export_item_subject ON export_item (${of}, subject, state)`)
    await createTable(trx, dialect, {
      name: 'export_lane',
      columns: [
        `facility ${text} NOT NULL`,
        `export_id ${text} NOT NULL`,
        `filter ${text} NOT NULL`,
        `hazard_cursor ${integer}`,
        `sent ${integer} NOT NULL`,
        `last_success ${integer}`,
        `failing_since ${integer}`,
        `last_error ${text}`,
        `last_error_time ${integer}`,
        `PRIMARY KEY (${of})`,
      ],
    })
  },
}

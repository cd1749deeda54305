import { columnTypes, createTable, runSql } from '../store/columns.ts'
import type { Migration } from '../store/migrations.ts'

export const attachmentMigration: Migration = {
  name: '0001-attachments',
  up: async (trx, dialect) => {
    const { id, text, integer, bytes } = columnTypes(dialect)
    await createTable(trx, dialect, {
      name: 'attachment_content',
      columns: [
        `sha256 ${text} PRIMARY KEY`,
        `bytes ${bytes} NOT NULL`,
        `size ${integer} NOT NULL`,
        `type ${text} NOT NULL`,
        `created ${integer} NOT NULL`,
      ],
    })
    await createTable(trx, dialect, {
      name: 'attachment',
      columns: [
        `id ${id}`,
        `subject ${text} NOT NULL`,
        `number ${integer} NOT NULL`,
        `facility ${text} NOT NULL`,
        `sha256 ${text} NOT NULL REFERENCES attachment_content (sha256)`,
        `name ${text} NOT NULL`,
        `by_whom ${text} NOT NULL`,
        `time ${integer} NOT NULL`,
      ],
    })
    await runSql(trx, 'CREATE INDEX attachment_entry ON attachment (facility, subject, number, id)')
  },
}

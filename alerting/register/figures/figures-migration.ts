import { columnTypes, createTable, runSql } from '../store/columns.ts'
import type { Migration } from '../store/migrations.ts'

/** The tally of hazards, and indexes for what is counted from the hazards themselves. */
export const figuresMigration: Migration = {
  name: '006-figures',
  up: async (trx, dialect) => {
    const { id, integer, text } = columnTypes(dialect)
    const cell = ['month', 'grade', 'kind', 'source'].map((column) => `${column} ${text} NOT NULL`)
    const counts = ['identified', 'closed', 'closed_on_time', 'seconds'].map(
      (column) => `${column} ${integer} NOT NULL`,
    )
    await createTable(trx, dialect, {
      name: 'hazard_tally',
      columns: [
        `node ${text} NOT NULL`,
        `parent ${text} NOT NULL`,
        ...cell,
        ...counts,
        'PRIMARY KEY (node, month, grade, kind, source)',
      ],
    })
    await runSql(trx, 'CREATE INDEX hazard_tally_parent ON hazard_tally (parent, month)')
    await createTable(trx, dialect, {
      name: 'hazard_tally_change',
      columns: [`id ${id}`, `node ${text} NOT NULL`, ...cell, ...counts],
    })
    for (const index of INDEXES) await runSql(trx, `CREATE INDEX ${index}`)
  },
}

const INDEXES = [
  // One facility, or some: all that is counted stands in the index.
  'hazard_figures_facility ON hazard (facility, found, grade, kind, source, closed, deadline)',
  'hazard_figures_grid ON hazard (grid, found)',
  // Days at either end of a period that is not made of whole months.
  'hazard_figures_found ON hazard (found)',
  // Those past their deadline are few.
  'hazard_figures_overdue ON hazard (deadline, city, county, town, facility, grade, kind, source, found) WHERE is_open = 1',
  // What colours the map.
  'hazard_figures_open ON hazard (facility, area, grade, colour, deadline, status) WHERE is_open = 1',
] as const

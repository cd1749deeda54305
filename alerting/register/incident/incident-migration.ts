import { columnTypes, createTable, runSql } from '../store/columns.ts'
import type { Migration } from '../store/migrations.ts'

/** Incidents with their clocks, teams, checklists and links, and the stock. */
export const incidentMigration: Migration = {
  name: '004-incidents',
  up: async (trx, dialect) => {
    const { id, integer, text, json, flag, real } = columnTypes(dialect)
    const table = (name: string, columns: readonly string[]) => createTable(trx, dialect, { name, columns })
    await table('incident', [
      `number ${id}`,
      `facility ${text} NOT NULL`,
      `title ${text} NOT NULL`,
      `description ${text} NOT NULL`,
      `kind ${text} NOT NULL`,
      `level ${integer} NOT NULL`,
      `status ${text} NOT NULL`,
      `is_open ${flag} NOT NULL`,
      `version ${integer} NOT NULL`,
      `commander ${text}`,
      `commanders ${json} NOT NULL`,
      `plan ${text}`,
      `area ${text}`,
      `lat ${real}`,
      `lon ${real}`,
      `started ${integer} NOT NULL`,
      `opened ${integer} NOT NULL`,
      `opened_by ${text} NOT NULL`,
      `contained ${integer}`,
      `ended ${integer}`,
      `ended_by ${text}`,
      `review ${text}`,
      `reason ${text}`,
      `reopens ${integer}`,
      `reopened_as ${integer}`,
      `updated ${integer} NOT NULL`,
    ])
    await runSql(trx, 'CREATE INDEX incident_facility ON incident (facility, number)')
    await runSql(trx, 'CREATE INDEX incident_status ON incident (status, number)')
    await runSql(trx, 'CREATE INDEX incident_started ON incident (facility, started)')
    await runSql(trx, 'CREATE INDEX incident_all_started ON incident (started)')
    await runSql(trx, 'CREATE INDEX incident_open ON incident (facility, plan) WHERE is_open = 1')
    await table('incident_clock', [
      `number ${integer} NOT NULL REFERENCES incident (number)`,
      `facility ${text} NOT NULL`,
      `kind ${text} NOT NULL`,
      `started ${integer} NOT NULL`,
      `target ${integer} NOT NULL`,
      `due ${integer} NOT NULL`,
      `arrived ${integer}`,
      `stopped ${integer}`,
      `waived ${integer}`,
      `waived_by ${text}`,
      `waived_reason ${text}`,
      `is_settled ${flag} NOT NULL`,
      'PRIMARY KEY (number, kind)',
    ])
    await runSql(trx, 'CREATE INDEX incident_clock_running ON incident_clock (due) WHERE is_settled = 0')
    await table('incident_team', [
      `id ${id}`,
      `number ${integer} NOT NULL REFERENCES incident (number)`,
      `facility ${text} NOT NULL`,
      `team ${text} NOT NULL`,
      `name ${text} NOT NULL`,
      `kind ${text} NOT NULL`,
      `dispatched ${integer} NOT NULL`,
      `dispatched_entered ${integer} NOT NULL`,
      `dispatched_by ${text} NOT NULL`,
      `arrived ${integer}`,
      `arrived_entered ${integer}`,
      `arrived_by ${text}`,
      `released ${integer}`,
      `released_entered ${integer}`,
      `released_by ${text}`,
    ])
    await runSql(trx, 'CREATE INDEX incident_team_number ON incident_team (number, id)')
    // A team is at one incident at a time, whoever sends it.
    await runSql(
      trx,
      'CREATE UNIQUE INDEX incident_team_busy ON incident_team (facility, team) WHERE released IS NULL',
    )
    await table('incident_step', [
      `number ${integer} NOT NULL REFERENCES incident (number)`,
      `plan ${text} NOT NULL`,
      `step ${text} NOT NULL`,
      `position ${integer} NOT NULL`,
      `text ${text} NOT NULL`,
      `who ${text}`,
      `due ${integer}`,
      `done ${integer}`,
      `done_entered ${integer}`,
      `done_by ${text}`,
      `note ${text}`,
      'PRIMARY KEY (number, plan, step)',
    ])
    await table('incident_alarm', [
      `number ${integer} NOT NULL REFERENCES incident (number)`,
      `facility ${text} NOT NULL`,
      `occurrence ${text} NOT NULL`,
      `alarm ${text} NOT NULL`,
      `time ${integer} NOT NULL`,
      'PRIMARY KEY (number, occurrence)',
    ])
    await runSql(trx, 'CREATE INDEX incident_alarm_occurrence ON incident_alarm (facility, occurrence)')
    await table('incident_hazard', [
      `number ${integer} NOT NULL REFERENCES incident (number)`,
      `hazard ${integer} NOT NULL`,
      'PRIMARY KEY (number, hazard)',
    ])
    await runSql(trx, 'CREATE INDEX incident_hazard_hazard ON incident_hazard (hazard)')
    await table('incident_stock', [
      `number ${integer} NOT NULL REFERENCES incident (number)`,
      `item ${text} NOT NULL`,
      `quantity ${integer} NOT NULL CHECK (quantity >= 0)`,
      'PRIMARY KEY (number, item)',
    ])
    await table('stock', [
      `number ${id}`,
      `facility ${text} NOT NULL`,
      `item ${text} NOT NULL`,
      `quantity ${integer} NOT NULL CHECK (quantity >= 0)`,
      `updated ${integer} NOT NULL`,
      'UNIQUE (facility, item)',
    ])
  },
}

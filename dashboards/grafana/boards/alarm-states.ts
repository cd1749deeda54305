import { chosen, IN_RANGE, type ScopeVariable } from '../influxql.ts'

/** An alarm that has been set aside for longer is in the table of those. */
const LOOK_BACK = '90d'

/**
 * States of alarms over time, one series for each alarm, at the time of each transition. It begins with the state that
 * an alarm had before the range: a lane would else be empty until something happens to it. Alarms
 * that were normal and stayed so are left out, since a plant has thousands of them.
 */
export function alarmStates(...within: ScopeVariable[]): string {
  const scope = chosen(...within)
  const before = `SELECT last("stateCode") AS "stateCode" FROM "alarm" WHERE time >= \${__from}ms - ${LOOK_BACK} AND time < \${__from}ms AND ${scope} GROUP BY "facility", "alarm"`
  const standing = `SELECT "stateCode" FROM (${before}) WHERE "stateCode" > 0`
  const transitions = `SELECT "stateCode" FROM "alarm" WHERE ${IN_RANGE} AND ${scope}`
  return `SELECT "stateCode" FROM (${standing}), (${transitions}) GROUP BY "facility", "alarm"`
}

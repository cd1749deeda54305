import { resolveClasses, WATCHDOG_CLASS } from '../alarm-class.ts'
import { alarmId } from '../ids.ts'
import { isMatch } from '../notify/match.ts'
import type { FacilityRule } from './finding.ts'
import { sensorsOf } from './reviewed-sensor.ts'

const CLAUSE = 'ISA-18.2 / IEC 62682: response to alarms'
/** So many alarms are named. */
const NAMED = 3

/** Whether an alarm finds somebody. */
export const NOTIFY_RULES: readonly FacilityRule[] = [
  {
    id: 'roster-hole',
    level: 'advice',
    clause: CLAUSE,
    demands: 'A duty that a policy tells has somebody in every shift.',
    remedy: 'Name a team for each shift of the cycle, or somebody with always: docs/roster.md.',
    *find({ roster, notify }) {
      const told = new Set(notify.policies.flatMap(({ steps }) => steps.flatMap(({ to }) => to)))
      for (const [index, { id, always, teams, cycle }] of roster.entries()) {
        if (!told.has(id) || always.length > 0) continue
        const empty = cycle.filter((team) => team === '-' || teams[team]?.length === 0).length
        if (empty > 0)
          yield {
            path: ['roster', index, 'cycle'],
            message: `nobody has "${id}" in ${empty} of ${cycle.length} shifts, and a policy tells it`,
          }
      }
    },
  },
  {
    id: 'policy-none',
    level: 'advice',
    clause: CLAUSE,
    demands: 'Where there are channels, every alarm of priority high or critical has a policy.',
    remedy: 'Give a policy that matches them; one without steps says that nobody is to be told.',
    *find(file) {
      const { channels, policies } = file.notify
      if (channels.length === 0) return
      const classes = resolveClasses(file.classes)
      const missed: string[] = []
      for (const { id, area, alarms } of sensorsOf(file))
        for (const { key, file: alarm } of alarms) {
          const { priority, class: name } = alarm
          if ((priority !== 'high' && priority !== 'critical') || name === WATCHDOG_CLASS) continue
          const lifeSafety = classes.get(name)?.lifeSafety ?? false
          const facts = { sensor: id, key, area, class: name, priority, lifeSafety }
          if (!policies.some(({ match }) => isMatch(match, facts))) missed.push(alarmId(id, key))
        }
      if (missed.length === 0) return
      const named = missed.slice(0, NAMED).join(', ')
      const more = missed.length > NAMED ? ` and ${missed.length - NAMED} more` : ''
      yield {
        path: ['notify', 'policies'],
        message: `no policy for ${missed.length} ${missed.length === 1 ? 'alarm' : 'alarms'} of priority high or critical: ${named}${more}`,
      }
    },
  },
]

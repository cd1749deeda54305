import type { Board } from '../board.ts'
import { toBoard } from '../links.ts'
import { STATE_CODE_MAPPING } from '../look.ts'
import { lanes } from '../panels/lanes.ts'
import { InfluxQuery } from '../target.ts'
import { scopeVariable } from '../variables.ts'
import { alarmRows } from './alarm-rows.ts'
import { alarmStates } from './alarm-states.ts'
import { alarmCounts, areaCounts } from './area-counts.ts'
import { frequentBars } from './frequent-bars.ts'
import { journalRows } from './journal-rows.ts'
import { raisedTrend } from './raised-trend.ts'

const SCOPE = ['facility', 'area', 'sensor'] as const

/** What has to be answered, what nobody hears, and what happened. */
export const ALARMS: Board = {
  name: 'alarms',
  title: 'Alarms',
  description:
    'What has to be answered, what is set aside, and what happened. A click on an alarm opens it in the console, where it is acknowledged.',
  variables: [
    scopeVariable('facility', 'alarm'),
    scopeVariable('area', 'alarm', ['facility']),
    scopeVariable('sensor', 'alarm', ['facility', 'area']),
  ],
  annotatedBy: SCOPE,
  panels: [
    areaCounts(alarmCounts(toBoard('performance', 'To alarm performance')), {
      size: { w: 24, h: 5 },
      description:
        'Alarms that nobody has acknowledged; annunciated ones by priority; what is shelved, suppressed or out of service. Of the areas chosen, whatever the sensor.',
    }),
    alarmRows(
      'Unacknowledged, oldest first',
      { w: 24, h: 8 },
      {
        description: 'What has waited longest for somebody stands first, whether it is still active or not.',
        where: '"unacknowledged" = 1',
        noValue: 'Everything is acknowledged, unless the server is silent',
        within: SCOPE,
        sortBy: [{ column: 'since', desc: false }],
      },
    ),
    alarmRows(
      'Alarms that stand now',
      { w: 24, h: 10 },
      {
        description: 'What is active, returned unacknowledged or latched: the most urgent first.',
        where: '"annunciated" = 1',
        noValue: 'No alarm stands, unless the server is silent',
        within: SCOPE,
      },
    ),
    alarmRows(
      'What is set aside',
      { w: 24, h: 8 },
      {
        description:
          'Shelved, suppressed by a rule, or out of service: nobody hears these. Who did it, why and until when is in the console.',
        where: '"setAside" = 1',
        noValue: 'Nothing is set aside, unless the server is silent',
        within: SCOPE,
      },
    ),
    lanes({
      title: 'States',
      description:
        'A lane for each alarm to which something happened in the range, or that was not normal when it began. An empty beginning was normal, or nothing has happened for 90 days before.',
      size: { w: 24, h: 12 },
      isExplained: true,
      targets: [InfluxQuery.series(alarmStates(...SCOPE), '$tag_alarm')],
      field: { mappings: [STATE_CODE_MAPPING], noValue: 'All was normal' },
    }),
    frequentBars({ w: 12, h: 10 }, ...SCOPE),
    raisedTrend({ w: 12, h: 10 }, ...SCOPE),
    journalRows({ w: 24, h: 12 }, ...SCOPE),
  ],
}

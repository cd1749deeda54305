import type { Board } from '../board.ts'
import { chosen, IN_RANGE, NOW } from '../influxql.ts'
import { COLOUR, steps, yesNoMapping } from '../look.ts'
import { lanes } from '../panels/lanes.ts'
import type { Shown, Unplaced } from '../panels/shown.ts'
import { tiles } from '../panels/tiles.ts'
import { limitLines, type Trend, trend } from '../panels/trend.ts'
import { InfluxQuery } from '../target.ts'
import { scopeVariable } from '../variables.ts'

const SCOPE = chosen('facility')
const FROM = `FROM "pipeline" WHERE ${IN_RANGE} AND ${SCOPE}`
const WORKING = yesNoMapping('working', 'FAILING', COLOUR.critical)

/** The present. `selected` is of what one server says in the points of all its facilities. */
function now(title: string, description: string, selected: string, field: Shown['field'] = {}): Unplaced {
  return tiles({
    title,
    description,
    size: { w: 3, h: 4 },
    targets: [
      InfluxQuery.series(`SELECT ${selected} AS "now" FROM "pipeline" WHERE ${NOW} AND ${SCOPE}`, title),
    ],
    field: { decimals: 0, ...field },
    isFilled: true,
    silence: 'NO DATA',
  })
}

/** Numbers over time. Key of `lines`: name of the series; value: what is selected of each interval. */
function course(
  title: string,
  lines: Readonly<Record<string, string>>,
  description: string,
  more: Partial<Trend> = {},
): Unplaced {
  return trend({
    title,
    description,
    size: { w: 12, h: 8 },
    targets: Object.entries(lines).map(([name, selected], index) =>
      InfluxQuery.series(
        `SELECT ${selected} AS "value" ${FROM} GROUP BY time($__interval)${name.includes('$tag_facility') ? ', "facility"' : ''} fill(none)`,
        name,
        'ABCDEFGH'[index],
      ),
    ),
    ...more,
    field: { min: 0, ...more.field },
  })
}

const rate = (field: string) => `non_negative_derivative(max("${field}"), 1s)`
const growth = (field: string) => `non_negative_difference(max("${field}"))`

/** Does the server keep up, and what fills? */
export const PIPELINE: Board = {
  name: 'pipeline',
  title: 'Pipeline',
  description:
    'Does the server keep up, and what fills? What is said of the whole server stands in the points of each of its facilities, and is shown once.',
  variables: [scopeVariable('facility', 'pipeline')],
  annotatedBy: ['facility'],
  panels: [
    now('Store', 'Whether the time-series store takes what it is given.', 'min("storeWorking")', {
      mappings: [WORKING],
    }),
    now(
      'Journal',
      'Whether the journal of alarms can be written. Without it nothing can be proved later.',
      'min("journalWorking")',
      {
        mappings: [WORKING],
      },
    ),
    now(
      'Not stored yet',
      'Records of the log that the store does not have. It should fall back to a few within seconds.',
      'last("behind")',
      {
        unit: 'short',
        thresholds: steps([1_000, COLOUR.medium], [100_000, COLOUR.high]).build(),
      },
    ),
    now(
      'Log filled',
      'How much of its bound the log takes. A full log takes nothing, and gateways keep what they have.',
      'last("logBytes") / last("logMaxBytes")',
      {
        unit: 'percentunit',
        thresholds: steps([0.5, COLOUR.medium], [0.8, COLOUR.critical]).build(),
      },
    ),
    now(
      'Disk free',
      'Of the disk that holds log and journal.',
      'last("diskFreeBytes") / last("diskTotalBytes")',
      {
        unit: 'percentunit',
        thresholds: {
          ...steps().build(),
          steps: [
            { value: null, color: COLOUR.critical },
            { value: 0.05, color: COLOUR.high },
            { value: 0.1, color: COLOUR.medium },
            { value: 0.2, color: COLOUR.normal },
          ],
        },
      },
    ),
    now(
      'Lag, 99 %',
      'From the sample of a live reading until its alarms were evaluated: 99 of 100 are faster.',
      'last("lagP99Ms")',
      {
        unit: 'ms',
        thresholds: steps([2_000, COLOUR.medium], [10_000, COLOUR.high]).build(),
      },
    ),
    now(
      'Dead letters',
      'Refusals that are kept: npm run ingest -- rejects lists them with their reasons.',
      'last("deadLetters")',
      {
        unit: 'short',
        thresholds: steps([1, COLOUR.medium]).build(),
      },
    ),
    now('Up for', 'Since the server started.', 'last("uptimeSeconds")', { unit: 's' }),
    course(
      'Readings a second',
      { 'received, $tag_facility': rate('received'), stored: rate('stored') },
      'What came, and what the store took. The two go together; where they part, see below what waits.',
      { field: { unit: 'suffix: /s' } },
    ),
    course(
      'Waiting for the store',
      { records: 'max("behind")' },
      'Records of the log that the store does not have yet. It grows while the store is away, and falls when it is back.',
      { field: { unit: 'short' } },
    ),
    course(
      'Log',
      { log: 'max("logBytes")', 'waiting for the disk': 'max("logQueued")', bound: 'max("logMaxBytes")' },
      'The log holds what the store does not have, and a little more. At its bound it takes nothing.',
      { field: { unit: 'bytes' }, overrides: limitLines('bound', COLOUR.critical) },
    ),
    course(
      'Lag of live readings',
      {
        'evaluated, half': 'max("lagP50Ms")',
        'evaluated, 99 %': 'max("lagP99Ms")',
        'confirmed, 99 %': 'max("confirmedLagP99Ms")',
        'stored, 99 %': 'max("storedLagP99Ms")',
      },
      'From the sample of a reading until each station; clocks of gateways are part of it.',
      { field: { unit: 'ms' } },
    ),
    course(
      'Refused',
      {
        'by the server, $tag_facility': growth('refused'),
        'by the store': growth('storeRefused'),
        'of unknown sensors, lost': growth('quarantineLost'),
        'journal entries, lost': growth('journalLost'),
      },
      'What was not taken, by interval. Refusals of the server and of the store are kept as dead letters.',
      { style: 'bars', field: { unit: 'short', decimals: 0 }, legend: ['sum'] },
    ),
    course(
      'Kept aside',
      { 'dead letters': 'max("deadLetters")', 'readings of unknown sensors': 'max("quarantined")' },
      'What waits for somebody to look: npm run ingest -- rejects.',
      { field: { unit: 'short', decimals: 0 } },
    ),
    course(
      'Lost and late on the way',
      {
        'dropped, $tag_facility': growth('dropped'),
        'late, $tag_facility': growth('late'),
        'duplicate batches, $tag_facility': growth('duplicates'),
      },
      'By interval, over all gateways; the dashboard of gateways says which.',
      { style: 'bars', field: { unit: 'short', decimals: 0 }, legend: ['sum'] },
    ),
    course(
      'Backlog allowed, consoles open',
      { $tag_facility: 'max("credit")', 'open consoles': 'max("streamClients")' },
      'Batches of history that gateways may have under way: none while the server is busy with the present. And how many consoles listen to the server.',
      { field: { unit: 'short', decimals: 0 } },
    ),
    course('Memory', { process: 'max("rssBytes")', heap: 'max("heapBytes")' }, 'Of the server.', {
      field: { unit: 'bytes' },
    }),
    course(
      'Event loop, 99 %',
      { delay: 'max("eventLoopP99Ms")' },
      'How late the server comes to its next task. Above 200 ms alarms are late.',
      { field: { unit: 'ms' } },
    ),
    course(
      'Disk',
      { free: 'min("diskFreeBytes")', size: 'max("diskTotalBytes")' },
      'Of the disk that holds log and journal.',
      { field: { unit: 'bytes' }, overrides: limitLines('size', COLOUR.normal) },
    ),
    course(
      'Uptime',
      { server: 'max("uptimeSeconds")' },
      'It falls to nothing where the server was started.',
      { field: { unit: 's' } },
    ),
    lanes({
      title: 'Store and journal',
      description:
        'When they worked. An empty stretch: the server was silent, or the store did not take this either.',
      size: { w: 24, h: 5 },
      isExplained: true,
      targets: (['storeWorking', 'journalWorking'] as const).map((name, index) =>
        InfluxQuery.series(
          `SELECT min("${name}") AS "working" ${FROM} GROUP BY time($__interval) fill(none)`,
          name === 'storeWorking' ? 'store' : 'journal',
          'AB'[index],
        ),
      ),
      field: { mappings: [WORKING] },
    }),
  ],
}

import type { Builder } from '@grafana/grafana-foundation-sdk/cog'
import { type ThresholdsConfig, ThresholdsMode } from '@grafana/grafana-foundation-sdk/dashboard'
import type { Board } from '../board.ts'
import { chosen, IN_RANGE, inUnit, MEASURED, OF_GATEWAYS, ofQuantity } from '../influxql.ts'
import { TO_NAMED_SENSOR } from '../links.ts'
import { COLOUR, steps } from '../look.ts'
import { tiles } from '../panels/tiles.ts'
import { trend } from '../panels/trend.ts'
import { InfluxQuery } from '../target.ts'
import { scopeVariable } from '../variables.ts'
import { alarmRows } from './alarm-rows.ts'
import { computedRows } from './computed-rows.ts'
import { quantityTrend } from './quantity-trend.ts'

const SCOPE = chosen('facility', 'area', 'sensor')

/**
 * Overfill margin, minutes: at 0 a receipt that goes on as it does cannot be ended before HH any more (API 2350, the
 * response time is taken off already). Below 5 it is time to act, below 15 to be there.
 */
const MARGIN_STEPS: Builder<ThresholdsConfig> = {
  build: () => ({
    mode: ThresholdsMode.Absolute,
    steps: [
      { value: null, color: COLOUR.critical },
      { value: 0, color: COLOUR.high },
      { value: 5, color: COLOUR.medium },
      { value: 15, color: COLOUR.normal },
    ],
  }),
}
/** R of GB 18218-2018 from which on a source is of level 3, 2 and 1; below 10 it is of level 4, however low. */
const GRADE_STEPS = steps([10, COLOUR.medium], [50, COLOUR.high], [100, COLOUR.critical])

/** How the lines of the legal R end. */
const DESIGN = 'by design'

/** What is in the tanks, where it goes, and how long there is to act. */
export const INVENTORY: Board = {
  name: 'inventory',
  title: 'Inventory',
  description:
    'Tanks: level, volume, net flow, time to a limit, overfill margin, inventory, and what it makes of the area as a major-hazard source.',
  variables: [
    scopeVariable('facility', 'level'),
    scopeVariable('area', 'level', ['facility']),
    scopeVariable('sensor', 'level', ['facility', 'area']),
  ],
  annotatedBy: ['facility', 'area', 'sensor'],
  panels: [
    tiles({
      title: 'Overfill margin',
      description:
        'Minutes that are left to decide before a receipt cannot be ended in time: time to HH at the fastest flow that the gauge allows for, less the response time (API 2350). A day less the response time: no receipt. This board shows what is in min, m3, m3/h and t, as computed unless the file asks for another unit; the table of what is computed now has all.',
      size: { w: 24, h: 5 },
      targets: [
        InfluxQuery.series(
          `SELECT last("value") FROM "level" WHERE ${MEASURED} AND ${ofQuantity('overfill')} AND ${inUnit('min')} AND time > now() - 10m AND ${SCOPE} GROUP BY "sensor"`,
          '$tag_sensor',
        ),
      ],
      field: { unit: 'suffix: min', decimals: 0, thresholds: MARGIN_STEPS.build() },
      links: [TO_NAMED_SENSOR],
      isNamed: true,
      isFilled: true,
    }),
    trend({
      title: 'Level',
      description: 'As gauges read it, those in metres.',
      size: { w: 12, h: 9 },
      targets: [
        InfluxQuery.series(
          `SELECT mean("value") FROM "level" WHERE ${MEASURED} AND ${OF_GATEWAYS} AND ${inUnit('m')} AND ${IN_RANGE} AND ${SCOPE} GROUP BY time($__interval), "sensor" fill(none)`,
          '$tag_sensor',
        ),
      ],
      field: { unit: 'suffix: m', decimals: 3 },
      links: [TO_NAMED_SENSOR],
    }),
    quantityTrend({
      title: 'Volume',
      description:
        'By the shape or the strapping table of the tank; standard volumes at the reference temperature.',
      size: { w: 12, h: 9 },
      of: 'level',
      quantities: ['volume', 'standard-volume'],
      unit: 'm3',
      reduce: 'mean',
      field: { unit: 'suffix: m³', decimals: 1 },
    }),
    trend({
      title: 'Net flow',
      description: 'Into a tank, less what flows out of it: the slope of its volumes.',
      size: { w: 12, h: 9 },
      targets: [
        InfluxQuery.series(
          // Their sensors are no levels, so that the list of those does not choose among them.
          `SELECT mean("value") FROM "flow" WHERE ${MEASURED} AND ${ofQuantity('net-flow')} AND ${inUnit('m3/h')} AND ${IN_RANGE} AND ${chosen('facility', 'area')} GROUP BY time($__interval), "sensor" fill(none)`,
          '$tag_sensor',
        ),
      ],
      field: { unit: 'suffix: m³/h', decimals: 1 },
      links: [TO_NAMED_SENSOR],
    }),
    quantityTrend({
      title: 'Time to a limit, and overfill margin',
      description:
        'Minutes, the least of every interval. 1440 is a day: it does not move there. Lines: when to be there, when to act, and when it is too late.',
      size: { w: 12, h: 9 },
      of: 'level',
      quantities: ['time-to-limit', 'overfill'],
      unit: 'min',
      reduce: 'min',
      field: { unit: 'suffix: min', decimals: 1, thresholds: MARGIN_STEPS.build() },
      hasThresholdLines: true,
    }),
    quantityTrend({
      title: 'Inventory',
      description: 'Mass of the liquid, as GB 18218 counts it.',
      size: { w: 12, h: 9 },
      of: 'level',
      quantities: ['inventory'],
      unit: 't',
      reduce: 'mean',
      field: { unit: 'suffix: t', decimals: 1 },
    }),
    trend({
      title: 'Major-hazard source, R now and by design',
      description:
        'R of GB 18218-2018; lines: from 10, 50 and 100 on a source is of level 3, 2 and 1. The legal grade goes by the design maximum, dashed. Now: what the register counts, at design maximum where nothing measures it, and the derived sensors of areas.',
      size: { w: 12, h: 9 },
      targets: [
        InfluxQuery.series(
          `SELECT max("value") FROM "other" WHERE ${MEASURED} AND ${ofQuantity('major-hazard')} AND ${IN_RANGE} AND ${chosen('facility', 'area')} GROUP BY time($__interval), "area", "sensor" fill(none)`,
          '$tag_area $tag_sensor',
        ),
        ...[
          { field: 'currentR', when: 'now', refId: 'B' },
          { field: 'R', when: DESIGN, refId: 'C' },
        ].map(({ field, when, refId }) =>
          InfluxQuery.series(
            `SELECT max("${field}") FROM "major_hazard" WHERE ${IN_RANGE} AND ${chosen('facility', 'area')} GROUP BY time($__interval), "facility", "source" fill(none)`,
            `$tag_source ${when}`,
            refId,
          ),
        ),
      ],
      overrides: { [`/ ${DESIGN}$/`]: [{ id: 'custom.lineStyle', value: { fill: 'dash', dash: [8, 6] } }] },
      field: { decimals: 2, min: 0, thresholds: GRADE_STEPS.build() },
      hasThresholdLines: true,
    }),
    quantityTrend({
      title: 'Missing',
      description:
        'Movement of tanks that nobody has opened, negative when something is gone, and the CUSUM of what balances do not account for.',
      size: { w: 24, h: 8 },
      of: 'level',
      quantities: ['movement', 'balance'],
      unit: 'm3',
      reduce: 'mean',
      field: { unit: 'suffix: m³', decimals: 3 },
    }),
    computedRows('level', { w: 24, h: 10 }),
    alarmRows(
      'Alarms of tanks',
      { w: 24, h: 8 },
      {
        description: 'What stands now. A click on one opens it in the console.',
        where: `"annunciated" = 1 AND "kind" = 'level'`,
        noValue: 'No alarm stands, unless the server is silent',
        within: ['facility', 'area', 'sensor'],
      },
    ),
  ],
}

import type { Board } from '../board.ts'
import { chosen, IN_RANGE, NOW } from '../influxql.ts'
import { COLOUR, steps } from '../look.ts'
import type { Shown, Unplaced } from '../panels/shown.ts'
import { tiles } from '../panels/tiles.ts'
import { trend } from '../panels/trend.ts'
import { InfluxQuery } from '../target.ts'
import { scopeVariable } from '../variables.ts'
import { busRows, deviceRows, gatewayRows, ledgerRows } from './gateway-rows.ts'
import { lossRows, lossTrend, troubleTrend } from './losses.ts'

const SCOPE = chosen('facility', 'gateway')

/** A number over all gateways chosen. `sum` is made of the latest `fields` of each. */
function total(
  title: string,
  description: string,
  { fields, sum, field }: { fields: readonly string[]; sum: string; field?: Shown['field'] },
): Unplaced {
  const latest = fields.map((name) => `last("${name}") AS "${name}"`).join(', ')
  const from = `SELECT ${latest} FROM "gateway" WHERE ${NOW} AND ${SCOPE} GROUP BY "facility", "gateway"`
  return tiles({
    title,
    description,
    size: { w: 4, h: 4 },
    targets: [InfluxQuery.series(`SELECT ${sum} AS "total" FROM (${from})`, title)],
    field: { decimals: 0, ...field },
    isFilled: true,
    silence: 'NO DATA',
  })
}

/** Fields of a measurement over time, one line for each tag. */
function course(
  title: string,
  description: string,
  { field, from, alias, more }: { field: string; from: string; alias: string; more: Shown['field'] },
): Unplaced {
  const tags = [...alias.matchAll(/\$tag_(\w+)/g)].map(([, tag]) => `"${tag}"`).join(', ')
  return trend({
    title,
    description,
    size: { w: 12, h: 8 },
    targets: [
      InfluxQuery.series(
        `SELECT max("${field}") AS "${field}" FROM "${from}" WHERE ${IN_RANGE} AND ${SCOPE} GROUP BY time($__interval), ${tags} fill(none)`,
        alias,
      ),
    ],
    field: { min: 0, ...more },
  })
}

const WRONG = { thresholds: steps([1, COLOUR.critical]).build() }

/** Do all gateways, lines and devices answer, and does every reading arrive? */
export const GATEWAYS: Board = {
  name: 'gateways',
  title: 'Gateways',
  description:
    'Do all gateways, lines and devices answer, and does every reading arrive? What gateways say of themselves is as old as they are silent.',
  variables: [scopeVariable('facility', 'gateway'), scopeVariable('gateway', 'gateway', ['facility'])],
  annotatedBy: ['facility'],
  panels: [
    total('Silent gateways', 'Gateways that the server does not hear.', {
      fields: ['online'],
      sum: 'count("online") - sum("online")',
      field: WRONG,
    }),
    total('Buses down', 'Lines that their gateway cannot open, as it told last.', {
      fields: ['buses', 'busesConnected'],
      sum: 'sum("buses") - sum("busesConnected")',
      field: WRONG,
    }),
    total('Silent devices', 'Devices that do not answer their gateway, as it told last.', {
      fields: ['devices', 'devicesOnline'],
      sum: 'sum("devices") - sum("devicesOnline")',
      field: WRONG,
    }),
    total(
      'Waiting in outboxes',
      'Readings that gateways have not been able to hand over, as they told last.',
      {
        fields: ['outboxReadings'],
        sum: 'sum("outboxReadings")',
        field: { unit: 'short' },
      },
    ),
    total('Dropped in 24 hours', 'Readings that are gone, by the loss ledger.', {
      fields: ['dayDropped'],
      sum: 'sum("dayDropped")',
      field: { unit: 'short', ...WRONG },
    }),
    total(
      'Greatest skew',
      'The clock that is farthest from that of the server. Late clocks make late alarms.',
      {
        fields: ['skewMs'],
        sum: 'max("skewMs")',
        field: { unit: 'ms', thresholds: steps([2_000, COLOUR.medium], [10_000, COLOUR.high]).build() },
      },
    ),
    gatewayRows({ w: 24, h: 7 }),
    lossRows({ w: 24, h: 6 }),
    ledgerRows({ w: 24, h: 6 }),
    busRows({ w: 24, h: 7 }),
    deviceRows({ w: 24, h: 10 }),
    lossTrend({ w: 12, h: 8 }),
    troubleTrend({ w: 12, h: 8 }),
    course(
      'Readings in the outbox',
      'What waits to be handed over. It grows while a line or the server is down, and is empty afterwards.',
      {
        field: 'outboxReadings',
        from: 'gateway',
        alias: '$tag_gateway',
        more: { unit: 'short', decimals: 0 },
      },
    ),
    course(
      'Age of the oldest in the outbox',
      'By the clock of the gateway. An outbox drops what is too old for it.',
      {
        field: 'outboxAgeMs',
        from: 'gateway',
        alias: '$tag_gateway',
        more: { unit: 'ms' },
      },
    ),
    course(
      'Utilisation of buses',
      'Share of the time in which a line is busy. Above 80 % polls begin to come late.',
      {
        field: 'utilisation',
        from: 'bus',
        alias: '$tag_gateway $tag_bus',
        more: { unit: 'percentunit', max: 1 },
      },
    ),
    course('Round trips of devices', 'From a request to its answer, the longest of each interval.', {
      field: 'roundTripMs',
      from: 'device',
      alias: '$tag_gateway $tag_device',
      more: { unit: 'ms' },
    }),
  ],
}

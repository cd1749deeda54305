import { chosen, NOW, type ScopeVariable } from '../influxql.ts'
import { COLOUR, GATEWAY_MAPPING, noYesMapping, steps, yesNoMapping } from '../look.ts'
import type { Size } from '../panels/place.ts'
import { type Column, type Rows, rows } from '../panels/rows.ts'
import type { Unplaced } from '../panels/shown.ts'
import { InfluxQuery } from '../target.ts'

const SCOPE: readonly ScopeVariable[] = ['facility', 'gateway']
const LOSS = steps([1, COLOUR.high]).build()
const CONNECTED = yesNoMapping('connected', 'NOT CONNECTED', COLOUR.critical)

/** The latest of each: what a table of gateways, buses or devices shows now. Tags are columns too. */
function latest(measurement: string, tags: readonly string[], fields: readonly string[]): string {
  const selected = fields.map((field) => `last("${field}") AS "${field}"`).join(', ')
  const by = tags.map((tag) => `"${tag}"`).join(', ')
  return `SELECT ${selected} FROM "${measurement}" WHERE ${NOW} AND ${chosen(...SCOPE)} GROUP BY ${by}`
}

interface Latest {
  title: string
  description: string
  measurement: string
  tags: Readonly<Record<string, Column>>
  fields: Readonly<Record<string, Column>>
  sortBy: NonNullable<Rows['sortBy']>
}

function latestRows(size: Size, { title, description, measurement, tags, fields, sortBy }: Latest): Unplaced {
  // What it is, how it is, and then where it is: a phone shows the first three columns.
  const [own = [], ...places] = Object.entries(tags)
  return rows({
    title,
    description,
    size,
    targets: [InfluxQuery.table(latest(measurement, Object.keys(tags), Object.keys(fields)))],
    columns: Object.fromEntries([own, ...Object.entries(fields), ...places]),
    sortBy,
    field: { noValue: 'Nothing heard' },
  })
}

export function gatewayRows(size: Size): Unplaced {
  return latestRows(size, {
    title: 'Gateways now',
    description:
      'Each gateway as the server hears it, the silent ones first. Skew: clock of the server minus clock of the gateway. Outbox: what it has not been able to hand over. File: whether it runs with the same facility file as the server.',
    measurement: 'gateway',
    tags: { gateway: { title: 'Gateway', width: 90 }, facility: { title: 'Facility', width: 100 } },
    fields: {
      online: { title: 'Heard', width: 80, mapping: yesNoMapping('heard', 'SILENT', COLOUR.critical) },
      state: { title: 'State', width: 150, mapping: GATEWAY_MAPPING },
      secondsSinceHeard: { title: 'Last batch', width: 90, unit: 's', decimals: 0 },
      skewMs: { title: 'Skew', width: 75, unit: 'ms', decimals: 0 },
      outboxReadings: { title: 'Outbox', width: 75, unit: 'short', decimals: 0 },
      outboxBatches: { title: 'Batches', width: 75, unit: 'short', decimals: 0 },
      outboxAgeMs: { title: 'Oldest', width: 75, unit: 'ms', decimals: 0 },
      outboxTrouble: { title: 'Outbox trouble', width: 125 },
      configMatches: { title: 'File', width: 85, mapping: yesNoMapping('same', 'DIFFERS') },
      cloned: { title: 'Twice', width: 85, mapping: noYesMapping('once', 'CLONED', COLOUR.critical) },
      busesConnected: { title: 'Buses up', width: 85 },
      buses: { title: 'Buses', width: 70 },
      devicesOnline: { title: 'Devices up', width: 100 },
      devices: { title: 'Devices', width: 80 },
      version: { title: 'Version', width: 90 },
      name: { title: 'Name' },
    },
    sortBy: [
      { column: 'online', desc: false },
      { column: 'outboxReadings', desc: true },
    ],
  })
}

export function busRows(size: Size): Unplaced {
  return latestRows(size, {
    title: 'Buses now',
    description:
      'Each line as its gateway told last. Utilisation: share of the time in which the line is busy; above 80 % polls begin to come late. Discarded: frames that were no answer, since the gateway started.',
    measurement: 'bus',
    tags: {
      bus: { title: 'Bus', width: 130 },
      gateway: { title: 'Gateway', width: 100 },
      facility: { title: 'Facility', width: 120 },
    },
    fields: {
      connected: { title: 'Connected', width: 140, mapping: CONNECTED },
      utilisation: {
        title: 'Utilisation',
        width: 100,
        unit: 'percentunit',
        decimals: 0,
        thresholds: steps([0.8, COLOUR.medium], [0.95, COLOUR.high]).build(),
      },
      discarded: { title: 'Discarded', width: 100, unit: 'short', decimals: 0 },
      reconnects: { title: 'Reconnects', width: 100, unit: 'short', decimals: 0 },
      driver: { title: 'Driver' },
    },
    sortBy: [
      { column: 'connected', desc: false },
      { column: 'utilisation', desc: true },
    ],
  })
}

export function deviceRows(size: Size): Unplaced {
  return latestRows(size, {
    title: 'Devices now',
    description:
      'Each device as its gateway told last. Isolated: it does not answer, and is asked seldom, so that the others of its line are not held up. Requests, errors, retries and overruns are since the gateway started.',
    measurement: 'device',
    tags: {
      device: { title: 'Device', width: 140 },
      bus: { title: 'Bus', width: 110 },
      gateway: { title: 'Gateway', width: 90 },
      facility: { title: 'Facility', width: 110 },
    },
    fields: {
      online: { title: 'Answers', width: 110, mapping: yesNoMapping('answers', 'SILENT', COLOUR.critical) },
      isolated: { title: 'Isolated', width: 100, mapping: noYesMapping('no', 'ISOLATED') },
      roundTripMs: { title: 'Round trip', width: 90, unit: 'ms', decimals: 1 },
      cycleMs: { title: 'Cycle', width: 80, unit: 'ms', decimals: 0 },
      errors: { title: 'Errors', width: 80, unit: 'short', decimals: 0 },
      retries: { title: 'Retries', width: 80, unit: 'short', decimals: 0 },
      overruns: { title: 'Overruns', width: 80, unit: 'short', decimals: 0 },
      requests: { title: 'Requests', width: 90, unit: 'short', decimals: 0 },
      name: { title: 'Name' },
    },
    sortBy: [
      { column: 'online', desc: false },
      { column: 'isolated', desc: true },
      { column: 'errors', desc: true },
    ],
  })
}

/** What became of the readings of a day, as the ledger of the server counts them. */
export function ledgerRows(size: Size): Unplaced {
  // To the last reading: this is an account.
  const figures = { width: 135, unit: 'locale', decimals: 0 } as const
  return latestRows(size, {
    title: 'Loss ledger, last 24 hours',
    description:
      'What the gateways made, and what became of it: sent = received + missing + dropped + refused. Missing is under way or in an outbox; dropped is gone, and each gap is in the ledger of the API.',
    measurement: 'gateway',
    tags: { gateway: { title: 'Gateway', width: 100 }, facility: { title: 'Facility', width: 120 } },
    fields: {
      daySent: { title: 'Sent', ...figures },
      dayReceived: { title: 'Received', ...figures },
      dayStored: { title: 'Stored', ...figures },
      dayMissing: { title: 'Missing', ...figures, thresholds: steps([1, COLOUR.medium]).build() },
      dayDropped: { title: 'Dropped', ...figures, thresholds: LOSS },
      dayRefused: { title: 'Refused', ...figures, thresholds: LOSS },
      dayLate: { title: 'Late', ...figures },
      dayDuplicate: { title: 'Came again', ...figures },
    },
    sortBy: [
      { column: 'dayDropped', desc: true },
      { column: 'dayMissing', desc: true },
    ],
  })
}

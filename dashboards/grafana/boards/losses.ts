import { chosen, IN_RANGE } from '../influxql.ts'
import { COLOUR, steps } from '../look.ts'
import type { Size } from '../panels/place.ts'
import { type Column, rows } from '../panels/rows.ts'
import type { Unplaced } from '../panels/shown.ts'
import { trend } from '../panels/trend.ts'
import { InfluxQuery } from '../target.ts'

const SCOPE = chosen('facility', 'gateway')

/** Counters of `gateway` that say what became of readings on their way, worst first. Key: field. */
const LOSSES = {
  lost: 'Lost',
  evictedReadings: 'Evicted',
  refusedReadings: 'Refused',
  setAside: 'Set aside',
  rejected: 'Rejected',
  missing: 'Missing batches',
} as const
/** What came, and was no loss. */
const TROUBLES = { late: 'Late', duplicates: 'Duplicates' } as const

/** Of so many parts of the range the table is added up: of every point it would take a minute for a week of a large plant. */
const PARTS = 200

/**
 * What a counter grew by within the range, from the end of its first part. A counter that begins anew, as after a restart,
 * counts from there: what it grew by in that part is not known. Each counter has a query of its own, since InfluxDB 1.x
 * takes the square of their number for several in one.
 */
function increase(field: string): string {
  const from = `SELECT non_negative_difference(last("${field}")) AS "${field}" FROM "gateway" WHERE ${IN_RANGE} AND ${SCOPE} GROUP BY time($__interval), "facility", "gateway"`
  return `SELECT sum("${field}") AS "${field}" FROM (${from}) GROUP BY "facility", "gateway"`
}

/** The loss ledger of the range: what should be all zero. */
export function lossRows(size: Size): Unplaced {
  const figures = { width: 135, unit: 'locale', decimals: 0 } as const
  const losses = Object.entries(LOSSES).map(([field, title]): [string, Column] => [
    field,
    { title, ...figures, thresholds: steps([1, COLOUR.high]).build() },
  ])
  const troubles = Object.entries(TROUBLES).map(([field, title]): [string, Column] => [
    field,
    { title, ...figures },
  ])
  const fields = Object.fromEntries([...losses, ...troubles])
  return rows({
    title: 'Losses within the range',
    description:
      'What each counter grew by. Lost: readings that the gateway said it dropped. Evicted: readings that its outbox dropped, being full or too old. Refused: readings that it refused for good. Set aside: batches that no try got confirmed. Rejected: what the server did not take, kept as dead letters. Missing: batches that did not come in their turn, which may come yet. Late and duplicate ones are no loss.',
    size,
    maxDataPoints: PARTS,
    targets: Object.keys(fields).map((field, index) => InfluxQuery.table(increase(field), 'ABCDEFGH'[index])),
    // One row for each gateway, of all that is the same but for the counter.
    transformations: [
      {
        id: 'filterFieldsByName',
        options: { include: { names: ['gateway', 'facility', ...Object.keys(fields)] } },
      },
      { id: 'merge', options: {} },
    ],
    columns: {
      gateway: { title: 'Gateway', width: 110 },
      ...fields,
      facility: { title: 'Facility', width: 120 },
    },
    sortBy: [{ column: 'lost', desc: true }],
    field: { noValue: 'Nothing heard in the range' },
  })
}

/** When readings went missing, and how. */
export function lossTrend(size: Size): Unplaced {
  return counterTrend(
    size,
    { title: 'Losses', description: 'When which gateway lost what. Columns as in the table of losses.' },
    LOSSES,
  )
}

export function troubleTrend(size: Size): Unplaced {
  return counterTrend(
    size,
    {
      title: 'Late and duplicate',
      description:
        'What came after something newer, as after a line was down, and what came twice and was taken once.',
    },
    TROUBLES,
  )
}

function counterTrend(
  size: Size,
  said: { title: string; description: string },
  counters: Readonly<Record<string, string>>,
): Unplaced {
  return trend({
    ...said,
    size,
    style: 'bars',
    targets: Object.entries(counters).map(([field, title], index) =>
      InfluxQuery.series(
        `SELECT non_negative_difference(last("${field}")) AS "${field}" FROM "gateway" WHERE ${IN_RANGE} AND ${SCOPE} GROUP BY time($__interval), "facility", "gateway" fill(none)`,
        `${title}, $tag_gateway`,
        'ABCDEFGH'[index],
      ),
    ),
    field: { unit: 'short', decimals: 0, min: 0 },
    legend: ['sum'],
  })
}

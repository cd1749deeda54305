import { describe, expect, it } from 'vitest'
import { rowsOf, seriesNames, tableColumns } from './grafana-answer.ts'
import { interpolated, intervalOf, type QueryScope, relativeTime } from './grafana-variables.ts'

const SCOPE: QueryScope = {
  from: 1_700_000_000_000,
  to: 1_700_021_600_000,
  intervalMs: 15_000,
  variables: {
    area: { values: ['a', 'b'], allValue: '.*' },
    sensor: { values: ['GT-1.x', 'GT-2'] },
    unit: { values: ['mg/m3'] },
    datasource: { values: ['davylamp'] },
  },
}

describe('a query as Grafana sends it', () => {
  const sent = (query: string) => interpolated(query, SCOPE)

  it('has times and intervals', () => {
    expect(sent('WHERE $timeFilter GROUP BY time($__interval)')).toBe(
      'WHERE time >= 1700000000000ms and time <= 1700021600000ms GROUP BY time(15s)',
    )
    expect(sent('time > ${__from}ms - 10m, $__interval_ms, ${__to}')).toBe(
      'time > 1700000000000ms - 10m, 15000, 1700021600000',
    )
    expect(interpolated('$__interval', { ...SCOPE, intervalMs: 500 })).toBe('500ms')
    expect(interpolated('$__interval', { ...SCOPE, intervalMs: 7_200_000 })).toBe('2h')
  })

  it('has all as it is, and values such that a regular expression means them', () => {
    expect(sent('"area" =~ /^${area:regex}$/')).toBe('"area" =~ /^.*$/')
    expect(sent('"sensor" =~ /^${sensor:regex}$/')).toBe('"sensor" =~ /^(GT-1\\.x|GT-2)$/')
    expect(sent('"unit" =~ /^${unit:regex}$/')).toBe('"unit" =~ /^mg\\/m3$/')
    expect(sent('$unit [[unit]] ${unit:raw} ${sensor:pipe} ${sensor:singlequote}')).toBe(
      "mg\\/m3 mg\\/m3 mg/m3 GT-1.x|GT-2 'GT-1.x','GT-2'",
    )
  })

  it('is refused when it names what is not there', () => {
    expect(() => sent('$gateway')).toThrow('there is no variable gateway')
    expect(() => sent('${area}${sensor:shout}')).toThrow('shout')
  })
})

it('chooses intervals that people can read', () => {
  expect(intervalOf(SCOPE, 1_440)).toBe(15_000)
  expect(intervalOf(SCOPE, 1_000)).toBe(30_000)
  expect(intervalOf({ from: 0, to: 604_800_000 }, 500)).toBe(1_800_000)
})

it('knows when `now-6h` was', () => {
  expect(relativeTime('now-6h', 21_600_000)).toBe(0)
  expect(relativeTime('now', 5)).toBe(5)
  expect(() => relativeTime('yesterday', 5)).toThrow('yesterday')
})

describe('what is made of an answer', () => {
  const series = [
    {
      name: 'gas',
      tags: { sensor: 'GT-1' },
      columns: ['time', 'max'],
      values: [
        [1, null],
        [2, 3],
      ],
    },
    { name: 'gas', tags: { sensor: 'GT-2' }, columns: ['time', 'max'], values: [[1, 0]] },
  ] as const

  it('counts what has a value', () => {
    expect(rowsOf(series)).toBe(2)
  })

  it('names series and columns', () => {
    expect(seriesNames(series, '$m $tag_sensor [[col]]')).toEqual(['gas GT-1 max', 'gas GT-2 max'])
    expect(() => seriesNames(series, '$tag_area')).toThrow('$tag_area')
    expect(tableColumns(series)).toEqual(['Time', 'sensor', 'max'])
  })
})

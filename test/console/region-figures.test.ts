import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { REGION_LEVELS } from '../../contracts/register/words.ts'
import {
  askedPeriod,
  monthsOf,
  periodOf,
  periodQuery,
  quarterBefore,
  quarterOf,
} from '../../dashboards/console/src/register/figures-period.ts'
import { crumbsOf, percentText, rowsOf } from '../../dashboards/console/src/register/figures-rows.ts'
import {
  alarmOf,
  listOf,
  type MapGeometry,
  placesOf,
} from '../../dashboards/console/src/register/map-places.ts'
import { fitted, markAt, pathOf, scaleBar } from '../../dashboards/console/src/register/map-projection.ts'
import { FakeFigures } from './fake-figures.ts'

const TODAY = '2026-11-21'

describe('periods', () => {
  test.each([
    [{}, { quarter: '2026-Q4' }, { first: '2026-10', last: '2026-12' }],
    [{ quarter: '2026-Q1' }, { quarter: '2026-Q1' }, { first: '2026-01', last: '2026-03' }],
    [{ quarter: '2026-Q5' }, { quarter: '2026-Q4' }, { first: '2026-10', last: '2026-12' }],
    [{ year: '2025' }, { year: '2025' }, { first: '2025-01', last: '2025-12' }],
    [
      { from: '2026-02', to: '2026-03' },
      { from: '2026-01-31T16:00:00Z', to: '2026-03-31T16:00:00Z' },
      { first: '2026-02', last: '2026-03' },
    ],
    [
      { from: '2026-12', to: '2026-12' },
      { from: '2026-11-30T16:00:00Z', to: '2026-12-31T16:00:00Z' },
      { first: '2026-12', last: '2026-12' },
    ],
  ])('%o', (query, asked, months) => {
    const period = periodOf(query, TODAY)
    const said = askedPeriod(period, 'Asia/Shanghai')
    const instants = Object.fromEntries(
      Object.entries(said).map(([name, value]) => [
        name,
        value.includes('T') ? new Date(value).toISOString().replace('.000', '') : value,
      ]),
    )
    expect(instants).toEqual(asked)
    expect(monthsOf(period)).toMatchObject(months)
    expect(periodOf(periodQuery(period), '1999-01-01')).toEqual(period)
  })

  test('months that are given the wrong way round are turned', () => {
    expect(periodOf({ from: '2026-05', to: '2026-02' }, TODAY)).toEqual({
      kind: 'months',
      first: '2026-02',
      last: '2026-05',
    })
  })

  test.each([
    ['2026-01-01', '2026-Q1', '2025-Q4'],
    ['2026-03-31', '2026-Q1', '2025-Q4'],
    ['2026-12-31', '2026-Q4', '2026-Q3'],
  ])('%s', (day, quarter, before) => {
    expect(quarterOf(day)).toBe(quarter)
    expect(quarterBefore(quarter)).toBe(before)
  })
})

describe('rows', () => {
  const none = { closedOnTime: 0, rectificationRate: null, onTimeRate: null, meanDaysToClose: null }
  const some = { ...none, identified: 2, closed: 1, open: 1, overdue: 1 }

  test('every node and plant has its row, those without a hazard as well', () => {
    const node = { level: REGION_LEVELS[0], children: 0, facilities: 1, open: 0, overdue: 0 }
    const rows = rowsOf(
      {
        items: [
          { path: 'A', name: 'A', ...node },
          { path: 'B', name: 'B', ...node },
        ],
        facilities: [{ id: 'p', name: 'Plant' }],
      },
      { items: [{ key: 'B', name: 'b', ...some }] },
      { items: [{ key: 'A', name: 'a plant', ...some }] },
    )
    expect(rows.map(({ kind, key, name, identified }) => [kind, key, name, identified])).toEqual([
      ['region', 'A', 'A', 0],
      ['region', 'B', 'B', 2],
      ['facility', 'p', 'Plant', 0],
    ])
  })

  test('a rate of nothing is a dash, never 0 % or 100 %', () => {
    expect([percentText(null), percentText(98.5), percentText(0)]).toEqual(['–', '98.5 %', '0 %'])
  })

  test('a path is taken apart', () => {
    expect(crumbsOf('')).toEqual([])
    expect(crumbsOf('A/B')).toEqual([
      { name: 'A', path: 'A' },
      { name: 'B', path: 'A/B' },
    ])
  })
})

describe('the map', () => {
  const SIZE = { width: 900, height: 600, padding: 50 }
  const anyPosition = fc.tuple(
    fc.double({ min: -179, max: 179, noNaN: true }),
    fc.double({ min: -80, max: 80, noNaN: true }),
  )

  test('every place lies within the drawing, north up and east to the right', () => {
    fc.assert(
      fc.property(fc.array(anyPosition, { minLength: 1, maxLength: 20 }), (positions) => {
        const projection = fitted(
          positions.map((coordinates): MapGeometry => ({ type: 'Point', coordinates })),
          SIZE,
        )
        for (const position of positions) {
          const [x, y] = projection?.at(position) ?? [Number.NaN, 0]
          expect(y).toBeGreaterThanOrEqual(SIZE.padding - 1e-6)
          expect(y).toBeLessThanOrEqual(SIZE.height - SIZE.padding + 1e-6)
          expect(x).toBeGreaterThanOrEqual(SIZE.padding - 1e-6)
          expect(x).toBeLessThanOrEqual(SIZE.width - SIZE.padding + 1e-6)
        }
      }),
    )
    const plain = fitted(
      [
        [115, 35],
        [116, 36],
      ].map((coordinates): MapGeometry => ({ type: 'Point', coordinates })),
      SIZE,
    )
    const [[west, south], [east, north]] = [plain?.at([115, 35]) ?? [0, 0], plain?.at([116, 36]) ?? [0, 0]]
    expect(west).toBeLessThan(east)
    expect(north).toBeLessThan(south)
  })

  test('a single place stands in the middle, none at all has no map', () => {
    const projection = fitted([{ type: 'Point', coordinates: [115, 35] }, null], SIZE)
    expect(projection?.at([115, 35])).toEqual([450, 300])
    expect(fitted([null], SIZE)).toBeUndefined()
  })

  test('lengths are true: a thousandth of a degree north is 111 m', () => {
    const projection = fitted([{ type: 'Point', coordinates: [115, 35] }], SIZE)
    if (projection === undefined) throw new Error('it has a place')
    const [, y] = projection.at([115, 35.001])
    expect((300 - y) / projection.scale).toBeCloseTo(111.19, 1)
    expect(scaleBar(projection, 160)).toEqual({ metres: 50, length: 125 })
  })

  test('places on both sides of the 180th meridian stand together', () => {
    const points = [179.999, -179.999].map((lon): MapGeometry => ({ type: 'Point', coordinates: [lon, 0] }))
    const projection = fitted(points, SIZE)
    const [[a], [b]] = [projection?.at([179.999, 0]) ?? [0], projection?.at([-179.999, 0]) ?? [0]]
    expect((b - a) / (projection?.scale ?? 1)).toBeCloseTo(222.4, 0)
  })

  test('the mark of an outline stands in its middle', () => {
    const ring = [
      [0, 0],
      [0.02, 0],
      [0.02, 0.01],
      [0, 0.01],
      [0, 0],
    ]
    const area: MapGeometry = { type: 'Polygon', coordinates: [ring] }
    const projection = fitted([area], SIZE)
    if (projection === undefined) throw new Error('it has a place')
    const [x, y] = markAt(area, projection)
    const [wantedX, wantedY] = projection.at([0.01, 0.005])
    expect(x).toBeCloseTo(wantedX, 3)
    expect(y).toBeCloseTo(wantedY, 3)
    expect(pathOf(area, projection)).toMatch(/^M(-?[\d.]+ -?[\d.]+L){4}-?[\d.]+ -?[\d.]+Z$/)
    expect(pathOf({ type: 'Point', coordinates: [0, 0] }, projection)).toBe('')
  })

  test('a place leads to its hazards, a reason to its alarm', () => {
    expect(listOf({ facility: 'p', area: 'a', region: 'X/Y' })).toEqual({ facility: 'p', area: 'a' })
    expect(listOf({ facility: 'p', area: null, region: 'X/Y' })).toEqual({ facility: 'p' })
    expect(listOf({ facility: null, area: null, region: 'X/Y' })).toEqual({ region: 'X/Y' })
    expect(alarmOf({ cause: 'alarm', colour: 'red', text: 'GT-1.HH critical' })).toBe('GT-1.HH')
    expect(alarmOf({ cause: 'hazard', colour: 'red', text: '2 major hazards' })).toBeUndefined()
  })

  test('the worst place is first; a colour of another release is grey', () => {
    const map = new FakeFigures().map
    expect(placesOf(map).map(({ name }) => name)).toEqual(['Tank farm', 'Chlorine shed', 'Seismic unit'])
    const purple = map.features.map((feature) => ({
      ...feature,
      properties: { ...feature.properties, colour: 'purple' as never },
    }))
    expect(new Set(placesOf({ ...map, features: purple }).map(({ colour }) => colour))).toEqual(
      new Set(['grey']),
    )
  })
})

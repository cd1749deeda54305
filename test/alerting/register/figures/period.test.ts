import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Calendar } from '../../../../alerting/kpi/calendar.ts'
import { periodOf, splitWindow, stretchOf } from '../../../../alerting/register/figures/period.ts'
import { figuresOf, percent } from '../../../../alerting/register/figures/ratios.ts'
import { childOf, monthOf, nextMonth, nodesOf } from '../../../../alerting/register/figures/tally-cell.ts'

const NOW = Date.UTC(2026, 10, 21)
const coded = (code: string) => expect.objectContaining({ code })
const zone = fc.constantFrom('Asia/Shanghai', 'UTC', 'America/New_York', 'Europe/Berlin', 'Pacific/Apia')
const time = fc.integer({ min: Date.UTC(2000, 0, 1), max: Date.UTC(2030, 0, 1) })

describe('a period', () => {
  it('is a month, a quarter, a year, a window or all', () => {
    expect(periodOf({ quarter: '2026-Q4' }, NOW)).toEqual({
      kind: 'months',
      name: '2026-Q4',
      first: '2026-10',
      last: '2026-12',
    })
    expect(periodOf({ year: '2026' }, NOW)).toMatchObject({ first: '2026-01', last: '2026-12' })
    expect(periodOf({ month: '2026-02' }, NOW)).toMatchObject({ first: '2026-02', last: '2026-02' })
    expect(periodOf({ from: 5 }, NOW)).toMatchObject({ kind: 'window', from: 5, to: NOW })
    expect(periodOf({}, NOW)).toMatchObject({ kind: 'all' })
  })

  it.each([
    [{ month: '2026-01', year: '2026' }],
    [{ year: '2026', from: 1 }],
    [{ to: 1 }],
    [{ from: 2, to: 2 }],
    [{ from: 0, to: 1e15 }],
  ])('is refused as %j', (asked) => {
    expect(() => periodOf(asked, NOW)).toThrow(coded('FIGURES_PERIOD'))
  })

  it('of a quarter begins and ends by the clock of the plant', () => {
    const quarter = periodOf({ quarter: '2026-Q4' }, NOW)
    expect(stretchOf(quarter, 'Asia/Shanghai')).toEqual({
      timezone: 'Asia/Shanghai',
      from: Date.UTC(2026, 8, 30, 16),
      to: Date.UTC(2026, 11, 31, 16),
    })
  })

  it('is taken apart without a gap and without an overlap', () => {
    fc.assert(
      fc.property(zone, time, time, time, (timezone, one, other, found) => {
        const [from, to] = one < other ? [one, other + 1] : [other, one + 1]
        const { months, edges } = splitWindow(from, to, timezone)
        const month = monthOf(found, timezone)
        const isWhole = months !== undefined && month >= months.first && month <= months.last
        const hits = edges.filter((edge) => found >= edge.from && found < edge.to).length + Number(isWhole)
        expect(hits).toBe(found >= from && found < to ? 1 : 0)
      }),
      { numRuns: 300 },
    )
  })
})

describe('a month', () => {
  it('is that of the clock of the zone', () => {
    fc.assert(
      fc.property(zone, time, (timezone, ms) => {
        expect(monthOf(ms, timezone)).toBe(new Calendar(timezone).dateOf(ms).slice(0, 7))
      }),
      { numRuns: 300 },
    )
  })

  it('is followed by the next, also over New Year', () => {
    expect([nextMonth('2025-12'), nextMonth('2026-01', -1), nextMonth('2026-01')]).toEqual([
      '2026-01',
      '2025-12',
      '2026-02',
    ])
  })
})

describe('figures', () => {
  it('are rounded half up, in whole numbers', () => {
    expect(percent(55_868, 56_719)).toBe(98.5)
    expect([percent(1, 3), percent(2, 3), percent(1, 800), percent(0, 7), percent(1, 0)]).toEqual([
      33.33,
      66.67,
      0.13,
      0,
      null,
    ])
  })

  it('of nothing are no numbers', () => {
    expect(figuresOf({ identified: 0, closed: 0, closedOnTime: 0, seconds: 0 }, 0)).toMatchObject({
      rectificationRate: null,
      onTimeRate: null,
      meanDaysToClose: null,
    })
  })
})

describe('nodes of the tree', () => {
  it('go up to the top', () => {
    expect(nodesOf('a/b').map(({ node }) => node)).toEqual(['a/b', 'a', ''])
    expect(nodesOf('a/b').map(({ parent }) => parent)).toEqual(['a', '', '/'])
  })

  it('are found under the one above', () => {
    expect([childOf('', 'a/b'), childOf('a', 'a/b/c'), childOf('a', 'a'), childOf('a', 'ab/c')]).toEqual([
      'a',
      'a/b',
      null,
      undefined,
    ])
  })
})

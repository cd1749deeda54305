import { describe, expect, it } from 'vitest'
import { entry, figure, journalOf, kpiOf, values, windowOf } from './entries.ts'

// Every figure below was worked out by hand from the journal of its name.

describe('an ordinary day', () => {
  const day = windowOf('2026-11-02T00:00:00+08:00', '2026-11-03T00:00:00+08:00', {
    timezone: 'Asia/Shanghai',
    area: 'yard',
  })
  const kpi = kpiOf(journalOf('ordinary-day'), day)

  it('counts what was annunciated: raised, re-alarmed, risen; not what came late, nor before, nor elsewhere', () => {
    // G-1, T-1, T-2 twice, P-1 twice, P-2 twice.
    expect(kpi).toMatchObject({ annunciated: 8, late: 1, area: 'yard', judged: false })
    expect(kpi.priorities).toEqual({ low: 6, medium: 0, high: 1, critical: 1 })
    expect(values(kpi, 'shareLow', 'shareMedium', 'shareHigh', 'shareCritical')).toEqual({
      shareLow: 75,
      shareMedium: 0,
      shareHigh: 12.5,
      shareCritical: 12.5,
    })
    expect(kpiOf(journalOf('ordinary-day'), { ...day, area: 'shed' }).annunciated).toBe(1)
  })

  it('has rates, and peaks with their time', () => {
    expect(values(kpi, 'alarmsPerDay', 'alarmsPerHour', 'alarmsPer10Minutes')).toEqual({
      alarmsPerDay: 8,
      alarmsPerHour: 0.333333,
      alarmsPer10Minutes: 0.0555556,
    })
    // 08:00, 08:30 and 08:40 lie in one hour.
    expect(figure(kpi, 'peakHour')).toMatchObject({ value: 3, at: '2026-11-02T08:00:00+08:00' })
    expect(figure(kpi, 'peakDay')).toMatchObject({ value: 8, at: '2026-11-02T00:00:00+08:00' })
    expect(figure(kpi, 'peak10Minutes')).toMatchObject({ value: 1, at: '2026-11-02T07:30:00+08:00' })
    expect(kpi.now).toEqual({ last10Minutes: 0, lastHour: 2, inFlood: false })
  })

  it('has the times to acknowledge and to return', () => {
    // 1, 2, 3, 4 and 20 minutes; of T-2 the first, and both of P-2, never.
    expect(kpi.acknowledge).toEqual({ count: 5, median: 180_000, p90: 1_200_000, max: 1_200_000 })
    expect(values(kpi, 'neverAcknowledged', 'acknowledgeMedian', 'unacknowledged')).toEqual({
      neverAcknowledged: 3,
      acknowledgeMedian: 180,
      // P-2 and, found late, X-1.
      unacknowledged: 2,
    })
    // 5, 10, 20 and 30 minutes.
    expect(kpi.return).toEqual({ count: 4, median: 600_000, p90: 1_800_000, max: 1_800_000 })
  })

  it('has what stands, and the most frequent', () => {
    expect(kpi.standing).toMatchObject([
      { alarm: 'P-1.L', since: '2026-11-02T20:00:00+08:00', acknowledged: true, duration: 4 * 3_600_000 },
      { alarm: 'P-2.L', since: '2026-11-02T23:00:00+08:00', acknowledged: false, duration: 3_600_000 },
    ])
    expect(kpi.topTen.map(({ alarm, count, share }) => [alarm, count, share])).toEqual([
      ['P-1.L', 2, 25],
      ['P-2.L', 2, 25],
      ['T-2.H', 2, 25],
      ['G-1.H', 1, 12.5],
      ['T-1.H', 1, 12.5],
    ])
    expect(figure(kpi, 'topTenShare')).toMatchObject({ value: 100, verdict: null })
  })

  it('has a table of shifts', () => {
    expect(kpi.shifts.map(({ date, shift, annunciated }) => [date, shift, annunciated])).toEqual([
      ['2026-11-01', '20:00', 1],
      ['2026-11-02', '08:00', 3],
      ['2026-11-02', '20:00', 4],
    ])
  })
})

describe('alarms that acknowledge themselves', () => {
  it('wait for nobody: they are never unacknowledged', () => {
    const kpi = kpiOf(
      [
        // At once, and by its return; the third is left.
        entry({ time: '2026-11-02T10:00:00Z', alarm: 'A-1.H', event: 'raised', state: 'ACKED' }, 1),
        entry({ time: '2026-11-02T10:10:00Z', alarm: 'A-1.H', event: 'returned', state: 'NORM' }, 2),
        entry({ time: '2026-11-02T10:00:00Z', alarm: 'A-2.H', event: 'raised', state: 'UNACK' }, 3),
        entry({ time: '2026-11-02T10:10:00Z', alarm: 'A-2.H', event: 'returned', state: 'NORM' }, 4),
        entry({ time: '2026-11-02T10:00:00Z', alarm: 'A-3.H', event: 'raised', state: 'UNACK' }, 5),
        entry({ time: '2026-11-02T10:10:00Z', alarm: 'A-3.H', event: 'returned', state: 'RTNUN' }, 6),
      ],
      windowOf('2026-11-02T00:00:00Z', '2026-11-03T00:00:00Z'),
    )
    expect(kpi).toMatchObject({ annunciated: 3, acknowledge: { count: 0 }, return: { count: 3 } })
    expect(values(kpi, 'neverAcknowledged', 'unacknowledged')).toEqual({
      neverAcknowledged: 1,
      unacknowledged: 1,
    })
  })
})

describe('alarms that chatter and flit', () => {
  const kpi = kpiOf(journalOf('chatter'), windowOf('2026-11-02T00:00:00Z', '2026-11-03T00:00:00Z'))

  it('chatter by three cycles in a minute', () => {
    const rows = kpi.chattering.map(({ alarm, episodes, cycles, last }) => [alarm, episodes, cycles, last])
    expect(rows).toEqual([
      ['C-1.H', 1, 4, '2026-11-02T10:01:10+00:00'],
      ['C-5.H', 1, 1, '2026-11-02T00:00:05+00:00'],
    ])
    expect(figure(kpi, 'chatteringAlarms').value).toBe(2)
  })

  it('are fleeting when they do not repeat themselves and nobody acknowledged', () => {
    expect(kpi.fleeting.map(({ alarm, count }) => [alarm, count])).toEqual([
      ['C-2.H', 3],
      ['C-1.H', 1],
    ])
  })
})

describe('alarms that stand long or are hidden', () => {
  const kpi = kpiOf(journalOf('long'), windowOf('2026-11-03T00:00:00Z', '2026-11-06T00:00:00Z'))
  const HOUR = 3_600_000

  it('are stale after 24 hours, whenever those began', () => {
    const rows = kpi.stale.map(({ alarm, count, since, until, longest }) => [
      alarm,
      count,
      since.slice(5, 16),
      until?.slice(5, 16) ?? null,
      longest / HOUR,
    ])
    expect(rows).toEqual([
      ['S-5.H', 1, '11-01T00:00', null, 120],
      ['S-1.H', 1, '11-01T00:00', '11-04T12:00', 84],
      ['S-2.H', 1, '11-02T18:00', null, 78],
      ['S-4.H', 2, '11-03T03:00', '11-05T03:00', 48],
    ])
    expect(kpi.days.map(({ date, stale }) => [date, stale])).toEqual([
      ['2026-11-03', 3],
      ['2026-11-04', 3],
      ['2026-11-05', 3],
    ])
    expect(values(kpi, 'staleAlarms', 'staleOnWorstDay')).toEqual({ staleAlarms: 4, staleOnWorstDay: 3 })
  })

  it('stand at the end, the oldest first', () => {
    expect(kpi.standing.map(({ alarm, duration }) => [alarm, duration / HOUR])).toEqual([
      ['S-5.H', 120],
      ['S-2.H', 78],
    ])
  })

  it('are hidden so often, so long, and now since when, by whom, why and until when', () => {
    expect(kpi.shelved).toMatchObject([
      {
        alarm: 'H-1.H',
        times: 4,
        duration: 5 * HOUR,
        now: {
          since: '2026-11-05T22:00:00+00:00',
          by: 'wang',
          reason: 'proof test',
          until: '2026-11-06T06:00:00Z',
        },
      },
      { alarm: 'S-5.H', times: 0, duration: 60 * HOUR, now: null },
    ])
    expect(kpi.outOfService).toMatchObject([
      {
        alarm: 'H-2.H',
        times: 0,
        duration: 72 * HOUR,
        now: { since: '2026-10-01T08:00:00+00:00', by: 'zhao', reason: 'dismantled', until: null },
      },
    ])
    expect(kpi.suppressed).toMatchObject([{ alarm: 'H-3.H', times: 1, duration: 2 * HOUR, now: null }])
    expect(values(kpi, 'shelved', 'suppressed', 'outOfService')).toEqual({
      shelved: 1,
      suppressed: 0,
      outOfService: 1,
    })
  })

  it('do not return by being removed from the file', () => {
    // S-3 after 24 hours and the second of S-4 after 48.
    expect(kpi.return).toMatchObject({ count: 2, max: 48 * HOUR })
  })
})

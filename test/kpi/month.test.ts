import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { JournalItem } from '../../contracts/api.ts'
import type { AlarmKpi, KpiQuery } from '../../contracts/kpi.ts'
import { DirectStates } from '../alerting/direct-states.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { figure, kpiOf } from './entries.ts'
import { recount } from './naive-recount.ts'
import { monthOf, monthPlant } from './simulated-month.ts'

const DAY = 86_400_000
/** 40 days around the change of clocks in Berlin, of which windows are cut. */
const BEGIN = Date.parse('2026-10-05T00:00:00+02:00')
const facility = monthPlant('Europe/Berlin')
const { timezone } = facility

let states: DirectStates
let items: JournalItem[]

beforeAll(async () => {
  states = new DirectStates(temporaryFolder())
  const entries = monthOf(facility, BEGIN, 40, 7)
  await states.commit({ facility: 'plant', timezone, recorded: BEGIN, entries, records: new Map() })
  items = await states.after(0, 1_000_000)
})
afterAll(() => states.close())

function query(from: string | number, to: string | number, over: Partial<KpiQuery> = {}): KpiQuery {
  return {
    facility: 'plant',
    timezone,
    shifts: ['06:00', '14:00', '22:00'],
    from: typeof from === 'number' ? from : Date.parse(from),
    to: typeof to === 'number' ? to : Date.parse(to),
    ...over,
  }
}

/** What both ways of counting say, in one form. */
function summary(kpi: AlarmKpi) {
  const ms = (list: AlarmKpi['shelved']) =>
    Object.fromEntries(list.filter(({ duration }) => duration > 0).map((row) => [row.alarm, row.duration]))
  return {
    annunciated: kpi.annunciated,
    late: kpi.late,
    never: figure(kpi, 'neverAcknowledged').value,
    priorities: Object.fromEntries(Object.entries(kpi.priorities).filter(([, count]) => count > 0)),
    perDay: Object.fromEntries(
      kpi.days.filter(({ annunciated }) => annunciated > 0).map((day) => [day.date, day.annunciated]),
    ),
    hoursOver30: kpi.days.reduce((sum, day) => sum + day.hoursOver30, 0),
    periodsOver10: kpi.days.reduce((sum, day) => sum + day.periodsOver10, 0),
    standing: kpi.standing.map(({ alarm }) => alarm).sort(),
    shelvedMs: ms(kpi.shelved),
    outOfServiceMs: ms(kpi.outOfService),
    stale: Object.fromEntries(kpi.days.filter(({ stale }) => stale > 0).map((day) => [day.date, day.stale])),
  }
}

function expectRecount(kpi: AlarmKpi, window: KpiQuery): void {
  const { acknowledged, returned, stale, floodMs, ...counted } = recount(items, window)
  expect(summary(kpi)).toEqual({
    ...counted,
    stale: Object.fromEntries(Object.entries(stale).map(([date, alarms]) => [date, alarms.length])),
  })
  for (const [told, durations] of [
    [kpi.acknowledge, acknowledged],
    [kpi.return, returned],
  ] as const) {
    const exact = (share: number) => durations[Math.ceil(share * durations.length) - 1] ?? Number.NaN
    expect(told.count).toBe(durations.length)
    if (durations.length === 0) continue
    expect(told.max).toBe(durations.at(-1))
    expect(Math.abs((told.median ?? 0) / exact(0.5) - 1)).toBeLessThan(0.005)
    expect(Math.abs((told.p90 ?? 0) / exact(0.9) - 1)).toBeLessThan(0.005)
  }
  const inFlood = kpi.days.reduce((sum, { flood }) => sum + flood, 0)
  // The recount looks once a second.
  expect(Math.abs(inFlood - floodMs)).toBeLessThanOrEqual(1_000 * (kpi.floods.length + 1))
}

describe('a month of a simulated plant', () => {
  it('has everything in it that the figures are about', async () => {
    const kpi = await states.alarmKpi(query('2026-10-08T00:00:00+02:00', '2026-11-07T00:00:00+01:00'))
    expect(items.length).toBeGreaterThan(5_000)
    expect(kpi.judged).toBe(true)
    const { floods, chattering, fleeting, stale, shelved, outOfService } = kpi
    for (const list of [floods, chattering, fleeting, stale, shelved, outOfService])
      expect(list.length).toBeGreaterThan(1)
    expect(kpi.days.map(({ from, to }) => (Date.parse(to) - Date.parse(from)) / 3_600_000)).toContain(25)
    expect(figure(kpi, 'alarmsPerDay').verdict).toBe('good')
    const peaks = [kpi.days, kpi.shifts].map((rows) => Math.max(...rows.map((row) => row.peak10Minutes)))
    expect(peaks).toEqual(Array(2).fill(figure(kpi, 'peak10Minutes').value))
    const shifts = (of: (row: AlarmKpi['shifts'][number]) => number) =>
      kpi.shifts.reduce((sum, row) => sum + of(row), 0)
    expect(shifts(({ annunciated }) => annunciated)).toBe(kpi.annunciated)
    expect(shifts(({ flood }) => flood)).toBe(kpi.days.reduce((sum, { flood }) => sum + flood, 0))
    const events = new Set(items.map(({ event }) => event))
    for (const event of ['re-alarmed', 'priority-raised', 'shelved', 'out-of-service', 'reset'] as const)
      expect(events).toContain(event)
    expect(figure(kpi, 'topTenShare').verdict).toBe('over')
  })

  it('is what a plain recount finds, the day on which clocks change included', async () => {
    for (const over of [{}, { area: 'yard' }]) {
      const window = query('2026-10-08T00:00:00+02:00', '2026-11-07T00:00:00+01:00', over)
      expectRecount(await states.alarmKpi(window), window)
    }
  })

  const moments = fc.integer({ min: BEGIN + DAY, max: BEGIN + 39 * DAY })

  it('is what a plain recount finds in any window', async () => {
    await fc.assert(
      fc.asyncProperty(moments, fc.integer({ min: 60_000, max: 6 * DAY }), async (from, length) => {
        const window = query(from, Math.min(from + length, BEGIN + 40 * DAY))
        expectRecount(await states.alarmKpi(window), window)
      }),
      { numRuns: 12 },
    )
  })

  it('needs no more of the time before than is read of it', async () => {
    await fc.assert(
      fc.asyncProperty(moments, fc.integer({ min: 1, max: 10 * DAY }), async (from, length) => {
        const window = query(from, from + length)
        const whole = kpiOf(items, window)
        expect(await states.alarmKpi(window)).toEqual({ ...whole, journalSince: expect.any(String) })
      }),
      { numRuns: 25 },
    )
  })

  it('is the sum of its parts wherever it is cut between two days', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 2, max: 28 }), async (cut) => {
        const whole = await states.alarmKpi(query('2026-10-08T00:00:00+02:00', '2026-11-07T00:00:00+01:00'))
        const middle = whole.days[cut]?.from ?? ''
        const first = await states.alarmKpi(query(whole.from, middle))
        const second = await states.alarmKpi(query(middle, whole.to))
        expect([...first.days, ...second.days]).toEqual(whole.days)
        const sum = (of: (kpi: AlarmKpi) => number) => expect(of(first) + of(second)).toBe(of(whole))
        sum(({ annunciated }) => annunciated)
        sum(({ late }) => late)
        sum(({ shelved }) => shelved.reduce((ms, { duration }) => ms + duration, 0))
        sum(({ outOfService }) => outOfService.reduce((ms, { duration }) => ms + duration, 0))
        sum(({ outOfService }) => outOfService.reduce((count, { times }) => count + times, 0))
        expect(second.standing).toEqual(whole.standing)
      }),
      { numRuns: 8 },
    )
  })
})

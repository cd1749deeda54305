import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { plannedAt, turnsOf } from '../../../alerting/roster/duty-plan.ts'
import { formatIso } from '../../../contracts/iso-time.ts'
import type { Duty } from '../../../contracts/notify/plan.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const ZONES = [
  'UTC',
  'Asia/Shanghai',
  'Asia/Kolkata',
  'Asia/Kathmandu',
  'America/St_Johns',
  'Europe/Berlin',
  'America/New_York',
  'Australia/Lord_Howe',
  'America/Havana',
  'Africa/Cairo',
]

function dutyOf(given: Partial<Duty> = {}): Duty {
  return { id: 'd', name: 'd', always: [], teams: new Map(), cycle: [], shifts: ['08:00', '20:00'], ...given }
}

/** Four teams, two shifts a day: each has a day, a night and two days off. */
const FOUR_TEAMS = dutyOf({
  teams: new Map(['A', 'B', 'C', 'D'].map((team) => [team, [team.toLowerCase()]])),
  cycle: ['A', 'D', 'B', 'A', 'C', 'B', 'D', 'C'],
  start: '2026-03-27',
})

function told(duty: Duty, zone: string, from: string, to: string): string[] {
  return turnsOf(duty, zone, Date.parse(from), Date.parse(to)).map(
    ({ team, ...turn }) =>
      `${formatIso(turn.from, zone).slice(5, 16)} ${(turn.to - turn.from) / HOUR}h ${team ?? '-'}`,
  )
}

describe('the turns of a cycle', () => {
  it('go on over the begin of summer time, whose night is shorter', () => {
    expect(
      told(FOUR_TEAMS, 'Europe/Berlin', '2026-03-28T08:00:00+01:00', '2026-03-30T08:00:00+02:00'),
    ).toEqual(['03-28T08:00 12h B', '03-28T20:00 11h A', '03-29T08:00 12h C', '03-29T20:00 12h B'])
  })

  it('go on over its end, whose night is longer', () => {
    const duty = { ...FOUR_TEAMS, start: '2026-10-23' }
    expect(told(duty, 'Europe/Berlin', '2026-10-24T08:00:00+02:00', '2026-10-26T08:00:00+01:00')).toEqual([
      '10-24T08:00 12h B',
      '10-24T20:00 13h A',
      '10-25T08:00 12h C',
      '10-25T20:00 12h B',
    ])
  })

  it('are cut to the window', () => {
    expect(
      told(FOUR_TEAMS, 'Asia/Shanghai', '2026-03-27T07:00:00+08:00', '2026-03-27T09:30:00+08:00'),
    ).toEqual(['03-27T07:00 1h C', '03-27T08:00 1.5h A'])
    expect(turnsOf(FOUR_TEAMS, 'UTC', 5, 5)).toEqual([])
  })

  it('leave out a shift that the clock jumped over, and nobody else is moved by it', () => {
    const duty = dutyOf({
      teams: new Map(['A', 'B', 'C'].map((team) => [team, [team]])),
      cycle: ['A', 'B', 'C'],
      shifts: ['02:30', '03:00', '12:00'],
      start: '2026-03-01',
    })
    expect(told(duty, 'Europe/Berlin', '2026-03-28T02:30:00+01:00', '2026-03-30T03:00:00+02:00')).toEqual([
      '03-28T02:30 0.5h A',
      '03-28T03:00 9h B',
      '03-28T12:00 14h C',
      '03-29T03:00 9h B',
      '03-29T12:00 14.5h C',
      '03-30T02:30 0.5h A',
    ])
  })

  it('begin once when the clock shows their begin twice', () => {
    const duty = dutyOf({
      teams: new Map(['A', 'B'].map((team) => [team, [team]])),
      cycle: ['A', 'B'],
      shifts: ['02:30'],
      start: '2026-10-24',
    })
    expect(told(duty, 'Europe/Berlin', '2026-10-24T02:30:00+02:00', '2026-10-26T02:30:00+01:00')).toEqual([
      '10-24T02:30 24h A',
      '10-25T02:30 25h B',
    ])
  })

  it('have no gap where an island skipped a day', () => {
    const duty = { ...FOUR_TEAMS, start: '2011-12-29' }
    const moment = Date.parse('2011-12-31T03:00:00+14:00')
    expect(turnsOf(duty, 'Pacific/Apia', moment, moment + HOUR)).toEqual([
      { from: moment, to: moment + HOUR, place: 1, team: 'D', planned: ['d'] },
    ])
    expect(told(duty, 'Pacific/Apia', '2011-12-29T20:00:00-10:00', '2011-12-31T20:00:00+14:00')).toEqual([
      '12-29T20:00 12h D',
      '12-31T08:00 12h C',
    ])
  })
})

describe('who is planned', () => {
  const duty = dutyOf({
    always: ['chief', 'li'],
    teams: new Map([['day', ['wang', 'li', 'wang']]]),
    cycle: ['day', null],
    start: '2026-11-30',
  })

  it('is the shift, then those who have it always, each once; a dash leaves those', () => {
    const planned = (time: string) => plannedAt(duty, 'Asia/Shanghai', Date.parse(time))
    expect(planned('2026-11-30T08:00:00+08:00')).toEqual(['wang', 'li', 'chief'])
    expect(planned('2026-11-30T19:59:59+08:00')).toEqual(['wang', 'li', 'chief'])
    expect(planned('2026-11-30T20:00:00+08:00')).toEqual(['chief', 'li'])
    expect(planned('2026-12-01T07:59:59+08:00')).toEqual(['chief', 'li'])
  })

  it('follows the cycle before its start too', () => {
    const count = (time: string) => plannedAt(duty, 'Asia/Shanghai', Date.parse(time)).length
    expect(count('2020-02-29T12:00:00+08:00')).toBe(3)
    expect(count('2020-02-29T22:00:00+08:00')).toBe(2)
  })

  it('is whoever has it always where there are no shifts', () => {
    const [from, to] = [Date.parse('2026-01-01T00:00:00Z'), Date.parse('2026-02-01T00:00:00Z')]
    expect(turnsOf(dutyOf({ always: ['chief'] }), 'Europe/Berlin', from, to)).toEqual([
      { from, to, place: 0, team: null, planned: ['chief'] },
    ])
  })
})

describe('any duty of any zone', () => {
  const teams = ['A', 'B', 'C', 'D']
  const duties = fc
    .tuple(
      fc.uniqueArray(fc.integer({ min: 0, max: 47 }), { minLength: 1, maxLength: 6 }),
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 0, max: 3_650 }),
    )
    .chain(([halves, days, start]) =>
      fc
        .array(fc.constantFrom(...teams, null), {
          minLength: halves.length * days,
          maxLength: halves.length * days,
        })
        .map((cycle) =>
          dutyOf({
            teams: new Map(teams.map((team) => [team, [team]])),
            cycle,
            shifts: halves.sort((a, b) => a - b).map((half) => clock(half * 30)),
            start: new Date(Date.UTC(2022, 0, 1) + start * DAY).toISOString().slice(0, 10),
          }),
        ),
    )
  const windows = fc.record({
    zone: fc.constantFrom(...ZONES),
    from: fc.integer({ min: Date.UTC(2020, 0, 1), max: Date.UTC(2032, 0, 1) }),
    length: fc.integer({ min: 1, max: 60 * DAY }),
  })

  it('has exactly one turn at every moment', () => {
    fc.assert(
      fc.property(
        duties,
        windows,
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (duty, { zone, from, length }, share) => {
          const turns = turnsOf(duty, zone, from, from + length)
          expect(turns[0]?.from).toBe(from)
          expect(turns.at(-1)?.to).toBe(from + length)
          for (const [index, turn] of turns.entries()) {
            expect(turn.to).toBeGreaterThan(turn.from)
            if (index > 0) expect(turn.from).toBe(turns[index - 1]?.to)
            const moment = Math.floor(turn.from + share * (turn.to - turn.from))
            expect(plannedAt(duty, zone, moment)).toEqual(turn.planned)
          }
        },
      ),
    )
  })

  it('goes on by one place with every shift, and is the same wherever the window begins', () => {
    const whole = fc.constantFrom(['08:00', '20:00'], ['06:00', '14:00', '22:00'], ['07:30'])
    fc.assert(
      fc.property(whole, windows, (shifts, { zone, from, length }) => {
        const cycle = shifts.flatMap(() => teams)
        const duty = dutyOf({
          teams: new Map(teams.map((team) => [team, [team]])),
          cycle,
          shifts,
          start: '2024-02-29',
        })
        const turns = turnsOf(duty, zone, from, from + length)
        for (const [index, turn] of turns.entries()) {
          if (index > 0) expect(turn.place).toBe((turns[index - 1]?.place ?? 0) + 1)
          expect(turn.team).toBe(cycle.at(turn.place % cycle.length))
          // By the clock on the wall: a shift of its own each, whatever clocks did since the start.
          expect(formatIso(turn.from, zone).slice(11, 16)).toBe(
            index === 0 ? formatIso(from, zone).slice(11, 16) : shifts.at(turn.place % shifts.length),
          )
        }
      }),
    )
  })

  it('comes round after as many days as its cycle has', () => {
    fc.assert(
      fc.property(duties, windows, (duty, { from }) => {
        const round = (duty.cycle.length / duty.shifts.length) * DAY
        expect(plannedAt(duty, 'Asia/Shanghai', from + round)).toEqual(plannedAt(duty, 'Asia/Shanghai', from))
      }),
    )
  })
})

function clock(minutes: number): string {
  const two = (n: number) => String(n).padStart(2, '0')
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`
}

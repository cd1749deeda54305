import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { AbsenceView, ShiftView } from '../../contracts/notify/api.ts'
import { type AskedAbsence, absenceOf, absenceProblems } from '../../dashboards/console/src/absence-words.ts'
import { DAYS, rosterTable, rosterWindow } from '../../dashboards/console/src/roster-days.ts'
import { iso, TIMEZONE } from './fake-plant.ts'
import { type FakeDuty, shiftsOf } from './fake-roster.ts'

const HOUR = 3_600_000
/** 10:00 of the plant. */
const NOW = Date.parse('2026-11-21T02:00:00Z')
const LI = { id: 'li.wei', name: 'Li Wei' }
const DUTY: FakeDuty = {
  id: 'operator',
  name: 'Operator',
  cycle: ['A', 'B', null],
  teams: { A: [LI], B: [{ id: 'sun.jie', name: 'Sun Jie' }] },
  always: [],
}

function tableAt(now: number, absences: readonly AbsenceView[] = [], duty = DUTY) {
  const { from, to } = rosterWindow(now, TIMEZONE)
  const shifts = shiftsOf(duty, { from: Date.parse(from), to: Date.parse(to), absences })
  return rosterTable(shifts, now, TIMEZONE)
}

const names = (parts: readonly ShiftView[]) =>
  parts.map(({ persons, absent }) => [
    ...persons.map(({ name }) => name),
    ...absent.map((name) => `-${name}`),
  ])

describe('a fortnight', () => {
  test('days by shifts, from the shift that runs', () => {
    const { starts, days } = tableAt(NOW)
    expect(starts).toEqual(['08:00', '20:00'])
    expect(days.map(({ date }) => date).filter((_, index) => index === 0 || index === 13)).toEqual([
      '2026-11-21',
      '2026-12-04',
    ])
    expect(days[0]?.cells[0]?.from).toBe(Date.parse('2026-11-21T08:00:00+08:00'))
    expect(days[0]?.cells[1]?.to).toBe(Date.parse('2026-11-22T08:00:00+08:00'))
  })

  test('before the first shift of the day, the night shift of the day before runs', () => {
    const [first] = tableAt(Date.parse('2026-11-21T03:00:00+08:00')).days
    expect(first?.date).toBe('2026-11-20')
    expect(first?.cells[1]?.to).toBe(Date.parse('2026-11-21T08:00:00+08:00'))
  })

  test('at any time, the present is in exactly one cell, and cells follow each other without a gap', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 30 * 24 * 60 }), (minutes) => {
        const now = NOW + minutes * 60_000
        const { days } = tableAt(now)
        const cells = days.flatMap((day) => day.cells)
        expect(days.length).toBe(DAYS)
        expect(cells.filter(({ from, to }) => now >= from && now < to).length).toBe(1)
        cells.slice(1).forEach((cell, index) => {
          expect(cell.from).toBe(cells[index]?.to)
        })
        // Whoever has the duty according to the server stands in the cell.
        for (const { from, to, parts } of cells)
          for (const part of parts)
            expect(Date.parse(part.from) < to && Date.parse(part.to) > from).toBe(true)
        expect(cells.every(({ parts }) => parts.length === 1)).toBe(true)
      }),
      { numRuns: 40 },
    )
  })

  test('an absence within a shift splits its cell, and makes no column of its own', () => {
    const index = tableAt(NOW).days.findIndex(
      (day) => names(day.cells[0]?.parts ?? []).flat()[0] === 'Li Wei',
    )
    const cell = tableAt(NOW).days[index]?.cells[0]
    const absence: AbsenceView = {
      id: 'a',
      person: LI.id,
      from: iso((cell?.from ?? 0) + 4 * HOUR),
      to: iso((cell?.from ?? 0) + 6 * HOUR),
      substitute: null,
      reason: 'Doctor',
      by: LI.id,
    }
    const { starts, days } = tableAt(NOW, [absence])
    expect(starts).toEqual(['08:00', '20:00'])
    expect(names(days[index]?.cells[0]?.parts ?? [])).toEqual([['Li Wei'], ['-Li Wei'], ['Li Wei']])
  })

  test('a duty without shifts has whole days, and what changes nothing splits nothing', () => {
    const always = { ...DUTY, cycle: [], always: [LI] }
    const other: AbsenceView = {
      id: 'a',
      person: 'sun.jie',
      from: iso(NOW + 5 * HOUR),
      to: iso(NOW + 9 * HOUR),
      substitute: null,
      reason: 'Leave',
      by: 'sun.jie',
    }
    const { starts, days } = tableAt(NOW, [other], always)
    expect(starts).toEqual(['00:00'])
    expect(days.map((day) => day.cells.map(({ parts }) => names(parts)))).toEqual(
      Array.from({ length: DAYS }, () => [[['Li Wei']]]),
    )
  })

  test('where clocks change, a shift is an hour longer and the next day begins on time', () => {
    const zone = 'Europe/Berlin'
    const start = (date: string, offset: string) => `${date}T06:00:00${offset}`
    const dates = ['2026-10-22', '2026-10-23', '2026-10-24', '2026-10-25', '2026-10-26', '2026-10-27']
    const times = dates.map((date) => start(date, date < '2026-10-25' ? '+02:00' : '+01:00'))
    const shifts = times.slice(1).map((to, index): ShiftView => {
      const team = index % 2 === 0 ? 'A' : 'B'
      return { from: times[index] ?? '', to, team, persons: [], absent: [] }
    })
    const { starts, days } = rosterTable(shifts, Date.parse('2026-10-24T08:00:00+02:00'), zone)
    expect(starts).toEqual(['06:00'])
    expect(days.slice(0, 2).map(({ cells }) => ((cells[0]?.to ?? 0) - (cells[0]?.from ?? 0)) / HOUR)).toEqual(
      [25, 24],
    )
    expect(days[0]?.cells[0]?.parts.map(({ team }) => team)).toEqual(['A'])
  })
})

describe('an absence', () => {
  const whole: AskedAbsence = {
    person: ' li.wei ',
    from: '2026-11-22T08:00',
    to: '2026-11-23T20:00',
    substitute: '',
    reason: ' Leave ',
  }

  test('goes to the server in the time of the plant, without what is not said', () => {
    expect(absenceProblems(whole, TIMEZONE)).toEqual({})
    expect(absenceOf(whole, TIMEZONE)).toEqual({
      person: 'li.wei',
      from: '2026-11-22T08:00:00+08:00',
      to: '2026-11-23T20:00:00+08:00',
      reason: 'Leave',
    })
    expect(absenceOf({ ...whole, substitute: 'sun.jie' }, TIMEZONE).substitute).toBe('sun.jie')
  })

  test.each<[Partial<AskedAbsence>, object]>([
    [{ person: ' ' }, { person: 'needAbsent' }],
    [{ from: '' }, { from: 'needTime' }],
    [{ to: 'soon' }, { to: 'needTime' }],
    [{ to: '2026-11-22T08:00' }, { to: 'needLater' }],
    [{ substitute: 'li.wei' }, { substitute: 'needOther' }],
    [{ reason: '' }, { reason: 'needAbsenceReason' }],
  ])('%o is not sent', (more, problems) => {
    expect(absenceProblems({ ...whole, ...more }, TIMEZONE)).toEqual(problems)
  })
})

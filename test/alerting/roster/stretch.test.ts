import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Absence, byPerson } from '../../../alerting/roster/absence.ts'
import { staffAt, stretchesOf } from '../../../alerting/roster/stretch.ts'
import type { Duty, Responder } from '../../../contracts/notify/plan.ts'

const HOUR = 3_600_000
const START = Date.UTC(2026, 9, 24)
const PEOPLE = ['a', 'b', 'c', 'd', 'e']
const responders = new Map(PEOPLE.map((id): [string, Responder] => [id, { id, name: id, language: 'en' }]))
const duty: Duty = {
  id: 'd',
  name: 'd',
  always: ['e', 'gone'],
  teams: new Map([
    ['A', ['a', 'b']],
    ['B', ['c', 'gone']],
  ]),
  cycle: ['A', 'B', null, 'A'],
  start: '2026-10-24',
  shifts: ['08:00', '20:00'],
}

const absences = fc.array(
  fc
    .record({
      person: fc.constantFrom(...PEOPLE),
      hour: fc.integer({ min: -10, max: 60 }),
      hours: fc.integer({ min: 1, max: 40 }),
      substitute: fc.option(fc.constantFrom(...PEOPLE, 'gone')),
    })
    .filter(({ person, substitute }) => person !== substitute)
    .map(({ person, hour, hours, substitute }): Absence => {
      const from = START + hour * HOUR
      return { id: '1', person, from, to: from + hours * HOUR, substitute, reason: '', by: '' }
    }),
  { maxLength: 12 },
)

test('whatever absences there are: every moment lies in one stretch, which says what is so then', () => {
  fc.assert(
    fc.property(absences, fc.constantFrom('Europe/Berlin', 'Asia/Kathmandu'), (list, timezone) => {
      const attendance = { timezone, responders, absences: byPerson(list) }
      const [from, to] = [START, START + 50 * HOUR]
      const stretches = stretchesOf(duty, attendance, from, to)
      expect(stretches[0]?.from).toBe(from)
      expect(stretches.at(-1)?.to).toBe(to)
      for (const [index, stretch] of stretches.entries()) {
        const before = stretches[index - 1]
        if (before !== undefined) {
          expect(stretch.from).toBe(before.to)
          expect({ ...stretch, from: 0, to: 0 }).not.toEqual({ ...before, from: 0, to: 0 })
        }
        for (const moment of [stretch.from, stretch.to - 1]) {
          const { persons, absent } = staffAt(duty, attendance, moment)
          expect({ persons, absent }).toEqual({ persons: stretch.persons, absent: stretch.absent })
        }
        const ids = stretch.persons.map(({ responder }) => responder.id)
        expect(new Set(ids).size).toBe(ids.length)
        const isAway = (id: string) =>
          list.some(
            (absence) => absence.person === id && absence.from < stretch.to && absence.to > stretch.from,
          )
        // Nobody is told who is away, and whoever is planned and there is among them.
        expect(ids.filter(isAway)).toEqual([])
        expect(stretch.absent.filter((id) => !isAway(id))).toEqual([])
        if (!isAway('e')) expect(ids).toContain('e')
      }
    }),
  )
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Clock, clockState, isSettled } from '../../../../alerting/register/incident/clock.ts'
import { afterEvent, type TeamTimes } from '../../../../alerting/register/incident/team-times.ts'
import { CodedError } from '../../../../contracts/errors.ts'
import { TEAM_EVENTS } from '../../../../contracts/register/incident-words.ts'

const time = fc.integer({ min: 0, max: 100 })
const maybe = fc.option(time, { nil: null })
const clocks: fc.Arbitrary<Clock> = fc.record({
  started: fc.constant(0),
  due: time,
  arrived: maybe,
  stopped: maybe,
  waived: maybe,
})

describe('a response clock', () => {
  it('is breached when nobody had arrived by the time it was due, and never when it was waived', () => {
    fc.assert(
      fc.property(clocks, time, (clock, now) => {
        const { due, arrived, stopped, waived } = clock
        const isLate = arrived !== null ? arrived > due : stopped !== null ? stopped > due : now > due
        expect(clockState(clock, now) === 'breached').toBe(waived === null && isLate)
      }),
    )
  })

  it('is met by an arrival in time, to the millisecond', () => {
    const clock = { started: 0, due: 10, arrived: 10, stopped: null, waived: null }
    expect(clockState(clock, 99)).toBe('met')
    expect(clockState({ ...clock, arrived: 11 }, 99)).toBe('breached')
    expect(clockState({ ...clock, arrived: null }, 10)).toBe('running')
    expect(clockState({ ...clock, arrived: null }, 11)).toBe('breached')
    expect(clockState({ ...clock, arrived: null, stopped: 9 }, 99)).toBe('ended')
  })

  it('that is settled stays as it is', () => {
    fc.assert(
      fc.property(clocks, time, time, (clock, now, later) => {
        fc.pre(isSettled(clock, now))
        expect(clockState(clock, now + later)).toBe(clockState(clock, now))
      }),
    )
  })

  it('runs until it is breached, and does not run again', () => {
    fc.assert(
      fc.property(clocks, (clock) => {
        const states = Array.from({ length: 101 }, (_, now) => clockState(clock, now))
        const first = states.indexOf('breached')
        if (first !== -1) expect(new Set(states.slice(first))).toEqual(new Set(['breached']))
      }),
    )
  })
})

describe('a team at an incident', () => {
  it('has its times in order, none of them in the future, whatever is entered', () => {
    const entered = fc.array(
      fc.record({ event: fc.constantFrom(...TEAM_EVENTS), time: fc.integer({ min: -5, max: 60 }) }),
      { maxLength: 12 },
    )
    fc.assert(
      fc.property(entered, (list) => {
        let team: TeamTimes | undefined
        for (const { event, time: at } of list) {
          try {
            team = afterEvent(team, event, { time: at, started: 0, now: 50 })
          } catch (error) {
            expect(error).toBeInstanceOf(CodedError)
          }
          if (team === undefined) continue
          const { dispatched, arrived, released } = team
          expect(dispatched).toBeGreaterThanOrEqual(0)
          if (arrived !== null) expect(arrived).toBeGreaterThanOrEqual(dispatched)
          if (released !== null) expect(released).toBeGreaterThanOrEqual(arrived ?? dispatched)
          expect(Math.max(dispatched, arrived ?? 0, released ?? 0)).toBeLessThanOrEqual(50)
        }
      }),
    )
  })
})

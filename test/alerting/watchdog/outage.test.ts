import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Outage, TELL_AGAIN_MS } from '../../../alerting/watchdog/outage.ts'
import type { Outcome } from '../../../alerting/watchdog/rounds.ts'

function outcome(begun: number, broken?: Outcome['broken']): Outcome {
  return { begun, ended: begun + 1_000, legs: {}, ...(broken === undefined ? {} : { broken }) }
}

describe('an outage', () => {
  it('is told once at once, every hour while it lasts, and once at its end', () => {
    const outage = new Outage()
    const told: string[] = []
    const minute = 60_000
    for (let at = 0; at < 300 * minute; at += 5 * minute) {
      const turn = outage.take(outcome(at, at >= 60 * minute && at < 200 * minute ? 'unheard' : undefined))
      if (turn !== undefined) told.push(`${at / minute} ${turn.turn} since ${turn.since / minute}`)
    }
    expect(told).toEqual([
      '60 broken since 60',
      '120 still since 60',
      '180 still since 60',
      '200 well since 60',
    ])
  })

  it('says how far the last round came', () => {
    const outage = new Outage()
    expect(outage.take(outcome(0, 'unread'))).toMatchObject({ broken: 'unread' })
    expect(outage.take(outcome(TELL_AGAIN_MS, 'unheard'))).toMatchObject({ turn: 'still', broken: 'unheard' })
    expect(outage.isBroken).toBe(true)
  })

  it('is never told to be over that was not told, nor told twice', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 100 }), (rounds) => {
        const outage = new Outage()
        let isTold = false
        for (const [index, isOk] of rounds.entries()) {
          const turn = outage.take(outcome(index * 60_000, isOk ? undefined : 'unheard'))?.turn
          if (turn === 'broken') {
            expect(isTold).toBe(false)
            isTold = true
          } else if (turn === 'still') expect(isTold).toBe(true)
          else if (turn === 'well') {
            expect(isTold).toBe(true)
            isTold = false
          }
          expect(isTold).toBe(!isOk)
        }
      }),
    )
  })
})

import { describe, expect, it } from 'vitest'
import { ALARM_STATES, type AlarmState } from '../../contracts/alarm.ts'
import { PRIORITIES } from '../../contracts/facility-words.ts'
import { standingOf, standingPoint } from '../../ingest/status/standing-point.ts'
import { journalItem } from './status-scene.ts'

const NOW = 1_795_219_200_000

describe('a standing alarm as a point', () => {
  it('has everything that a row of a table shows', () => {
    expect(standingPoint(journalItem(7).alarm, NOW)).toEqual({
      measurement: 'alarm_standing',
      tags: { facility: 'plant', area: 'tank-farm', sensor: 'GT-101', alarm: 'GT-101.H', kind: 'gas' },
      fields: {
        state: 'UNACK',
        priority: 'high',
        rank: 3n,
        unacknowledged: 1n,
        active: 1n,
        annunciated: 1n,
        setAside: 0n,
        since: 1_795_226_399_000n,
        value: 23.1,
        limit: 20,
        message: 'at or above 20 %LEL',
        occurrence: 'GT-101.H#1',
        name: 'Methane, pump bay',
        unit: '%LEL',
      },
      time: NOW,
    })
  })

  it.each([
    // state shown, live state: unacknowledged, active, annunciated, set aside
    ['NORM', 'NORM', 0n, 0n, 0n, 0n],
    ['UNACK', 'UNACK', 1n, 1n, 1n, 0n],
    ['ACKED', 'ACKED', 0n, 1n, 1n, 0n],
    ['RTNUN', 'RTNUN', 1n, 0n, 1n, 0n],
    ['LATCH_UNACK', 'LATCH_UNACK', 1n, 0n, 1n, 0n],
    ['LATCH_ACK', 'LATCH_ACK', 0n, 0n, 1n, 0n],
    ['SHLVD', 'UNACK', 0n, 1n, 0n, 1n],
    ['SHLVD', 'NORM', 0n, 0n, 0n, 1n],
    ['DSUPR', 'ACKED', 0n, 1n, 0n, 1n],
    ['DSUPR', 'RTNUN', 0n, 0n, 0n, 1n],
    ['OOSRV', 'UNACK', 0n, 1n, 0n, 1n],
    ['OOSRV', 'LATCH_ACK', 0n, 0n, 0n, 1n],
  ] as const)('%s over %s', (state, live, unacknowledged, active, annunciated, setAside) => {
    expect(standingPoint({ ...journalItem(7).alarm, state, live }, NOW).fields).toMatchObject({
      state,
      unacknowledged,
      active,
      annunciated,
      setAside,
    })
  })

  it('has the rank of its priority, and 0 once it is normal', () => {
    const rank = (state: AlarmState, priority: (typeof PRIORITIES)[number]) =>
      standingPoint({ ...journalItem(7).alarm, state, priority }, NOW).fields.rank
    for (const state of ALARM_STATES)
      expect(PRIORITIES.map((priority) => rank(state, priority))).toEqual(
        state === 'NORM' ? [0n, 0n, 0n, 0n] : [1n, 2n, 3n, 4n],
      )
  })

  it('invents no number, and writes every other field all the same', () => {
    const { fields } = standingPoint(
      { ...journalItem(7).alarm, value: null, limit: null, occurrence: null },
      NOW,
    )
    expect(Object.keys(fields)).not.toContain('value')
    expect(Object.keys(fields)).not.toContain('limit')
    expect(fields.occurrence).toBe('')
  })
})

describe('an entry of the journal as the state after it', () => {
  it('stands at the time at which it was recorded, and not when it happened', () => {
    expect(standingOf(journalItem(7))?.time).toBe(1_795_226_400_250)
  })

  it.each([
    ['a raise', 'NORM', 'UNACK', 3n],
    ['an acknowledgement', 'UNACK', 'ACKED', 3n],
    ['a return', 'ACKED', 'NORM', 0n],
    ['the end of an alarm that the file no longer has', 'UNACK', 'NORM', 0n],
    ['what was found late and is to be acknowledged', 'NORM', 'RTNUN', 3n],
    ['what was found late beneath a standing one', 'UNACK', 'UNACK', 3n],
    ['other settings of a standing one', 'UNACK', 'UNACK', 3n],
  ] as const)('%s has a point', (_what, from, state, rank) => {
    expect(standingOf({ ...journalItem(7, { state, live: state }), from })?.fields.rank).toBe(rank)
  })

  it.each([['late'], ['changed']] as const)('%s of an alarm that is normal has none', (event) => {
    const normal = { state: 'NORM', live: 'NORM' } as const
    expect(standingOf({ ...journalItem(7, normal), event, from: 'NORM' })).toBeUndefined()
  })
})

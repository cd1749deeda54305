import { describe, expect, it } from 'vitest'
import { AlarmEngine } from '../../alerting/alarm-engine.ts'
import { journalItem } from '../../alerting/alarm-view.ts'
import type { Ballot } from '../../contracts/analytics/ballot.ts'
import { DERIVED_GATEWAY } from '../../contracts/analytics/derived.ts'
import type { ChannelState } from '../../contracts/analytics/general/architecture.ts'
import { derivedPlant } from '../ingest/derive/derived-plant.ts'
import { evidenceBatch } from './alarm-fixtures.ts'

const TRIP = { when: 'equals', limit: 1, onDelay: '5s', priority: 'critical' }
const VOTE = { id: 'V', of: ['A', 'B'], compute: 'vote', need: 2, limit: 20, alarms: { TRIP } }
const facility = derivedPlant([VOTE])

function ballot(live: string, ...states: ChannelState[]): Ballot {
  const channels = states.map((state, at) => ({
    id: 'AB'[at] ?? '',
    state,
    votes: state !== 'normal',
    isBeyond: state === 'alarm',
    value: state === 'fault' ? null : 25,
  }))
  return { configured: '2oo2', live, channels }
}

/** Entries of the vote's alarm: event, value, and what stood behind it. */
function entriesOf(steps: readonly (readonly [time: number, value: number, ballot: Ballot])[]): string[] {
  const engine = new AlarmEngine({ facility, now: 0 })
  return steps.flatMap(([time, value, of]) => {
    const readings = [{ sensor: 'V', time, value, quality: 'good' as const, ballot: of }]
    const batch = evidenceBatch({ gateway: DERIVED_GATEWAY, sent: time, readings })
    return engine
      .evaluate(batch, time)
      .transitions.map((transition) => journalItem(facility, transition))
      .filter(({ alarm }) => alarm.id === 'V.TRIP')
      .map(({ event, alarm }) => {
        const said = alarm.ballot?.channels.map(({ id, state }) => `${id} ${state}`).join(', ')
        return `${event} ${alarm.value} ${alarm.ballot?.live}: ${said}`
      })
  })
}

describe('the entry of an alarm on a vote', () => {
  it('says who had a say in it when its delay ended, and when it returned', () => {
    expect(
      entriesOf([
        [1_000, 0, ballot('2oo2', 'normal', 'normal')],
        [2_000, 1, ballot('2oo2', 'alarm', 'alarm')],
        [4_000, 1, ballot('1oo1', 'alarm', 'fault')],
        [9_000, 1, ballot('0oo0', 'fault', 'fault')],
        [12_000, 0, ballot('2oo2', 'normal', 'normal')],
      ]),
    ).toEqual(['raised 1 1oo1: A alarm, B fault', 'returned 0 2oo2: A normal, B normal'])
  })

  it('of another alarm says nothing', () => {
    const engine = new AlarmEngine({
      facility: derivedPlant([VOTE], { H: { when: 'high', limit: 20 } }),
      now: 0,
    })
    const readings = [{ sensor: 'A', time: 1_000, value: 25, quality: 'good' as const }]
    const [raised] = engine.evaluate(
      evidenceBatch({ gateway: 'g1', sent: 1_000, readings }),
      1_000,
    ).transitions
    expect(raised && journalItem(facility, raised).alarm).not.toHaveProperty('ballot')
  })
})

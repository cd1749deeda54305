import { describe, expect, it } from 'vitest'
import {
  architecture,
  CHANNEL_STATES,
  type ChannelState,
  type VoteSettings,
} from '../../../../contracts/analytics/general/architecture.ts'

const SETTINGS: VoteSettings = {
  need: 1,
  onFault: 'vote',
  onInhibit: 'drop-out',
  onOverdue: 'drop-out',
  minHealthy: 1,
}

function settings(need: number, rest: Partial<VoteSettings> = {}): VoteSettings {
  return { ...SETTINGS, need, ...rest }
}

function states(count: number, ...odd: ChannelState[]): ChannelState[] {
  return [...odd, ...Array.from({ length: count - odd.length }, (): ChannelState => 'normal')]
}

describe('the table of degradation', () => {
  type Row = [
    vote: string,
    odd: ChannelState[],
    rest: Partial<VoteSettings>,
    live: string,
    trips: boolean,
    isProtected: boolean,
  ]
  const dropOut = { onFault: 'drop-out' } as const
  const lower = { onInhibit: 'lower' } as const

  // IEC 61511 and ISA TR84.00.07 practice: one channel faulted and votes, faulted and drops out, inhibited; then more of them.
  it.each<Row>([
    ['1oo1', [], {}, '1oo1', false, true],
    ['1oo1', ['alarm'], {}, '1oo1', true, true],
    ['1oo1', ['fault'], {}, '0oo0', true, false],
    ['1oo1', ['fault'], dropOut, '0oo0', false, false],
    ['1oo1', ['inhibited'], {}, '0oo0', false, false],
    ['1oo2', ['alarm'], {}, '1oo2', true, true],
    ['1oo2', ['fault'], {}, '0oo1', true, true],
    ['1oo2', ['fault'], dropOut, '1oo1', false, true],
    ['1oo2', ['inhibited'], {}, '1oo1', false, true],
    ['1oo2', ['inhibited'], lower, '1oo1', false, true],
    ['2oo2', ['alarm'], {}, '2oo2', false, true],
    ['2oo2', ['alarm', 'alarm'], {}, '2oo2', true, true],
    ['2oo2', ['fault'], {}, '1oo1', false, true],
    ['2oo2', ['fault', 'alarm'], {}, '1oo1', true, true],
    ['2oo2', ['fault'], dropOut, '1oo1', false, true],
    ['2oo2', ['fault', 'alarm'], dropOut, '1oo1', true, true],
    ['2oo2', ['inhibited', 'alarm'], {}, '1oo1', true, true],
    ['2oo3', ['alarm', 'alarm'], {}, '2oo3', true, true],
    ['2oo3', ['fault'], {}, '1oo2', false, true],
    ['2oo3', ['fault', 'alarm'], {}, '1oo2', true, true],
    ['2oo3', ['fault'], dropOut, '2oo2', false, true],
    ['2oo3', ['fault', 'alarm'], dropOut, '2oo2', false, true],
    ['2oo3', ['inhibited'], {}, '2oo2', false, true],
    ['2oo3', ['inhibited'], lower, '1oo2', false, true],
    ['2oo3', ['inhibited', 'alarm'], lower, '1oo2', true, true],
    ['2oo3', ['fault', 'fault'], {}, '0oo1', true, true],
    ['2oo3', ['fault', 'silent'], dropOut, '1oo1', false, true],
    ['2oo3', ['fault', 'silent', 'alarm'], dropOut, '1oo1', true, true],
    ['2oo3', ['fault', 'fault', 'fault'], dropOut, '0oo0', false, false],
    ['2oo3', ['fault', 'fault', 'fault'], {}, '0oo0', true, false],
    ['2oo3', ['inhibited', 'warm-up', 'inhibited'], lower, '0oo0', false, false],
    ['2oo4', ['silent'], {}, '1oo3', false, true],
    ['2oo4', ['silent'], dropOut, '2oo3', false, true],
    ['2oo4', ['inhibited'], {}, '2oo3', false, true],
    ['2oo3', ['overdue'], {}, '2oo2', false, true],
    ['2oo3', ['overdue'], { onOverdue: 'vote' }, '1oo2', false, true],
    ['2oo3', ['fault', 'inhibited'], { ...lower, onFault: 'vote' }, '0oo1', true, true],
    ['2oo3', ['inhibited', 'inhibited'], { minHealthy: 2 }, '1oo1', false, false],
  ])('%s with %j, %j is %s', (vote, odd, rest, live, trips, isProtected) => {
    const [need = 0, count = 0] = vote.split('oo').map(Number)
    const found = architecture(states(count, ...odd), settings(need, rest))
    expect(found).toMatchObject({ configured: vote, live, trips, isProtected })
  })
})

/** The same, told one channel at a time: first what was taken out, then what has dropped out, then what votes. */
function oneByOne(channels: readonly ChannelState[], by: VoteSettings) {
  let [need, of] = [by.need, channels.length]
  const take = (isTaken: (state: ChannelState) => boolean, next: (need: number) => number) => {
    for (const _ of channels.filter(isTaken)) {
      of -= 1
      need = next(need)
    }
  }
  const isOut = (state: ChannelState) => state === 'inhibited' || state === 'warm-up'
  const isFaulted = (state: ChannelState) => state === 'fault' || state === 'silent'
  const isVoter = (state: ChannelState) =>
    (isFaulted(state) && by.onFault === 'vote') || (state === 'overdue' && by.onOverdue === 'vote')
  const isGone = (state: ChannelState) =>
    (isFaulted(state) && by.onFault !== 'vote') || (state === 'overdue' && by.onOverdue !== 'vote')
  const dropped = (before: number) => Math.min(before, of)
  take(isOut, (before) => dropped(by.onInhibit === 'lower' ? Math.max(1, before - 1) : before))
  take(isGone, dropped)
  const isEmpty = of === 0
  take(isVoter, (before) => Math.max(0, before - 1))
  const alarms = channels.filter((state) => state === 'alarm').length
  return { live: `${need}oo${of}`, trips: !isEmpty && alarms >= need, of }
}

function* rows(count: number): Generator<ChannelState[]> {
  if (count === 0) yield []
  else for (const rest of rows(count - 1)) for (const state of CHANNEL_STATES) yield [...rest, state]
}

function* allSettings(count: number): Generator<VoteSettings> {
  for (let need = 1; need <= count; need += 1)
    for (const onFault of ['vote', 'drop-out'] as const)
      for (const onInhibit of ['drop-out', 'lower'] as const)
        for (const onOverdue of ['vote', 'drop-out'] as const)
          for (const minHealthy of [1, 2]) yield { need, onFault, onInhibit, onOverdue, minHealthy }
}

describe('every vote up to 4oo4 in every state', () => {
  it.each([1, 2, 3, 4])('of %d comes down to what it does one channel at a time', (count) => {
    let seen = 0
    for (const by of allSettings(count)) {
      for (const channels of rows(count)) {
        const found = architecture(channels, by)
        const wanted = oneByOne(channels, by)
        const isAlike =
          found.live === wanted.live &&
          found.trips === wanted.trips &&
          found.healthy === wanted.of &&
          found.isProtected === wanted.of >= by.minHealthy &&
          found.votes === found.voting.filter(Boolean).length
        if (!isAlike) expect({ by, channels, ...found }).toMatchObject(wanted)
        seen += 1
      }
    }
    expect(seen).toBe(CHANNEL_STATES.length ** count * count * 16)
  })

  it.each([2, 3, 4])('of %d never needs more healthy channels than there are', (count) => {
    for (const by of allSettings(count))
      for (const channels of rows(count)) {
        const { need, of, trips } = architecture(channels, by)
        if (need > of) expect({ by, channels }).toBe('a vote that never trips')
        const worst = channels.map((state): ChannelState => (state === 'normal' ? 'alarm' : state))
        if (of > 0 && !architecture(worst, by).trips)
          expect({ by, channels }).toBe('silent with all in alarm')
        // One more channel in alarm never ends a trip.
        if (trips && !architecture(worst, by).trips) expect({ by, channels }).toBe('an alarm that calms')
      }
  })
})

import { describe, expect, test } from 'vitest'
import { RECENT_MAX, reduce, SILENCE_MS } from '../../dashboards/console/src/reducer.ts'
import {
  type ConsoleState,
  initialState,
  type Message,
  type Snapshot,
} from '../../dashboards/console/src/state.ts'
import { alarmOf, entryOf, FACILITY, gatewayOf, iso, quietTree, readingOf } from './fake-plant.ts'

const NOW = Date.parse('2026-11-21T02:00:00Z')

function snapshot(more: Partial<Snapshot> = {}): Snapshot {
  return {
    server: { version: '0.1.0', auth: 'off', time: iso(NOW), started: iso(NOW - 60_000), config: [] },
    facilities: [
      {
        id: FACILITY,
        name: 'Demo plant',
        timezone: 'Asia/Shanghai',
        location: null,
        sensors: 36,
        activeAlarms: 0,
      },
    ],
    tree: quietTree(NOW),
    alarms: [],
    floods: [],
    ...more,
  }
}

function fold(messages: readonly Message[], from?: ConsoleState): ConsoleState {
  // The machine's own clock is an hour off, which must not show.
  const opening = { at: 0, time: iso(NOW - 3_600_000), now: NOW - 3_600_000, facility: undefined }
  return messages.reduce(reduce, from ?? initialState(opening))
}

const LIVE: readonly Message[] = [
  { kind: 'opened', at: 0 },
  { kind: 'loaded', at: 100, snapshot: snapshot() },
]

describe('link', () => {
  const cases: { name: string; messages: Message[]; link: ConsoleState['link'] }[] = [
    { name: 'nothing yet', messages: [], link: 'connecting' },
    { name: 'nothing for long', messages: [{ kind: 'tick', at: SILENCE_MS + 1 }], link: 'lost' },
    { name: 'opened only', messages: [{ kind: 'opened', at: 0 }], link: 'connecting' },
    { name: 'loaded', messages: [...LIVE], link: 'live' },
    { name: 'silent for 6 s', messages: [...LIVE, { kind: 'tick', at: SILENCE_MS }], link: 'live' },
    { name: 'silent for longer', messages: [...LIVE, { kind: 'tick', at: SILENCE_MS + 1 }], link: 'lost' },
    {
      name: 'heartbeat in time',
      messages: [
        ...LIVE,
        { kind: 'heartbeat', at: 5_000, time: iso(NOW + 5_000) },
        { kind: 'tick', at: 5_000 + SILENCE_MS },
      ],
      link: 'live',
    },
    {
      name: 'a reading is a sign of life',
      messages: [
        ...LIVE,
        { kind: 'readings', at: 5_000, readings: [] },
        { kind: 'tick', at: 5_000 + SILENCE_MS },
      ],
      link: 'live',
    },
    {
      name: 'opened again is not believed before it is loaded',
      messages: [
        ...LIVE,
        { kind: 'tick', at: 9_000 },
        { kind: 'opened', at: 9_500 },
        { kind: 'heartbeat', at: 9_600, time: iso(NOW + 9_600) },
      ],
      link: 'reloading',
    },
    {
      name: 'loaded again',
      messages: [
        ...LIVE,
        { kind: 'tick', at: 9_000 },
        { kind: 'opened', at: 9_500 },
        { kind: 'loaded', at: 9_700, snapshot: snapshot() },
      ],
      link: 'live',
    },
    {
      name: 'loaded, but the stream fell silent meanwhile',
      messages: [
        ...LIVE,
        { kind: 'opened', at: 1_000 },
        { kind: 'loaded', at: 1_001 + SILENCE_MS, snapshot: snapshot() },
      ],
      link: 'lost',
    },
    {
      name: 'a load that failed changes nothing',
      messages: [
        ...LIVE,
        { kind: 'tick', at: 9_000 },
        { kind: 'opened', at: 9_500 },
        { kind: 'load-failed', failure: { kind: 'unreachable', detail: 'x' } },
      ],
      link: 'reloading',
    },
  ]
  test.each(cases)('$name: $link', ({ messages, link }) => {
    expect(fold(messages).link).toBe(link)
  })

  test('the loss is dated at the last heartbeat, by the clock of the plant', () => {
    const state = fold([
      ...LIVE,
      { kind: 'heartbeat', at: 2_000, time: '2026-11-21T10:00:02+08:00' },
      { kind: 'tick', at: 20_000 },
    ])
    expect(state.link).toBe('lost')
    expect(state.heardTime).toBe('2026-11-21T10:00:02+08:00')
  })

  test("ages follow the server's clock, whatever this machine's says", () => {
    const state = fold([...LIVE, { kind: 'tick', at: 1_100 }])
    expect(state.now).toBe(NOW + 1_000)
  })
})

describe('stream', () => {
  test('a reading replaces the last one; another facility’s is left out', () => {
    const state = fold([
      ...LIVE,
      {
        kind: 'readings',
        at: 200,
        readings: [
          readingOf('GT-101', NOW, 12.5),
          { ...readingOf('GT-102', NOW, 99), facility: 'elsewhere' },
        ],
      },
    ])
    expect(state.readings.get('GT-101')?.value).toBe(12.5)
    expect(state.readings.get('GT-102')?.value).toBe(0.4)
  })

  test('an alarm comes, changes and goes when it is normal', () => {
    const raised = alarmOf('GT-101.H', NOW)
    const up = fold([...LIVE, { kind: 'alarm', at: 200, item: entryOf(1, raised) }])
    expect([...up.alarms.values()].map((alarm) => alarm.state)).toEqual(['UNACK'])
    const acked = { ...raised, state: 'ACKED' as const }
    const held = fold([{ kind: 'alarm', at: 300, item: entryOf(2, acked, { event: 'acknowledged' }) }], up)
    expect([...held.alarms.values()].map((alarm) => alarm.state)).toEqual(['ACKED'])
    const normal = { ...raised, state: 'NORM' as const }
    const gone = fold([{ kind: 'alarm', at: 400, item: entryOf(3, normal, { event: 'returned' }) }], held)
    expect(gone.alarms.size).toBe(0)
    expect(gone.recent.map((item) => item.seq)).toEqual([3, 2, 1])
  })

  test('a closed alarm leaves the list whatever its state says', () => {
    const alarm = alarmOf('GT-101.H', NOW)
    const state = fold([
      ...LIVE,
      { kind: 'alarm', at: 200, item: entryOf(1, alarm) },
      { kind: 'alarm', at: 300, item: entryOf(2, alarm, { event: 'closed' }) },
    ])
    expect(state.alarms.size).toBe(0)
  })

  test('a resent entry is kept once, and the list is bounded', () => {
    const entries = Array.from(
      { length: RECENT_MAX + 50 },
      (_, seq): Message => ({
        kind: 'alarm',
        at: 200,
        item: entryOf(seq, alarmOf('GT-101.H', NOW)),
      }),
    )
    const state = fold([...LIVE, ...entries, ...entries.slice(-1)])
    expect(state.recent).toHaveLength(RECENT_MAX)
    expect(new Set(state.recent.map((item) => item.seq)).size).toBe(RECENT_MAX)
  })

  test('a gateway is replaced', () => {
    const gateway = { ...gatewayOf('gw-1', 'Tank farm gateway', NOW), state: 'lost' as const }
    expect(fold([...LIVE, { kind: 'gateway', at: 200, gateway }]).gateways.get('gw-1')?.state).toBe('lost')
  })
})

describe('load', () => {
  test('what the stream said while the answer was on its way wins over it', () => {
    const alarm = alarmOf('GT-101.H', NOW)
    const state = fold([
      { kind: 'opened', at: 0 },
      { kind: 'loading' },
      { kind: 'alarm', at: 50, item: entryOf(7, alarm) },
      { kind: 'readings', at: 60, readings: [readingOf('GT-101', NOW, 23.1)] },
      { kind: 'loaded', at: 100, snapshot: snapshot() },
    ])
    expect([...state.alarms.values()]).toEqual([alarm])
    expect(state.readings.get('GT-101')?.value).toBe(23.1)
    expect(state.pending).toBeUndefined()
  })

  test('nothing piles up while loads fail', () => {
    const state = fold([
      { kind: 'opened', at: 0 },
      { kind: 'loading' },
      { kind: 'heartbeat', at: 50, time: iso(NOW) },
      { kind: 'load-failed', failure: { kind: 'unreachable', detail: 'x' } },
      { kind: 'heartbeat', at: 60, time: iso(NOW) },
    ])
    expect(state.pending).toBeUndefined()
    expect(fold([{ kind: 'loading' }], state).pending).toEqual([])
  })

  test('what is not in the answer is forgotten: an alarm may have ended during the loss', () => {
    const state = fold([
      ...LIVE,
      { kind: 'alarm', at: 200, item: entryOf(7, alarmOf('GT-101.H', NOW)) },
      { kind: 'opened', at: 300 },
      { kind: 'loaded', at: 400, snapshot: snapshot() },
    ])
    expect(state.alarms.size).toBe(0)
    expect(state.generation).toBe(2)
  })

  test('another facility shows nothing of the one before', () => {
    const state = fold([...LIVE, { kind: 'facility', facility: 'plant-2' }])
    expect([state.tree, state.readings.size, state.gateways.size]).toEqual([undefined, 0, 0])
  })

  test('normal alarms of an answer are not listed', () => {
    const alarms = [alarmOf('GT-101.H', NOW, { state: 'NORM' }), alarmOf('GT-102.H', NOW)]
    const state = fold([
      { kind: 'opened', at: 0 },
      { kind: 'loaded', at: 1, snapshot: snapshot({ alarms }) },
    ])
    expect([...state.alarms.values()].map((alarm) => alarm.id)).toEqual(['GT-102.H'])
  })
})

describe('floods', () => {
  const calm = { facility: FACILITY, isFlood: false, since: null, last10Minutes: 3, peak: 0 }
  const flood = { ...calm, isFlood: true, since: iso(NOW), last10Minutes: 14, peak: 14 }

  test('a load says how it stands, the stream what changes', () => {
    const loaded = fold([
      { kind: 'opened', at: 0 },
      { kind: 'loaded', at: 100, snapshot: snapshot({ floods: [calm] }) },
    ])
    expect(loaded.floods.get(FACILITY)?.isFlood).toBe(false)
    const state = fold([{ kind: 'flood', at: 200, flood }], loaded)
    expect(state.floods.get(FACILITY)).toEqual(flood)
    expect(state.heardAt).toBe(200)
  })

  test('what the stream says while a load is under way goes on top of its answer', () => {
    const state = fold([
      { kind: 'opened', at: 0 },
      { kind: 'loading' },
      { kind: 'flood', at: 50, flood },
      { kind: 'loaded', at: 100, snapshot: snapshot({ floods: [calm] }) },
    ])
    expect(state.floods.get(FACILITY)).toEqual(flood)
  })
})

test('a set point that is changed moves in the tree of sensors, and of this alarm only', () => {
  const state = fold([...LIVE])
  const limitOf = (of: ConsoleState, alarm: string) =>
    of.tree?.sensors.flatMap(({ limits }) => limits).find((limit) => limit.alarm === alarm)?.limit
  expect(limitOf(state, 'GT-101.H')).toBe(20)
  const item = entryOf(9, alarmOf('GT-101.H', NOW, { limit: 25 }))
  const after = fold([{ kind: 'alarm', at: 200, item }], state)
  expect([limitOf(after, 'GT-101.H'), limitOf(after, 'GT-101.HH'), limitOf(after, 'GT-102.H')]).toEqual([
    25, 40, 20,
  ])
  const elsewhere = entryOf(10, alarmOf('GT-102.H', NOW, { facility: 'elsewhere', limit: 25 }))
  expect(limitOf(fold([{ kind: 'alarm', at: 300, item: elsewhere }], after), 'GT-102.H')).toBe(20)
})

import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { type AlarmRecord, liveState, newAlarm, shownState } from '../../alerting/alarm-record.ts'
import { type AlarmInput, transition } from '../../alerting/lifecycle.ts'
import { lifecyclePage } from '../../alerting/lifecycle-page.ts'
import {
  AFTER_LAST_FLAG,
  AUTOMATIC,
  BY_RETURN,
  type Cell,
  FLAGS,
  LATCHING,
  LIVE_INPUTS,
  LIVE_STATES,
  type LiveInput,
  type LiveState,
  TRANSITIONS,
} from '../../alerting/transition-table.ts'
import { PROCESS_CLASS } from '../../contracts/alarm-class.ts'
import type { AlarmConfig } from '../../contracts/facility.ts'
import { alarmConfig, BEYOND, evidence, good, RETURNED, UNKNOWN } from './alarm-fixtures.ts'

const plain = alarmConfig()
const flag = (by: string, until: number | null = 1_000, cause: string | null = null) => ({
  by,
  cause,
  reason: 'test',
  until,
})

/** An alarm brought into a state by the inputs that lead there. */
function bring(inputs: readonly AlarmInput[], config = plain): AlarmRecord {
  return inputs.reduce<AlarmRecord>((record, input) => {
    const outcome = transition(record, input, config)
    expect(outcome.refused).toBeUndefined()
    return outcome.record
  }, newAlarm(0))
}

const raised = evidence(1, BEYOND)
const returned = evidence(2, RETURNED, good(5))
const acknowledged: AlarmInput = { kind: 'acknowledge', time: 3, occurrence: 1, by: 'li', comment: 'seen' }

/** Long enough to meet no other input. */
const [RE_ALARM_MS, RISE_MS] = [2_000, 3_000]
type Paths = Partial<Record<LiveState, AlarmInput[]>>

/** An alarm with all its timers. */
function timed(over: Partial<AlarmConfig>): AlarmConfig {
  return alarmConfig({ reAlarmMs: RE_ALARM_MS, rises: [{ afterMs: RISE_MS, priority: 'critical' }], ...over })
}

/** An input at a time at which it can be told from all others, for an alarm in this state. */
const LIVE: Record<LiveInput, (record: AlarmRecord) => AlarmInput> = {
  beyond: () => evidence(10, BEYOND),
  returned: () => evidence(10, RETURNED, good(5)),
  unknown: () => evidence(10, UNKNOWN),
  acknowledge: ({ occurrence }) => ({ kind: 'acknowledge', time: 10, occurrence, by: 'li', comment: null }),
  acknowledgePast: () => ({ kind: 'acknowledge', time: 10, occurrence: 7, by: 'li', comment: null }),
  silence: ({ occurrence }) => ({ kind: 'silence', time: 10, occurrence, by: 'li' }),
  reset: ({ occurrence }) => ({ kind: 'reset', time: 10, occurrence, by: 'li' }),
  resetPast: () => ({ kind: 'reset', time: 10, occurrence: 7, by: 'li' }),
  reAlarm: () => ({ kind: 'expire', time: 3 + RE_ALARM_MS }),
  rise: () => ({ kind: 'clock', time: 1 + RISE_MS, held: good(25) }),
}
const FLAG_INPUTS: Record<keyof typeof FLAGS, { set: AlarmInput; lift: AlarmInput }> = {
  SHLVD: {
    set: { kind: 'shelve', time: 10, flag: flag('li') },
    lift: { kind: 'unshelve', time: 10, by: 'li' },
  },
  DSUPR: {
    set: { kind: 'suppress', time: 10, by: null, flag: flag('rule', 1_000, 'rule') },
    lift: { kind: 'unsuppress', time: 10, cause: 'rule', by: null },
  },
  OOSRV: {
    set: { kind: 'out-of-service', time: 10, flag: flag('li') },
    lift: { kind: 'return-to-service', time: 10, by: 'li' },
  },
}

/** What an outcome is in the words of the table. */
function cellOf({ changes, refused }: ReturnType<typeof transition>): Cell {
  if (refused !== undefined) return refused
  const [told, ...more] = changes.map(({ event, record }): Cell => [event, shownState(record) as LiveState])
  expect(more).toEqual([])
  return told ?? null
}

/** Every kind of alarm that the table tells apart, and how it gets into each state that it can be in. */
const ofClass = (acknowledge: AlarmConfig['class']['acknowledge']): Partial<AlarmConfig> => ({
  class: { ...PROCESS_CLASS, acknowledge },
})
const KINDS: { name: string; config: AlarmConfig; differs: typeof LATCHING; paths: Paths }[] = [
  {
    name: 'an alarm',
    config: timed({}),
    differs: {},
    paths: { NORM: [], UNACK: [raised], ACKED: [raised, acknowledged], RTNUN: [raised, returned] },
  },
  {
    name: 'a latching alarm',
    config: timed({ latching: true }),
    differs: LATCHING,
    paths: {
      NORM: [],
      UNACK: [raised],
      ACKED: [raised, acknowledged],
      LATCH_UNACK: [raised, returned],
      LATCH_ACK: [raised, returned, acknowledged],
    },
  },
  {
    name: 'an alarm that its return acknowledges',
    config: timed(ofClass('return')),
    differs: BY_RETURN,
    paths: { NORM: [], UNACK: [raised], ACKED: [raised, acknowledged] },
  },
  {
    name: 'an alarm that nobody acknowledges',
    config: timed(ofClass('auto')),
    differs: AUTOMATIC,
    paths: { NORM: [], ACKED: [raised] },
  },
]

describe('state x input, as the table of transitions says', () => {
  for (const { name, config, differs, paths } of KINDS) {
    for (const [state, path] of Object.entries(paths) as [LiveState, AlarmInput[]][]) {
      const reached = () => bring(path, config)
      test(`${name}: ${state} is reached`, () => expect(shownState(reached())).toBe(state))
      for (const input of Object.keys(LIVE) as LiveInput[]) {
        const own = differs[state]?.[input]
        let expected = own === undefined ? TRANSITIONS[state][input] : own
        // Nobody acknowledged it, so that no time runs.
        if (config.class.acknowledge === 'auto' && input === 'reAlarm') expected = null
        test(`${name}: ${state}, ${input}: ${JSON.stringify(expected)}`, () => {
          const record = reached()
          const outcome = transition(record, LIVE[input](record), config)
          expect(cellOf(outcome)).toEqual(expected)
          if (outcome.refused !== undefined) expect(outcome.record).toBe(record)
        })
      }
      for (const [shown, { set, lift }] of Object.entries(FLAG_INPUTS)) {
        const { refused } = FLAGS[shown as keyof typeof FLAGS]
        test(`${name}: ${state}, flag ${shown}`, () => {
          expect(transition(reached(), lift, config).refused).toBe(refused)
          const hidden = transition(reached(), set, config).record
          expect([shownState(hidden), liveState(hidden)]).toEqual([shown, state])
          const after = config.class.acknowledge === 'auto' ? state : AFTER_LAST_FLAG[state]
          expect(shownState(transition(hidden, lift, config).record)).toBe(after)
          expect(transition(hidden, { kind: 'expire', time: 999 }, config).changes).toEqual([])
          const ended = transition(hidden, { kind: 'expire', time: 1_000 }, config)
          expect(ended.changes).toMatchObject([{ time: 1_000, by: null }])
          expect(shownState(ended.record)).toBe(after)
        })
      }
    }
  }

  test('every cell is run', () => {
    const states = new Set(KINDS.flatMap(({ paths }) => Object.keys(paths)))
    expect([...states].sort()).toEqual([...LIVE_STATES].sort())
    expect(Object.keys(LIVE).sort()).toEqual(Object.keys(LIVE_INPUTS).sort())
  })
})

test('the page of the lifecycle is that of the table', () => {
  const page = readFileSync(new URL('../../docs/reference/lifecycle.md', import.meta.url), 'utf8')
  expect(page).toBe(lifecyclePage())
})

describe('acknowledgement', () => {
  test('of the occurrence before does not touch the present one', () => {
    const again = bring([raised, returned, evidence(4, BEYOND)])
    expect(transition(again, acknowledged, plain).refused).toBe('OCCURRENCE_PAST')
    expect(again.occurrence).toBe(2)
  })

  test('keeps who and why until the next activation', () => {
    const acked = bring([raised, acknowledged])
    expect(acked).toMatchObject({ acknowledgedBy: 'li', comment: 'seen' })
    expect(bring([raised, acknowledged, returned, evidence(4, BEYOND)])).toMatchObject({
      acknowledgedBy: null,
      comment: null,
    })
  })

  test('beneath a flag is allowed', () => {
    const shelved = bring([raised, { kind: 'shelve', time: 2, flag: flag('li') }])
    const outcome = transition(shelved, acknowledged, plain)
    expect(outcome.changes).toMatchObject([{ event: 'acknowledged' }])
    expect(shownState(outcome.record)).toBe('SHLVD')
  })
})

test('a steady alarm costs no new record', () => {
  const record = bring([raised])
  expect(transition(record, evidence(10, BEYOND), plain).record).toBe(record)
})

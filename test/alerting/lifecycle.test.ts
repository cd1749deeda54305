import { describe, expect, test } from 'vitest'
import { type AlarmRecord, newAlarm, shownState } from '../../alerting/alarm-record.ts'
import { type AlarmInput, transition } from '../../alerting/lifecycle.ts'
import type { AlarmState } from '../../contracts/alarm.ts'
import { alarmConfig, BEYOND, evidence, good, RETURNED, UNKNOWN } from './alarm-fixtures.ts'

const latching = alarmConfig({ latching: true })
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

/** Key: the live state; how a latching or a plain alarm gets there. */
const STATES: Record<string, { config: typeof plain; path: AlarmInput[] }> = {
  NORM: { config: plain, path: [] },
  UNACK: { config: plain, path: [raised] },
  ACKED: { config: plain, path: [raised, acknowledged] },
  RTNUN: { config: plain, path: [raised, returned] },
  LATCH_UNACK: { config: latching, path: [raised, returned] },
  LATCH_ACK: { config: latching, path: [raised, returned, acknowledged] },
}

const INPUTS: Record<string, AlarmInput> = {
  beyond: evidence(10, BEYOND),
  returned: evidence(10, RETURNED, good(5)),
  unknown: evidence(10, UNKNOWN),
  clock: { kind: 'clock', time: 10, held: good(25) },
  acknowledge: { kind: 'acknowledge', time: 10, occurrence: 1, by: 'li', comment: null },
  'acknowledge another': { kind: 'acknowledge', time: 10, occurrence: 7, by: 'li', comment: null },
  reset: { kind: 'reset', time: 10, occurrence: 1, by: 'li' },
  'reset another': { kind: 'reset', time: 10, occurrence: 7, by: 'li' },
  shelve: { kind: 'shelve', time: 10, flag: flag('li') },
  unshelve: { kind: 'unshelve', time: 10, by: 'li' },
  suppress: { kind: 'suppress', time: 10, by: null, flag: flag('rule', null, 'rule') },
  unsuppress: { kind: 'unsuppress', time: 10, cause: 'rule', by: null },
  'out-of-service': { kind: 'out-of-service', time: 10, flag: flag('li') },
  'return-to-service': { kind: 'return-to-service', time: 10, by: 'li' },
}

/** `event -> state`, `!CODE` for a refusal, `.` when nothing happens. */
const TABLE: Record<string, Record<string, string>> = {
  NORM: {
    beyond: 'raised -> UNACK',
    returned: '.',
    unknown: '.',
    clock: '.',
    acknowledge: '!OCCURRENCE_PAST',
    'acknowledge another': '!OCCURRENCE_PAST',
    reset: '!NOT_LATCHED',
    'reset another': '!NOT_LATCHED',
  },
  UNACK: {
    beyond: '.',
    returned: 'returned -> RTNUN',
    unknown: '.',
    clock: '.',
    acknowledge: 'acknowledged -> ACKED',
    'acknowledge another': '!OCCURRENCE_PAST',
    reset: '!NOT_LATCHED',
    'reset another': '!NOT_LATCHED',
  },
  ACKED: {
    beyond: '.',
    returned: 'returned -> NORM',
    unknown: '.',
    clock: '.',
    acknowledge: '!ALREADY_ACKNOWLEDGED',
    'acknowledge another': '!OCCURRENCE_PAST',
    reset: '!NOT_LATCHED',
    'reset another': '!NOT_LATCHED',
  },
  RTNUN: {
    beyond: 'raised -> UNACK',
    returned: '.',
    unknown: '.',
    clock: '.',
    acknowledge: 'acknowledged -> NORM',
    'acknowledge another': '!OCCURRENCE_PAST',
    reset: '!NOT_LATCHED',
    'reset another': '!NOT_LATCHED',
  },
  LATCH_UNACK: {
    beyond: 'raised -> UNACK',
    returned: '.',
    unknown: '.',
    clock: '.',
    acknowledge: 'acknowledged -> LATCH_ACK',
    'acknowledge another': '!OCCURRENCE_PAST',
    reset: '!NOT_ACKNOWLEDGED',
    'reset another': '!OCCURRENCE_PAST',
  },
  LATCH_ACK: {
    beyond: 'raised -> UNACK',
    returned: '.',
    unknown: '.',
    clock: '.',
    acknowledge: '!ALREADY_ACKNOWLEDGED',
    'acknowledge another': '!OCCURRENCE_PAST',
    reset: 'reset -> NORM',
    'reset another': '!OCCURRENCE_PAST',
  },
}

/** The same from every live state. */
const FLAG_ROW: Record<string, string> = {
  shelve: 'shelved -> SHLVD',
  unshelve: '!NOT_SHELVED',
  suppress: 'suppressed -> DSUPR',
  unsuppress: '!NOT_SUPPRESSED',
  'out-of-service': 'out-of-service -> OOSRV',
  'return-to-service': '!NOT_OUT_OF_SERVICE',
}

describe('state x input', () => {
  for (const [state, { config, path }] of Object.entries(STATES)) {
    test(`${state} is reached`, () => expect(shownState(bring(path, config))).toBe(state))
    for (const [name, input] of Object.entries(INPUTS)) {
      const expected = TABLE[state]?.[name] ?? FLAG_ROW[name]
      test(`${state}, ${name}: ${expected}`, () => {
        const before = bring(path, config)
        const outcome = transition(before, input, config)
        const told = outcome.changes.map(({ event, record }) => `${event} -> ${shownState(record)}`)
        expect(outcome.refused === undefined ? told.join(', ') || '.' : `!${outcome.refused}`).toBe(expected)
        if (outcome.refused !== undefined) expect(outcome.record).toBe(before)
      })
    }
  }
})

describe('leaving the last flag', () => {
  const AFTER: Record<string, AlarmState> = {
    NORM: 'NORM',
    UNACK: 'UNACK',
    // What stood acknowledged before it was hidden is annunciated again.
    ACKED: 'UNACK',
    RTNUN: 'NORM',
    LATCH_UNACK: 'LATCH_UNACK',
    LATCH_ACK: 'LATCH_UNACK',
  }
  const FLAGS: [string, AlarmInput, AlarmInput][] = [
    ['shelved', INPUTS.shelve, INPUTS.unshelve],
    ['suppressed', INPUTS.suppress, INPUTS.unsuppress],
    ['out of service', INPUTS['out-of-service'], INPUTS['return-to-service']],
  ].flatMap(([name, on, off]) => (on && off ? [[name, on, off] as [string, AlarmInput, AlarmInput]] : []))

  for (const [state, after] of Object.entries(AFTER)) {
    for (const [name, on, off] of FLAGS) {
      test(`${state}, ${name} and back: ${after}`, () => {
        const { config, path } = STATES[state] ?? { config: plain, path: [] }
        const hidden = transition(bring(path, config), on, config).record
        expect(shownState(transition(hidden, off, config).record)).toBe(after)
      })
    }
    for (const [name, on] of FLAGS.filter(([flagName]) => flagName !== 'suppressed')) {
      test(`${state}, ${name} ends by itself at its time: ${after}`, () => {
        const { config, path } = STATES[state] ?? { config: plain, path: [] }
        const hidden = transition(bring(path, config), on, config).record
        expect(transition(hidden, { kind: 'expire', time: 999 }, config).changes).toEqual([])
        const ended = transition(hidden, { kind: 'expire', time: 5_000 }, config)
        expect(ended.changes).toMatchObject([{ time: 1_000, by: null }])
        expect(shownState(ended.record)).toBe(after)
      })
    }
  }
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

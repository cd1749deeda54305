import { describe, expect, it } from 'vitest'
import type { StatusRule } from '../../contracts/facility.ts'
import type { StatusReason } from '../../contracts/facility-words.ts'
import { type Found, statusOf } from '../../gateway/quality/status.ts'
import { register } from './plant.ts'

type Meaning = StatusReason | 'good'

function rule(means: Record<string, Meaning>, given: Partial<StatusRule> = {}): StatusRule {
  return { register: register(), means: new Map(Object.entries(means)), others: 'good', ...given }
}

const found = (raw: number): Found => ({ ok: true, text: String(raw), raw })
const text = (words: string): Found => ({ ok: true, text: words, raw: undefined })
const good = { kind: 'good' }
const said = (reason: Meaning) => ({ kind: 'said', reason })
const unread = (reason: string) => ({ kind: 'unread', reason })

/** Domain 6.2 A: register 40007 of a Honeywell XCD. */
const XCD = rule({ 1: 'good', 2: 'warm-up', 3: 'inhibited', 12: 'calibrating' }, { others: 'device-fault' })
/** Domain 6.2 B: bits 0 to 3 and 4 to 5 of the status word of a Honeywell Midas. */
const MIDAS_STATE = rule(
  {
    0: 'warm-up',
    1: 'good',
    2: 'inhibited',
    3: 'inhibited',
    4: 'inhibited',
    5: 'testing',
    6: 'testing',
    7: 'testing',
    8: 'calibrating',
  },
  { bits: [0, 3], others: 'device-fault' },
)
const MIDAS_FAULT = rule({ 2: 'device-fault', 1: 'out-of-spec' }, { bits: [4, 5] })
/** Domain 6.2 D: bits 3, 4, 6, 7 and 8 of 33001 of an IGD TOC-635. */
const TOC = [
  rule({ 1: 'comm-lost' }, { bits: [8, 8] }),
  rule({ 1: 'device-fault' }, { bits: [3, 3] }),
  rule({ 1: 'inhibited' }, { bits: [4, 4] }),
  rule({ 1: 'above-range' }, { bits: [7, 7] }),
  rule({ 1: 'below-range' }, { bits: [6, 6] }),
]
/** Domain 6.2 G: a Rosemount HART-Modbus converter: PV invalid, HART busy, converter not running. */
const ROSEMOUNT = [
  rule({ 1: 'device-fault' }, { bits: [15, 15] }),
  rule({ 1: 'device-fault' }, { bits: [0, 0] }),
  rule({ 1: 'out-of-spec' }, { bits: [14, 14] }),
]

describe('statusOf', () => {
  const table: [string, readonly StatusRule[], Found, object][] = [
    ['no rules', [], found(99), good],
    ['XCD: normal', [XCD], found(1), good],
    ['XCD: warm-up', [XCD], found(2), said('warm-up')],
    ['XCD: inhibit', [XCD], found(3), said('inhibited')],
    ['XCD: calibration', [XCD], found(12), said('calibrating')],
    ['XCD: a state that its manual does not know', [XCD], found(9), said('device-fault')],
    ['XCD: unread', [XCD], { ok: false, reason: 'timeout' }, unread('timeout')],
    // Bits 6 and 7 are its alarms, 11 its heartbeat: neither changes what it says about the value.
    ['Midas: monitoring, with alarms and heartbeat', [MIDAS_STATE, MIDAS_FAULT], found(0x08c1), good],
    ['Midas: warm-up', [MIDAS_STATE, MIDAS_FAULT], found(0x0800), said('warm-up')],
    ['Midas: inhibited', [MIDAS_STATE, MIDAS_FAULT], found(0x0003), said('inhibited')],
    ['Midas: bump test', [MIDAS_STATE, MIDAS_FAULT], found(0x0006), said('testing')],
    ['Midas: calibration', [MIDAS_STATE, MIDAS_FAULT], found(0x0008), said('calibrating')],
    [
      'Midas: instrument fault while monitoring',
      [MIDAS_STATE, MIDAS_FAULT],
      found(0x0021),
      said('device-fault'),
    ],
    [
      'Midas: maintenance fault while monitoring',
      [MIDAS_STATE, MIDAS_FAULT],
      found(0x0011),
      said('out-of-spec'),
    ],
    ['Midas: fault while inhibited', [MIDAS_STATE, MIDAS_FAULT], found(0x0023), said('inhibited')],
    ['TOC-635: in alarm and well', TOC, found(0b0_0000_0111), good],
    ['TOC-635: fault', TOC, found(0b0_0000_1000), said('device-fault')],
    ['TOC-635: disabled', TOC, found(0b0_0001_0000), said('inhibited')],
    ['TOC-635: under range', TOC, found(0b0_0100_0000), said('below-range')],
    ['TOC-635: over range', TOC, found(0b0_1000_0000), said('above-range')],
    ['TOC-635: no communication, with everything else', TOC, found(0b1_1111_1111), said('comm-lost')],
    ['Rosemount: well', ROSEMOUNT, found(0), good],
    ['Rosemount: only QV invalid', ROSEMOUNT, found(0b1000), good],
    ['Rosemount: PV invalid', ROSEMOUNT, found(1), said('device-fault')],
    ['Rosemount: busy', ROSEMOUNT, found(1 << 14), said('out-of-spec')],
    [
      'Rosemount: busy and invalid: bad goes before uncertain',
      ROSEMOUNT,
      found((1 << 14) + 1),
      said('device-fault'),
    ],
    ['Rosemount: converter not running', ROSEMOUNT, found(1 << 15), said('device-fault')],
    ['the top bit of 32', [rule({ 1: 'testing' }, { bits: [31, 31] })], found(0x80000000), said('testing')],
    ['all 32 bits', [rule({ 4294967295: 'testing' }, { bits: [0, 31] })], found(-1), said('testing')],
    ['bits of a negative number', [rule({ 3: 'testing' }, { bits: [0, 1] })], found(-1), said('testing')],
    ['a negative value', [rule({ '-1': 'device-fault' })], found(-1), said('device-fault')],
    ['a fraction', [rule({ '0.5': 'out-of-spec' })], found(0.5), said('out-of-spec')],
    ['bits of a fraction', [rule({}, { bits: [0, 0] })], found(0.5), unread('not-decodable')],
    ['words of a record', [rule({ OK: 'good' }, { others: 'device-fault' })], text('OK'), good],
    ['other words', [rule({ OK: 'good' }, { others: 'device-fault' })], text('ok'), said('device-fault')],
    ['bits of words', [rule({}, { bits: [0, 0] })], text('OK'), unread('not-decodable')],
    ['uncertain, then uncertain', [rule({ 1: 'out-of-spec' }), rule({})], found(1), said('out-of-spec')],
  ]
  it.each(table)('%s', (_, rules, what, expected) => {
    expect(statusOf(rules, () => what)).toEqual(expected)
  })

  it('asks the rules in their order, each for its own register', () => {
    const first = rule({ 1: 'inhibited' }, { register: register({ address: 1 }) })
    const second = rule({ 1: 'device-fault' }, { register: register({ address: 2 }) })
    const with1 = (address: number) => (asked: { address: number }) =>
      found(asked.address === address ? 1 : 0)
    expect(statusOf([first, second], with1(1))).toEqual(said('inhibited'))
    expect(statusOf([first, second], with1(2))).toEqual(said('device-fault'))
    expect(statusOf([second, first], () => found(1))).toEqual(said('device-fault'))
    const unknown: Found = { ok: false, reason: 'exception-2' }
    expect(statusOf([first, second], ({ address }) => (address === 1 ? found(0) : unknown))).toEqual(
      unread('exception-2'),
    )
  })
})

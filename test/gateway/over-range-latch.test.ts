import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { PolledSensor, Register } from '../../contracts/facility.ts'
import { STATUS_REASONS } from '../../contracts/facility-words.ts'
import { reasonRow } from '../../contracts/quality.ts'
import type { Decoded } from '../../gateway/quality/decode.ts'
import { SensorJudge } from '../../gateway/quality/sensor-judge.ts'
import type { StatusVerdict } from '../../gateway/quality/status.ts'
import { register, sensor } from './plant.ts'

const GOOD: StatusVerdict = { kind: 'good' }
const said = (reason: (typeof STATUS_REASONS)[number]): StatusVerdict => ({ kind: 'said', reason })
const UNREAD: StatusVerdict = { kind: 'unread', reason: 'timeout' }

const raw = (number: number): Decoded => ({ ok: true, raw: number })
const NAN: Decoded = { ok: false, reason: 'not-a-number', words: [] }
const GARBLED: Decoded = { ok: false, reason: 'not-decodable', words: [] }

function bead(
  given: Partial<PolledSensor> = {},
  plausibility: PolledSensor['plausibility'] = {},
): SensorJudge {
  return new SensorJudge(sensor({ plausibility: { overRangeAt: 100, ...plausibility }, ...given }))
}

function feed(judge: SensorJudge, decoded: Decoded, more: { at?: number; status?: StatusVerdict } = {}) {
  return judge.judge({ at: 0, status: GOOD, isDeviceFrozen: false, decoded, ...more })
}

/** Latched, and fallen to 12 since. */
function latched(): SensorJudge {
  const judge = bead()
  feed(judge, raw(101))
  expect(feed(judge, raw(12)).reason).toBe('over-range-latched')
  return judge
}

const current: Register = register({
  current: { at: [4, 20], persistMs: 0, subRanges: [{ from: 2, to: 3, means: 'calibrating' }] },
  scale: 6.25,
  offset: -25,
})
const pendingCurrent = (...subRanges: { from: number; to: number; means: 'device-fault' }[]) =>
  register({ current: { at: [4, 20], persistMs: 4_000, subRanges }, scale: 6.25, offset: -25 })

describe('the over-range latch closes', () => {
  const table: [string, SensorJudge, Decoded, StatusVerdict, boolean][] = [
    ['at the limit', bead(), raw(100), GOOD, true],
    ['not below it', bead(), raw(99.9), GOOD, false],
    ['above the valid range', bead({ valid: [0, 60] }), raw(61), GOOD, true],
    ['not below the valid range', bead({ valid: [0, 60] }), raw(-1), GOOD, false],
    ['when the current says so', bead({ register: current }), raw(22), GOOD, true],
    ['not when the wire breaks', bead({ register: current }), raw(1), GOOD, false],
    ['in saturation, where the current drifts', bead({ register: current }), raw(20.8), GOOD, true],
    [
      'with a high current that may be a disturbance',
      bead({ register: pendingCurrent() }),
      raw(22),
      GOOD,
      true,
    ],
    [
      'not with a high current that the device calls a fault',
      bead({ register: pendingCurrent({ from: 21, to: 25, means: 'device-fault' }) }),
      raw(22),
      GOOD,
      false,
    ],
    ['when the status says so', bead(), raw(50), said('above-range'), true],
    ['when the device has latched', bead(), raw(50), said('over-range-latched'), true],
    ['out of specification too', bead(), raw(100), said('out-of-spec'), true],
    ['not in calibration', bead(), raw(100), said('calibrating'), false],
    ['not in a bump test', bead(), raw(100), said('testing'), false],
    ['not while inhibited', bead(), raw(100), said('inhibited'), false],
    ['not in warm-up', bead(), raw(100), said('warm-up'), false],
    ['not with a faulty device', bead(), raw(100), said('device-fault'), false],
    ['not with an unknown status', bead(), raw(100), UNREAD, false],
    ['not without a number', bead(), NAN, GOOD, false],
  ]
  it.each(table)('%s', (_, judge, decoded, status, expected) => {
    feed(judge, decoded, { status })
    expect(judge.isLatched).toBe(expected)
  })

  it('not by a value that is refused as too fast, until it is believed', () => {
    const judge = bead({}, { overRangeAt: 100, maxRate: 10 })
    feed(judge, raw(0))
    expect(feed(judge, raw(110), { at: 1_000 }).reason).toBe('implausible-rate')
    expect(judge.isLatched).toBe(false)
    expect(feed(judge, raw(110), { at: 11_000 }).reason).toBe('over-range-latched')
  })

  it('never without a limit in the file', () => {
    const judge = new SensorJudge(sensor({ valid: [0, 100] }))
    expect(feed(judge, raw(101)).reason).toBe('above-range')
    expect(feed(judge, raw(50)).quality).toBe('good')
  })
})

describe('while it is closed', () => {
  it('every value is bad, kept, and counts as beyond every high limit', () => {
    const judge = bead()
    for (const value of [100, 120, 99, 40, 0]) {
      const assessment = feed(judge, raw(value))
      expect(assessment).toEqual({ value, quality: 'bad', reason: 'over-range-latched' })
      expect(reasonRow('bad', assessment.reason)).toMatchObject({ evidence: 'beyond-high', fault: true })
    }
  })

  it('the device may still say what keeps it from measuring', () => {
    const judge = latched()
    expect(feed(judge, raw(12), { status: said('inhibited') }).reason).toBe('inhibited')
    expect(feed(judge, NAN).reason).toBe('not-a-number')
    expect(feed(judge, raw(12), { status: said('device-fault') }).reason).toBe('device-fault')
    expect(feed(judge, raw(12)).reason).toBe('over-range-latched')
  })
})

describe('it opens', () => {
  const table: [string, StatusVerdict[], boolean][] = [
    ['after calibrating and good', [said('calibrating'), GOOD], true],
    ['after calibrating, inhibited and good', [said('calibrating'), said('inhibited'), GOOD], true],
    ['after calibrating, warm-up and good', [said('calibrating'), said('warm-up'), GOOD], true],
    ['after calibrating with a status that was missed', [said('calibrating'), UNREAD, GOOD], true],
    ['not while calibrating', [said('calibrating')], false],
    ['not while out of specification', [said('calibrating'), said('out-of-spec')], false],
    ['not when the calibration ends in a fault', [said('calibrating'), said('device-fault'), GOOD], false],
    ['not when it is over range again', [said('calibrating'), said('above-range'), GOOD], false],
    ['not by good', [GOOD, GOOD], false],
    ...STATUS_REASONS.filter((reason) => reason !== 'calibrating').map(
      (reason): [string, StatusVerdict[], boolean] => [`not by ${reason}`, [said(reason), GOOD], false],
    ),
    ['not by a status that could not be read', [UNREAD, GOOD], false],
  ]
  it.each(table)('%s', (_, statuses, opens) => {
    const judge = latched()
    const last = statuses.map((status) => feed(judge, raw(12), { status })).at(-1)
    expect(judge.isLatched).toBe(!opens)
    if (opens) expect(last).toEqual({ value: 12, quality: 'good' })
  })

  it('by hand, once; and the next high reading closes it again', () => {
    const judge = latched()
    expect(judge.release()).toBe(true)
    expect(judge.release()).toBe(false)
    expect(feed(judge, raw(12)).quality).toBe('good')
    expect(feed(judge, raw(100)).reason).toBe('over-range-latched')
  })

  it('not by a current that says calibrating: a bad wire could say that too', () => {
    const judge = bead({ register: current })
    feed(judge, raw(22))
    feed(judge, raw(2.5))
    expect(feed(judge, raw(12)).reason).toBe('over-range-latched')
  })

  it('and closes in the same moment when the value after the calibration is as high', () => {
    const judge = latched()
    feed(judge, raw(50), { status: said('calibrating') })
    expect(feed(judge, raw(100)).reason).toBe('over-range-latched')
  })

  it('never by samples, bad data, loss or time alone', () => {
    const decoded = fc.oneof(
      fc.integer({ min: -50, max: 150 }).map(raw),
      fc.constant(NAN),
      fc.constant(GARBLED),
    )
    const status = fc.constantFrom(
      GOOD,
      UNREAD,
      ...STATUS_REASONS.filter((reason) => reason !== 'calibrating').map(said),
    )
    const samples = fc.array(fc.tuple(decoded, status, fc.nat(100_000), fc.boolean()), { maxLength: 30 })
    fc.assert(
      fc.property(samples, (given) => {
        const judge = latched()
        let at = 0
        for (const [sample, verdict, ms, isDeviceFrozen] of given) {
          at += ms
          judge.wasAway(ms)
          const { quality } = judge.judge({ at, decoded: sample, status: verdict, isDeviceFrozen })
          expect(quality).toBe('bad')
          expect(judge.isLatched).toBe(true)
        }
      }),
    )
  })
})

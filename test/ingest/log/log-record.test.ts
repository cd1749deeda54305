import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Ballot } from '../../../contracts/analytics/ballot.ts'
import { QUALITIES } from '../../../contracts/quality.ts'
import {
  type BatchRecord,
  decodeRecord,
  encodeRecord,
  type LoggedReading,
} from '../../../ingest/log/log-record.ts'

const SENSORS = ['GT-101', 'LT-201', 'x'.repeat(64)]
const numbers = {
  numbersOf: () => new Map(SENSORS.map((sensor, index) => [sensor, index + 1])),
  sensorOf: (number: number) => {
    const sensor = SENSORS[number - 1]
    if (sensor === undefined) throw new Error(`no sensor ${number}`)
    return sensor
  },
}

const ballotOf = (value: number): Ballot => ({
  configured: '2oo3',
  live: '1oo2',
  channels: [{ id: 'GT-101', state: 'alarm', votes: true, isBeyond: true, value }],
})

const reading: fc.Arbitrary<LoggedReading> = fc
  .record({
    sensor: fc.constantFrom(...SENSORS),
    time: fc.integer({ min: 0, max: 253_402_300_799_999 }),
    value: fc.option(fc.double({ noNaN: true, noDefaultInfinity: true }), { nil: undefined }),
    quality: fc.constantFrom(...QUALITIES),
    reason: fc.option(fc.stringMatching(/^[a-z0-9-]{1,40}$/), { nil: undefined }),
    position: fc.integer({ min: 0, max: 999 }),
    late: fc.boolean(),
    fold: fc.constantFrom(0, 0, 0, 1, 200),
    isVote: fc.boolean(),
  })
  .map(({ value, reason, isVote, ...rest }) => ({
    ...rest,
    ...(isVote ? { ballot: ballotOf(rest.time) } : {}),
    ...(value === undefined ? {} : { value }),
    ...(reason === undefined ? {} : { reason }),
  }))

const record: fc.Arbitrary<BatchRecord> = fc.record({
  kind: fc.constant('batch'),
  facility: fc.constantFrom('plant', 'p.2'),
  gateway: fc.constantFrom('gw-1'),
  epoch: fc.stringMatching(/^[\x21-\x7e]{1,64}$/),
  seq: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
  sent: fc.maxSafeNat(),
  shift: fc.integer(),
  total: fc.option(fc.maxSafeNat(), { nil: null }),
  size: fc.nat(),
  arrived: fc.maxSafeNat(),
  isLive: fc.boolean(),
  fork: fc.option(fc.constant({ 'GT-101.H': { phase: 'active' } }), { nil: null }),
  again: fc.boolean(),
  offset: fc.integer(),
  stepped: fc.boolean(),
  polled: fc.option(fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), fc.maxSafeNat()), { nil: null }),
  gaps: fc.array(
    fc.record({
      epoch: fc.constant('e0'),
      seqs: fc.constant([[1, 4] as const]),
      count: fc.nat(),
      from: fc.maxSafeNat(),
      to: fc.maxSafeNat(),
      reason: fc.constantFrom('full', 'restart'),
    }),
    { maxLength: 2 },
  ),
  readings: fc.array(reading, { maxLength: 30 }),
  beneath: fc.array(
    fc.record({ sensor: fc.constantFrom(...SENSORS), time: fc.nat(), quality: fc.constant('good' as const) }),
    {
      maxLength: 2,
    },
  ),
})

describe('a record of the log', () => {
  it('comes back as it went in', () => {
    fc.assert(
      fc.property(record, (given) => {
        const back = decodeRecord(encodeRecord(given, numbers), numbers)
        expect(JSON.parse(JSON.stringify(back))).toEqual(JSON.parse(JSON.stringify(given)))
      }),
    )
  })

  it('comes back from any place in a larger buffer', () => {
    fc.assert(
      fc.property(record, fc.integer({ min: 0, max: 9 }), (given, shift) => {
        const bytes = encodeRecord(given, numbers)
        const larger = Buffer.alloc(bytes.length + 20)
        bytes.copy(larger, shift)
        const back = decodeRecord(larger.subarray(shift, shift + bytes.length), numbers)
        expect(JSON.stringify(back)).toBe(JSON.stringify(decodeRecord(bytes, numbers)))
      }),
    )
  })

  it('keeps every bit of a value, and tells none from zero', () => {
    const values = [0, -0, 5e-324, -1.7976931348623157e308, 0.1, undefined]
    const readings = values.map(
      (value, position): LoggedReading => ({
        sensor: 'GT-101',
        time: position,
        ...(value === undefined ? {} : { value }),
        quality: 'bad',
        position,
        late: false,
        fold: 0,
      }),
    )
    const [sample] = fc.sample(record, 1)
    if (sample === undefined) throw new Error('no sample')
    const back = decodeRecord(encodeRecord({ ...sample, readings }, numbers), numbers)
    if (back.kind !== 'batch') throw new Error('no batch')
    expect(back.readings.map(({ value }) => value)).toEqual(values)
    expect(Object.is(back.readings[1]?.value, -0)).toBe(true)
  })

  it('holds a step of the clock', () => {
    expect(decodeRecord(encodeRecord({ kind: 'step', ms: -3_600_000 }, numbers), numbers)).toEqual({
      kind: 'step',
      ms: -3_600_000,
    })
  })

  it('takes about 23 bytes a reading', () => {
    const readings = Array.from(
      { length: 1_000 },
      (_, position): LoggedReading => ({
        sensor: 'GT-101',
        time: 1_795_219_200_000,
        value: 12.5,
        quality: 'good',
        position,
        late: false,
        fold: 0,
      }),
    )
    const [sample] = fc.sample(record, 1)
    if (sample === undefined) throw new Error('no sample')
    const { length } = encodeRecord({ ...sample, polled: null, readings }, numbers)
    expect(length / 1_000).toBeLessThan(24)
  })

  it('is refused with a code when it is damaged', () => {
    for (const bytes of [Buffer.alloc(0), Buffer.from('nonsense'), Buffer.alloc(64, 0xff)])
      expect(() => decodeRecord(bytes, numbers)).toThrow(/^DATA_DAMAGED/)
  })
})

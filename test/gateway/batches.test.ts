import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BATCH_MAX_BYTES, BATCH_MAX_READINGS, type Batch } from '../../contracts/wire.ts'
import { packBatches, toWire } from '../../gateway/delivery/batch-packing.ts'
import { parseConfirm } from '../../gateway/delivery/confirm-payload.ts'
import { Epoch } from '../../gateway/delivery/epoch.ts'
import { sealBatch } from '../../gateway/delivery/sealed-batch.ts'
import { Board } from '../../gateway/quality/board.ts'
import { sensor } from './plant.ts'
import { SettableClock } from './settable-clock.ts'

const PLAIN = { snapshot: false, clock: { drift: 0, steps: 0 } }

describe('toWire', () => {
  it('leaves out a good quality and a missing value', () => {
    expect(toWire({ sensor: 'S', time: 1, value: 0, quality: 'good' })).toEqual({
      sensor: 'S',
      time: 1,
      value: 0,
    })
    expect(toWire({ sensor: 'S', time: 1, quality: 'bad', reason: 'timeout' })).toEqual({
      sensor: 'S',
      time: 1,
      quality: 'bad',
      reason: 'timeout',
    })
  })
})

describe('packBatches', () => {
  const gap = { epoch: 'e', seqs: [[1, 1]] as [number, number][], count: 1, from: 1, to: 1, reason: 'full' }

  it('keeps everything in order within 1,000 readings and 256 KiB', () => {
    const epoch = new Epoch({ clock: new SettableClock(), randomId: () => 'e'.repeat(36) })
    const anyContent = fc.tuple(fc.nat(2_500), fc.integer({ min: 1, max: 64 }), fc.nat(4_000))
    fc.assert(
      fc.property(anyContent, ([count, idLength, devices]) => {
        const readings = Array.from({ length: count }, (_, n) => ({
          sensor: String(n).padStart(idLength, 's'),
          time: 1_700_000_000_000 + n,
          value: -Math.PI * 1e-300,
          reason: 'implausible-rate',
        }))
        const polled = new Map(Array.from({ length: devices }, (_, n) => [String(n).padStart(64, 'd'), n]))
        const batches = packBatches({ readings, polled, gaps: [gap] })
        expect(batches.flatMap((batch) => batch.readings)).toEqual(readings)
        expect(Object.assign({}, ...batches.map((batch) => batch.polled))).toEqual(Object.fromEntries(polled))
        const lastWithReadings = batches.findLastIndex((batch) => batch.readings.length > 0)
        for (const [index, batch] of batches.entries()) {
          expect(batch.readings.length).toBeLessThanOrEqual(BATCH_MAX_READINGS)
          if (index < lastWithReadings) expect(batch.polled).toEqual({})
          expect(sealBatch(epoch, batch, PLAIN).payload.length).toBeLessThanOrEqual(BATCH_MAX_BYTES)
        }
      }),
      { numRuns: 20 },
    )
  })

  it('keeps to 256 KiB when `polled` follows exactly 1,000 readings', () => {
    const readings = Array.from({ length: BATCH_MAX_READINGS }, (_, n) => ({
      sensor: `S-${n}`,
      time: n,
      value: n,
    }))
    const polled = new Map(Array.from({ length: 4_000 }, (_, n) => [String(n).padStart(64, 'd'), n]))
    const epoch = new Epoch({ clock: new SettableClock(), randomId: () => 'e' })
    const batches = packBatches({ readings, polled, gaps: [] })
    expect(batches[0]?.readings).toHaveLength(BATCH_MAX_READINGS)
    expect(Object.assign({}, ...batches.map((batch) => batch.polled))).toEqual(Object.fromEntries(polled))
    for (const batch of batches) {
      expect(sealBatch(epoch, batch, PLAIN).payload.length).toBeLessThanOrEqual(BATCH_MAX_BYTES)
    }
  })

  it('makes one batch of nothing: a heartbeat', () => {
    expect(packBatches({ readings: [], polled: new Map(), gaps: [] })).toEqual([
      { readings: [], polled: {}, gaps: [] },
    ])
  })
})

describe('sealBatch', () => {
  it('is never sent before its last reading', () => {
    const epoch = new Epoch({ clock: new SettableClock(500), randomId: () => 'e' })
    const readings = [{ sensor: 'S', time: 503, value: 1 }]
    const sealed = sealBatch(
      epoch,
      { readings, polled: {}, gaps: [] },
      { snapshot: true, clock: { drift: -3, steps: 1, skew: 12, ntp: 'synchronized' } },
    )
    const batch: Batch = JSON.parse(sealed.payload.toString())
    expect(batch).toEqual({
      epoch: 'e',
      seq: 1,
      sent: 503,
      total: 1,
      snapshot: true,
      polled: {},
      readings,
      gaps: [],
      clock: { drift: -3, steps: 1, skew: 12, ntp: 'synchronized' },
    })
    expect(sealed).toMatchObject({ epoch: 'e', seq: 1, readings: 1, from: 503, to: 503 })
  })

  it('counts the readings of its epoch', () => {
    const clock = new SettableClock()
    const epoch = new Epoch({ clock, randomId: () => 'e' })
    const totalAfter = (count: number) => {
      const readings = Array.from({ length: count }, (_, n) => ({ sensor: 'S', time: n, value: n }))
      const { payload } = sealBatch(epoch, { readings, polled: {}, gaps: [] }, PLAIN)
      return (JSON.parse(payload.toString()) as Batch).total
    }
    expect([totalAfter(3), totalAfter(0), totalAfter(4)]).toEqual([3, 3, 7])
    clock.step(5_000)
    epoch.renew()
    expect(totalAfter(2)).toBe(2)
  })
})

describe('the bytes of a batch', () => {
  it('keep nothing else in memory: a slice of a shared pool would hold all of the pool', () => {
    const epoch = new Epoch({ clock: new SettableClock(), randomId: () => 'e' })
    const { payload } = sealBatch(epoch, { readings: [], polled: {}, gaps: [] }, PLAIN)
    expect(payload.buffer.byteLength).toBe(payload.length)
  })

  it('are UTF-8', () => {
    const epoch = new Epoch({ clock: new SettableClock(), randomId: () => 'é' })
    const { payload } = sealBatch(epoch, { readings: [], polled: { ü: 1 }, gaps: [] }, PLAIN)
    expect(JSON.parse(payload.toString())).toMatchObject({ epoch: 'é', polled: { ü: 1 } })
  })
})

describe('Board', () => {
  const board = () => new Board([sensor({ id: 'A' }), sensor({ id: 'B' })])
  const good = (id: string, time: number, value: number) => ({
    sensor: id,
    time,
    value,
    quality: 'good' as const,
  })

  it('is complete once every sensor was sampled', () => {
    const given = board()
    given.take(good('A', 1, 1))
    expect(given.isComplete).toBe(false)
    given.take({ sensor: 'B', time: 1, quality: 'bad', reason: 'timeout' })
    expect(given.isComplete).toBe(true)
  })

  it('gives the latest sample in a snapshot, and that counts as sent', () => {
    const given = new Board([sensor({ id: 'A', report: { deadband: 10, maxIntervalMs: 30_000 } })])
    expect(given.take(good('A', 1, 1))).toBe(true)
    expect(given.take(good('A', 2, 9))).toBe(false)
    expect(given.snapshot()).toEqual([good('A', 2, 9)])
    expect(given.take(good('A', 3, 12))).toBe(false)
    expect(given.take(good('A', 4, 20))).toBe(true)
  })

  it('knows nothing after a step of the clock: no sample goes out under two times', () => {
    const given = new Board([sensor({ id: 'A' })])
    given.take(good('A', 100, 1))
    given.forget()
    expect(given.isComplete).toBe(false)
    expect(given.snapshot()).toEqual([])
    expect(given.take(good('A', 200 - 3_600_000, 1))).toBe(true)
    expect(given.snapshot()).toEqual([good('A', 200 - 3_600_000, 1)])
  })

  it('takes no sensor that is not its own', () => {
    expect(board().take(good('C', 1, 1))).toBe(false)
  })
})

describe('parseConfirm', () => {
  const whole = {
    epoch: 'e',
    seqs: [[1, 17]],
    refused: [{ seq: 18, count: 3, code: 'READING_INVALID' }],
    credit: 8,
    snapshot: true,
    time: 5,
  }
  const parse = (message: unknown) => parseConfirm(Buffer.from(JSON.stringify(message)))

  it('reads a whole one, and one of a newer release', () => {
    expect(parse(whole)).toEqual(whole)
    expect(parse({ ...whole, mood: 'good' })).toEqual(whole)
    expect(parse({ epoch: 'e', seqs: [], time: 1 })).toEqual({
      epoch: 'e',
      seqs: [],
      refused: [],
      snapshot: false,
      time: 1,
    })
  })

  const malformed: [string, unknown][] = [
    ['null', null],
    ['a list', []],
    ['no epoch', { ...whole, epoch: undefined }],
    ['an epoch that is a number', { ...whole, epoch: 5 }],
    ['no seqs', { ...whole, seqs: undefined }],
    ['a range of one', { ...whole, seqs: [[1]] }],
    ['a range the wrong way round', { ...whole, seqs: [[2, 1]] }],
    ['a range of text', { ...whole, seqs: [['1', '2']] }],
    ['a negative seq', { ...whole, seqs: [[-1, 2]] }],
    ['too many ranges', { ...whole, seqs: Array.from({ length: 1_001 }, () => [1, 1]) }],
    ['refused that is no list', { ...whole, refused: {} }],
    ['a refusal without a count', { ...whole, refused: [{ seq: 1, code: 'X' }] }],
    ['a refusal of null', { ...whole, refused: [null] }],
    ['half a credit', { ...whole, credit: 0.5 }],
    ['a negative credit', { ...whole, credit: -1 }],
    ['no time', { ...whole, time: undefined }],
  ]
  it.each(malformed)('refuses %s', (_, message) => {
    expect(parse(message)).toBeUndefined()
  })

  it('does not even look at what is too large', () => {
    expect(parse({ ...whole, mood: 'x'.repeat(BATCH_MAX_BYTES) })).toBeUndefined()
  })

  it('refuses what is no JSON', () => {
    expect(parseConfirm(Buffer.from('{'))).toBeUndefined()
    expect(parseConfirm(Buffer.alloc(0))).toBeUndefined()
  })
})

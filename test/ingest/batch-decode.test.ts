import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { QUALITIES } from '../../contracts/quality.ts'
import { BATCH_MAX_BYTES, type Batch } from '../../contracts/wire.ts'
import { decodeBatch, decodeReading } from '../../ingest/intake/batch-decode.ts'
import { decodeHealth, decodeState } from '../../ingest/intake/presence-decode.ts'

const SENT = 1_795_219_200_000
const BATCH = {
  epoch: 'e1',
  seq: 7,
  sent: SENT,
  readings: [{ sensor: 'GT-101', time: SENT - 5, value: 12.5 }],
} satisfies Batch
const IDENTITY = { epoch: 'e1', seq: 7 }

function bytes(value: unknown): Buffer {
  return Buffer.from(typeof value === 'string' ? value : JSON.stringify(value))
}

function nested(depth: number): string {
  return '['.repeat(depth) + ']'.repeat(depth)
}

describe('decoding a batch', () => {
  it('takes what the contract allows, and leaves out what it does not know', () => {
    const gap = { epoch: 'e0', seqs: [[1, 2]], count: 40, from: 1, to: 2, reason: 'full' }
    const whole = {
      ...BATCH,
      snapshot: true,
      polled: { 'gas-panel': SENT - 3 },
      gaps: [{ ...gap, later: [[[]]] }],
      clock: { drift: 0.5, steps: 1 },
      later: 'a field of a newer release',
    }
    expect(decodeBatch(bytes(whole))).toEqual({
      batch: {
        ...IDENTITY,
        sent: SENT,
        total: null,
        isSnapshot: true,
        polled: { 'gas-panel': SENT - 3 },
        readings: BATCH.readings,
        gaps: [gap],
        clock: { drift: 0.5, steps: 1 },
      },
    })
  })

  it('takes a heartbeat', () => {
    expect(decodeBatch(bytes({ epoch: 'e1', seq: 1, sent: SENT, readings: [] })).batch).toMatchObject({
      total: null,
      isSnapshot: false,
      polled: {},
      gaps: [],
      clock: undefined,
    })
  })

  it.each<[string, unknown, string]>([
    ['nothing', '', 'PAYLOAD_NOT_JSON'],
    ['half a batch', JSON.stringify(BATCH).slice(0, -1), 'PAYLOAD_NOT_JSON'],
    ['an array', [BATCH], 'PAYLOAD_NOT_JSON'],
    ['null', null, 'PAYLOAD_NOT_JSON'],
    ['a number', 5, 'PAYLOAD_NOT_JSON'],
    ['NaN, which is no JSON', JSON.stringify(BATCH).replace('12.5', 'NaN'), 'PAYLOAD_NOT_JSON'],
    ['an object of nothing', {}, 'PAYLOAD_INVALID'],
    ['no epoch', { ...BATCH, epoch: undefined }, 'PAYLOAD_INVALID'],
    ['an empty epoch', { ...BATCH, epoch: '' }, 'PAYLOAD_INVALID'],
    ['an epoch that is a number', { ...BATCH, epoch: 5 }, 'PAYLOAD_INVALID'],
    ['a long epoch', { ...BATCH, epoch: 'x'.repeat(65) }, 'PAYLOAD_INVALID'],
    ['an epoch with a space', { ...BATCH, epoch: 'a b' }, 'PAYLOAD_INVALID'],
    ['an epoch with a control character', { ...BATCH, epoch: 'a\u001b[2J' }, 'PAYLOAD_INVALID'],
    ['no seq', { ...BATCH, seq: undefined }, 'PAYLOAD_INVALID'],
    ['seq 0', { ...BATCH, seq: 0 }, 'PAYLOAD_INVALID'],
    ['a seq that is no integer', { ...BATCH, seq: 1.5 }, 'PAYLOAD_INVALID'],
    ['a seq that is text', { ...BATCH, seq: '7' }, 'PAYLOAD_INVALID'],
    ['a seq past 2^53', JSON.stringify(BATCH).replace(':7,', ':9007199254740993,'), 'PAYLOAD_INVALID'],
  ])('refuses %s, and cannot name it', (_story, payload, code) => {
    const decoded = decodeBatch(bytes(payload))
    expect(decoded).toMatchObject({ refused: { code }, identity: undefined })
    expect(decoded.batch).toBeUndefined()
  })

  it.each<[string, unknown, string]>([
    ['no sent', { ...BATCH, sent: undefined }, 'PAYLOAD_INVALID'],
    ['a negative sent', { ...BATCH, sent: -1 }, 'PAYLOAD_INVALID'],
    ['a sent that is text', { ...BATCH, sent: '2026-11-21T10:00:00Z' }, 'PAYLOAD_INVALID'],
    ['a sent after the year 9999', { ...BATCH, sent: Date.UTC(10_000, 0) }, 'PAYLOAD_INVALID'],
    ['a sent of 1e300', JSON.stringify(BATCH).replace(String(SENT), '1e300'), 'PAYLOAD_INVALID'],
    ['no readings', { ...BATCH, readings: undefined }, 'PAYLOAD_INVALID'],
    ['readings in an object', { ...BATCH, readings: { 0: {} } }, 'PAYLOAD_INVALID'],
    ['1,001 readings', { ...BATCH, readings: Array.from({ length: 1_001 }, () => 0) }, 'PAYLOAD_TOO_LARGE'],
  ])('refuses %s by name', (_story, payload, code) => {
    expect(decodeBatch(bytes(payload))).toMatchObject({ refused: { code }, identity: IDENTITY })
  })

  it('refuses a payload over 256 KiB without reading it', () => {
    const payload = Buffer.alloc(BATCH_MAX_BYTES + 1, ' ')
    bytes(BATCH).copy(payload)
    expect(decodeBatch(payload)).toMatchObject({
      refused: { code: 'PAYLOAD_TOO_LARGE' },
      identity: undefined,
    })
    expect(decodeBatch(payload.subarray(0, BATCH_MAX_BYTES)).batch?.seq).toBe(7)
  })

  it('takes the last of duplicate keys, as JSON has it, and checks that one', () => {
    expect(decodeBatch(bytes('{"seq":1,"epoch":"e1","sent":5,"readings":[],"seq":"x"}'))).toMatchObject({
      refused: { code: 'PAYLOAD_INVALID' },
    })
  })

  it('is not fooled by __proto__', () => {
    const text = '{"__proto__":{"epoch":"e1","seq":7,"sent":5,"readings":[]}}'
    expect(decodeBatch(bytes(text)).refused?.code).toBe('PAYLOAD_INVALID')
    const polled = decodeBatch(
      bytes(`{"epoch":"e","seq":1,"sent":9,"readings":[],"polled":{"__proto__":5,"a":6}}`),
    )
    expect(Object.getPrototypeOf(polled.batch?.polled)).toBe(Object.prototype)
    expect(({} as Record<string, unknown>).a).toBeUndefined()
  })

  it('leaves out of polled what is no time, or is after sent', () => {
    const polled = { a: SENT, b: SENT + 1, c: 'x', d: null, e: -1, f: 1.5 }
    expect(decodeBatch(bytes({ ...BATCH, polled })).batch?.polled).toEqual({ a: SENT })
    for (const wrong of [5, 'x', null, [5]]) {
      const { batch } = decodeBatch(bytes({ ...BATCH, polled: wrong }))
      expect(Object.keys(batch?.polled ?? {}).filter((key) => key !== '0')).toEqual([])
    }
  })

  it('leaves out gaps that say nothing, and bounds how many there are', () => {
    const gap = { epoch: 'e0', seqs: [], count: 1, from: 0, to: 0, reason: 'full' }
    const wrong = [null, 5, {}, { ...gap, count: -1 }, { ...gap, reason: 'x\n' }, { ...gap, epoch: '\u0000' }]
    expect(decodeBatch(bytes({ ...BATCH, gaps: [...wrong, gap] })).batch?.gaps).toEqual([gap])
    const { batch } = decodeBatch(bytes({ ...BATCH, gaps: Array.from({ length: 1_500 }, () => gap) }))
    expect(batch?.gaps).toHaveLength(1_000)
  })
})

describe('decoding a reading', () => {
  const reading = { sensor: 'GT-101', time: SENT, value: 1 }

  it.each<[string, unknown, object]>([
    ['good without saying so', reading, { ...reading, quality: 'good' }],
    ['at the moment of sending', { ...reading, time: SENT }, { time: SENT }],
    [
      'bad with a value',
      { ...reading, quality: 'bad', reason: 'above-range' },
      { value: 1, reason: 'above-range' },
    ],
    [
      'bad without a value',
      { ...reading, value: undefined, quality: 'bad', reason: 'exception-2' },
      { quality: 'bad' },
    ],
    ['bad with null for a value', { ...reading, value: null, quality: 'bad' }, { quality: 'bad' }],
    [
      'a reason of a newer release',
      { ...reading, quality: 'uncertain', reason: 'brand-new' },
      { reason: 'brand-new' },
    ],
    ['the largest number', { ...reading, value: Number.MAX_VALUE }, { value: Number.MAX_VALUE }],
  ])('takes one that is %s', (_story, item, expected) => {
    expect(decodeReading(item, SENT)).toMatchObject(expected)
  })

  it('drops a reason beside good: it belongs to a doubt', () => {
    expect(decodeReading({ ...reading, reason: 'clock' }, SENT)).toEqual({ ...reading, quality: 'good' })
  })

  it.each<[string, unknown, string]>([
    ['null', null, 'READING_INVALID'],
    ['a number', 5, 'READING_INVALID'],
    ['an array', [], 'READING_INVALID'],
    ['without a sensor', { ...reading, sensor: undefined }, 'READING_INVALID'],
    ['of a sensor with a long name', { ...reading, sensor: 'x'.repeat(65) }, 'READING_INVALID'],
    ['of a sensor with a control character', { ...reading, sensor: 'GT\u001b[31m' }, 'READING_INVALID'],
    ['of a sensor with a line feed', { ...reading, sensor: 'GT-101\n' }, 'READING_INVALID'],
    ['of a sensor with a slash', { ...reading, sensor: 'a/b' }, 'READING_INVALID'],
    ['without a time', { ...reading, time: undefined }, 'READING_INVALID'],
    ['with a time in ISO 8601', { ...reading, time: '2026-11-21T10:00:00Z' }, 'READING_INVALID'],
    ['with a negative time', { ...reading, time: -1 }, 'READING_INVALID'],
    ['with half a millisecond', { ...reading, time: SENT - 0.5 }, 'READING_INVALID'],
    ['with an endless time', { ...reading, time: Number.POSITIVE_INFINITY }, 'READING_INVALID'],
    ['dated after sent', { ...reading, time: SENT + 1 }, 'READING_AHEAD'],
    ['with a value that is text', { ...reading, value: '12.5' }, 'READING_INVALID'],
    ['with an endless value', { ...reading, value: Number.POSITIVE_INFINITY }, 'READING_INVALID'],
    ['with a value that is no number', { ...reading, value: Number.NaN }, 'READING_INVALID'],
    ['with a value that is true', { ...reading, value: true }, 'READING_INVALID'],
    ['good without a value', { ...reading, value: undefined }, 'READING_INVALID'],
    ['uncertain without a value', { ...reading, value: null, quality: 'uncertain' }, 'READING_INVALID'],
    ['of an unknown quality', { ...reading, quality: 'excellent' }, 'READING_INVALID'],
    ['of a quality in a box', { ...reading, quality: ['good'] }, 'READING_INVALID'],
    ['with a reason that is no word', { ...reading, quality: 'bad', reason: 'a b' }, 'READING_INVALID'],
    [
      'with a reason with a control character',
      { ...reading, quality: 'bad', reason: 'crc\n' },
      'READING_INVALID',
    ],
    ['with a reason that is an object', { ...reading, quality: 'bad', reason: {} }, 'READING_INVALID'],
  ])('refuses one %s', (_story, item, code) => {
    expect(decodeReading(item, SENT)).toMatchObject({ code })
  })
})

describe('decoding whatever comes', () => {
  /** What holds for everything that gets through, whatever it was made of. */
  function expectSound(payload: Buffer): void {
    const { batch, refused } = decodeBatch(payload)
    if (batch === undefined) {
      expect(refused?.detail).toMatch(/^[\x20-\x7e]{1,200}$/)
      return
    }
    expect(batch.epoch).toMatch(/^[\x21-\x7e]{1,64}$/)
    expect(Number.isSafeInteger(batch.seq) && batch.seq >= 1).toBe(true)
    for (const time of Object.values(batch.polled)) expect(time).toBeLessThanOrEqual(batch.sent)
    for (const item of batch.readings) {
      const reading = decodeReading(item, batch.sent)
      if ('code' in reading) {
        expect(reading.detail).toMatch(/^[\x20-\x7e]{1,200}$/)
        continue
      }
      expect(Number.isSafeInteger(reading.time) && reading.time >= 0 && reading.time <= batch.sent).toBe(true)
      expect(new Date(reading.time).toISOString()).toMatch(/^\d{4}-/)
      expect(QUALITIES).toContain(reading.quality)
      expect(reading.value === undefined ? reading.quality === 'bad' : Number.isFinite(reading.value)).toBe(
        true,
      )
      expect(reading.sensor).toMatch(/^[A-Za-z0-9][\w.-]{0,63}$/)
      if (reading.reason !== undefined) expect(reading.reason).toMatch(/^[a-z0-9-]{1,40}$/)
    }
  }

  it('never throws on random bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), (random) => expectSound(Buffer.from(random))))
  })

  it('never throws on random JSON', () => {
    fc.assert(fc.property(fc.json({ maxDepth: 6 }), (text) => expectSound(bytes(text))))
  })

  it('never throws on a batch of random fields', () => {
    const odd = fc.oneof(
      fc.jsonValue(),
      fc.constantFrom<unknown>('good', 'bad', SENT, SENT + 1, -0, 1e308, '\u0000', '__proto__'),
    )
    const reading = fc.record(
      { sensor: fc.oneof(odd, fc.constant('GT-101')), time: odd, value: odd, quality: odd, reason: odd },
      { requiredKeys: [] },
    )
    const batch = fc.record(
      {
        epoch: fc.oneof(fc.constant('e1'), odd),
        seq: fc.oneof(fc.nat(), odd),
        sent: fc.oneof(fc.constant(SENT), odd),
        snapshot: odd,
        polled: fc.oneof(fc.dictionary(fc.string(), odd), odd),
        readings: fc.oneof(fc.array(reading), odd),
        gaps: fc.oneof(fc.array(odd), odd),
        clock: odd,
      },
      { requiredKeys: ['epoch', 'seq', 'sent', 'readings'] },
    )
    fc.assert(
      fc.property(batch, (value) => expectSound(bytes(value))),
      { numRuns: 500 },
    )
  })

  it('never throws on a sound batch with some bytes changed', () => {
    const sound = bytes({
      ...BATCH,
      snapshot: true,
      polled: { a: 5 },
      gaps: [],
      clock: { drift: 0, steps: 0 },
    })
    const change = fc.tuple(fc.nat(sound.length - 1), fc.integer({ min: 0, max: 255 }))
    fc.assert(
      fc.property(fc.array(change, { maxLength: 4 }), (changes) => {
        const mutant = Buffer.from(sound)
        for (const [index, byte] of changes) mutant[index] = byte
        expectSound(mutant)
      }),
      { numRuns: 1_000 },
    )
  })

  it('stands nesting as deep as a payload can have it', () => {
    for (const field of ['readings', 'gaps', 'polled', 'clock', 'snapshot']) {
      const text = `{"epoch":"e1","seq":1,"sent":5,"readings":[],"${field}":${nested(100_000)}}`
      expectSound(bytes(text))
    }
  })
})

describe('decoding what a gateway says of itself', () => {
  const online = { state: 'online', epoch: 'e1', session: 's1', since: 5, version: '0.1.0', config: 'abc' }

  it('reads a birth and a will', () => {
    expect(decodeState(bytes(online))).toEqual({
      state: 'online',
      session: 's1',
      version: '0.1.0',
      config: 'abc',
    })
    expect(decodeState(bytes({ state: 'offline', epoch: 'e1', session: 's1' }))).toMatchObject({
      state: 'offline',
    })
  })

  it('takes text for what should be text, and never more than it needs', () => {
    expect(decodeState(bytes({ ...online, version: { toString: 5 }, config: 7 }))).toMatchObject({
      version: '',
      config: '',
    })
    expect(decodeState(bytes({ ...online, version: 'x'.repeat(900) }))?.version).toHaveLength(64)
  })

  it.each<[string, unknown]>([
    ['text', 'offline'],
    ['no session', { ...online, session: undefined }],
    ['a long session', { ...online, session: 'x'.repeat(65) }],
    ['another state', { ...online, state: 'asleep' }],
    ['an array', [online]],
    ['too much', { ...online, more: 'x'.repeat(5_000) }],
    ['deep nesting', `{"state":"online","session":"s","version":${nested(100_000)}}`],
  ])('refuses a state that is %s', (_story, payload) => {
    expect(decodeState(bytes(payload))).toBeUndefined()
  })

  it('takes health as it comes, within size and depth', () => {
    const health = { epoch: 'e1', buses: { plc: { connected: true } }, later: 5 }
    expect(decodeHealth(bytes(health))).toEqual(health)
    expect(decodeHealth(bytes(`{"a":${nested(30_000)}}`))).toBeUndefined()
    expect(decodeHealth(bytes({ a: 'x'.repeat(70_000) }))).toBeUndefined()
    expect(decodeHealth(bytes('[]'))).toBeUndefined()
  })
})

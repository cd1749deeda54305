import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ERRORS } from '../../contracts/errors.ts'
import { valueAt } from '../../contracts/json-path.ts'
import { reasonRow } from '../../contracts/quality.ts'
import { FOREIGN_MAX_BYTES, readMessage } from '../../ingest/foreign/foreign-message.ts'
import { foreignDevice } from './foreign-plant.ts'

const ARRIVED = 1_795_219_200_000

type Device = ReturnType<typeof foreignDevice>

function read(device: Device, payload: unknown, isRetained = false) {
  const bytes = Buffer.isBuffer(payload)
    ? payload
    : Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload))
  return readMessage(device, { payload: bytes, arrived: ARRIVED, isRetained })
}

/** What one sensor with a value at $.v makes of it. */
function one(keys: Record<string, unknown>, v: unknown) {
  const { readings, refused } = read(foreignDevice([{ path: '$.v', ...keys }]), `{"v":${String(v)}}`)
  const [reading] = readings
  return reading === undefined
    ? refused.map(({ code, detail }) => `${code} ${detail}`)
    : [reading.value, reading.quality, reading.reason].filter((part) => part !== undefined)
}

describe('a value in a message', () => {
  it.each<[Record<string, unknown>, string, unknown[]]>([
    [{}, '23.5', [23.5, 'good']],
    [{}, '-0.5e1', [-5, 'good']],
    [{}, '0', [0, 'good']],
    [{ scale: 0.1 }, '3', [0.3, 'good']],
    [{ scale: 0.1, offset: -40 }, '655', [25.5, 'good']],
    // Nothing there is no value and no error.
    [{}, 'null', []],
    [{ required: true }, 'null', ['READING_INVALID A: no value']],
    // Only what is plainly a number is one.
    [{}, '"23.5"', ['READING_INVALID A: a text that is not in the map']],
    [{ text: true }, '"23.5"', [23.5, 'good']],
    [{ text: true, scale: 2 }, '"+.5e1"', [10, 'good']],
    [{ text: true }, '23.5', [23.5, 'good']],
    ...[
      'NaN',
      'nan',
      'Infinity',
      '-inf',
      '',
      ' 5',
      '5 ',
      '0x10',
      '1_000',
      '23,5',
      '5 ppm',
      '١',
      '1e',
      '--1',
    ].map((text): [Record<string, unknown>, string, unknown[]] => [
      { text: true },
      JSON.stringify(text),
      ['READING_INVALID A: a text that is no number'],
    ]),
    [{ text: true }, '"1e999"', ['READING_INVALID A: a number too large to be exact']],
    [{ text: true }, '"9007199254740993"', ['READING_INVALID A: a number too large to be exact']],
    [{}, 'true', ['READING_INVALID A: true or false, which is not in the map']],
    [{ text: true }, 'true', ['READING_INVALID A: true or false, which is not in the map']],
    [{}, '{}', ['READING_INVALID A: an object']],
    [{}, '[5]', ['READING_INVALID A: a list']],
    [{}, '1e999', ['READING_INVALID A: a number too large to be exact']],
    [{}, '-1e999', ['READING_INVALID A: a number too large to be exact']],
    [{}, '9007199254740991', [9007199254740991, 'good']],
    [{}, '9007199254740993', ['READING_INVALID A: a number too large to be exact']],
    [{ scale: 1e300 }, '1e15', ['READING_INVALID A: a number too large to be scaled']],
    // The map goes first; it holds values in the unit of the sensor, whatever the scale.
    [{ map: { ON: 1, OFF: 0 }, scale: 5 }, '"ON"', [1, 'good']],
    [{ map: { ON: 1, OFF: 0 } }, '"on"', ['READING_INVALID A: a text that is not in the map']],
    [{ map: { true: 1, false: 0 } }, 'true', [1, 'good']],
    [{ map: { true: 1, false: 0 } }, 'false', [0, 'good']],
    [{ map: { true: 1 } }, 'false', ['READING_INVALID A: true or false, which is not in the map']],
    [{ map: { ON: 1 } }, '7', [7, 'good']],
    [{ map: { nan: 'not-a-number' }, text: true }, '"nan"', ['bad', 'not-a-number']],
    [{ map: { nan: 'not-a-number' }, text: true }, '"4"', [4, 'good']],
    [{ map: { 65535: 'device-fault' } }, '65535', ['bad', 'device-fault']],
    [{ map: { OVER: 'above-range' } }, '"OVER"', ['bad', 'above-range']],
    // A map has no keys but its own.
    [{ map: { ON: 1 } }, '"toString"', ['READING_INVALID A: a text that is not in the map']],
    // Range, in the unit of the sensor.
    [{ valid: [0, 100] }, '100', [100, 'good']],
    [{ valid: [0, 100] }, '100.1', [100.1, 'bad', 'above-range']],
    [{ valid: [0, 100], scale: -1 }, '5', [-5, 'bad', 'below-range']],
  ])('%j takes %s for %j', (keys, json, expected) => {
    expect(one(keys, json)).toEqual(expected)
  })

  it('that is not there leaves the others alone', () => {
    const device = foreignDevice([
      { path: '$.a' },
      { path: "$['b c'][1].d" },
      { path: '$.e', required: true },
      { path: '$.f' },
    ])
    expect(read(device, { a: 1, 'b c': [0, { d: 2 }], f: 'x' })).toEqual({
      readings: [
        { sensor: 'A', time: ARRIVED, value: 1, quality: 'good' },
        { sensor: 'B', time: ARRIVED, value: 2, quality: 'good' },
      ],
      refused: [
        { code: 'READING_INVALID', detail: 'C: no value', count: 1 },
        { code: 'READING_INVALID', detail: 'D: a text that is not in the map', count: 1 },
      ],
    })
    expect(read(foreignDevice([{ path: '$.a' }]), { battery: 80 })).toEqual({ readings: [], refused: [] })
  })
})

describe('a payload as a whole', () => {
  const bare = foreignDevice([{ path: '$' }])
  const text = foreignDevice([{ map: { ON: 1, OFF: 0, unavailable: 'comm-lost' } }], { payload: 'text' })

  it.each([
    ['a bare number', bare, '23.5', 23.5],
    ['with blanks and a line end', bare, ' 23.50\r\n', 23.5],
    ['with a byte order mark', bare, '\uFEFF23.5', 23.5],
    ['a word', text, 'ON', 1],
    ['a word with a line end', text, 'OFF\n', 0],
    ['a number in a text', text, '+23.5', 23.5],
  ])('may be %s', (_name, device, payload, value) => {
    expect(read(device, payload)).toEqual({
      readings: [{ sensor: 'A', time: ARRIVED, value, quality: 'good' }],
      refused: [],
    })
  })

  it('may say that there is no value', () => {
    expect(read(text, 'unavailable').readings).toEqual([
      { sensor: 'A', time: ARRIVED, quality: 'bad', reason: 'comm-lost' },
    ])
  })

  it.each([
    ['nothing to take apart', bare, 'ON', 'PAYLOAD_NOT_JSON'],
    ['NaN, which JSON has not', bare, 'NaN', 'PAYLOAD_NOT_JSON'],
    ['half of an object', bare, '{"a":', 'PAYLOAD_NOT_JSON'],
    ['no UTF-8', bare, Buffer.from([0x22, 0xff, 0x22]), 'PAYLOAD_NOT_JSON'],
    ['bytes', bare, Buffer.from([0, 1, 2]), 'PAYLOAD_NOT_JSON'],
    ['too large', bare, `${' '.repeat(FOREIGN_MAX_BYTES)}1`, 'PAYLOAD_TOO_LARGE'],
    ['250 kB', bare, Buffer.alloc(250_000, '['), 'PAYLOAD_TOO_LARGE'],
    ['too deep', bare, '['.repeat(33) + ']'.repeat(33), 'PAYLOAD_INVALID'],
    ['as deep as fits', bare, '['.repeat(32_000) + ']'.repeat(32_000), 'PAYLOAD_INVALID'],
    ['a key twice', bare, '{"v":1,"v":50}', 'PAYLOAD_INVALID'],
    ['a key twice in other letters', bare, '{"v":1,"\\u0076":50}', 'PAYLOAD_INVALID'],
    ['a key twice, far within', bare, '{"a":[{"b":{"v":1,"w":[],"v" :2}}]}', 'PAYLOAD_INVALID'],
    ['a text that is no number', text, '5 ppm', 'READING_INVALID'],
    ['no text', text, Buffer.from([0xff, 0xfe]), 'READING_INVALID'],
  ])('is refused: %s', (_name, device, payload, code) => {
    const { readings, refused } = read(device, payload)
    expect(readings).toEqual([])
    expect(refused).toEqual([{ code, detail: expect.any(String), count: 1 }])
  })

  it.each([
    '{"a":{"v":1},"b":{"v":2},"c":["v","v"]}',
    '{"v":"\\"v\\":","w":"{\\"v\\":1,\\"v\\":2}"}',
    '{"":1}',
  ])('is no worse for a word that stands twice: %s', (payload) => {
    expect(read(foreignDevice([{ path: '$.nothing' }]), payload).refused).toEqual([])
  })

  it('that is empty only clears what the broker keeps', () => {
    for (const device of [bare, text]) expect(read(device, '')).toEqual({ readings: [], refused: [] })
  })
})

describe('the time of a message', () => {
  const dated = (unit: string) =>
    foreignDevice([{ path: '$.v' }, { path: '$.w' }], { time: { path: '$.t', unit } })

  it.each([
    ['ms', ARRIVED - 5_000, ARRIVED - 5_000],
    ['ms', ARRIVED - 0.4, ARRIVED],
    ['s', ARRIVED / 1_000 - 5.25, ARRIVED - 5_250],
    ['iso', new Date(ARRIVED - 5_000).toISOString(), ARRIVED - 5_000],
    ['iso', '2026-11-21T08:00:00+08:00', Date.UTC(2026, 10, 21)],
    // Two clocks differ; no sample is newer than its arrival.
    ['ms', ARRIVED + 60_000, ARRIVED],
    ['ms', null, ARRIVED],
    ['ms', undefined, ARRIVED],
    // A device that sends what it kept.
    ['ms', ARRIVED - 86_400_000, ARRIVED - 86_400_000],
  ])('in %s: %s', (unit, t, expected) => {
    expect(read(dated(unit), { v: 1, t })).toEqual({
      readings: [{ sensor: 'A', time: expected, value: 1, quality: 'good' }],
      refused: [],
    })
  })

  it.each([
    ['ms', String(ARRIVED)],
    ['ms', -1],
    ['ms', 0],
    ['ms', 86_400_000],
    ['ms', ARRIVED / 1_000],
    ['ms', true],
    ['ms', []],
    ['ms', 1e300],
    ['s', 1e300],
    ['iso', ARRIVED],
    ['iso', String(ARRIVED)],
    ['iso', '2026-11-21T08:00:00'],
    ['iso', '2026-11-21'],
    ['iso', '2026-13-41T08:00:00Z'],
    ['iso', '1970-01-01T00:00:12Z'],
    ['iso', ''],
  ])('in %s is refused, and its values with it: %j', (unit, t) => {
    expect(read(dated(unit), { v: 1, w: 2, t })).toEqual({
      readings: [],
      refused: [{ code: 'READING_INVALID', detail: 'fd-1: time', count: 2 }],
    })
  })

  it('far ahead is refused', () => {
    for (const [unit, t] of [
      ['ms', ARRIVED + 60_001],
      ['s', ARRIVED],
    ] as const)
      expect(read(dated(unit), { v: 1, t })).toEqual({
        readings: [],
        refused: [
          {
            code: 'READING_AHEAD',
            detail: expect.stringMatching(/^fd-1: \d+ ms after it arrived$/),
            count: 1,
          },
        ],
      })
  })

  it('matters to nobody in a message without values', () => {
    expect(read(dated('ms'), { t: 'x' })).toEqual({ readings: [], refused: [] })
  })

  it('of what the broker kept is unknown unless it says so: it may raise an alarm and end none', () => {
    const device = dated('ms')
    const [undated] = read(device, { v: 1 }, true).readings
    expect(undated).toEqual({ sensor: 'A', time: ARRIVED, value: 1, quality: 'uncertain', reason: 'clock' })
    expect(reasonRow('uncertain', 'clock').evidence).toBe('raise-only')
    expect(read(device, { v: 1, t: ARRIVED - 9_000 }, true).readings).toEqual([
      { sensor: 'A', time: ARRIVED - 9_000, value: 1, quality: 'good' },
    ])
  })
})

describe('what a message says about its sensors', () => {
  const device = foreignDevice(
    [
      {
        path: '$.v',
        valid: [0, 100],
        status: [{ path: '$.mode', means: { run: 'good', test: 'testing' }, others: 'out-of-spec' }],
      },
      { path: '$.w' },
    ],
    { status: [{ path: '$.fault', means: { true: 'device-fault', 2: 'warm-up' } }] },
  )
  const both = (message: object) =>
    read(device, message).readings.map(({ sensor, value, quality, reason }) =>
      [sensor, value, quality, reason].filter((part) => part !== undefined).join(' '),
    )

  it.each<[object, string[]]>([
    [{ v: 1, w: 2 }, ['A 1 good', 'B 2 good']],
    [{ v: 1, w: 2, fault: false, mode: 'run' }, ['A 1 good', 'B 2 good']],
    [{ v: 1, w: 2, fault: true }, ['A 1 bad device-fault', 'B 2 bad device-fault']],
    [{ v: 1, w: 2, fault: 2 }, ['A 1 bad warm-up', 'B 2 bad warm-up']],
    [{ v: 1, w: 2, fault: null }, ['A 1 good', 'B 2 good']],
    [{ v: 1, w: 2, mode: 'test' }, ['A 1 bad testing', 'B 2 good']],
    [{ v: 1, w: 2, mode: 'idle' }, ['A 1 uncertain out-of-spec', 'B 2 good']],
    [{ v: 1, w: 2, mode: {} }, ['A 1 uncertain out-of-spec', 'B 2 good']],
    // Bad goes before uncertain, whatever the order; and what the device says before the range.
    [{ v: 1, w: 2, mode: 'idle', fault: true }, ['A 1 bad device-fault', 'B 2 bad device-fault']],
    [{ v: 101, w: 2, fault: true }, ['A 101 bad device-fault', 'B 2 bad device-fault']],
    [{ v: 101, w: 2, mode: 'idle' }, ['A 101 bad above-range', 'B 2 good']],
    // Without a value only bad news is news.
    [{ fault: true }, ['A bad device-fault', 'B bad device-fault']],
    [{ fault: false }, []],
    [{ mode: 'idle' }, []],
    [{ v: 'x', w: 2, fault: true }, ['A bad device-fault', 'B 2 bad device-fault']],
  ])('%j', (message, expected) => {
    expect(both(message)).toEqual(expected)
  })

  it('is bad even when it is old', () => {
    expect(read(device, { v: 1, fault: true }, true).readings[0]).toMatchObject({ reason: 'device-fault' })
  })
})

describe('whatever comes', () => {
  const device = foreignDevice(
    [
      { path: '$.a', scale: 0.5, offset: 3 },
      { path: '$.b[0].c', text: true, map: { x: 1, y: 'device-fault', true: 7 }, valid: [0, 10] },
      { path: '$' },
      { path: '$.a.a', required: true },
    ],
    {
      time: { path: '$.t', unit: 'ms' },
      status: [{ path: '$.s', means: { bad: 'device-fault', odd: 'out-of-spec' }, others: 'good' }],
    },
  )
  const sensors = new Map(device.sensors.map((sensor) => [sensor.id, sensor]))

  /** Every value comes from what stands in the message, and every reading is one that the server takes. */
  function expectHonest(payload: Buffer, isRetained: boolean): number {
    const { readings, refused } = readMessage(device, { payload, arrived: ARRIVED, isRetained })
    for (const { sensor, time, value, quality, reason } of readings) {
      const source = sensors.get(sensor)
      const raw: unknown = valueAt(JSON.parse(payload.toString('utf8')), source?.path ?? ['?'])
      if (value === undefined) expect(quality).toBe('bad')
      else if (source?.map.has(String(raw))) expect(value).toBe(source.map.get(String(raw)))
      else expect(value).toBeCloseTo(Number(raw) * (source?.scale ?? 0) + (source?.offset ?? 0), 9)
      expect(value === undefined || Number.isFinite(value)).toBe(true)
      expect(time <= ARRIVED && Number.isSafeInteger(time)).toBe(true)
      expect(quality === 'good').toBe(reason === undefined)
      if (reason !== undefined) expect(reasonRow(quality, reason).quality).toBe(quality)
    }
    for (const { code, detail, count } of refused) {
      expect(Object.hasOwn(ERRORS, code)).toBe(true)
      expect(detail).toMatch(/^[\x20-\x7e]{1,100}$/)
      expect(count).toBeGreaterThan(0)
    }
    return readings.length
  }

  const leaf = fc.oneof(
    fc.double(),
    fc.integer(),
    fc.constantFrom(
      'x',
      'y',
      '5',
      '-1.5e3',
      'NaN',
      'bad',
      'odd',
      '',
      true,
      false,
      null,
      ARRIVED,
      ARRIVED - 1,
    ),
  )
  const near = fc.record(
    {
      a: fc.oneof(leaf, fc.record({ a: leaf })),
      b: fc.oneof(leaf, fc.array(fc.oneof(leaf, fc.record({ c: leaf })), { maxLength: 2 })),
      t: leaf,
      s: leaf,
    },
    { requiredKeys: [] },
  )

  it('is never made up: messages that nearly fit', () => {
    let taken = 0
    fc.assert(
      fc.property(fc.oneof(near, leaf), fc.boolean(), (message, isRetained) => {
        taken += expectHonest(Buffer.from(JSON.stringify(message)), isRetained)
      }),
      { numRuns: 500 },
    )
    expect(taken).toBeGreaterThan(50)
  })

  it('is never made up: any JSON, any text, any bytes', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.json(), fc.string(), fc.string({ unit: 'binary' })),
        fc.boolean(),
        (text, isRetained) => {
          expectHonest(Buffer.from(text), isRetained)
        },
      ),
      { numRuns: 300 },
    )
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expectHonest(Buffer.from(bytes), false)
        readMessage(foreignDevice([{}], { payload: 'text' }), {
          payload: Buffer.from(bytes),
          arrived: ARRIVED,
          isRetained: false,
        })
      }),
      { numRuns: 30 },
    )
  })

  it('is never made up: a good message with a byte changed', () => {
    const good = Buffer.from(`{"a":12.5,"b":[{"c":"7"}],"t":${ARRIVED - 1},"s":"odd"}`)
    expect(expectHonest(good, false)).toBe(2)
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.nat(255), (place, byte) => {
        const changed = Buffer.from(good)
        changed[place] = byte
        expectHonest(changed, false)
      }),
      { numRuns: 500 },
    )
  })
})

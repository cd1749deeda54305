import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BYTE_ORDERS, type ByteOrder } from '../../contracts/facility-words.ts'
import { parseProfile } from '../../contracts/profile-load.ts'
import {
  type Interpretation,
  interpretationsAt,
  SURE,
  scaleHints,
} from '../../gateway/commissioning/interpretation.ts'
import { profileDraft } from '../../gateway/commissioning/profile-draft.ts'
import { layOut, textRuns } from '../../gateway/commissioning/register-layout.ts'
import { isHeartbeat, motionOf } from '../../gateway/commissioning/register-motion.ts'

/** Two words as a device sends them. Written from the definition of the orders, not from the decoder. */
function wordsOf(bytes: Buffer, order: ByteOrder): number[] {
  const [a = 0, b = 0, c = 0, d = 0] = bytes
  const sent = { ABCD: [a, b, c, d], DCBA: [d, c, b, a], BADC: [b, a, d, c], CDAB: [c, d, a, b] }[order]
  const [first = 0, second = 0, third = 0, fourth = 0] = sent
  return [first * 256 + second, third * 256 + fourth]
}

function float(value: number, order: ByteOrder = 'ABCD'): number[] {
  const bytes = Buffer.alloc(4)
  bytes.writeFloatBE(value)
  return wordsOf(bytes, order)
}

function integer(value: number, order: ByteOrder = 'ABCD'): number[] {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return wordsOf(bytes, order)
}

/** One look at registers from 0 on. */
function cells(...words: (number | number[])[]): Map<number, number> {
  return new Map(words.flat().map((word, address) => [address, word]))
}

function scoreOf(list: readonly Interpretation[], type: string, order?: ByteOrder): number {
  return list.find((each) => each.type === type && each.order === order)?.score ?? 0
}

describe('what a register did', () => {
  it.each([
    ['constant', [5, 5, 5]],
    ['constant', [5]],
    ['moving', [5, 6]],
    ['moving', [5, 9, 4]],
    ['moving', [100, 300, 500]],
    ['counting', [5, 6, 7]],
    ['counting', [65_534, 65_535, 0]],
    ['counting', [10, 12, 15]],
    ['moving', [10, 12, 19]],
    ['toggling', [0, 0x0800, 0]],
    ['toggling', [3, 1, 1, 3]],
    ['moving', [0, 3, 0]],
  ] as const)('%s: %j', (motion, words) => {
    expect(motionOf(words)).toBe(motion)
    expect(isHeartbeat(motion)).toBe(motion === 'counting' || motion === 'toggling')
  })
})

describe('how plausible a reading of registers is', () => {
  // The worked examples of the byte orders.
  it.each([
    [50, 'ABCD', [0x4248, 0x0000]],
    [50, 'CDAB', [0x0000, 0x4248]],
    [50, 'BADC', [0x4842, 0x0000]],
    [50, 'DCBA', [0x0000, 0x4842]],
    [12.345, 'ABCD', [0x4145, 0x851f]],
    [12.345, 'CDAB', [0x851f, 0x4145]],
    [12.345, 'BADC', [0x4541, 0x1f85]],
    [12.345, 'DCBA', [0x1f85, 0x4541]],
  ] as const)('%d in order %s is the surest of all', (value, order, words) => {
    const [best] = interpretationsAt(0, [cells([...words])])
    expect(best).toMatchObject({ type: 'float32', order, registers: 2 })
    expect(best?.value).toBeCloseTo(value, 4)
    expect(best?.score).toBeGreaterThanOrEqual(SURE)
  })

  it('believes a float that moves a little more than one that jumps', () => {
    const calm = interpretationsAt(0, [cells(float(21.483)), cells(float(21.492)), cells(float(21.487))])
    const wild = interpretationsAt(0, [cells(float(21.483)), cells(float(3.2e4)), cells(float(0.0731))])
    expect(scoreOf(calm, 'float32', 'ABCD')).toBeGreaterThanOrEqual(SURE)
    expect(scoreOf(wild, 'float32', 'ABCD')).toBeLessThan(0.3)
  })

  it('sees the carry of a counter of 32 bits', () => {
    const looks = [integer(0x0003_fff0), integer(0x0004_0010)].map((words) => cells(words))
    expect(interpretationsAt(0, looks)[0]).toMatchObject({ type: 'uint32', order: 'ABCD' })
  })

  it('tells small numbers below zero from large ones', () => {
    const [best] = interpretationsAt(0, [cells(0x10000 - 25)])
    expect(best).toMatchObject({ type: 'int16', value: -25 })
    const types = interpretationsAt(0, [cells(1_234)]).map(({ type }) => type)
    expect(types).toEqual(['uint16'])
  })

  it('offers nothing for what is no number or was not read twice', () => {
    const list = interpretationsAt(0, [cells(0x7fc0, 0)])
    expect(scoreOf(list, 'float32', 'ABCD')).toBe(0)
    expect(interpretationsAt(5, [cells(1, 2)])).toEqual([])
    expect(interpretationsAt(1, [cells(1, 2)]).every(({ registers }) => registers === 1)).toBe(true)
  })

  it('keeps every score between 0 and 1, and the best first', () => {
    const word = fc.integer({ min: 0, max: 0xffff })
    fc.assert(
      fc.property(fc.array(fc.tuple(word, word), { minLength: 1, maxLength: 4 }), (pairs) => {
        const scores = interpretationsAt(
          0,
          pairs.map((pair) => cells(pair)),
        ).map(({ score }) => score)
        expect(scores.every((score) => score > 0 && score <= 1)).toBe(true)
        expect(scores).toEqual(scores.toSorted((a, b) => b - a))
      }),
    )
  })

  it('hints at the scales of whole numbers', () => {
    const hints = (value: number, type: Interpretation['type'] = 'uint16') =>
      scaleHints({ address: 0, registers: 1, type, value, score: 1 })
    expect(hints(215)).toEqual(['21.5 (x0.1)', '2.15 (x0.01)'])
    expect(hints(-25, 'int16')).toEqual(['-2.5 (x0.1)', '-0.25 (x0.01)'])
    expect(hints(9)).toEqual([])
    expect(hints(21.5, 'float32')).toEqual([])
  })
})

describe('reading all registers together', () => {
  const looks = (order: ByteOrder) =>
    [0, 1, 2].map((look) =>
      cells(
        float(21.4837 + look / 100, order),
        float(50, order),
        float(0, order),
        float(-3.2, order),
        [215 + look, 0, 0, 65_436, 0xffff],
        [0x4d69, 0x6461, 0x7300],
        [4_000, 12_000, 1_234 + 2 * look, 0, 0, 20_000 + look],
      ),
    )

  it.each(BYTE_ORDERS)('finds floats, numbers and text where floats are %s', (order) => {
    const layout = layOut(looks(order))
    expect(layout.order).toBe(order)
    const texts = layout.points.map(({ address, type, value }) =>
      typeof value === 'string' ? `${address} ${type} ${value}` : `${address} ${type} ${Math.round(value)}`,
    )
    expect(texts).toEqual([
      ...['0 float32 22', '2 float32 50', '4 float32 0', '6 float32 -3'],
      ...['8 uint16 217', '9 uint16 0', '10 uint16 0', '11 int16 -100', '12 int16 -1', '13 string Midas'],
      ...[
        '16 uint16 4000',
        '17 uint16 12000',
        '18 uint16 1238',
        '19 uint16 0',
        '20 uint16 0',
        '21 uint16 20002',
      ],
    ])
  })

  it('lets each stretch between holes have an order of its own', () => {
    const far = (from: number, words: number[]) => words.map((word, n) => [from + n, word] as const)
    const look = (moved: number) =>
      new Map(
        BYTE_ORDERS.flatMap((order, n) =>
          far(1_000 * n, [...float(7.1234 + moved, order), ...float(301.57 + moved, order)]),
        ),
      )
    const { points } = layOut([look(0), look(0.013), look(0.027)])
    expect(points.map(({ address, type, order }) => `${address} ${type} ${order}`)).toEqual(
      BYTE_ORDERS.flatMap((order, n) => [
        `${1_000 * n} float32 ${order}`,
        `${1_000 * n + 2} float32 ${order}`,
      ]),
    )
  })

  it('covers every register at most once, in order', () => {
    const map = fc.uniqueArray(
      fc.tuple(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 0xffff })),
      {
        selector: ([address]) => address,
      },
    )
    fc.assert(
      fc.property(map, (entries) => {
        const look = new Map(entries)
        const covered = layOut([look]).points.flatMap(({ address, registers }) =>
          Array.from({ length: registers }, (_, n) => address + n),
        )
        expect(covered).toEqual([...new Set(covered)].sort((a, b) => a - b))
        expect(covered.every((address) => look.has(address))).toBe(true)
      }),
    )
  })

  it('drafts a profile that loads from whatever was read', () => {
    const map = fc.uniqueArray(
      fc.tuple(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 0, max: 0xffff })),
      { selector: ([address]) => address },
    )
    fc.assert(
      fc.property(map, fc.constantFrom('holding' as const, 'input' as const), (entries, table) => {
        const look = new Map(entries)
        const registers = entries
          .map(([address, word]) => ({
            address,
            words: [word],
            motion: 'constant' as const,
            interpretations: [],
          }))
          .sort((a, b) => a.address - b.address)
        const draft = profileDraft(
          {
            unit: 1,
            table,
            asked: { from: 0, to: 300 },
            readable: [],
            refused: [],
            silent: [],
            requests: 1,
            ending: 'whole',
            registers,
            points: layOut([look]).points,
          },
          { profile: 'drafted', driver: 'modbus-rtu' },
        )
        const outcome = parseProfile(draft, 'drafted.yaml')
        expect(outcome.ok ? [] : outcome.problems).toEqual([])
      }),
      { numRuns: 40 },
    )
  })
})

describe('text in registers', () => {
  it.each([
    ['a name', [0x4d69, 0x6461, 0x7300], ['0 Midas 3']],
    ['a name padded with blanks', [0x4d69, 0x6461, 0x7320, 0x2020], ['0 Midas 4']],
    ['two texts with a number between', [0x4142, 0x4344, 1, 0x4546, 0x4748], ['0 ABCD 2', '3 EFGH 2']],
    ['three characters only', [0x4142, 0x4300], []],
    ['digits only, which may be anything', [0x3030, 0x3131, 0x3232], []],
    ['printable noise', [0x7e7c, 0x5e3c, 0x2b25], []],
    ['nothing', [], []],
  ] as const)('%s', (_name, words, texts) => {
    expect(
      textRuns(cells([...words])).map(({ address, value, registers }) => `${address} ${value} ${registers}`),
    ).toEqual(texts)
  })
})

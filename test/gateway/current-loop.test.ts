import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CurrentLoop } from '../../contracts/facility.ts'
import { registerResolver } from '../../contracts/register-resolve.ts'
import {
  type CurrentRegister,
  judgeCurrent,
  type LoopState,
  type LoopVerdict,
  QUIET_LOOP,
} from '../../gateway/quality/current-loop.ts'

const loop = (given: Partial<CurrentLoop> = {}, scale = 1): CurrentRegister => ({
  current: { at: [4, 20], persistMs: 4_000, subRanges: [], ...given },
  scale,
})

const measurement: LoopVerdict = { kind: 'measurement' }
const drift: LoopVerdict = { kind: 'drift' }
const pending = (zone: 'ne43-low' | 'ne43-high' | 'below-range'): LoopVerdict => ({
  kind: 'pending',
  zone,
})
const declared = (zone: Extract<LoopVerdict, { kind: 'declared' }>['zone']): LoopVerdict => ({
  kind: 'declared',
  zone,
})

/** Verdicts of samples, each [milliseconds, raw]. */
function run(register: CurrentRegister, samples: readonly (readonly [number, number])[]): LoopVerdict[] {
  let state: LoopState = QUIET_LOOP
  return samples.map(([now, raw]) => {
    const judged = judgeCurrent(state, { raw, now }, register)
    state = judged.state
    return judged.verdict
  })
}

describe('zones of NAMUR NE 43, acting at once', () => {
  const at = { persistMs: 0 }
  /** A 4-20 mA input that reads microamperes. */
  const microamperes = loop({ ...at, at: [4_000, 20_000] }, 0.00625)
  /** An input that is wired the wrong way round: it reads less, the more current flows; the value rises. */
  const reversed = loop({ ...at, at: [20_000, 4_000] }, -0.00625)
  const table: [string, CurrentRegister, number, LoopVerdict][] = [
    ['short circuit', loop(at), 21.01, declared('ne43-high')],
    ['drifting high', loop(at), 21, drift],
    ['drifting high', loop(at), 20.51, drift],
    ['measurement', loop(at), 20.5, measurement],
    ['measurement', loop(at), 12, measurement],
    ['measurement', loop(at), 3.8, measurement],
    ['drifting low', loop(at), 3.79, drift],
    ['drifting low', loop(at), 3.6, drift],
    ['broken wire', loop(at), 3.59, declared('ne43-low')],
    ['broken wire', loop(at), 0, declared('ne43-low')],
    ['microamperes', microamperes, 12_000, measurement],
    ['microamperes', microamperes, 3_700, drift],
    ['microamperes', microamperes, 3_500, declared('ne43-low')],
    ['microamperes', microamperes, 21_500, declared('ne43-high')],
    ['a falling value: high current, low value', loop(at, -1), 21.5, declared('below-range')],
    ['a falling value: low current, high value', loop(at, -1), 2, declared('above-range')],
    ['a falling raw with a rising value', reversed, 20_000, measurement],
    ['a falling raw with a rising value', reversed, 2_500, declared('ne43-high')],
    ['a falling raw with a rising value', reversed, 20_500, declared('ne43-low')],
  ]
  it.each(table)('%s (%j, raw %d)', (_, register, raw, expected) => {
    expect(run(register, [[0, raw]])).toEqual([expected])
  })

  const own = loop({
    ...at,
    subRanges: [
      { from: 0, to: 2.5, means: 'device-fault' },
      { from: 2.5, to: 3.3, means: 'inhibited' },
      { from: 3.3, to: 3.7, means: 'calibrating' },
      { from: 20.5, to: 21, means: 'above-range' },
    ],
  })
  const subRanges: [number, LoopVerdict][] = [
    [-1, declared('ne43-low')],
    [0, declared('device-fault')],
    [2.49, declared('device-fault')],
    [2.5, declared('inhibited')],
    [3.29, declared('inhibited')],
    [3.3, declared('calibrating')],
    [3.65, declared('calibrating')],
    [3.7, drift],
    [4, measurement],
    [20.5, declared('above-range')],
    [21, drift],
    [21.1, declared('ne43-high')],
  ]
  it.each(subRanges)('%d mA goes by the sub-ranges of the device first', (raw, expected) => {
    expect(run(own, [[0, raw]])).toEqual([expected])
  })

  it('takes the sub-ranges of a facility file in mA, whatever the register reads', () => {
    const { current, scale } = registerResolver('pdu')({
      address: 0,
      order: 'ABCD',
      from: [4_000, 20_000],
      to: [0, 100],
      signal: 'ne43',
      persist: '0s',
      subRanges: [{ mA: [2, 3], means: 'inhibited' }],
    })
    if (current === undefined) throw new Error('signal: ne43 makes a current')
    expect(run({ current, scale }, [[0, 2_500]])).toEqual([declared('inhibited')])
  })
})

describe('persistence', () => {
  const own = loop({ subRanges: [{ from: 2, to: 3, means: 'inhibited' }] })
  const stories: [string, [number, number, LoopVerdict][]][] = [
    [
      'a fault current is declared once it has lasted 4 s',
      [
        [0, 2, pending('ne43-low')],
        [3_999, 2, pending('ne43-low')],
        [4_000, 2, declared('ne43-low')],
        [5_000, 1, declared('ne43-low')],
      ],
    ],
    [
      'one measurement ends it at once, and the time starts anew',
      [
        [0, 2, pending('ne43-low')],
        [3_000, 12, measurement],
        [4_000, 2, pending('ne43-low')],
        [7_999, 2, pending('ne43-low')],
        [8_000, 2, declared('ne43-low')],
        [8_001, 12, measurement],
        [8_002, 2, pending('ne43-low')],
      ],
    ],
    [
      'drift is no fault: it starts the time anew too',
      [
        [0, 22, pending('ne43-high')],
        [3_000, 20.8, drift],
        [5_000, 22, pending('ne43-high')],
        [9_000, 22, declared('ne43-high')],
      ],
    ],
    [
      'what was declared stays in drift, until a measurement',
      [
        [0, 2, pending('ne43-low')],
        [4_000, 2, declared('ne43-low')],
        [5_000, 3.7, declared('ne43-low')],
        [6_000, 3.8, measurement],
        [7_000, 3.7, drift],
      ],
    ],
    [
      'what was declared stays until another zone has lasted',
      [
        [0, 2, pending('ne43-low')],
        [4_000, 2, declared('ne43-low')],
        [5_000, 22, declared('ne43-low')],
        [8_999, 22, declared('ne43-low')],
        [9_000, 22, declared('ne43-high')],
      ],
    ],
    [
      'a zone in between starts the time of the other anew',
      [
        [0, 2, pending('ne43-low')],
        [3_000, 22, pending('ne43-high')],
        [4_000, 2, pending('ne43-low')],
        [7_000, 22, pending('ne43-high')],
        [11_000, 22, declared('ne43-high')],
      ],
    ],
  ]
  it.each(stories)('%s', (_, story) => {
    const samples = story.map(([now, raw]) => [now, raw] as const)
    expect(run(loop(), samples)).toEqual(story.map(([, , verdict]) => verdict))
  })

  it('is the same for a sub-range that tells where the value is', () => {
    const below = loop({ subRanges: [{ from: 2, to: 3, means: 'below-range' }] })
    expect(
      run(below, [
        [0, 2.5],
        [3_999, 2.5],
        [4_000, 2.5],
      ]),
    ).toEqual([pending('below-range'), pending('below-range'), declared('below-range')])
  })

  it('is none for a sub-range that tells nothing of the value, which would raise low alarms meanwhile', () => {
    const samples = [
      [0, 2.5],
      [4_500, 1],
      [8_500, 1],
      [8_600, 4],
    ] as const
    expect(run(own, samples)).toEqual([
      declared('inhibited'),
      declared('inhibited'),
      declared('ne43-low'),
      measurement,
    ])
  })
})

describe('whatever the current does', () => {
  const milliamps = fc.constantFrom(0, 2.5, 3.59, 3.6, 3.7, 3.8, 4, 12, 20, 20.5, 20.8, 21, 21.1, 25)
  const steps = fc.array(fc.tuple(fc.integer({ min: 1, max: 3_000 }), milliamps), { maxLength: 40 })
  const timed = (given: readonly (readonly [number, number])[]) => {
    let now = 0
    return given.map(([ms, raw]) => {
      now += ms
      return [now, raw] as const
    })
  }
  const own = loop({ subRanges: [{ from: 2, to: 3, means: 'warm-up' }] })
  const isFault = (raw: number) => raw < 3.6 || raw > 21

  it('only a measurement is one, at any time', () => {
    fc.assert(
      fc.property(steps, (given) => {
        const samples = timed(given)
        for (const [index, { kind }] of run(own, samples).entries()) {
          const raw = samples[index]?.[1] ?? 0
          expect(kind === 'measurement').toBe(raw >= 3.8 && raw <= 20.5)
        }
      }),
    )
  })

  it('a fault is declared exactly when the zone has lasted, counted from its first sample', () => {
    fc.assert(
      fc.property(steps, (given) => {
        const samples = timed(given)
        const register = loop()
        const verdicts = run(register, samples)
        for (const [index, [now, raw]] of samples.entries()) {
          if (!isFault(raw)) continue
          const high = raw > 21
          let first = index
          while (first > 0 && samples[first - 1]?.[1] !== undefined) {
            const before = samples[first - 1]?.[1] ?? 12
            if (!isFault(before) || before > 21 !== high) break
            first -= 1
          }
          const zone = high ? 'ne43-high' : 'ne43-low'
          const verdict = verdicts[index]
          const hasLasted = now - (samples[first]?.[0] ?? now) >= 4_000
          if (hasLasted) expect(verdict).toEqual(declared(zone))
          else if (verdict?.kind === 'pending') expect(verdict.zone).toBe(zone)
          else expect(verdict?.kind).toBe('declared')
        }
      }),
    )
  })

  it('samples in between change nothing, as long as they are the same', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 9_999 }), { maxLength: 10 }), (between) => {
        const times = [0, ...between.toSorted((a, b) => a - b), 10_000]
        expect(
          run(
            loop(),
            times.map((now) => [now, 1] as const),
          ).at(-1),
        ).toEqual(declared('ne43-low'))
      }),
    )
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Plausibility } from '../../contracts/facility.ts'
import { isReachable } from '../../gateway/quality/rate-of-change.ts'
import { SensorJudge } from '../../gateway/quality/sensor-judge.ts'
import type { StatusVerdict } from '../../gateway/quality/status.ts'
import { isStill, leftOut, look, type Stillness } from '../../gateway/quality/stillness.ts'
import { sensor } from './plant.ts'

const GOOD: StatusVerdict = { kind: 'good' }
const INHIBITED: StatusVerdict = { kind: 'said', reason: 'inhibited' }

type Step = [at: number, raw: number | undefined, expected: string | undefined, status?: StatusVerdict]

/** Reasons of the samples; undefined is good. A raw value of undefined is a NaN. */
function run(plausibility: Plausibility, steps: readonly Step[]) {
  const judge = new SensorJudge(sensor({ plausibility }))
  const reasons = steps.map(([at, raw, , status = GOOD]) => {
    const decoded =
      raw === undefined
        ? ({ ok: false, reason: 'not-a-number', words: [] } as const)
        : ({ ok: true, raw } as const)
    return judge.judge({ at, decoded, status, isDeviceFrozen: false }).reason
  })
  return { reasons, judge }
}

describe('rate of change', () => {
  const at10 = { maxRate: 10 }
  const stories: [string, number, Step[]][] = [
    [
      'believes the first value, and every step up to the rate',
      0,
      [
        [0, 500, undefined],
        [1_000, 510, undefined],
        [2_000, 500, undefined],
        [4_000, 480, undefined],
      ],
    ],
    [
      'refuses a spike, and believes what comes after it',
      1,
      [
        [0, 20, undefined],
        [1_000, 90, 'implausible-rate'],
        [2_000, 21, undefined],
      ],
    ],
    [
      'a refused value is never the last good one: a real step is believed once the time covers it',
      3,
      [
        [0, 20, undefined],
        [1_000, 60, 'implausible-rate'],
        [2_000, 60, 'implausible-rate'],
        [3_999, 60, 'implausible-rate'],
        [4_000, 60, undefined],
      ],
    ],
    [
      'after bad data it counts the time since the last good value',
      1,
      [
        [0, 20, undefined],
        [1_000, undefined, 'not-a-number'],
        [2_000, 50, 'implausible-rate'],
        [3_000, 50, undefined],
      ],
    ],
    [
      'what is held while inhibited is not the last good one',
      1,
      [
        [0, 20, undefined],
        [1_000, 90, 'inhibited', INHIBITED],
        [2_000, 90, 'implausible-rate'],
        [7_000, 90, undefined],
      ],
    ],
    [
      'nor is an uncertain value',
      1,
      [
        [0, 20, undefined],
        [1_000, 29, 'out-of-spec', { kind: 'said', reason: 'out-of-spec' }],
        [1_500, 36, 'implausible-rate'],
        [2_000, 36, undefined],
      ],
    ],
  ]
  it.each(stories)('%s', (_, rejected, steps) => {
    const { reasons, judge } = run(at10, steps)
    expect(reasons).toEqual(steps.map(([, , expected]) => expected))
    expect(judge.rejected).toBe(rejected)
  })

  it('is not upset by the noise of binary fractions', () => {
    expect(isReachable({ value: 0.8, at: 0 }, { value: 1.1, at: 1_000 }, 0.3)).toBe(true)
    expect(isReachable({ value: 0.8, at: 0 }, { value: 1.11, at: 1_000 }, 0.3)).toBe(false)
  })

  it('believes everything without a rate or without a value before', () => {
    expect(isReachable(undefined, { value: 1e9, at: 0 }, 1)).toBe(true)
    expect(isReachable({ value: 0, at: 0 }, { value: 1e9, at: 1 }, undefined)).toBe(true)
  })

  it('believes a value exactly when the rate reaches it from the last one that was believed', () => {
    const steps = fc.array(fc.tuple(fc.integer({ min: 1, max: 5_000 }), fc.integer({ min: 0, max: 100 })))
    fc.assert(
      fc.property(steps, (given) => {
        let at = 0
        const timed = given.map(([ms, raw]): Step => {
          at += ms
          return [at, raw, undefined]
        })
        const { reasons } = run(at10, timed)
        let last: Step | undefined
        for (const [index, step] of timed.entries()) {
          const before = last
          const believed =
            before === undefined ||
            Math.abs((step[1] ?? 0) - (before[1] ?? 0)) * 1_000 <= 10 * (step[0] - before[0])
          expect(reasons[index]).toBe(believed ? undefined : 'implausible-rate')
          if (believed) last = step
        }
      }),
    )
  })
})

describe('a value that stands still', () => {
  const stories: [string, Step[]][] = [
    [
      'is frozen once it has for so long, and any change ends it',
      [
        [0, 20, undefined],
        [9_999, 20, undefined],
        [10_000, 20, 'frozen'],
        [11_000, 20, 'frozen'],
        [12_000, 21, undefined],
        [13_000, 20, undefined],
        [22_999, 20, undefined],
        [23_000, 20, 'frozen'],
      ],
    ],
    [
      'may be held while inhibited; the time starts anew after it',
      [
        [0, 20, undefined],
        [5_000, 20, 'inhibited', INHIBITED],
        [60_000, 20, 'inhibited', INHIBITED],
        [69_999, 20, undefined],
        [70_000, 20, 'frozen'],
      ],
    ],
    [
      'is frozen out of its specification too',
      [
        [0, 20, 'out-of-spec', { kind: 'said', reason: 'out-of-spec' }],
        [10_000, 20, 'frozen', { kind: 'said', reason: 'out-of-spec' }],
      ],
    ],
    [
      'has moved when it was no number in between',
      [
        [0, 20, undefined],
        [9_000, undefined, 'not-a-number'],
        [10_000, 20, undefined],
        [20_000, 20, 'frozen'],
      ],
    ],
  ]
  it.each(stories)('%s', (_, steps) => {
    expect(run({ frozenAfterMs: 10_000 }, steps).reasons).toEqual(steps.map(([, , expected]) => expected))
  })

  it('may stand still for ever where nothing else is configured', () => {
    const steps: Step[] = [
      [0, 20, undefined],
      [1e9, 20, undefined],
    ]
    expect(run({}, steps).reasons).toEqual([undefined, undefined])
  })

  it('keeps its value, which is the last that is known', () => {
    const judge = new SensorJudge(sensor({ plausibility: { frozenAfterMs: 1 } }))
    const sample = { decoded: { ok: true, raw: 20 }, status: GOOD, isDeviceFrozen: false } as const
    judge.judge({ ...sample, at: 0 })
    expect(judge.judge({ ...sample, at: 1 })).toEqual({ value: 20, quality: 'bad', reason: 'frozen' })
  })

  it('does not count the time in which the device was out of reach', () => {
    const judge = new SensorJudge(sensor({ plausibility: { frozenAfterMs: 10_000 } }))
    const sample = { decoded: { ok: true, raw: 20 }, status: GOOD, isDeviceFrozen: false } as const
    judge.judge({ ...sample, at: 0 })
    judge.wasAway(60_000)
    expect(judge.judge({ ...sample, at: 61_000 }).quality).toBe('good')
    expect(judge.judge({ ...sample, at: 70_000 }).reason).toBe('frozen')
  })
})

describe('Stillness', () => {
  it('begins with the first look and with every change, and goes on otherwise', () => {
    const looks: [number | string, number][] = [
      ['a', 5],
      ['a', 7],
      ['b', 8],
      ['b', 20],
      ['a', 30],
    ]
    let still: Stillness | undefined
    const since = looks.map(([seen, now]) => {
      still = look(still, seen, now)
      return still.since
    })
    expect(since).toEqual([5, 5, 8, 8, 30])
  })

  it('is none of what was never seen', () => {
    expect(isStill(undefined, 1e9, 1)).toBe(false)
    expect(isStill({ seen: 1, since: 0 }, 9, 10)).toBe(false)
    expect(isStill({ seen: 1, since: 0 }, 10, 10)).toBe(true)
    expect(isStill(leftOut({ seen: 1, since: 0 }, 5), 10, 10)).toBe(false)
  })
})

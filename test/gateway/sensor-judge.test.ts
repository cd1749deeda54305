import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { PolledSensor } from '../../contracts/facility.ts'
import { STATUS_REASONS } from '../../contracts/facility-words.ts'
import { qualityOf } from '../../gateway/quality/assess.ts'
import type { Decoded } from '../../gateway/quality/decode.ts'
import { type Sample, SensorJudge } from '../../gateway/quality/sensor-judge.ts'
import type { StatusVerdict } from '../../gateway/quality/status.ts'
import { register, sensor } from './plant.ts'

const GOOD: StatusVerdict = { kind: 'good' }
const raw = (number: number): Decoded => ({ ok: true, raw: number })

/**
 * A sensor on which every check is configured. 12 mA are good; below 2 mA is a fault that is declared at
 * once, 2 to 3 mA are out of specification, 30 mA and more wait for 4 s.
 */
function picky(plausibility: PolledSensor['plausibility'] = {}, persistMs = 0): SensorJudge {
  return new SensorJudge(
    sensor({
      register: register({
        current: {
          at: [4, 20],
          persistMs,
          subRanges: [{ from: 2, to: 3, means: 'out-of-spec' }],
        },
      }),
      valid: [2, 20],
      plausibility: { maxRate: 100, frozenAfterMs: 60_000, ...plausibility },
    }),
  )
}

const sample = (given: Partial<Sample> = {}): Sample => ({
  at: 0,
  decoded: raw(12),
  status: GOOD,
  isDeviceFrozen: false,
  ...given,
})

/**
 * One row per rank, in the order of the docstring. Each gives what makes it apply, and what it then says;
 * `before` is what the judge has seen until then.
 */
interface Rank {
  readonly name: string
  readonly reason: string
  readonly given: Partial<Sample>
  readonly before?: (now: Partial<Sample>) => Partial<Sample>
  readonly plausibility?: PolledSensor['plausibility']
  readonly persistMs?: number
}

const RANKS: readonly Rank[] = [
  {
    name: 'not decodable',
    reason: 'not-decodable',
    given: { decoded: { ok: false, reason: 'not-decodable', words: [1] } },
  },
  { name: 'a heartbeat that stands still', reason: 'frozen', given: { isDeviceFrozen: true } },
  { name: 'a mode', reason: 'inhibited', given: { status: { kind: 'said', reason: 'inhibited' } } },
  {
    name: 'not a number',
    reason: 'not-a-number',
    given: { decoded: { ok: false, reason: 'not-a-number', words: [] } },
  },
  {
    name: 'a bad status',
    reason: 'device-fault',
    given: { status: { kind: 'said', reason: 'device-fault' } },
  },
  {
    name: 'a closed latch',
    reason: 'over-range-latched',
    given: {},
    before: () => ({ decoded: raw(19) }),
    plausibility: { overRangeAt: 19 },
  },
  { name: 'a declared fault current', reason: 'ne43-low', given: { decoded: raw(1) } },
  {
    name: 'a fault current that may not last',
    reason: 'ne43-drift',
    given: { decoded: raw(1) },
    persistMs: 90_000,
  },
  { name: 'a value out of range', reason: 'above-range', given: { decoded: raw(20.1) } },
  {
    name: 'a value that came too fast',
    reason: 'implausible-rate',
    given: { decoded: raw(5), at: 10 },
    before: () => ({ decoded: raw(12) }),
  },
  {
    name: 'a value that stands still',
    reason: 'frozen',
    given: { at: 60_000 },
    before: (now) => ({ ...now, at: 0 }),
  },
  {
    name: 'an uncertain status',
    reason: 'out-of-spec',
    given: { status: { kind: 'said', reason: 'out-of-spec' } },
  },
  { name: 'an uncertain current of the device', reason: 'out-of-spec', given: { decoded: raw(2.5) } },
  { name: 'a drifting current', reason: 'ne43-drift', given: { decoded: raw(3.7) } },
]

function outcomeOf(...ranks: readonly Rank[]) {
  const judge = picky(
    Object.assign({}, ...ranks.map(({ plausibility }) => plausibility)),
    Math.max(0, ...ranks.map(({ persistMs = 0 }) => persistMs)),
  )
  const now: Partial<Sample> = Object.assign({}, ...ranks.map(({ given }) => given))
  for (const { before } of ranks) if (before !== undefined) judge.judge(sample(before(now)))
  return judge.judge(sample(now))
}

describe('the ranking', () => {
  it.each(RANKS)('knows $name: $reason', (rank) => {
    const { reason, quality } = outcomeOf(rank)
    expect(reason).toBe(rank.reason)
    expect(quality).not.toBe('good')
  })

  it('finds nothing wrong with a sample that is good', () => {
    expect(picky().judge(sample())).toEqual({ value: 12, quality: 'good' })
  })

  // Two ranks that say so with the same part of a sample cannot meet.
  const pairs = RANKS.flatMap((first, index) =>
    RANKS.slice(index + 1)
      .filter((second) => Object.keys(second.given).every((key) => !(key in first.given)))
      .filter((second) => first.before === undefined || second.before === undefined)
      .map((second): [Rank, Rank] => [first, second]),
  )
  it('has pairs to compare', () => {
    expect(pairs.length).toBeGreaterThan(35)
  })
  it.each(pairs.map(([first, second]) => [first.name, second.name, first, second] as const))(
    '%s goes before %s',
    (_, __, first, second) => {
      expect(outcomeOf(first, second).reason).toBe(first.reason)
    },
  )

  it('lets a range not interfere with a current that may be a disturbance', () => {
    const judge = picky({}, 4_000)
    expect(judge.judge(sample({ decoded: raw(30) }))).toEqual({
      value: 30,
      quality: 'uncertain',
      reason: 'ne43-drift',
    })
    expect(judge.judge(sample({ decoded: raw(30), at: 4_000 })).reason).toBe('ne43-high')
  })

  it('lets a value out of range be that, however fast it came', () => {
    const judge = picky()
    judge.judge(sample({ decoded: raw(12) }))
    expect(judge.judge(sample({ decoded: raw(20.1), at: 10 })).reason).toBe('above-range')
    expect(judge.rejected).toBe(0)
  })

  it('has no number beyond all numbers', () => {
    const judge = new SensorJudge(sensor({ register: register({ scale: 1e308 }) }))
    expect(judge.judge(sample({ decoded: raw(1e10) }))).toEqual({ quality: 'bad', reason: 'not-a-number' })
  })

  it('keeps the value that a device holds, and has none where there is none', () => {
    const status: StatusVerdict = { kind: 'said', reason: 'inhibited' }
    expect(picky().judge(sample({ status }))).toEqual({ value: 12, quality: 'bad', reason: 'inhibited' })
    const decoded: Decoded = { ok: false, reason: 'not-a-number', words: [] }
    expect(picky().judge(sample({ status, decoded }))).toEqual({ quality: 'bad', reason: 'inhibited' })
  })

  it('passes on why a status is not known', () => {
    const status: StatusVerdict = { kind: 'unread', reason: 'exception-2' }
    expect(picky().judge(sample({ status }))).toEqual({ value: 12, quality: 'bad', reason: 'exception-2' })
  })

  it('moves no check by a sample of a device whose heartbeat stands still', () => {
    const judge = picky({ overRangeAt: 19 }, 4_000)
    judge.judge(sample({ decoded: raw(12) }))
    judge.judge(sample({ decoded: raw(1), at: 1_000, isDeviceFrozen: true }))
    judge.judge(sample({ decoded: raw(19), at: 5_000, isDeviceFrozen: true }))
    expect(judge.isLatched).toBe(false)
    expect(judge.judge(sample({ decoded: raw(1), at: 6_000 })).quality).toBe('uncertain')
  })
})

describe('whatever comes', () => {
  const decoded: fc.Arbitrary<Decoded> = fc.oneof(
    fc.integer({ min: -50, max: 300 }).map((tenths) => raw(tenths / 10)),
    fc.constantFrom<Decoded>(
      { ok: false, reason: 'not-a-number', words: [] },
      { ok: false, reason: 'not-decodable', words: [] },
    ),
  )
  const status: fc.Arbitrary<StatusVerdict> = fc.oneof(
    fc.constant(GOOD),
    fc.constantFrom(...STATUS_REASONS).map((reason) => ({ kind: 'said' as const, reason })),
    fc.constant<StatusVerdict>({ kind: 'unread', reason: 'timeout' }),
  )
  const steps = fc.array(fc.record({ decoded, status, isDeviceFrozen: fc.boolean(), at: fc.nat(5_000) }), {
    maxLength: 30,
  })
  const timed = (samples: Sample[]) => {
    let at = 0
    return samples.map((given) => {
      at += given.at
      return { ...given, at }
    })
  }

  it('gives every reason the quality of the table, and a good reading a value', () => {
    fc.assert(
      fc.property(steps, (given) => {
        const judge = picky({ overRangeAt: 18 }, 4_000)
        for (const each of timed(given)) {
          const { quality, reason, value } = judge.judge(each)
          expect(quality).toBe(reason === undefined ? 'good' : qualityOf(reason))
          if (quality !== 'bad') expect(value).toBeDefined()
        }
      }),
    )
  })

  const rank = { good: 2, uncertain: 1, bad: 0 }
  const bare = {
    register: register({ current: { at: [4, 20], persistMs: 4_000, subRanges: [] } }),
    valid: [2, 20],
  } as const

  it('no check makes a sample better than it is without it', () => {
    fc.assert(
      fc.property(steps, (given) => {
        const plausibility = { maxRate: 5, frozenAfterMs: 8_000, overRangeAt: 18 }
        const checked = new SensorJudge(sensor({ ...bare, plausibility }))
        const unchecked = new SensorJudge(sensor(bare))
        for (const each of timed(given)) {
          const limit = rank[unchecked.judge(each).quality]
          expect(rank[checked.judge(each).quality]).toBeLessThanOrEqual(limit)
        }
      }),
    )
  })

  it('nothing that the device says makes a sample better than it is', () => {
    fc.assert(
      fc.property(steps, (given) => {
        const told = new SensorJudge(sensor(bare))
        const untold = new SensorJudge(sensor(bare))
        for (const each of timed(given)) {
          const limit = rank[untold.judge({ ...each, status: GOOD }).quality]
          expect(rank[told.judge(each).quality]).toBeLessThanOrEqual(limit)
        }
      }),
    )
  })

  it('only a good status, a number and a living device make a good reading', () => {
    fc.assert(
      fc.property(steps, (given) => {
        const judge = picky({ overRangeAt: 18 }, 4_000)
        for (const each of timed(given)) {
          const { quality } = judge.judge(each)
          if (quality !== 'good') continue
          expect(each.status.kind).toBe('good')
          expect(each.decoded.ok).toBe(true)
          expect(each.isDeviceFrozen).toBe(false)
        }
      }),
    )
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ChannelJoin, type ChannelRun } from '../../../gateway/seismic/channel-join.ts'
import type { SampleBlock } from '../../../gateway/seismic/sample-block.ts'

const TIME = Date.UTC(2026, 10, 29)
const RATE = 100
const FLAGS = { isTimed: true, isClipped: false, isTest: false }

type Index = 0 | 1 | 2
/** Sample number k of channel c is 1000 c + k. */
const run = (channel: Index, first: number, samples: number, keys: Partial<ChannelRun> = {}): ChannelRun => ({
  time: TIME + first * 10,
  rate: RATE,
  samples: Array.from({ length: samples }, (_, n) => 1_000 * channel + first + n),
  flags: FLAGS,
  sequence: first,
  ...keys,
})

/** Runs, and when each comes, monotonic ms. */
function joined(runs: readonly (readonly [Index, ChannelRun, number?])[]) {
  const losses: Record<string, number> = {}
  const join = new ChannelJoin(RATE, (kind, count) => {
    losses[kind] = (losses[kind] ?? 0) + count
  })
  const blocks = runs.flatMap(([index, each, at = 0]) => join.add(index, each, at))
  return { blocks, losses }
}

/** Numbers of the samples, block by block; all three channels have to say the same. */
function numbers(blocks: readonly SampleBlock[]): number[][] {
  return blocks.map(({ time, channels }) => {
    const [a, b, c] = channels.map((channel, index) => Array.from(channel, (each) => each - 1_000 * index))
    expect(b).toEqual(a)
    expect(c).toEqual(a)
    expect(time).toBeCloseTo(TIME + (a?.[0] ?? 0) * 10, 6)
    return a ?? []
  })
}
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, n) => from + n)

describe('three channels joined by time', () => {
  it('makes the same samples of runs of any length in any order of the channels', () => {
    const lengths = fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 8 })
    fc.assert(
      fc.property(lengths, lengths, lengths, fc.array(fc.integer({ min: 0, max: 2 })), (a, b, c, order) => {
        const queues = [a, b, c].map((list, index) => {
          let first = 0
          return list.map((length) => {
            const made = [index as Index, run(index as Index, first, length)] as const
            first += length
            return made
          })
        })
        const runs = [...order, 0, 1, 2].flatMap((index) => {
          const queue = queues[index] ?? []
          return queue.splice(0, 1)
        })
        const rest = queues.flat()
        const { blocks, losses } = joined([...runs, ...rest])
        const shortest = Math.min(...[a, b, c].map((list) => list.reduce((sum, each) => sum + each, 0)))
        expect(numbers(blocks).flat()).toEqual(range(0, shortest))
        expect(losses).toEqual({})
      }),
    )
  })

  it('leaves out for all what one channel lacks', () => {
    const { blocks, losses } = joined([
      [0, run(0, 0, 300)],
      [1, run(1, 0, 100)],
      [1, run(1, 150, 150)],
      [2, run(2, 0, 300)],
    ])
    expect(numbers(blocks)).toEqual([range(0, 100), range(150, 300)])
    expect(losses).toEqual({ unmatched: 100 })
  })

  it('begins where all three have begun', () => {
    const { blocks } = joined([
      [0, run(0, 0, 100)],
      [1, run(1, 40, 60)],
      [2, run(2, 20, 80)],
    ])
    expect(numbers(blocks)).toEqual([range(40, 100)])
  })

  it('takes what comes twice once', () => {
    const { blocks, losses } = joined([
      [0, run(0, 0, 100)],
      [1, run(1, 0, 100)],
      [2, run(2, 0, 100)],
      [0, run(0, 0, 100)],
      [0, run(0, 50, 100)],
      [1, run(1, 100, 50)],
      [2, run(2, 100, 50)],
    ])
    expect(numbers(blocks).flat()).toEqual(range(0, 150))
    expect(losses).toEqual({ repeated: 2 })
  })

  it('does not wait for a dead channel for ever', () => {
    const seconds = range(0, 120)
    const { blocks, losses } = joined([
      ...seconds.flatMap((n) =>
        [0, 1].map((index) => [index as Index, run(index as Index, n * 100, 100)] as const),
      ),
      [2, run(2, 11_000, 100)],
    ])
    expect(numbers(blocks)).toEqual([range(11_000, 11_100)])
    // 30 s of each are kept; the rest of what came before the third channel is gone.
    expect(losses.unmatched).toBe(2 * 11_000)
  })

  it('takes times that differ by less than half a sample for one', () => {
    const late = run(1, 0, 100)
    const { blocks } = joined([
      [0, run(0, 0, 100)],
      [1, { ...late, time: late.time + 4 }],
      [2, run(2, 0, 100)],
    ])
    expect(numbers(blocks)).toEqual([range(0, 100)])
  })

  it('goes on behind a clock that was set back once it is sure, however little that was', () => {
    for (const before of [10_000, 3_000]) {
      const seconds = range(0, 40)
      const { blocks, losses } = joined([
        ...([0, 1, 2] as const).map((index) => [index, run(index, before, 100)] as const),
        ...seconds.flatMap((n) =>
          ([0, 1, 2] as const).map(
            (index) => [index, run(index, before - 2_900 + 60 * n, 60), n * 1_000] as const,
          ),
        ),
      ])
      const first = before - 2_900 + 60 * 30
      expect(numbers(blocks).flat()).toEqual([...range(before, before + 100), ...range(first, first + 600)])
      expect(losses).toEqual({ repeated: 90 })
    }
  })

  it('takes what is sent late between what is new for what it is', () => {
    const { blocks, losses } = joined(
      range(0, 100).flatMap((n) =>
        ([0, 1, 2] as const).flatMap((index) => [
          [index, run(index, 50_000 + n * 100, 100), n * 1_000] as const,
          [index, run(index, n * 100, 100), n * 1_000] as const,
        ]),
      ),
    )
    expect(numbers(blocks).flat()).toEqual(range(50_000, 60_000))
    expect(losses).toEqual({ repeated: 300 })
  })

  it('goes on where a process before has ended, and knows what it still needs', () => {
    const join = new ChannelJoin(RATE, () => undefined)
    join.goOnFrom(TIME + 500)
    const blocks = [
      ...join.add(0, run(0, 0, 100, { sequence: 7 }), 0),
      ...join.add(1, run(1, 0, 40, { sequence: 8 }), 0),
      ...join.add(1, run(1, 40, 40, { sequence: 9 }), 0),
      ...join.add(2, run(2, 0, 100, { sequence: 10 }), 0),
    ]
    expect(numbers(blocks).flat()).toEqual(range(50, 80))
    expect(join.end).toBe(TIME + 800)
    expect(join.waiting).toEqual([7, 10])
  })

  it('refuses another rate', () => {
    expect(joined([[2, run(2, 100, 100, { rate: 50 })]])).toEqual({ blocks: [], losses: { rate: 1 } })
  })

  it('says of all what is true of one', () => {
    const { blocks } = joined([
      [0, run(0, 0, 100)],
      [1, run(1, 0, 100, { flags: { ...FLAGS, isTimed: false } })],
      [2, run(2, 0, 100, { flags: { ...FLAGS, isClipped: true } })],
    ])
    expect(blocks[0]?.flags).toEqual({ isTimed: false, isClipped: true, isTest: false })
  })
})

import { afterEach, describe, expect, it } from 'vitest'
import type { Outbox } from '../../../gateway/outbox/outbox.ts'
import { SettableClock } from '../settable-clock.ts'
import { batchOf, seqsOf, Watch } from './scene.ts'

export interface OutboxUnderTest {
  readonly outbox: Outbox
  readonly clock: SettableClock
  readonly watch: Watch
}

/** What holds of every outbox, wherever it keeps its batches. `begin` opens one. */
export function outboxSuite(
  name: string,
  begin: (given: { clock: SettableClock; watch: Watch; maxAgeMs: number }) => Promise<Outbox>,
): void {
  describe(`every outbox: ${name}`, () => {
    let outbox: Outbox
    let clock: SettableClock
    let watch: Watch

    async function filled(seqs: readonly number[]): Promise<void> {
      clock = new SettableClock()
      watch = new Watch()
      outbox = await begin({ clock, watch, maxAgeMs: 1_000 })
      for (const seq of seqs) {
        clock.advance(1)
        outbox.append(batchOf(seq))
      }
    }

    afterEach(() => outbox.close())

    it('keeps batches oldest first, byte for byte', async () => {
      await filled([1, 2, 3])
      const payload = Buffer.from('{"epoch":"f"}')
      outbox.append(batchOf(1, { epoch: 'f', payload }))
      expect([...outbox.keys()].map(({ epoch, seq }) => `${epoch}:${seq}`)).toEqual([
        'e:1',
        'e:2',
        'e:3',
        'f:1',
      ])
      expect(outbox.payload({ epoch: 'f', seq: 1 })?.equals(payload)).toBe(true)
      expect(outbox.payload({ epoch: 'other', seq: 1 })).toBeUndefined()
      expect(
        await outbox.fetch([
          { epoch: 'f', seq: 1 },
          { epoch: 'f', seq: 2 },
        ]),
      ).toEqual([payload, undefined])
      expect(outbox.stats()).toMatchObject({ batches: 4, readings: 40, oldest: 1_000, evictedReadings: 0 })
    })

    const confirms: [string, [number, number][], number[]][] = [
      ['one', [[2, 2]], [1, 3, 4]],
      [
        'several ranges',
        [
          [1, 2],
          [4, 4],
        ],
        [3],
      ],
      ['a range larger than everything', [[0, Number.MAX_SAFE_INTEGER]], []],
      [
        'overlapping ranges',
        [
          [1, 3],
          [2, 3],
        ],
        [4],
      ],
      ['a range the wrong way round', [[3, 1]], [1, 2, 3, 4]],
      ['none of ours', [[77, 99]], [1, 2, 3, 4]],
    ]
    it.each(confirms)('forgets what is confirmed: %s', async (_, ranges, left) => {
      await filled([1, 2, 3, 4])
      outbox.confirm('e', ranges)
      outbox.confirm('other', ranges)
      expect(seqsOf(outbox)).toEqual(left)
      expect(outbox.stats()).toMatchObject({ batches: left.length, readings: left.length * 10 })
      expect(watch.gone).toEqual([])
    })

    it('evicts what is too old, and tells it once', async () => {
      await filled([1, 2, 3])
      clock.advance(998)
      outbox.expire()
      expect(seqsOf(outbox)).toEqual([1, 2, 3])
      clock.advance(1)
      outbox.expire()
      expect(seqsOf(outbox)).toEqual([2, 3])
      expect(watch.gone).toEqual(['e:1-1'])
      expect(outbox.stats()).toMatchObject({ evictedReadings: 10, gaps: { expired: 10, full: 0 } })
    })

    it('does not grow old with the wall clock', async () => {
      await filled([1, 2, 3])
      clock.step(100 * 365 * 86_400_000)
      outbox.expire()
      expect(seqsOf(outbox)).toEqual([1, 2, 3])
    })
  })
}

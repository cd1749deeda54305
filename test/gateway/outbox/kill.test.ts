import { join } from 'node:path'
import { expect, it, vi } from 'vitest'
import { isWithin } from '../../../contracts/seq-ranges.ts'
import { DiskDesk } from '../../../gateway/outbox/disk/disk-desk.ts'
import { NO_TALLY } from '../../../gateway/outbox/tally.ts'
import { memoryPathOf } from '../../../gateway/outbox/tally-place.ts'
import { Child } from '../../e2e/child.ts'
import { temporaryFolder } from '../../temporary-folder.ts'
import { batchOf } from './scene.ts'

/** A tally is written at once, but not in the turn of the event loop in which a batch is sealed. */
const UNTOLD_AT_MOST = 10

it('kill -9 in the middle of commits: what was committed is there byte for byte, the rest is told', async () => {
  const path = join(temporaryFolder(), 'gw-1.db')
  const memory = temporaryFolder()
  const rounds = ['a', 'b', 'c']
  /** Key: epoch. The last batch that was appended for sure. */
  const appended = new Map<string, number>()
  for (const epoch of rounds) {
    await using child = new Child('test/gateway/outbox/kill-child.ts', [path, epoch, memory])
    await vi.waitFor(() => expect(child.stdout.length).toBeGreaterThan(150 + 37 * appended.size), {
      interval: 3,
    })
    await child.kill('SIGKILL')
    expect(child.stderr).toBe('')
    appended.set(epoch, Number(child.stdout.trimEnd().split('\n').at(-1)))
  }
  const memoryPath = memoryPathOf(path, memory) ?? ''
  const options = { path, maxBytes: 1e7, maxAgeMs: 1e9, memoryPath }
  const desk = new DiskDesk(options, (news) => expect(news).toBeUndefined())
  const { tally } = desk.lock()
  const report = desk.open(tally)
  for (const [epoch, last] of appended) {
    const kept = report.stock.find((stock) => stock.epoch === epoch)?.seqs ?? []
    const told = report.rows.filter(({ gap }) => gap.epoch === epoch).map(({ gap }) => gap)
    for (const { reason, seqs, count } of told) {
      expect({ reason, count, length: seqs.length }).toEqual({ reason: 'restart', count: 10, length: 1 })
      // No batch is both.
      expect(isWithin(kept, seqs[0]?.[0] ?? 0)).toBe(false)
    }
    const seqs = Array.from({ length: last }, (_, n) => n + 1)
    const untold = seqs.filter((seq) => !isWithin(kept, seq) && !told.some((gap) => isWithin(gap.seqs, seq)))
    expect(untold.length).toBeLessThanOrEqual(UNTOLD_AT_MOST)
    for (const seq of untold) expect(seq).toBeGreaterThan(last - UNTOLD_AT_MOST)
    expect(kept[0]?.[0]).toBe(1)
    for (const seq of seqs.filter((each) => isWithin(kept, each))) {
      const [payload] = desk.fetch([{ epoch, seq }])
      expect(Buffer.from(payload ?? []).equals(batchOf(seq, { epoch }).payload)).toBe(true)
    }
  }
  desk.close()
  // Settled once, it is not told anew.
  desk.lock()
  expect(desk.open(NO_TALLY).rows).toEqual(report.rows)
  desk.close()
})

import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { rmSync, statfsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { systemClock } from '../../contracts/clock.ts'
import { type Logger, silentLogger } from '../../contracts/logger.ts'
import { DiskOutbox } from '../../gateway/outbox/disk-outbox.ts'
import { batchOf, gapText, seqsOf, Watch } from '../gateway/outbox/scene.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { unlessReal } from './unless-real.ts'

const MOUNT = '/usr/bin/mount'
const needed = unlessReal(MOUNT)
const isRoot = process.getuid?.() === 0
const SOON = { timeout: 60_000, interval: 20 }

/** A disk of 16 MB that others fill up, with the real thread on it. */
describe.skipIf(needed.skip || !isRoot)(
  `a full disk${isRoot ? needed.reason : ' (skipped: needs root to mount one)'}`,
  () => {
    let disk: string
    let outbox: DiskOutbox
    let log: { level: string; code: unknown }[]

    beforeEach(() => {
      disk = temporaryFolder()
      execFileSync(MOUNT, ['-t', 'tmpfs', '-o', 'size=16m', 'tmpfs', disk])
      log = []
    })

    afterEach(async () => {
      await outbox.close()
      execFileSync('/usr/bin/umount', [disk])
    })

    async function open(): Promise<void> {
      const note = (level: string) => (fields: object) =>
        void log.push({ level, code: (fields as { code?: unknown }).code })
      const logger: Logger = { ...silentLogger, info: note('info'), error: note('error') }
      outbox = new DiskOutbox({
        path: join(disk, 'gw-1.db'),
        maxBytes: 64e6,
        maxAgeMs: 1e9,
        clock: systemClock,
        logger,
        events: new Watch(),
        pending: () => undefined,
      })
      await outbox.open()
      await vi.waitFor(() => expect(outbox.stats().bytes).toBeGreaterThan(0), SOON)
    }

    function append(from: number, to: number): void {
      for (let seq = from; seq <= to; seq++) outbox.append(batchOf(seq, { payload: randomBytes(50_000) }))
    }

    /** Other files take all that is left. */
    function fillUp(): void {
      const { bavail, bsize } = statfsSync(disk)
      try {
        writeFileSync(join(disk, 'others'), Buffer.alloc(bavail * bsize + 1e6))
      } catch {
        // As much as there was.
      }
      expect(statfsSync(disk).bavail).toBe(0)
    }

    const isOnDisk = (seq: number) =>
      vi.waitFor(() => expect(outbox.payload({ epoch: 'e', seq })).toBeUndefined(), SOON)

    test('is told once; nothing is lost while the memory lasts, and all is written when there is room', async () => {
      await open()
      append(1, 20)
      await isOnDisk(20)
      fillUp()
      append(21, 100)
      await vi.waitFor(() => expect(outbox.stats().trouble).toBe('DISK_FULL'), SOON)
      expect(seqsOf(outbox)).toHaveLength(100)
      expect(outbox.stats().gaps.full).toBe(0)
      const payloads = await outbox.fetch([...outbox.keys()])
      expect(payloads.every((payload) => payload?.length === 50_000)).toBe(true)
      rmSync(join(disk, 'others'))
      await vi.waitFor(() => expect(outbox.stats().trouble).toBeUndefined(), SOON)
      await isOnDisk(100)
      expect(log).toEqual([
        { level: 'error', code: 'DISK_FULL' },
        { level: 'info', code: undefined },
      ])
    })

    test('still lets go of what is confirmed, and that makes room', async () => {
      await open()
      append(1, 60)
      await isOnDisk(60)
      fillUp()
      append(61, 120)
      await vi.waitFor(() => expect(outbox.stats().trouble).toBe('DISK_FULL'), SOON)
      outbox.confirm('e', [[1, 60]])
      await isOnDisk(100)
      const left = seqsOf(outbox)
      expect(left[0]).toBe(61)
      await outbox.close()
      await open()
      await vi.waitFor(() => expect(outbox.stats().batches).toBeGreaterThanOrEqual(left.length - 20), SOON)
      // The file is written in whole commits: what did not fit into the last one is lost, and told.
      const [first = 0] = seqsOf(outbox)
      expect(first).toBeGreaterThanOrEqual(61)
      const told = outbox.takeGaps().reduce((sum, { count }) => sum + count, 0)
      expect(outbox.stats().readings + told).toBe(600)
    })

    test('that stays full: the oldest make way once the memory fills up, and every reading is accounted for', async () => {
      await open()
      append(1, 60)
      await isOnDisk(60)
      fillUp()
      for (let from = 61; from <= 1_500; from += 40) {
        append(from, from + 39)
        await new Promise((resolve) => setTimeout(resolve, 15))
      }
      await vi.waitFor(() => expect(outbox.stats().gaps.full).toBeGreaterThan(1_000), SOON)
      await vi.waitFor(() => {
        const { gaps, readings } = outbox.stats()
        expect((gaps.full ?? 0) + readings).toBe(15_000)
      }, SOON)
      await vi.waitFor(() => expect(outbox.takeGaps().map(gapText).join()).toMatch(/^e full 1-/), SOON)
      expect(outbox.stats().trouble).toBe('DISK_FULL')
    })
  },
)

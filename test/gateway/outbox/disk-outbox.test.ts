import { randomBytes } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { systemClock } from '../../../contracts/clock.ts'
import { CodedError } from '../../../contracts/errors.ts'
import { type Logger, silentLogger } from '../../../contracts/logger.ts'
import { DiskOutbox, type DiskOutboxOptions } from '../../../gateway/outbox/disk-outbox.ts'
import type { BatchSummary } from '../../../gateway/outbox/outbox.ts'
import { TALLY_SUFFIXES } from '../../../gateway/outbox/tally.ts'
import { temporaryFolder } from '../../temporary-folder.ts'
import { outboxSuite } from './outbox-suite.ts'
import { batchOf, gapText, seqsOf, TestDisk, Watch } from './scene.ts'

/** Tests have no time for what gateways are given. */
const COMMIT_AFTER_MS = 40
const SOON = { interval: 5 }
const ALL = [[0, 1e9]] as const

outboxSuite('in front of a file', async ({ clock, watch, maxAgeMs }) => {
  const outbox = new DiskOutbox({
    path: join(temporaryFolder(), 'gw-1.db'),
    maxBytes: 1e7,
    maxAgeMs,
    clock,
    logger: silentLogger,
    events: watch,
    pending: () => undefined,
    startDisk: new TestDisk().start,
  })
  await outbox.open()
  return outbox
})

describe('DiskOutbox', () => {
  let folder: string
  let path: string
  let disk: TestDisk
  let watch: Watch
  let outbox: DiskOutbox
  let pending: BatchSummary | undefined
  let log: { level: string; code: unknown; message: string }[]

  async function open(given: Partial<DiskOutboxOptions> = {}): Promise<DiskOutbox> {
    disk = new TestDisk()
    watch = new Watch()
    // Of this test alone: what was killed in another one may still have something to say.
    const lines = log
    const note = (level: string) => (fields: object, message: string) =>
      void lines.push({ level, code: (fields as { code?: unknown }).code, message })
    const logger: Logger = { ...silentLogger, info: note('info'), warn: note('warn'), error: note('error') }
    outbox = new DiskOutbox({
      path,
      maxBytes: 1e7,
      maxAgeMs: 1e9,
      clock: systemClock,
      logger,
      events: watch,
      pending: () => pending,
      commitAfterMs: COMMIT_AFTER_MS,
      startDisk: disk.start,
      ...given,
    })
    await outbox.open()
    return outbox
  }

  /** Everything in memory goes to the disk. */
  const settled = (batches: number) =>
    vi.waitFor(() => {
      expect(outbox.stats().commits).toBeGreaterThan(0)
      expect(outbox.payload({ epoch: 'e', seq: 1 })).toBeUndefined()
      expect(outbox.stats().batches).toBe(batches)
    }, SOON)
  const append = (...seqs: number[]) => {
    for (const seq of seqs) outbox.append(batchOf(seq))
  }
  /** From now on the disk does what was asked and nothing more. */
  function freeze(): void {
    disk.isHanging = true
    disk.only = 'commit'
  }
  /** What a kill -9 leaves: the file as it is, and the tally that had been written by then. */
  async function killed(): Promise<void> {
    const tallies = () =>
      TALLY_SUFFIXES.map((suffix) => path + suffix)
        .filter((file) => existsSync(file))
        .map((file) => readFileSync(file, 'latin1'))
        .join()
    let before: string
    do {
      before = tallies()
      await new Promise((resolve) => setTimeout(resolve, 100))
    } while (before === '' || before !== tallies())
    disk.kill()
  }

  beforeEach(() => {
    folder = temporaryFolder()
    path = join(folder, 'data', 'gw-1.db')
    pending = undefined
    log = []
  })

  afterEach(async () => {
    disk.wake()
    await outbox.close()
  })

  it('keeps what is not confirmed over a restart, epochs by age', async () => {
    await open()
    append(1, 2, 3)
    outbox.append(batchOf(1, { epoch: 'd' }))
    await outbox.close()
    await open()
    await vi.waitFor(() => expect(outbox.stats().batches).toBe(4), SOON)
    outbox.append(batchOf(1, { epoch: 'f' }))
    const keys = [...outbox.keys()]
    expect(keys.map(({ epoch, seq }) => `${epoch}:${seq}`)).toEqual(['e:1', 'e:2', 'e:3', 'd:1', 'f:1'])
    expect(outbox.stats()).toMatchObject({ readings: 50, oldest: 1_000, gaps: { restart: 0 } })
    const payloads = await outbox.fetch(keys)
    for (const [n, { epoch, seq }] of keys.entries())
      expect(payloads[n]?.equals(batchOf(seq, { epoch }).payload)).toBe(true)
    expect(outbox.takeGaps()).toEqual([])
  })

  it('never lets a batch touch the disk that is confirmed at once', async () => {
    await open()
    await vi.waitFor(() => expect(disk.calls).toContain('open'), SOON)
    for (let seq = 1; seq <= 20; seq++) {
      append(seq)
      await new Promise((resolve) => setTimeout(resolve, COMMIT_AFTER_MS / 5))
      outbox.confirm('e', [[seq, seq]])
    }
    expect(disk.calls).toEqual(['lock', 'open'])
    expect(outbox.stats()).toMatchObject({ batches: 0, readings: 0, commits: 0 })
  })

  it('writes what waits in one commit, with what was deleted meanwhile', async () => {
    await open()
    append(1, 2, 3, 4)
    expect(outbox.payload({ epoch: 'e', seq: 1 })).toBeDefined()
    await settled(4)
    expect(outbox.stats().commits).toBe(1)
    outbox.confirm('e', [[1, 2]])
    append(5)
    expect(seqsOf(outbox)).toEqual([3, 4, 5])
    await vi.waitFor(() => expect(outbox.stats().commits).toBe(2), SOON)
    await outbox.close()
    await open()
    await vi.waitFor(() => expect(seqsOf(outbox)).toEqual([3, 4, 5]), SOON)
  })

  it('writes at once when much has gathered', async () => {
    await open({ commitAfterMs: 1e9 })
    await vi.waitFor(() => expect(disk.calls).toContain('open'), SOON)
    const payload = Buffer.alloc(300_000, 'x')
    for (const seq of [1, 2, 3]) outbox.append(batchOf(seq, { payload }))
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(disk.calls).not.toContain('commit')
    outbox.append(batchOf(4, { payload }))
    await vi.waitFor(() => expect(outbox.stats()).toMatchObject({ commits: 1, batches: 4 }), SOON)
  })

  it('gives batches of memory and disk in one answer, and what is confirmed meanwhile not at all', async () => {
    await open()
    append(1, 2)
    await settled(2)
    append(3)
    disk.isHanging = true
    disk.only = 'fetch'
    const fetching = outbox.fetch([1, 2, 3, 4].map((seq) => ({ epoch: 'e', seq })))
    outbox.confirm('e', [[2, 2]])
    await vi.waitFor(() => expect(outbox.stats().commits).toBe(2), SOON)
    disk.wake()
    const payloads = await fetching
    expect(payloads.map((payload) => payload?.equals(Buffer.alloc(0)))).toEqual([
      false,
      undefined,
      false,
      undefined,
    ])
    expect(watch.gone).toEqual([])
  })

  it('deletes a batch again that was confirmed while it was written', async () => {
    await open()
    disk.isHanging = true
    disk.only = 'commit'
    append(1, 2)
    await vi.waitFor(() => expect(disk.calls).toContain('commit'), SOON)
    outbox.confirm('e', [[1, 1]])
    disk.wake()
    await vi.waitFor(() => expect(outbox.stats().commits).toBe(2), SOON)
    expect(seqsOf(outbox)).toEqual([2])
    await outbox.close()
    await open()
    await vi.waitFor(() => expect(seqsOf(outbox)).toEqual([2]), SOON)
  })

  describe('after a kill', () => {
    it('tells what was not on the disk, one entry for each batch, and what was in none yet', async () => {
      await open()
      append(1, 2)
      await settled(2)
      freeze()
      append(3, 4)
      outbox.confirm('e', [[3, 3]])
      append(5)
      pending = { epoch: 'e', seq: 6, readings: 3, from: 7_000, to: 7_100 }
      outbox.awaitBatch()
      await killed()
      pending = undefined
      await open()
      await vi.waitFor(
        () => expect(outbox.stats()).toMatchObject({ batches: 2, gaps: { restart: 23 } }),
        SOON,
      )
      expect(seqsOf(outbox)).toEqual([1, 2])
      const told = outbox.takeGaps()
      expect(told.map(gapText)).toEqual(['e restart 4 (10)', 'e restart 5 (10)', 'e restart 6 (3)'])
      expect(told.at(-1)).toMatchObject({ from: 7_000, to: 7_100 })
      expect(log.map(({ message }) => message)).toContain(
        'readings were lost before this start; the server is told',
      )
    })

    it('tells it again after another kill, in the same words, until it is confirmed', async () => {
      await open()
      freeze()
      append(1)
      await killed()
      await open()
      await vi.waitFor(() => expect(outbox.stats().gaps.restart).toBe(10), SOON)
      const told = outbox.takeGaps()
      outbox.append(batchOf(1, { epoch: 'f', gaps: told }))
      await vi.waitFor(() => expect(outbox.stats().commits).toBe(1), SOON)
      await killed()
      await open()
      await vi.waitFor(() => expect(seqsOf(outbox)).toEqual([1]), SOON)
      // Its carrier is on the disk and will be sent again.
      expect(outbox.takeGaps()).toEqual([])
      outbox.confirm('f', ALL)
      await vi.waitFor(() => expect(outbox.stats().commits).toBe(1), SOON)
      await killed()
      await open()
      await vi.waitFor(() => expect(outbox.stats().bytes).toBeGreaterThan(0), SOON)
      expect(outbox.takeGaps()).toEqual([])
    })

    it('tells again what only a batch told that is lost', async () => {
      await open()
      freeze()
      append(1)
      await killed()
      await open()
      await vi.waitFor(() => expect(outbox.stats().gaps.restart).toBe(10), SOON)
      const told = outbox.takeGaps()
      freeze()
      outbox.append(batchOf(1, { epoch: 'f', gaps: told }))
      await killed()
      await open()
      await vi.waitFor(() => expect(outbox.stats().gaps.restart).toBe(10), SOON)
      expect(outbox.takeGaps().map(gapText)).toEqual(['e restart 1 (10)', 'f restart 1 (10)'])
    })

    it('that comes before the file was open, everything is still told', async () => {
      await open()
      freeze()
      append(1)
      await killed()
      const opening = open()
      disk.isHanging = true
      disk.only = 'open'
      await opening
      outbox.append(batchOf(1, { epoch: 'f' }))
      await killed()
      await open()
      await vi.waitFor(() => expect(outbox.stats().gaps.restart).toBe(20), SOON)
      expect(outbox.takeGaps().map(gapText)).toEqual(['e restart 1 (10)', 'f restart 1 (10)'])
    })
  })

  it('tells nothing after an orderly stop', async () => {
    await open()
    append(1, 2)
    await outbox.close()
    const files = readdirSync(join(folder, 'data')).filter((name) => !name.includes('tally'))
    expect(files.sort()).toEqual(['gw-1.db', 'gw-1.db.ballast'])
    await open()
    await vi.waitFor(() => expect(outbox.stats().batches).toBe(2), SOON)
    expect(outbox.stats().gaps).toEqual({ full: 0, expired: 0, restart: 0, damaged: 0 })
    expect(outbox.takeGaps()).toEqual([])
  })

  describe('bounds', () => {
    it('of size: the oldest go, and the file does not outgrow it', async () => {
      await open({ maxBytes: 1e6 })
      const payloads = Array.from({ length: 200 }, () => randomBytes(20_000))
      for (const [n, payload] of payloads.entries()) {
        outbox.append(batchOf(n + 1, { payload }))
        if (n % 20 === 19)
          await vi.waitFor(() => expect(outbox.payload({ epoch: 'e', seq: n + 1 })).toBeUndefined(), SOON)
      }
      const { bytes = 0, gaps, readings, batches } = outbox.stats()
      const { full = 0 } = gaps
      expect(statSync(path).size).toBeLessThan(1.1e6)
      expect(bytes).toBeLessThan(1.3e6)
      expect(batches).toBeGreaterThan(20)
      expect(full + readings).toBe(2_000)
      const seqs = seqsOf(outbox)
      expect(seqs).toEqual(Array.from({ length: batches }, (_, n) => 200 - batches + 1 + n))
      expect(outbox.takeGaps().map(gapText)).toEqual([`e full 1-${200 - batches} (${full})`])
      for (const [n, payload] of (await outbox.fetch([...outbox.keys()])).entries())
        expect(payload?.equals(payloads[200 - batches + n] ?? Buffer.alloc(0))).toBe(true)
    })

    it('spare what is on its way to the server', async () => {
      await open({ maxBytes: 1e6 })
      watch.sent = [{ epoch: 'e', seq: 2 }]
      for (let seq = 1; seq <= 80; seq++) {
        outbox.append(batchOf(seq, { payload: randomBytes(20_000) }))
        if (seq % 20 === 0)
          await vi.waitFor(() => expect(outbox.payload({ epoch: 'e', seq })).toBeUndefined(), SOON)
      }
      expect(seqsOf(outbox).slice(0, 2)).toEqual([2, expect.any(Number)])
      expect(outbox.takeGaps().map(gapText)[0]).toMatch(/^e full 1,3-\d+ /)
    })

    it('of age: counted while gateways run, over restarts, and never by the wall clock', async () => {
      let [wall, monotonic] = [1e12, 0]
      const clock = { wall: () => wall, monotonic: () => monotonic + systemClock.monotonic() }
      await open({ clock, maxAgeMs: 600_000 })
      append(1)
      await settled(1)
      monotonic += 400_000
      append(2)
      await vi.waitFor(() => expect(outbox.payload({ epoch: 'e', seq: 2 })).toBeUndefined(), SOON)
      await outbox.close()
      // The machine was off for a century, and the monotonic clock began anew.
      wall += 3e12
      monotonic = 0
      await open({ clock, maxAgeMs: 600_000 })
      await vi.waitFor(() => expect(seqsOf(outbox)).toEqual([1, 2]), SOON)
      monotonic += 300_000
      append(3)
      await vi.waitFor(() => expect(watch.gone).toEqual(['e:1-1']), SOON)
      expect(seqsOf(outbox)).toEqual([2, 3])
      expect(outbox.stats()).toMatchObject({ evictedReadings: 10, gaps: { expired: 10 } })
      expect(outbox.takeGaps().map(gapText)).toEqual(['e expired 1 (10)'])
    })
  })

  describe('a disk in trouble', () => {
    it('that cannot be written: all goes on in memory, is told once, and is mended by itself', async () => {
      await open()
      disk.fault = new CodedError('DATA_UNWRITABLE', 'input/output error')
      append(1, 2)
      await vi.waitFor(() => expect(outbox.stats().trouble).toBe('DATA_UNWRITABLE'), SOON)
      append(3)
      expect(seqsOf(outbox)).toEqual([1, 2, 3])
      expect(outbox.payload({ epoch: 'e', seq: 1 })).toBeDefined()
      await new Promise((resolve) => setTimeout(resolve, 1_200))
      expect(log.filter(({ level }) => level === 'error')).toHaveLength(1)
      disk.fault = undefined
      await vi.waitFor(() => expect(outbox.stats().trouble).toBeUndefined())
      await settled(3)
      expect(log.at(-1)).toMatchObject({ level: 'info', message: 'the outbox is on the disk again' })
    })

    it('that hangs: the memory is bounded, its loss is counted and told from memory', async () => {
      vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
      try {
        await open({ maxBytes: 1e6 })
        await vi.advanceTimersByTimeAsync(100)
        disk.isHanging = true
        for (let seq = 1; seq <= 5; seq++) outbox.append(batchOf(seq, { payload: randomBytes(150_000) }))
        await vi.advanceTimersByTimeAsync(300)
        expect(outbox.stats().trouble).toBeUndefined()
        await vi.advanceTimersByTimeAsync(5_000)
        expect(outbox.stats().trouble).toBe('DISK_STALLED')
        for (let seq = 6; seq <= 20; seq++) outbox.append(batchOf(seq, { payload: randomBytes(150_000) }))
        const { gaps, readings } = outbox.stats()
        expect(gaps.full).toBeGreaterThan(100)
        expect((gaps.full ?? 0) + readings).toBe(200)
      } finally {
        vi.useRealTimers()
      }
      disk.wake()
      await vi.waitFor(() => expect(outbox.stats().trouble).toBeUndefined(), SOON)
      const { gaps } = outbox.stats()
      await vi.waitFor(() => {
        const told = outbox.takeGaps()
        expect(told.reduce((sum, { count }) => sum + count, 0)).toBe(gaps.full)
      }, SOON)
    })

    it('is tried again though there is nothing more to write, so that its trouble ends', async () => {
      vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
      try {
        await open()
        await vi.advanceTimersByTimeAsync(100)
        disk.fault = new CodedError('DATA_UNWRITABLE', 'input/output error')
        append(1)
        await vi.advanceTimersByTimeAsync(1_000)
        expect(outbox.stats().trouble).toBe('DATA_UNWRITABLE')
        outbox.confirm('e', ALL)
        disk.fault = undefined
        await vi.advanceTimersByTimeAsync(25_000)
        expect(outbox.stats().batches).toBe(0)
        expect(outbox.stats().trouble).toBeUndefined()
        const { length } = disk.calls
        await vi.advanceTimersByTimeAsync(600_000)
        expect(disk.calls).toHaveLength(length)
      } finally {
        vi.useRealTimers()
      }
    })

    it('whose thread dies: another one takes over, and nothing is written twice', async () => {
      let deaths = 0
      const start: TestDisk['start'] = (options, events) => {
        const thread = disk.start(options, events)
        return {
          ...thread,
          call: (async (name: 'commit', argument: never) => {
            const result = await thread.call(name, argument)
            if (name === 'commit' && deaths === 0) {
              // It was done, and nobody heard of it.
              deaths += 1
              await thread.close()
              const error = new CodedError('THREAD_ENDED', 'out of memory')
              events.onDeath(error)
              throw error
            }
            return result
          }) as never,
        }
      }
      await open({ startDisk: start })
      append(1, 2)
      await vi.waitFor(() => expect(outbox.stats().trouble).toBe('THREAD_ENDED'), SOON)
      await vi.waitFor(() => expect(outbox.stats().trouble).toBeUndefined(), SOON)
      expect(seqsOf(outbox)).toEqual([1, 2])
      expect(outbox.stats()).toMatchObject({ batches: 2, readings: 20, gaps: { restart: 0, damaged: 0 } })
      expect(outbox.payload({ epoch: 'e', seq: 1 })).toBeUndefined()
      expect((await outbox.fetch([{ epoch: 'e', seq: 2 }]))[0]?.equals(batchOf(2).payload)).toBe(true)
    })

    it('that is held by another process is refused, and what that one keeps is left alone', async () => {
      await open()
      append(1)
      await settled(1)
      const first = outbox
      const before = existsSync(`${path}.tally-1`)
      const second = new DiskOutbox({
        path,
        maxBytes: 1e7,
        maxAgeMs: 1e9,
        clock: systemClock,
        logger: silentLogger,
        events: new Watch(),
        pending: () => undefined,
        startDisk: new TestDisk().start,
      })
      second.append(batchOf(9))
      await expect(second.open()).rejects.toMatchObject({ code: 'DATA_IN_USE' })
      await second.close()
      expect(existsSync(`${path}.tally-1`)).toBe(before)
      outbox = first
      await outbox.close()
      await open()
      await vi.waitFor(() => expect(seqsOf(outbox)).toEqual([1]), SOON)
      expect(outbox.stats().gaps.restart).toBe(0)
    })

    it('in a place that cannot be is told, and the gateway runs on memory', async () => {
      writeFileSync(join(folder, 'file'), '')
      path = join(folder, 'file', 'gw-1.db')
      await open()
      append(1)
      await vi.waitFor(() => expect(outbox.stats().trouble).toBe('DATA_UNWRITABLE'), SOON)
      expect(seqsOf(outbox)).toEqual([1])
      expect(log[0]).toMatchObject({ level: 'error', code: 'DATA_UNWRITABLE' })
    })
  })
})

import { randomBytes } from 'node:crypto'
import {
  copyFileSync,
  existsSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type {
  CommitReport,
  CommitRequest,
  DiskNews,
  OpenReport,
} from '../../../gateway/outbox/disk/disk-calls.ts'
import { DiskDesk } from '../../../gateway/outbox/disk/disk-desk.ts'
import { migrate, STEPS } from '../../../gateway/outbox/disk/file-schema.ts'
import type { SealedBatch } from '../../../gateway/outbox/outbox.ts'
import { NO_TALLY, type Tally } from '../../../gateway/outbox/tally.ts'
import { temporaryFolder } from '../../temporary-folder.ts'
import { batchOf, gapText } from './scene.ts'

/** The file of an outbox, as its thread handles it. */
describe('the file of an outbox', () => {
  let folder: string
  let path: string
  let desk: DiskDesk
  let news: DiskNews[]

  function open(tally: Tally = NO_TALLY, maxBytes = 2e6): OpenReport {
    desk = new DiskDesk({ path, maxBytes, maxAgeMs: 1_000_000 }, (told) => news.push(told))
    desk.lock()
    return desk.open(tally)
  }

  function commit(batches: readonly SealedBatch[], given: Partial<CommitRequest> = {}): CommitReport {
    return desk.commit({
      age: 1_000,
      batches: batches.map(({ epoch, seq, readings, from, to, payload }) => ({
        epoch,
        seq,
        readings,
        from,
        to,
        payload,
        kept: given.age ?? 1_000,
      })),
      confirmed: [],
      unreadable: [],
      spared: [],
      isPressed: false,
      losses: [],
      told: [],
      done: [],
      ...given,
    })
  }

  const batches = (from: number, to: number, epoch = 'e') =>
    Array.from({ length: to - from + 1 }, (_, n) => batchOf(from + n, { epoch }))
  const stockText = ({ stock }: Pick<OpenReport, 'stock'>) =>
    stock.map(
      ({ epoch, seqs, readings }) => `${epoch} ${seqs.map((range) => range.join('-')).join()} (${readings})`,
    )
  const rowTexts = ({ rows }: Pick<OpenReport, 'rows'>) => rows.map(({ gap }) => gapText(gap))

  /** Everything that is kept is what was given. */
  function expectSound(report: OpenReport): void {
    for (const { epoch, seqs } of report.stock) {
      for (const [first, last] of seqs) {
        for (let seq = first; seq <= last; seq++) {
          const [payload] = desk.fetch([{ epoch, seq }])
          expect(Buffer.from(payload ?? []).equals(batchOf(seq, { epoch }).payload), `${epoch}:${seq}`).toBe(
            true,
          )
        }
      }
    }
  }

  /** What the tally beside the file says after a commit. */
  const tallyOf = ({ commits }: Pick<CommitReport, 'commits'>, given: Partial<Tally> = {}): Tally => ({
    ...NO_TALLY,
    commits,
    ...given,
  })

  beforeEach(() => {
    folder = temporaryFolder()
    path = join(folder, 'gw-1.db')
    news = []
  })

  afterEach(() => desk.close())

  describe('commits', () => {
    it('keep batches, delete what is confirmed and say how the file stands', () => {
      open()
      expect(commit([...batches(1, 5), ...batches(1, 2, 'f')])).toMatchObject({
        written: 7,
        readings: 70,
        oldest: 1_000,
        gone: [],
        lost: [],
        trouble: null,
      })
      const report = commit([], {
        confirmed: [
          {
            epoch: 'e',
            seqs: [
              [1, 2],
              [4, 4],
            ],
          },
          { epoch: 'nobody', seqs: [[1, 9]] },
        ],
      })
      expect(report).toMatchObject({ readings: 40, oldest: 3_000 })
      expect(report.changed.map(({ epoch, readings }) => `${epoch} ${readings}`)).toEqual(['e 20'])
      desk.close()
      const again = open()
      expect(stockText(again)).toEqual(['e 3-3,5-5 (20)', 'f 1-2 (20)'])
      expectSound(again)
      expect(news).toEqual([])
    })

    it('write no batch twice', () => {
      open()
      commit(batches(1, 2))
      expect(commit(batches(2, 3))).toMatchObject({ written: 2, readings: 30 })
    })

    it('evict the oldest for the newest, never what is spared, and tell it in one growing entry', () => {
      open(NO_TALLY, 1e6)
      const large = (seq: number) => batchOf(seq, { payload: randomBytes(50_000) })
      let last: CommitReport | undefined
      const told: string[] = []
      for (let seq = 1; seq <= 40; seq++) {
        last = commit([large(seq)], { spared: [{ epoch: 'e', seq: 3 }] })
        told.push(...last.rows.map(({ row, gap }) => `${row} ${gapText(gap)}`))
      }
      expect(told.at(-1)).toMatch(/^1 e full 1-2,4-2\d \(2\d0\)$/)
      expect(last?.bytes).toBeLessThan(1.2e6)
    })

    it('let a told entry be, and begin another one', () => {
      open()
      commit(batches(1, 9))
      const lose = (seq: number, given: Partial<CommitRequest> = {}) =>
        commit([], { unreadable: [{ epoch: 'e', seqs: [[seq, seq]] }], ...given }).rows
      const [first] = lose(1)
      expect(lose(2)).toMatchObject([{ row: first?.row, gap: { seqs: [[1, 2]], count: 20 } }])
      const [second] = lose(3, { told: [{ row: first?.row ?? 0, carrier: { epoch: 'e', seq: 9 } }] })
      expect(second).toMatchObject({ gap: { seqs: [[3, 3]], count: 10 } })
      expect(second?.row).not.toBe(first?.row)
      desk.close()
      expect(open().rows).toEqual([
        { row: first?.row, gap: expect.objectContaining({ count: 20 }), carrier: { epoch: 'e', seq: 9 } },
        { row: second?.row, gap: expect.objectContaining({ count: 10 }) },
      ])
      // After an opening every entry counts as told.
      expect(lose(4)).toMatchObject([{ gap: { seqs: [[4, 4]] } }])
      commit([], { done: [first?.row ?? 0] })
      desk.close()
      expect(open().rows.map(({ row }) => row)).not.toContain(first?.row)
    })

    it('keep apart what was told in memory already', () => {
      open()
      commit(batches(1, 1))
      const gap = {
        epoch: 'd',
        seqs: [[1, 4]] as [number, number][],
        count: 4,
        from: 1,
        to: 2,
        reason: 'full',
      }
      const report = commit([], {
        losses: [
          { gap, isTold: true, carrier: { epoch: 'e', seq: 1 } },
          { gap: { ...gap, seqs: [[5, 5]] }, isTold: false },
          { gap: { ...gap, seqs: [[6, 6]] }, isTold: false },
        ],
      })
      expect(report.told).toHaveLength(1)
      expect(report.rows.map((row) => gapText(row.gap))).toEqual(['d full 5-6 (8)'])
    })

    it('that fail leave everything as it was', () => {
      open()
      commit(batches(1, 3))
      const broken = { ...batchOf(4), readings: Number.NaN }
      expect(() => commit([batchOf(5), broken])).toThrow()
      expect(commit([batchOf(6)])).toMatchObject({ readings: 40, commits: 3 })
      desk.close()
      expect(stockText(open())).toEqual(['e 1-3,6-6 (40)'])
    })

    it('give the disk back what an outage took, once all is confirmed', () => {
      open(NO_TALLY, 1e7)
      for (let seq = 1; seq <= 40; seq++) commit([batchOf(seq, { payload: randomBytes(100_000) })])
      const { bytes } = commit([])
      expect(bytes).toBeGreaterThan(4e6)
      expect(commit([], { confirmed: [{ epoch: 'e', seqs: [[1, 40]] }] }).bytes).toBeLessThan(1e6)
    })
  })

  describe('is held', () => {
    it('by one process', () => {
      open()
      const second = new DiskDesk({ path, maxBytes: 1e6, maxAgeMs: 1e6 }, () => undefined)
      expect(() => second.lock()).toThrow(expect.objectContaining({ code: 'DATA_IN_USE' }))
      second.close()
    })

    it('unless a newer release wrote it: then it is left alone', () => {
      open()
      commit(batches(1, 3))
      desk.close()
      const database = new DatabaseSync(path)
      database.exec('UPDATE outbox SET version = 99')
      database.close()
      const before = readFileSync(path)
      expect(() => open()).toThrow(expect.objectContaining({ code: 'DATA_NEWER' }))
      expect(readFileSync(path).equals(before)).toBe(true)
      expect(existsSync(`${path}.ballast`)).toBe(true)
    })

    it('unless it is the database of something else', () => {
      const database = new DatabaseSync(path)
      database.exec('CREATE TABLE journal (seq INTEGER)')
      database.close()
      expect(() => open()).toThrow(expect.objectContaining({ code: 'DATA_UNWRITABLE' }))
      expect(existsSync(`${path}.damaged-1`)).toBe(false)
    })
  })

  describe('that is damaged', () => {
    const PAGE = 4_096
    let last: CommitReport

    /** 80 batches of 10 readings on the disk, in a file that is closed. */
    function prepare(): Tally {
      open()
      last = commit(batches(1, 80))
      desk.close()
      return tallyOf(last, { stock: last.changed })
    }

    /** Nothing is told of but what is gone, and all that is gone is told of. */
    function expectAllAccountedFor(report: OpenReport): void {
      const kept = report.stock.reduce((sum, { readings }) => sum + readings, 0)
      const lost = report.rows.reduce((sum, { gap }) => sum + gap.count, 0)
      expect(kept + lost).toBe(800)
      for (const { gap } of report.rows) expect(gap.reason).toBe('damaged')
      expectSound(report)
    }

    it.each([
      [
        'no database',
        () => writeFileSync(path, 'this is no database, but it is long enough to be one'.repeat(100)),
      ],
      ['of no length', () => truncateSync(path, 0)],
      ['gone', () => rmSync(path)],
      ['without its first page', () => overwrite(0, PAGE)],
      ['cut off in the middle', () => truncateSync(path, 5 * PAGE + 100)],
      ['cut off at the end', () => truncateSync(path, readFileSync(path).length - PAGE)],
    ] as const)('%s: it starts all the same, and every reading is there or told', (_, damage) => {
      const tally = prepare()
      damage()
      const report = open(tally)
      expectAllAccountedFor(report)
      expect(rowTexts(report).every((text) => text.startsWith('e damaged '))).toBe(true)
      commit(batches(81, 83))
      desk.close()
      const again = open(tallyOf(last))
      expect(again.rows.map(({ gap }) => gap)).toEqual(report.rows.map(({ gap }) => gap))
    })

    function overwrite(at: number, length: number): void {
      const bytes = readFileSync(path)
      bytes.fill(0xa5, at, at + length)
      writeFileSync(path, bytes)
    }

    it('in any page: it salvages the rest, sets the file aside and accounts for every reading', () => {
      const tally = prepare()
      const sound = readFileSync(path)
      const pages = sound.length / PAGE
      let salvages = 0
      for (let page = 0; page < pages; page++) {
        // Nobody minds what stands in a page that is not used.
        if (sound.subarray(page * PAGE, (page + 1) * PAGE).every((byte) => byte === 0)) continue
        const bytes = Buffer.from(sound)
        bytes.fill(0x5a, page * PAGE + 40, page * PAGE + 900)
        writeFileSync(path, bytes)
        rmSync(`${path}-wal`, { force: true })
        let report = open(tally)
        // A page that nobody has looked at so far shows its damage when it is read.
        const unreadable = batches(1, 80).filter((batch) => desk.fetch([batch])[0] === null)
        const missing = unreadable.filter(({ seq }) =>
          report.stock.some(({ seqs }) => seqs.some(([first, end]) => first <= seq && seq <= end)),
        )
        if (missing.length > 0) {
          commit([], { unreadable: missing.map(({ epoch, seq }) => ({ epoch, seqs: [[seq, seq]] })) })
          desk.close()
          report = open()
        }
        expectAllAccountedFor(report)
        if (report.salvaged !== null || news.length > 0) salvages += 1
        news = []
        desk.close()
        for (const suffix of ['', '-wal', '.damaged-1']) rmSync(`${path}${suffix}`, { force: true })
      }
      expect(salvages).toBeGreaterThan(3)
    })

    it('by a flipped byte in what a batch holds: that batch is told, and no other', () => {
      prepare()
      const database = new DatabaseSync(path)
      const { bytes } = database.prepare('SELECT bytes FROM packed WHERE id % 4294967296 = 77').get() as {
        bytes: Uint8Array
      }
      const flipped = Buffer.from(bytes)
      flipped[20] = (flipped[20] ?? 0) ^ 1
      database.prepare('UPDATE packed SET bytes = ? WHERE id % 4294967296 = 77').run(flipped)
      database.close()
      expect(open().salvaged).toBeNull()
      expect(
        desk.fetch([76, 77, 78].map((seq) => ({ epoch: 'e', seq }))).map((payload) => payload === null),
      ).toEqual([false, true, false])
      const report = commit([], { unreadable: [{ epoch: 'e', seqs: [[77, 77]] }] })
      expect(report.rows.map(({ gap }) => gapText(gap))).toEqual(['e damaged 77 (10)'])
      expect(report).toMatchObject({ lost: [{ reason: 'damaged', readings: 10 }], readings: 790 })
    })

    it('by a flipped letter in a name: no reading goes to another sensor', () => {
      prepare()
      const database = new DatabaseSync(path)
      database.exec(`UPDATE words SET word = CAST('GT-1' AS BLOB) WHERE CAST(word AS TEXT) = 'GT-2'`)
      database.close()
      open()
      expect(desk.fetch([{ epoch: 'e', seq: 1 }])).toEqual([null])
    })

    it('keeps the file of each of the last three damages', () => {
      for (let n = 1; n <= 5; n++) {
        writeFileSync(path, `damage ${n}`.padEnd(5_000, '.'))
        expect(open().salvaged).toMatchObject({ aside: `${path}.damaged-${n}` })
        desk.close()
      }
      const kept = [1, 2, 3, 4, 5].filter((n) => existsSync(`${path}.damaged-${n}`))
      expect(kept).toEqual([3, 4, 5])
      expect(readFileSync(`${path}.damaged-5`, 'utf8')).toContain('damage 5')
    })

    it('carries losses, age and order over', () => {
      open()
      commit([...batches(1, 5), ...batches(1, 2, 'f')], { age: 5_000 })
      commit([], { unreadable: [{ epoch: 'e', seqs: [[2, 2]] }], age: 7_000 })
      desk.close()
      // Its count of unused pages is wrong: nothing that is kept is hurt, and the file cannot be trusted.
      const bytes = readFileSync(path)
      bytes.writeUInt32BE(7_777, 36)
      writeFileSync(path, bytes)
      const report = open()
      expect(news).toHaveLength(1)
      expect(report).toMatchObject({ age: 7_000, salvaged: { batches: 6, readings: 60, lost: 0 } })
      expect(stockText(report)).toEqual(['e 1-1,3-5 (40)', 'f 1-2 (20)'])
      expect(rowTexts(report)).toEqual(['e damaged 2 (10)'])
      expectSound(report)
    })
  })

  describe('with a log that is', () => {
    /** Two commits in a file that was never closed: the second one is in its log alone. */
    function crash(): Tally {
      open()
      const first = commit(batches(1, 10))
      copyFileSync(path, join(folder, 'first.db'))
      copyFileSync(`${path}-wal`, join(folder, 'first.db-wal'))
      const second = commit(batches(11, 20))
      for (const suffix of ['', '-wal']) copyFileSync(`${path}${suffix}`, join(folder, `crashed.db${suffix}`))
      desk.close()
      path = join(folder, 'crashed.db')
      expect(second.commits).toBe(first.commits + 1)
      return tallyOf(second, { stock: second.changed })
    }

    it('whole: nothing is lost', () => {
      const tally = crash()
      const report = open(tally)
      expect(stockText(report)).toEqual(['e 1-20 (200)'])
      expect(report.rows).toEqual([])
    })

    it('torn: what was committed in the torn part is told', () => {
      const tally = crash()
      const log = readFileSync(`${path}-wal`)
      // The log is longer than what is in use: its room was taken from the disk beforehand.
      truncateSync(`${path}-wal`, endOf(log) - 1_000)
      const report = open(tally)
      expect(stockText(report)).toEqual(['e 1-10 (100)'])
      expect(rowTexts(report)).toEqual(['e damaged 11-20 (100)'])
      expectSound(report)
    })

    it('deleted: the file is older than its tally, and that is noticed', () => {
      const tally = crash()
      rmSync(`${path}-wal`)
      const report = open(tally)
      expect(stockText(report)).toEqual([])
      expect(rowTexts(report)).toEqual(['e damaged 1-20 (200)'])
    })

    it('of an older file: what came since is told', () => {
      const tally = crash()
      for (const suffix of ['', '-wal']) renameSync(join(folder, `first.db${suffix}`), `${path}${suffix}`)
      const report = open(tally)
      expect(stockText(report)).toEqual(['e 1-10 (100)'])
      expect(rowTexts(report)).toEqual(['e damaged 11-20 (100)'])
    })

    /** Where the frames of the last log end: those that bear the salt of its header. */
    function endOf(log: Buffer): number {
      const frame = 24 + 4_096
      const salt = log.subarray(16, 24)
      let end = 32
      while (end + frame <= log.length && log.subarray(end + 8, end + 16).equals(salt)) end += frame
      return end
    }
  })

  describe('of version 1', () => {
    it('is read by this release', () => {
      const dump = readFileSync(new URL('../../vectors/outbox-v1.sql', import.meta.url), 'utf8')
      const database = new DatabaseSync(path)
      database.exec(dump)
      database.close()
      const report = open()
      expect(stockText(report)).toEqual(['e 1-2,4-4 (30)', 'f 1-1 (10)'])
      expect(rowTexts(report)).toEqual(['e full 3 (10)'])
      expect(report.age).toBe(86_400_000)
      expectSound(report)
    })

    it('is taken forward by the steps of a later one, each once', () => {
      open()
      commit(batches(1, 2))
      desk.close()
      const later = [...STEPS, 'ALTER TABLE outbox ADD COLUMN mood TEXT', "UPDATE outbox SET mood = 'good'"]
      const database = new DatabaseSync(path)
      migrate(database, 1, later)
      expect(database.prepare('SELECT version, mood FROM outbox').get()).toMatchObject({
        version: 3,
        mood: 'good',
      })
      migrate(database, 3, later)
      expect(database.prepare('SELECT count(*) AS n FROM batches').get()).toMatchObject({ n: 2 })
      database.close()
    })
  })
})

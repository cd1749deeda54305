import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { linkHash, MIN_RETENTION_MS, parseHead, ROOT } from '../../alerting/journal/chain.ts'
import { StateReader, StateWriter } from '../../alerting/journal/state-database.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { JournalScene, type Row } from './journal-scene.ts'
import { commitOf, entriesOf, entryOf } from './state-entries.ts'
import { VERSION_1 } from './state-version-1.ts'

let scene: JournalScene

beforeEach(() => {
  scene = new JournalScene({ segmentEntries: 4 })
})
afterEach(() => scene.close())

const anchorOf = (head: string) => [parseHead(head) ?? { n: 0, hash: ROOT }]

describe('the chain as it is written', () => {
  test('covers each entry from the first, one chain for each facility, across starts', () => {
    scene.enter(3)
    scene.enter(2, { facility: 'other' })
    scene.reopen()
    scene.enter(2)
    const reader = new StateReader(scene.path)
    const [plant, other, none] = reader.heads(['plant', 'other', 'none'])
    expect([plant?.n, other?.n]).toEqual([5, 2])
    expect(none).toEqual({ facility: 'none', n: 0, hash: ROOT, recorded: null })
    expect(plant?.recorded).toBe(5_000)
    reader.close()
    const report = scene.check()
    expect(report).toMatchObject({ ok: true, entries: 5, segments: 1, head: `5:${plant?.hash}` })
    expect(scene.check({}, 'other')).toMatchObject({ ok: true, entries: 2, head: `2:${other?.hash}` })

    const [row] = scene.hand.prepare("SELECT * FROM journal WHERE facility = 'other' ORDER BY seq").all()
    const { seq, key, time, sensor, alarm, body } = row as Row
    const [link] = scene.hand
      .prepare("SELECT hash FROM journal_chain WHERE facility = 'other' AND n = 1")
      .all()
    expect(link?.hash).toBe(linkHash(ROOT, { facility: 'other', n: 1, seq, key, time, sensor, alarm, body }))
  })

  test('has no gap and no fork, whatever commits fail, come again, or begin anew after a kill', () => {
    const [raise] = entriesOf()
    if (raise === undefined) throw new Error('an entry expected')
    const steps = fc.array(
      fc.record({
        facility: fc.constantFrom('plant', 'other'),
        count: fc.integer({ min: 0, max: 6 }),
        end: fc.constantFrom('stands', 'fails', 'comes again', 'killed'),
      }),
      { maxLength: 12 },
    )
    fc.assert(
      fc.property(steps, (list) => {
        const own = new JournalScene({ segmentEntries: 4 })
        const counts = { plant: 0, other: 0 }
        let number = 0
        for (const { facility, count, end } of list) {
          const entries = Array.from({ length: count }, () => entryOf(raise, 'S-1.H', ++number))
          const forged = [...entries, { ...raise, key: 'S-0.H#0', item: { ...raise.item, by: `${number}` } }]
          own.writer.commit(commitOf([entryOf({ ...raise, key: '' }, 'S-0.H', 0)], { facility }))
          if (end === 'fails') expect(() => own.writer.commit(commitOf(forged, { facility }))).toThrow()
          else own.writer.commit(commitOf(entries, { facility }))
          if (end === 'comes again') own.writer.commit(commitOf(entries, { facility }))
          // Whoever is killed leaves what was committed, and whoever comes next knows nothing but that.
          if (end === 'killed') own.writer = StateWriter.open(own.path, false, { segmentEntries: 4 })
          counts[facility as 'plant'] =
            Math.max(counts[facility as 'plant'], 1) + (end === 'fails' ? 0 : count)
        }
        for (const facility of ['plant', 'other'] as const)
          expect(own.check({}, facility)).toMatchObject({
            ok: true,
            entries: counts[facility],
            segments: Math.floor(counts[facility] / 4),
          })
        own.close()
      }),
      { numRuns: 40 },
    )
  })

  test('a commit that fails leaves the next one its place', () => {
    scene.enter(2)
    scene.hand.exec(
      "CREATE TRIGGER no_more BEFORE INSERT ON alarm_record BEGIN SELECT RAISE(ABORT, 'no') ; END",
    )
    const [raise] = entriesOf()
    if (raise === undefined) throw new Error('an entry expected')
    const record = { record: { transitions: 1 } as never, position: 1 }
    const commit = commitOf([entryOf(raise, 'S-9.H', 1)], { records: new Map([['S-9.H', record]]) })
    expect(() => scene.writer.commit(commit)).toThrow(/JOURNAL_UNWRITABLE/)
    expect(scene.check()).toMatchObject({ ok: true, entries: 2 })
    scene.hand.exec('DROP TRIGGER no_more')
    scene.writer.commit(commit)
    expect(scene.check()).toMatchObject({ ok: true, entries: 3 })
  })

  test('is append-only even for somebody with the file', () => {
    scene.enter(5)
    const other = new DatabaseSync(scene.path)
    for (const sql of [
      "UPDATE journal_chain SET hash = ''",
      'DELETE FROM journal_chain',
      'DELETE FROM journal_segment',
      'UPDATE journal_segment SET last = 3',
      'UPDATE journal_segment SET dropped = 1, sealed = 0',
      'DELETE FROM journal',
    ])
      expect(() => other.exec(sql), sql).toThrow(/append-only/)
    other.close()
  })
})

describe('a file of an older release', () => {
  /** So many entries of two facilities, as the first release left them. */
  function old(count: number): string {
    const path = join(temporaryFolder(), 'state.db')
    const file = new DatabaseSync(path)
    file.exec(`${VERSION_1} BEGIN`)
    const insert = file.prepare('INSERT INTO journal VALUES (?, ?, ?, ?, ?, ?, ?)')
    const [entry] = entriesOf()
    for (let seq = 1; seq <= count; seq++) {
      const body = JSON.stringify({ ...entry?.item, recorded: '2026-11-22T10:00:00+08:00' })
      insert.run(seq * 2, `T-1.H#${seq}`, seq % 3 === 0 ? 'other' : 'plant', seq, 'T-1', 'T-1.H', body)
    }
    file.exec('COMMIT')
    file.close()
    return path
  }

  test('is linked as it is opened, in slices, and goes on from there', () => {
    const progress: [number, number][] = []
    const path = old(4_500)
    const opened = StateWriter.open(path, false, {
      segmentEntries: 1_000,
      onChained: (done, total) => progress.push([done, total]),
    })
    expect(progress).toEqual([2_000, 4_000, 4_500].map((done) => [done, 4_500]))
    const [entry] = entriesOf()
    if (entry === undefined) throw new Error('an entry expected')
    opened.commit(commitOf([entryOf(entry, 'T-2.H', 1)]))
    opened.close()
    const again = StateWriter.open(path, false, { onChained: () => expect.unreachable() })
    again.close()
    const whole = new JournalScene()
    Object.assign(whole, { path })
    expect(whole.check()).toMatchObject({ ok: true, entries: 3_001, segments: 3 })
    expect(whole.check({}, 'other')).toMatchObject({ ok: true, entries: 1_500, segments: 1 })
    const [segment] = whole.hand.prepare('SELECT sealed FROM journal_segment').all()
    expect(segment?.sealed).toBe(Date.parse('2026-11-22T10:00:00+08:00'))
    whole.close()
  })

  test('that was interrupted goes on where it was; what is put in afterwards gets no link', () => {
    const path = old(4_500)
    const broken = () =>
      StateWriter.open(path, false, {
        onChained: (done) => {
          if (done === 2_000) throw new Error('killed')
        },
      })
    expect(broken).toThrow()
    const whole = new JournalScene()
    Object.assign(whole, { path })
    expect(() => whole.check()).toThrow(/JOURNAL_UNCHAINED/)
    StateWriter.open(path, false).close()
    expect(whole.check()).toMatchObject({ ok: true, entries: 3_000 })
    whole.hand.exec("INSERT INTO journal VALUES (99999, 'x', 'plant', 1, 's', 'a', '{}')")
    StateWriter.open(path, false).close()
    expect(whole.check().flaws).toMatchObject([{ kind: 'stray', seq: 99_999 }])
    whole.close()
  })

  test('without a chain says so', () => {
    const whole = new JournalScene()
    Object.assign(whole, { path: old(1) })
    expect(() => whole.check()).toThrow(/JOURNAL_UNCHAINED/)
    whole.close()
  })
})

describe('segments that are past their retention', () => {
  const NOW = 2 * MIN_RETENTION_MS

  function dropAll(before: number, now = NOW): number {
    const marked = scene.writer.markSegments(before, now).length
    for (let slice = -1; slice !== 0; ) slice = scene.writer.dropEntries(3)
    return marked
  }

  test('go one after the other, whole, and the rest is verified from there', () => {
    scene.enter(10, { recorded: 1_000 })
    scene.enter(7, { facility: 'other', recorded: 1_000 })
    const { head } = scene.check()
    expect(dropAll(1_000)).toBe(0)
    expect(dropAll(1_001)).toBe(2)
    expect(scene.check({ anchors: anchorOf(head) })).toMatchObject({
      ok: true,
      from: 5,
      entries: 6,
      anchored: 10,
    })
    expect(scene.check({}, 'other')).toMatchObject({ ok: true, from: 5, entries: 3 })
    expect(dropAll(1_001)).toBe(1)
    expect(scene.check({ anchors: anchorOf(head) })).toMatchObject({
      ok: true,
      from: 9,
      entries: 2,
      anchored: 10,
    })
    // A segment that is not complete stays whatever its age.
    expect(dropAll(1_001)).toBe(0)
    scene.reopen()
    scene.enter(2)
    expect(scene.check()).toMatchObject({ ok: true, from: 9, entries: 4, segments: 3 })
    expect(scene.hand.prepare('SELECT count(*) AS count FROM journal').get()?.count).toBe(4 + 3)
  })

  test('go never before 400 days, whatever is asked', () => {
    scene.enter(4, { recorded: 1_000 })
    expect(dropAll(NOW, MIN_RETENTION_MS)).toBe(0)
    expect(dropAll(NOW, MIN_RETENTION_MS + 1_001)).toBe(1)
  })

  test('and all that there is: the chain goes on', () => {
    scene.enter(4, { recorded: 1_000 })
    const { head } = scene.check()
    dropAll(2_000)
    const reader = new StateReader(scene.path)
    expect(reader.heads(['plant'])).toEqual([
      { facility: 'plant', n: 4, hash: anchorOf(head)[0]?.hash, recorded: 1_000 },
    ])
    reader.close()
    expect(scene.check({ anchors: anchorOf(head) })).toMatchObject({
      ok: true,
      entries: 0,
      head,
      anchored: 4,
    })
    scene.reopen()
    scene.enter(1)
    expect(scene.check({ anchors: anchorOf(head) })).toMatchObject({ ok: true, from: 5, entries: 1 })
  })

  test('a kill in between leaves a chain that is whole, and the rest goes with the next time', () => {
    scene.enter(9, { recorded: 1_000 })
    scene.writer.markSegments(2_000, NOW)
    scene.writer.dropEntries(3)
    scene.reopen()
    expect(scene.check()).toMatchObject({ ok: true, from: 5, entries: 5 })
    expect(scene.writer.dropEntries(3)).toBe(1)
    expect(scene.check()).toMatchObject({ ok: true, from: 5, entries: 5 })
    expect(scene.hand.prepare('SELECT min(seq) AS seq FROM journal').get()?.seq).toBe(5)
  })

  test('are found when they were given up by another hand too early', () => {
    scene.enter(9, { recorded: NOW - 1_000 })
    scene.hand.exec(`UPDATE journal_segment SET dropped = ${NOW} WHERE last = 4`)
    expect(scene.check().flaws).toMatchObject([{ kind: 'segment', n: 1 }])
    scene.hand.exec(`UPDATE journal_segment SET sealed = 0 WHERE last = 8`)
    expect(scene.check().count).toBe(2)
  })
})

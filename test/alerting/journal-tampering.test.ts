import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { linkHash, parseHead, ROOT } from '../../alerting/journal/chain.ts'
import { JournalScene, type Row } from './journal-scene.ts'

let scene: JournalScene

beforeEach(() => {
  scene = new JournalScene()
  scene.enter(3)
})
afterEach(() => scene.close())

function sql(text: string): void {
  scene.hand.exec(text)
}

describe('the journal of a state database', () => {
  test.each(['facility', 'key', 'sensor', 'alarm', 'body'])(
    'any byte of any %s that is another one is found',
    (column) => {
      const update = scene.hand.prepare(`UPDATE journal SET ${column} = CAST(? AS TEXT) WHERE seq = ?`)
      const read = scene.hand.prepare(
        `SELECT seq, CAST(${column} AS BLOB) AS bytes FROM journal ORDER BY seq`,
      )
      let tried = 0
      for (const { seq, bytes } of read.all()) {
        const original = bytes as Uint8Array
        for (let at = 0; at < original.length; at++) {
          // Another character, or no character at all: each byte is both, of one entry or the next.
          const bit = (at + Number(seq)) % 2 === 0 ? 0x04 : 0x80
          const forged = Uint8Array.from(original)
          forged[at] = (forged[at] ?? 0) ^ bit
          update.run(forged, Number(seq))
          const { ok, flaws } = scene.check()
          // An entry of another facility is in no chain of that one besides.
          const count = column === 'facility' ? 2 : 1
          expect([ok, flaws.length, flaws[0]?.n], `byte ${at} of seq ${seq}`).toEqual([false, count, seq])
          tried += 1
        }
        update.run(original, Number(seq))
      }
      expect(scene.check().ok).toBe(true)
      expect(tried).toBeGreaterThan(column === 'body' ? 1_000 : 8)
    },
    60_000,
  )

  test('bytes that read as the same text are found', () => {
    const [row] = scene.hand.prepare('SELECT CAST(body AS BLOB) AS body FROM journal WHERE seq = 1').all()
    const bytes = Buffer.from(row?.body as Uint8Array)
    scene.close()
    scene = new JournalScene()
    const lossy = Buffer.concat([bytes, Buffer.from([0xf0, 0x9f, 0x98])])
    const body = lossy.toString()
    const entry = { facility: 'plant', n: 1, seq: 1, key: 'k', time: 1, sensor: 's', alarm: 'a', body }
    scene.hand.prepare("INSERT INTO journal VALUES (1, 'k', 'plant', 1, 's', 'a', ?)").run(body)
    scene.hand.prepare("INSERT INTO journal_chain VALUES (1, 'plant', 1, ?)").run(linkHash(ROOT, entry))
    expect(scene.check().ok).toBe(true)
    scene.hand.prepare('UPDATE journal SET body = CAST(? AS TEXT)').run(lossy)
    expect(scene.hand.prepare('SELECT body FROM journal').get()?.body).toBe(body)
    expect(scene.check().ok).toBe(false)
  })

  test.each([
    ['a time', 'UPDATE journal SET time = time + 1 WHERE seq = 2', 2],
    ['a time that is no number of ours', 'UPDATE journal SET time = 9223372036854775807 WHERE seq = 2', 2],
    ['a seq', 'UPDATE journal SET seq = 9 WHERE seq = 2', 2],
    ['a hash', "UPDATE journal_chain SET hash = replace(hash, substr(hash, 1, 1), 'x') WHERE n = 2", 2],
    ['a link that leads elsewhere', 'UPDATE journal_chain SET seq = 9 WHERE n = 2', 2],
    ['a link of another facility', "UPDATE journal_chain SET facility = 'other' WHERE n = 2", 2],
    ['an entry removed', 'DELETE FROM journal WHERE seq = 2', 2],
    [
      'an entry and its link removed',
      'DELETE FROM journal WHERE seq = 2; DELETE FROM journal_chain WHERE n = 2',
      2,
    ],
    [
      'the first entry and its link removed',
      'DELETE FROM journal WHERE seq = 1; DELETE FROM journal_chain WHERE n = 1',
      1,
    ],
    ['an entry put in', "INSERT INTO journal VALUES (9, 'k', 'plant', 1, 's', 'a', '{}')", null],
    ['an entry put in before all', "INSERT INTO journal VALUES (-1, 'k', 'plant', 1, 's', 'a', '{}')", null],
    [
      'two entries exchanged',
      'UPDATE journal SET seq = 9 WHERE seq = 1; UPDATE journal SET seq = 1 WHERE seq = 2; UPDATE journal SET seq = 2 WHERE seq = 9',
      1,
    ],
    [
      'two links exchanged',
      'UPDATE journal_chain SET seq = 9 WHERE n = 1; UPDATE journal_chain SET seq = 1 WHERE n = 2; UPDATE journal_chain SET seq = 2 WHERE n = 1',
      1,
    ],
    [
      'the last link given to a facility that has no name',
      "UPDATE journal_chain SET facility = CAST(x'80' AS TEXT) WHERE n = 3",
      null,
    ],
    ['the last link removed', 'DELETE FROM journal_chain WHERE n = 3', null],
  ])('%s is found', (_name, text, first) => {
    sql(text)
    const { ok, flaws } = scene.check()
    expect(ok).toBe(false)
    expect(flaws[0]?.n).toBe(first)
  })

  test('what was cut off at the end is found by an anchor alone', () => {
    const anchors = [parseHead(scene.check().head) ?? { n: 0, hash: '' }]
    sql('DELETE FROM journal WHERE seq = 3; DELETE FROM journal_chain WHERE n = 3')
    expect(scene.check()).toMatchObject({ ok: true, entries: 2, anchored: null })
    expect(scene.check({ anchors }).flaws).toMatchObject([{ kind: 'missing', n: 3 }])
    sql('DELETE FROM journal; DELETE FROM journal_chain')
    expect(scene.check({ anchors }).flaws).toMatchObject([{ kind: 'missing', n: 1 }])
  })

  test('a chain that was made anew from a forged entry to the end is found by an anchor alone', () => {
    const anchors = [parseHead(scene.check().head) ?? { n: 0, hash: '' }]
    const early = {
      n: 1,
      hash: String(scene.hand.prepare('SELECT hash FROM journal_chain WHERE n = 1').get()?.hash),
    }
    sql("UPDATE journal SET body = replace(body, 'raised', 'returned') WHERE seq = 2")
    let previous = early.hash
    const rehash = scene.hand.prepare('UPDATE journal_chain SET hash = ? WHERE n = ?')
    for (const row of scene.hand.prepare('SELECT * FROM journal WHERE seq > 1 ORDER BY seq').all()) {
      const { seq, key, facility, time, sensor, alarm, body } = row as Row
      previous = linkHash(previous, { facility, n: seq, seq, key, time, sensor, alarm, body })
      rehash.run(previous, seq)
    }
    expect(scene.check()).toMatchObject({ ok: true, entries: 3 })
    expect(scene.check({ anchors }).flaws).toMatchObject([{ kind: 'anchor', n: 3 }])
    // One from before the forgery proves what was before it, and no more.
    expect(scene.check({ anchors: [early] })).toMatchObject({ ok: true, anchored: 1 })
  })
})

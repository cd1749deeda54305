import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { DeadLetters } from '../../ingest/rejects/dead-letters.ts'
import { BURST, LetterSampler } from '../../ingest/rejects/letter-sampler.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { letter, RejectScene } from './reject-scene.ts'

const folder = temporaryFolder()
let files = 0
const newFile = () => join(folder, `rejects-${files++}.db`)

const open: RejectScene[] = []
function scene(...given: ConstructorParameters<typeof RejectScene>): RejectScene {
  const made = new RejectScene(...given)
  open.push(made)
  return made
}

afterEach(async () => {
  for (const { letters } of open.splice(0)) await letters.close()
})

describe('dead letters in memory', () => {
  it('count all and have the newest at hand, oldest first', () => {
    const letters = new DeadLetters()
    for (let n = 1; n <= 300; n++) letters.add(letter(n))
    letters.add(letter(301, { code: 'SENSOR_UNKNOWN', count: 40 }))
    expect(letters.list().map(({ time }) => time / 1_000)).toEqual(
      Array.from({ length: 200 }, (_, n) => n + 102),
    )
    expect([...letters.counts]).toEqual([
      ['READING_INVALID', 300],
      ['SENSOR_UNKNOWN', 40],
    ])
  })

  it('are bounded in size, whatever topic and payload, and keep bytes as they came', () => {
    const letters = new DeadLetters()
    const long = 'x'.repeat(65_000)
    const payload = Buffer.alloc(250_000, 0xff)
    letters.add(letter(1, { topic: long, detail: long, payload }))
    const [kept] = letters.list()
    expect(kept?.topic).toHaveLength(256)
    expect(kept?.detail).toHaveLength(512)
    expect(kept?.size).toBe(250_000)
    expect(Buffer.from(kept?.payload ?? []).equals(payload.subarray(0, 4_096))).toBe(true)
    expect(kept?.payload.buffer.byteLength).toBe(4_096)
  })

  it('need nobody to close them, and hand out nothing', async () => {
    const letters = new DeadLetters()
    letters.quarantine([])
    expect(await letters.takeRequeued(() => true)).toEqual([])
    await letters.settled([1])
    await letters.flushed()
    await letters.close()
    expect(letters.trouble).toBeUndefined()
  })
})

describe('the sampler', () => {
  const admitted = (sampler: LetterSampler, times: number[]) =>
    times.filter((time) => sampler.admits('READING_INVALID', time)).length

  it('lets a burst through, and then one a second', () => {
    const sampler = new LetterSampler()
    expect(admitted(sampler, Array(1_000).fill(0))).toBe(BURST)
    expect(admitted(sampler, Array(10).fill(999))).toBe(0)
    expect(admitted(sampler, Array(10).fill(2_000))).toBe(2)
    expect(admitted(sampler, Array(1_000).fill(3_600_000))).toBe(BURST)
  })

  it('counts each code by itself', () => {
    const sampler = new LetterSampler()
    admitted(sampler, Array(1_000).fill(0))
    expect(sampler.admits('SENSOR_UNKNOWN', 0)).toBe(true)
  })

  it('gives nothing for a clock that is set back', () => {
    const sampler = new LetterSampler()
    admitted(sampler, Array(1_000).fill(10_000_000))
    expect(admitted(sampler, [0, 10, 20])).toBe(0)
    expect(admitted(sampler, [1_020])).toBe(1)
  })
})

describe('dead letters on disk', () => {
  it('are those that came, hostile ones too', async () => {
    const { letters, kept } = bound(scene(newFile()))
    const hostile = ['\u0000\u001b[2J\u202e', '"}{', "'); DROP TABLE letter; --", '\ud800']
    for (const [n, text] of hostile.entries())
      letters.add(
        letter(n, { topic: text, detail: text, payload: Buffer.from([0xff, 0, n]), kind: 'reading' }),
      )
    letters.add(letter(9, { payload: Buffer.alloc(0), facility: 'plant', gateway: 'gw-1', kind: 'store' }))
    await letters.flushed()
    const found = kept()
    expect(found.map(({ topic }) => topic)).toEqual([...hostile.slice(0, 3), '\ufffd', 't'])
    expect(found.map(({ payload }) => [...payload])).toEqual([
      [255, 0, 0],
      [255, 0, 1],
      [255, 0, 2],
      [255, 0, 3],
      [],
    ])
    expect(found[4]).toMatchObject({
      time: 9_000,
      kind: 'store',
      facility: 'plant',
      gateway: 'gw-1',
      size: 0,
    })
    expect(letters.figures).toMatchObject({ letters: 5, quarantined: 0, evicted: 0 })
  })

  it('have one file however many make it at once', async () => {
    const path = newFile()
    const made = Array.from({ length: 4 }, () => scene(path))
    await Promise.all(
      made.map(({ letters }, n) => {
        letters.add(letter(n))
        return letters.flushed()
      }),
    )
    expect(made.map(({ letters }) => letters.trouble)).toEqual(Array(4).fill(undefined))
    expect(made[0]?.kept()).toHaveLength(4)
  })

  it('go there by themselves, and at the end', async () => {
    const { path, letters, kept } = bound(scene(newFile()))
    letters.add(letter(1))
    while (letters.figures === undefined) await pause(5)
    expect(kept()).toHaveLength(1)
    letters.add(letter(2))
    await letters.close()
    expect(kept()).toHaveLength(2)
    expect(bound(scene(path)).kept()).toHaveLength(2)
  })

  it('stay few in a flood, and stand for all of it', async () => {
    const { letters, kept } = bound(scene(newFile()))
    const payload = Buffer.alloc(250_000, 'x')
    const floods = 20_000
    for (let n = 0; n < floods; n++) letters.add(letter(1, { payload, count: 3 }))
    letters.add(letter(1, { code: 'TOPIC_UNKNOWN' }))
    expect(letters.counts.get('READING_INVALID')).toBe(3 * floods)
    await letters.flushed()
    expect(kept()).toHaveLength(BURST + 1)
    await letters.close()
    const found = kept()
    expect(found).toHaveLength(BURST + 2)
    expect(found.at(-1)).toMatchObject({
      kind: 'rest',
      code: 'READING_INVALID',
      count: 3 * (floods - BURST),
      detail: 'more of these, counted and not kept one by one',
    })
  })

  it('tell now and then of what was only counted', async () => {
    const { letters, kept } = bound(scene(newFile(), { pace: { flushMs: 5, restMs: 20, retryMs: 5 } }))
    for (let n = 0; n < 100; n++) letters.add(letter(1))
    while (kept().length <= BURST) await pause(20)
    expect(kept().at(-1)).toMatchObject({ kind: 'rest', count: 100 - BURST })
  })

  it('are bounded in number: the oldest of the most frequent go, and are counted', async () => {
    const bounds = { letters: 100, letterBytes: 1e9, quarantined: 1 }
    const { letters, kept } = bound(scene(newFile(), { bounds }))
    letters.add(letter(0, { code: 'STORE_REFUSED' }))
    for (let n = 1; n <= 300; n++) {
      letters.add(letter(n, { count: 2 }))
      if (n % 90 === 0) await letters.flushed()
    }
    await letters.flushed()
    const found = kept()
    expect(found.length).toBeGreaterThan(80)
    expect(found.length).toBeLessThanOrEqual(100)
    expect(found[0]?.code).toBe('STORE_REFUSED')
    expect(found.at(-1)?.time).toBe(300_000)
    const rest = found.slice(1).map(({ time }) => time / 1_000)
    expect(rest).toEqual(Array.from({ length: rest.length }, (_, n) => 301 - rest.length + n))
    expect(letters.figures).toMatchObject({ letters: found.length, evicted: 2 * (300 - rest.length) })
  })

  it('are bounded in bytes', async () => {
    const bounds = { letters: 1e6, letterBytes: 100_000, quarantined: 1 }
    const { letters, kept } = bound(scene(newFile(), { bounds }))
    for (let n = 1; n <= 60; n++) letters.add(letter(n, { payload: Buffer.alloc(250_000) }))
    await letters.flushed()
    expect(letters.figures?.letterBytes).toBeLessThanOrEqual(100_000)
    expect(kept().length).toBeGreaterThan(20)
    expect(kept().length + Number(letters.figures?.evicted)).toBe(60)
  })
})

describe('a file that cannot be used', () => {
  it('is set aside when it is none, and said once', async () => {
    const path = newFile()
    writeFileSync(path, 'no database at all '.repeat(1_000))
    const { letters, logged, kept } = bound(scene(path))
    letters.add(letter(1))
    await letters.flushed()
    letters.add(letter(2))
    await letters.flushed()
    expect(kept()).toHaveLength(2)
    expect(logged).toEqual(['the file of dead letters was damaged: it is set aside and begun anew'])
    expect(letters.trouble).toBeUndefined()
    expect(readFileSync(`${path}.damaged-1`, 'utf8')).toMatch(/^no database/)
  })

  it('is set aside when a page of it is damaged, beside those that were before', async () => {
    const path = newFile()
    const first = bound(scene(path))
    for (let n = 1; n <= 50; n++) first.letters.add(letter(n, { payload: Buffer.alloc(4_000, n) }))
    await first.letters.close()
    const bytes = readFileSync(path).fill(0x5a, 4_096, 16_384)
    writeFileSync(path, bytes)
    writeFileSync(`${path}.damaged-1`, '')
    const second = bound(scene(path))
    second.letters.add(letter(1))
    await second.letters.close()
    expect(second.kept()).toHaveLength(1)
    expect(readFileSync(`${path}.damaged-2`).equals(bytes)).toBe(true)
  })

  it('is tried again when it could not be written, and nothing waits for it', async () => {
    const missing = join(folder, 'missing')
    const path = join(missing, 'rejects.db')
    const { letters, logged, kept } = bound(scene(path))
    for (let n = 1; n <= 3; n++) {
      letters.add(letter(n))
      await letters.flushed()
    }
    expect(letters.trouble).toBe('DATA_UNWRITABLE')
    expect(letters.list()).toHaveLength(3)
    expect(letters.counts.get('READING_INVALID')).toBe(3)
    expect(await letters.takeRequeued(() => true)).toEqual([])
    mkdirSync(missing)
    while (letters.trouble !== undefined) await pause(5)
    expect(kept()).toHaveLength(3)
    expect(logged).toEqual(['dead letters are kept in memory only', 'dead letters are written again'])
  })

  it('is left alone when a newer release wrote it', async () => {
    const path = newFile()
    new DatabaseSync(path).exec('PRAGMA user_version = 99')
    const { letters, logged } = bound(scene(path))
    letters.add(letter(1))
    await letters.flushed()
    expect(letters.trouble).toBe('DATA_NEWER')
    expect(logged).toHaveLength(1)
    expect(letters.list()).toHaveLength(1)
  })

  it('lets no more wait than fits', async () => {
    const { letters } = bound(scene(join(folder, 'nowhere', 'rejects.db')))
    for (let n = 1; n <= 1_500; n++) letters.add(letter(n))
    await letters.flushed()
    mkdirSync(join(folder, 'nowhere'))
    await letters.close()
    const { kept } = bound(scene(join(folder, 'nowhere', 'rejects.db')))
    expect(kept()).toHaveLength(1_001)
    expect(kept().reduce((sum, { count }) => sum + count, 0)).toBe(1_500)
  })
})

/** With methods that can be taken apart. */
function bound(made: RejectScene) {
  const { path, letters, logged } = made
  return { path, letters, logged, kept: () => made.kept() }
}

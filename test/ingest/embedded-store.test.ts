import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { EmbeddedStore } from '../../ingest/store/embedded-store.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { good, pointsOf } from './store-points.ts'
import { describeStore } from './store-suite.ts'

let files = 0
function newFile(): string {
  files += 1
  return join(temporaryFolder(), `readings-${files}.db`)
}

describeStore('embedded store', () => {
  const path = newFile()
  return { open: () => EmbeddedStore.open(path) }
})

describe('embedded store, its file', () => {
  it('that is no database is DATA_DAMAGED, and stays as it is', async () => {
    const path = newFile()
    writeFileSync(path, 'this was a database once '.repeat(400))
    await expect(EmbeddedStore.open(path)).rejects.toMatchObject({ code: 'DATA_DAMAGED' })
  })

  it('whose pages were overwritten is DATA_DAMAGED', async () => {
    const path = newFile()
    const store = await EmbeddedStore.open(path)
    await store.write(pointsOf([good(1, 1)]))
    await store.close()
    // Page 1 keeps its header, so that the file still looks like a database.
    const database = new DatabaseSync(path)
    const pageSize = Number(database.prepare('PRAGMA page_size').get()?.page_size)
    const pages = Number(database.prepare('PRAGMA page_count').get()?.page_count)
    database.close()
    writeFileSync(path, Buffer.alloc((pages - 1) * pageSize, 0xa5), { flag: 'r+' })
    const header = Buffer.from('SQLite format 3\0')
    writeFileSync(path, header, { flag: 'r+' })
    await expect(EmbeddedStore.open(path).then((opened) => opened.close())).rejects.toMatchObject({
      code: 'DATA_DAMAGED',
    })
  })

  it('of a newer release is DATA_NEWER', async () => {
    const path = newFile()
    const database = new DatabaseSync(path)
    database.exec('PRAGMA user_version = 99')
    database.close()
    await expect(EmbeddedStore.open(path)).rejects.toMatchObject({ code: 'DATA_NEWER' })
  })

  it('in a folder that is not there, or below a file, is DATA_UNWRITABLE', async () => {
    const folder = temporaryFolder()
    await expect(EmbeddedStore.open(join(folder, 'none', 'readings.db'))).rejects.toMatchObject({
      code: 'DATA_UNWRITABLE',
    })
    writeFileSync(join(folder, 'file'), '')
    await expect(EmbeddedStore.open(join(folder, 'file', 'readings.db'))).rejects.toMatchObject({
      code: 'DATA_UNWRITABLE',
    })
    mkdirSync(join(folder, 'folder.db'))
    await expect(EmbeddedStore.open(join(folder, 'folder.db'))).rejects.toMatchObject({
      code: 'DATA_UNWRITABLE',
    })
  })

  it('that somebody else holds is DATA_UNWRITABLE for the write, which can be tried again', async () => {
    const path = newFile()
    const store = await EmbeddedStore.open(path)
    const other = new DatabaseSync(path)
    other.exec('BEGIN IMMEDIATE')
    const points = pointsOf([good(1, 1)])
    await expect(store.write(points)).rejects.toMatchObject({ code: 'DATA_UNWRITABLE' })
    other.exec('ROLLBACK')
    other.close()
    await store.write(points)
    expect(await store.range({ facility: 'plant', sensor: 'GT-101', from: 0, to: 9, limit: 9 })).toHaveLength(
      1,
    )
    await store.close()
  })

  it('is written all or nothing', async () => {
    const store = await EmbeddedStore.open(newFile())
    const query = { facility: 'plant', sensor: 'GT-101', from: 0, to: 9, limit: 9 }
    const sound = pointsOf([good(1, 1)])
    // What no check lets through: the file itself forbids it.
    const broken = sound.map((point) => ({ ...point, fold: 0.5 }))
    await expect(store.write([...sound, ...broken])).rejects.toMatchObject({ code: 'DATA_UNWRITABLE' })
    expect(await store.range(query)).toEqual([])
    await store.write(sound)
    expect(await store.range(query)).toEqual([good(1, 1)])
    await store.close()
  })

  it('is left alone after close, and who still asks is told', async () => {
    const store = await EmbeddedStore.open(newFile())
    const written = store.write(pointsOf([good(1, 1)]))
    await Promise.all([written, store.close()])
    await expect(store.write(pointsOf([good(2, 1)]))).rejects.toMatchObject({ code: 'DATA_UNWRITABLE' })
    await expect(
      store.range({ facility: 'plant', sensor: 'GT-101', from: 0, to: 9, limit: 9 }),
    ).rejects.toMatchObject({ code: 'DATA_UNWRITABLE' })
    await store.close()
  })
})

describe('embedded store, durability', () => {
  it('a process killed while it writes loses nothing that it said was durable', async () => {
    const path = newFile()
    const script = fileURLToPath(new URL('./durable-writer.ts', import.meta.url))
    const child = spawn(process.execPath, [script, path], { stdio: ['ignore', 'pipe', 'inherit'] })
    let said = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text
      if (said.split('\n').length > 300) child.kill('SIGKILL')
    })
    const [, signal] = (await once(child, 'close')) as [number | null, string | null]
    expect(signal).toBe('SIGKILL')
    const durable = said.split('\n').slice(0, -1).map(Number)
    expect(durable.length).toBeGreaterThanOrEqual(300)

    const store = await EmbeddedStore.open(path)
    const readings = await store.range({ facility: 'plant', sensor: 'GT-101', from: 0, to: 1e9, limit: 1e6 })
    await store.close()
    const kept = new Map(readings.map(({ time, value }) => [time, value]))
    expect(durable.filter((time) => kept.get(time) !== time / 8)).toEqual([])
  })
})

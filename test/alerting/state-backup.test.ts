import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type BackupOptions, backUpState } from '../../alerting/journal/state-backup.ts'
import { StateReader, StateWriter } from '../../alerting/journal/state-database.ts'
import { openRegisterDatabase } from '../../alerting/register/store/open-register.ts'
import { matches } from '../../alerting/register/store/search.ts'
import { type Clock, systemClock } from '../../contracts/clock.ts'
import { silentLogger } from '../../contracts/logger.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { type NoteTables, noteStep } from './register/store/search-suite.ts'
import { commitOf, entriesOf, entryOf, keptRecord } from './state-entries.ts'

let folder: string
let target: string
let file: string
let writer: StateWriter
let entries = 0

beforeEach(() => {
  folder = temporaryFolder()
  target = temporaryFolder()
  file = join(target, 'copy.db')
  writer = StateWriter.open(join(folder, 'state.db'), false)
})
afterEach(() => writer.close())

/** So many entries in one commit. */
function enter(count: number): void {
  const [raise] = entriesOf()
  if (raise === undefined) throw new Error('an entry expected')
  const list = Array.from({ length: count }, () => {
    entries += 1
    return entryOf(raise, `S-${entries}.H`, 1)
  })
  writer.commit(commitOf(list, { records: new Map([['T-1.H', keptRecord(entries)]]) }))
}

function backUp(over: Partial<BackupOptions> = {}) {
  /** Three seconds pass between any two looks. */
  let now = 0
  const clock: Clock = { wall: () => 0, monotonic: () => (now += 3_000) }
  const { signal } = new AbortController()
  return backUpState({ folder, file, clock, onProgress: () => undefined, signal, ...over })
}

describe('backup of the state', () => {
  test('is one file with everything in it, and says what that is', async () => {
    enter(3)
    const report = await backUp()
    expect(report).toMatchObject({
      file,
      schema: 10,
      rows: { journal: 3, journal_chain: 3, alarm_record: 1, ledger: 0 },
    })
    expect(readdirSync(target)).toEqual(['copy.db'])
    expect(readFileSync(file).length).toBe(report.bytes)
    const copied = new StateReader(file)
    const own = new StateReader(join(folder, 'state.db'))
    expect(copied.after(0, 10)).toEqual(own.after(0, 10))
    expect(copied.records('plant')).toEqual(own.records('plant'))
    copied.close()
    own.close()
  })

  test('has the register beside it, where that is a file', async () => {
    enter(1)
    const { db, close } = await openRegisterDatabase({
      kind: 'sqlite',
      folder,
      clock: systemClock,
      logger: silentLogger,
      steps: [noteStep],
    })
    const values = { body: 'leak', search: 'leak' }
    await db.withTables<NoteTables>().insertInto('note').values(values).execute()
    const { register } = await backUp()
    expect(register).toMatchObject({
      file: join(target, 'copy.register.db'),
      rows: { note: 2, register_migration: 1 },
    })
    expect(readdirSync(target).sort()).toEqual(['copy.db', 'copy.register.db'])
    await close()

    const restored = join(target, 'restored')
    mkdirSync(restored)
    copyFileSync(join(target, 'copy.register.db'), join(restored, 'register.db'))
    const again = await openRegisterDatabase({
      kind: 'sqlite',
      folder: restored,
      clock: systemClock,
      logger: silentLogger,
      steps: [noteStep],
    })
    const notes = again.db.withTables<NoteTables>()
    const found = notes
      .selectFrom('note')
      .select('body')
      .where(matches(notes, 'note', { query: 'lea' }))
    expect(await found.execute()).toEqual([{ body: 'leak' }])
    await again.close()
  })

  test('leaves nothing behind when the register cannot be copied', async () => {
    writeFileSync(join(folder, 'register.db'), 'no database at all')
    await expect(backUp()).rejects.toMatchObject({ code: 'DATA_DAMAGED' })
    expect(readdirSync(target)).toEqual([])
    writeFileSync(join(target, 'copy.register.db'), 'mine')
    await expect(backUp()).rejects.toMatchObject({ code: 'BACKUP_EXISTS' })
    expect(readdirSync(target)).toEqual(['copy.register.db'])
  })

  test('holds one moment, though the server goes on: what comes meanwhile is in the next', async () => {
    // Some 2,000 pages, which is more than are copied at once.
    for (let turn = 0; turn < 5; turn++) enter(1_000)
    const heard: number[] = []
    const onProgress = (percent: number) => {
      heard.push(percent)
      enter(1)
    }
    expect((await backUp({ onProgress })).rows.journal).toBe(5_000)
    expect(heard.length).toBeGreaterThan(0)
    const next = await backUp({ file: join(target, 'next.db') })
    expect(next.rows.journal).toBe(5_000 + heard.length)
  })

  test('needs no server, also when the last one was killed', async () => {
    enter(2)
    const killed = join(target, 'killed')
    mkdirSync(killed)
    for (const name of ['state.db', 'state.db-wal']) copyFileSync(join(folder, name), join(killed, name))
    expect((await backUp({ folder: killed, file: join(target, 'killed.db') })).rows.journal).toBe(2)
    writer.close()
    expect((await backUp()).rows.journal).toBe(2)
    writer = StateWriter.open(join(folder, 'state.db'), true)
    enter(1)
  })

  test('never takes the place of a file; half of one that was left behind is cleared away', async () => {
    writeFileSync(file, 'mine')
    await expect(backUp()).rejects.toMatchObject({ code: 'BACKUP_EXISTS' })
    expect(readFileSync(file, 'utf8')).toBe('mine')
    file = join(target, 'other.db')
    writeFileSync(`${file}.part`, 'half a backup')
    await backUp()
    expect(readdirSync(target).sort()).toEqual(['copy.db', 'other.db'])
  })

  test('that is stopped leaves nothing behind', async () => {
    for (let turn = 0; turn < 5; turn++) enter(1_000)
    const stop = new AbortController()
    const stopped = backUp({ onProgress: () => stop.abort(), signal: stop.signal })
    await expect(stopped).rejects.toMatchObject({ code: 'BACKUP_FAILED' })
    expect(readdirSync(target)).toEqual([])
  })

  test.each([
    ['no state in the folder', 'DATA_MISSING', () => ({ folder: target })],
    ['no folder to put it in', 'BACKUP_FAILED', () => ({ file: join(target, 'none', 'copy.db') })],
    [
      'a state that is damaged',
      'DATA_DAMAGED',
      () => {
        const damaged = join(target, 'data')
        mkdirSync(damaged)
        writeFileSync(join(damaged, 'state.db'), 'no database, and long enough to be looked at'.repeat(50))
        return { folder: damaged }
      },
    ],
  ])('%s is %s', async (_name, code, over) => {
    await expect(backUp(over())).rejects.toMatchObject({ code })
    expect(existsSync(file)).toBe(false)
  })
})

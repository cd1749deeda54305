import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { beforeEach, describe, expect, it } from 'vitest'
import { openRegisterDatabase } from '../../../../alerting/register/store/open-register.ts'
import { SqliteFile } from '../../../../alerting/register/store/sqlite-file.ts'
import { systemClock } from '../../../../contracts/clock.ts'
import { silentLogger } from '../../../../contracts/logger.ts'
import { temporaryFolder } from '../../../temporary-folder.ts'
import { thingStep } from './things.ts'

const coded = (code: string) => expect.objectContaining({ code })

let folder: string
let path: string
beforeEach(() => {
  folder = temporaryFolder()
  path = join(folder, 'register.db')
})

const open = (steps = [thingStep]) =>
  openRegisterDatabase({ kind: 'sqlite', folder, clock: systemClock, logger: silentLogger, steps })

describe('the file of the register', () => {
  it('is for its owner alone, says what it is, and is one file once it is closed', async () => {
    const { close } = await open()
    for (const name of ['register.db', 'register.db-wal'])
      expect(statSync(join(folder, name)).mode & 0o777, name).toBe(0o600)
    await close()
    expect(readFileSync(path).subarray(68, 72).toString()).toBe('DvlR')
    expect(existsSync(`${path}-wal`)).toBe(false)
    await (await open()).close()
  })

  it('syncs every commit and keeps foreign keys', () => {
    const file = SqliteFile.open({ path, check: true })
    const ask = (pragma: string) =>
      Object.values(
        file.run({ sql: `PRAGMA ${pragma}`, parameters: [], isInTransaction: false }).rows[0] ?? {},
      )
    expect([ask('journal_mode'), ask('synchronous'), ask('foreign_keys')]).toEqual([['wal'], [2], [1]])
    file.close()
  })

  it('refuses a database of something else, and leaves it alone', async () => {
    const other = new DatabaseSync(path)
    other.exec('CREATE TABLE journal (x)')
    other.close()
    await expect(open()).rejects.toEqual(coded('DATA_DAMAGED'))
    const again = new DatabaseSync(path)
    expect(again.prepare('SELECT name FROM sqlite_schema').all()).toMatchObject([{ name: 'journal' }])
    again.close()
  })

  it('refuses what is no database', async () => {
    writeFileSync(path, 'x'.repeat(10_000))
    await expect(open()).rejects.toEqual(coded('DATA_DAMAGED'))
  })

  it('refuses one of a newer release', async () => {
    await (await open()).close()
    await expect(open([])).rejects.toEqual(coded('DATA_NEWER'))
  })

  it('refuses a folder that it cannot write to', async () => {
    mkdirSync(path)
    await expect(open()).rejects.toEqual(coded('DATA_UNWRITABLE'))
  })

  it('is looked through when it was not closed, and only then', () => {
    const file = SqliteFile.open({ path, check: true })
    const run = (sql: string) => file.run({ sql, parameters: [], isInTransaction: false })
    run('CREATE TABLE t (x TEXT)')
    run('CREATE INDEX i ON t (x)')
    for (let row = 0; row < 200; row += 1) run(`INSERT INTO t VALUES ('${'x'.repeat(100)}${row}')`)
    run('PRAGMA wal_checkpoint(TRUNCATE)')
    run("UPDATE t SET x = 'y' WHERE rowid = 1")
    const copy = join(folder, 'copy.db')
    const content = readFileSync(path)
    const root = Number(run("SELECT rootpage FROM sqlite_schema WHERE name = 'i'").rows[0]?.rootpage)
    content.fill(0xff, (root - 1) * 4_096 + 8, (root - 1) * 4_096 + 200)
    writeFileSync(copy, content)
    SqliteFile.open({ path: copy, check: true }).close()
    // As a crash leaves it.
    writeFileSync(copy, content)
    writeFileSync(`${copy}-wal`, readFileSync(`${path}-wal`))
    expect(() => SqliteFile.open({ path: copy, check: true })).toThrow(coded('DATA_DAMAGED'))
    file.close()
  })

  it('keeps nothing of a transaction that the database has ended, whatever comes after', () => {
    const file = SqliteFile.open({ path, check: true })
    const run = (sql: string, isInTransaction: boolean) => file.run({ sql, parameters: [], isInTransaction })
    run('CREATE TABLE t (x INTEGER)', false)
    file.control('begin')
    run('INSERT INTO t VALUES (1)', true)
    // What another thread in its place would come upon.
    file.control('rollback')
    expect(() => run('INSERT INTO t VALUES (2)', true)).toThrow(coded('THREAD_ENDED'))
    expect(() => file.control('commit')).toThrow()
    file.control('rollback')
    expect(run('SELECT x FROM t', false).rows).toEqual([])
    file.close()
  })
})

import { existsSync, statSync } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { backup, DatabaseSync } from 'node:sqlite'
import type { Clock } from '../../contracts/clock.ts'
import { CodedError } from '../../contracts/errors.ts'
import { REGISTER_FILE } from '../register/store/sqlite-file.ts'
import { dataError, openForReading, schemaVersion } from './state-schema.ts'

/** Pages copied at once, of 4 kB. */
const STEP_PAGES = 1_000
/** How often somebody who waits hears how far it is, ms. */
const PROGRESS_MS = 2_000

export interface BackupOptions {
  /** server.data. */
  folder: string
  /** Where the copy goes; it must not exist. */
  file: string
  clock: Clock
  /** Once it takes long: percent copied. */
  onProgress: (percent: number) => void
  /** Ends it early, with nothing left behind. */
  signal: AbortSignal
}

/** What a copy holds, as it was found in the copy. */
export interface CopyReport {
  file: string
  bytes: number
  /** Key: table. */
  rows: Record<string, number>
}

export interface BackupReport extends CopyReport {
  schema: number
  /** Where the register is a file of the server. */
  register?: CopyReport
}

interface Copied extends CopyReport {
  schema: number
  part: string
}

/**
 * Copies the state database as it is at one moment, while a server works on it or none does, and beside it that of
 * the register, as FILE.register.db. Copies stand under their names only when all are whole, checked and on the disk.
 * @throws CodedError DATA_MISSING, DATA_DAMAGED, DATA_UNREADABLE, BACKUP_EXISTS or BACKUP_FAILED
 */
export async function backUpState(options: BackupOptions): Promise<BackupReport> {
  const file = resolve(options.file)
  const source = join(options.folder, 'state.db')
  if (!existsSync(source)) throw new CodedError('DATA_MISSING', `there is no ${source}`)
  const registerSource = join(options.folder, REGISTER_FILE)
  const registerFile = `${file.replace(/\.db$/, '')}.register.db`
  const hasRegister = existsSync(registerSource)
  const files = hasRegister ? [file, registerFile] : [file]
  for (const one of files) refuseExisting(one)
  try {
    const state = await copyChecked(source, file, options)
    const register = hasRegister ? await copyChecked(registerSource, registerFile, options) : undefined
    for (const one of files) refuseExisting(one)
    for (const one of [state, ...(register === undefined ? [] : [register])]) await rename(one.part, one.file)
    // Windows syncs no folders.
    await sync(dirname(file), 'r').catch(() => undefined)
    const report = ({ file, bytes, rows }: Copied): CopyReport => ({ file, bytes, rows })
    return {
      ...report(state),
      schema: state.schema,
      ...(register === undefined ? {} : { register: report(register) }),
    }
  } catch (error) {
    for (const one of files) await remove(`${one}.part`).catch(() => undefined)
    if (error instanceof CodedError) throw error
    throw new CodedError('BACKUP_FAILED', (error as Error).message, { cause: error })
  }
}

/** The copy under the name that it has while it is not whole. */
async function copyChecked(source: string, file: string, options: BackupOptions): Promise<Copied> {
  const part = `${file}.part`
  await remove(part)
  const rows = await copy(source, part, options)
  const schema = check(part, rows)
  await sync(part, 'r+')
  return { file, part, bytes: statSync(part).size, schema, rows }
}

/** Answers with the rows of each table at the moment of the copy. */
async function copy(source: string, part: string, options: BackupOptions): Promise<Record<string, number>> {
  const { clock, onProgress, signal } = options
  const database = readable(source, () => openForReading(source))
  let told = clock.monotonic()
  try {
    // Commits of the server go on: within one read everything stands as it was when it began.
    readable(source, () => database.exec('BEGIN; SELECT * FROM sqlite_schema LIMIT 1'))
    await backup(database, part, {
      rate: STEP_PAGES,
      progress: ({ totalPages, remainingPages }) => {
        if (clock.monotonic() - told >= PROGRESS_MS) {
          told = clock.monotonic()
          onProgress(Math.floor((100 * (totalPages - remainingPages)) / totalPages))
        }
        if (signal.aborted) throw new CodedError('BACKUP_FAILED', 'stopped before it was whole')
      },
    })
    return readable(source, () => countRows(database))
  } finally {
    database.close()
  }
}

/** Makes one file of it that needs no other, and answers its schema. */
function check(part: string, rows: Readonly<Record<string, number>>): number {
  const database = new DatabaseSync(part)
  try {
    database.exec('PRAGMA journal_mode = DELETE')
    const found = String(database.prepare('PRAGMA quick_check(1)').get()?.quick_check)
    if (found !== 'ok') throw new CodedError('BACKUP_FAILED', `the copy is damaged: ${found}`)
    for (const [table, count] of Object.entries(countRows(database)))
      if (count !== rows[table])
        throw new CodedError('BACKUP_FAILED', `${table} has ${rows[table]} rows and its copy ${count}`)
    return schemaVersion(database)
  } finally {
    database.close()
  }
}

function countRows(database: DatabaseSync): Record<string, number> {
  const tables = database
    .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name")
    .all()
  return Object.fromEntries(
    tables.map(({ name }) => {
      const row = database.prepare(`SELECT count(*) AS count FROM "${String(name)}"`).get()
      return [String(name), Number(row?.count)]
    }),
  )
}

function refuseExisting(file: string): void {
  if (existsSync(file)) throw new CodedError('BACKUP_EXISTS', `${file} exists`)
}

function readable<T>(source: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    throw dataError(error, source, 'DATA_UNREADABLE')
  }
}

async function sync(path: string, flags: 'r' | 'r+'): Promise<void> {
  await using handle = await open(path, flags)
  await handle.sync()
}

/** With what SQLite may have put beside it. */
async function remove(part: string): Promise<void> {
  for (const path of [part, `${part}-journal`, `${part}-wal`, `${part}-shm`]) await rm(path, { force: true })
}

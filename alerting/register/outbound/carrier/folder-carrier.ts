import { lstat, open, readdir, readFile, rename, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { CodedError } from '../../../../contracts/errors.ts'
import type { LeftReceipts, Parcel } from './carrier.ts'
import { answerIn, resultOf } from './verdict.ts'

/** Where the other side leaves its receipts. */
export const RECEIPTS = 'receipts'
/** Files with receipts that are read at once. */
const MOST_FILES = 50
/** Of one of them, bytes. */
const MOST_BYTES = 256_000

/**
 * Writes each document as a file that is there whole or not at all, and is on the disk when this ends. A folder that is
 * not there is not made: it may be a mount that is missing. @throws CodedError OUTBOUND_FOLDER
 */
export async function writeDocuments(folder: string, documents: Parcel['documents']): Promise<void> {
  try {
    for (const { name, body } of documents) {
      const draft = join(folder, `.${name}.tmp`)
      const file = await open(draft, 'w', 0o640)
      try {
        await file.writeFile(body)
        await file.sync()
      } finally {
        await file.close()
      }
      await rename(draft, join(folder, name))
    }
    await syncFolder(folder)
  } catch (error) {
    throw folderError(folder, error)
  }
}

/** @throws CodedError OUTBOUND_FOLDER; nothing when there is no folder of receipts */
export async function readReceipts(folder: string): Promise<LeftReceipts[]> {
  let names: string[]
  try {
    names = await readdir(join(folder, RECEIPTS))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw folderError(folder, error)
  }
  const files = names.filter((name) => /^[^.].*\.json$/.test(name)).sort()
  return Promise.all(files.slice(0, MOST_FILES).map((name) => readLeft(folder, name)))
}

/** Those that say something are removed, others stay under another name. */
export async function takeReceipts(folder: string, files: readonly LeftReceipts[]): Promise<void> {
  try {
    for (const { file, problem } of files) {
      const path = join(folder, RECEIPTS, file)
      if (problem === null) await unlink(path)
      else await rename(path, `${path}.unreadable`)
    }
  } catch (error) {
    throw folderError(folder, error)
  }
}

async function readLeft(folder: string, file: string): Promise<LeftReceipts> {
  try {
    const path = join(folder, RECEIPTS, file)
    const stats = await lstat(path)
    if (!stats.isFile() || stats.size > MOST_BYTES)
      return { file, results: [], problem: `no file of at most ${MOST_BYTES} bytes` }
    const { receipt, results } = answerIn(await readFile(path, 'utf8'))
    if (results === undefined) return { file, results: [], problem: 'it has no results' }
    return { file, results: results.map((each) => resultOf(each, receipt)), problem: null }
  } catch (error) {
    return { file, results: [], problem: error instanceof CodedError ? error.detail : String(error) }
  }
}

/** The name of a file is on the disk with its folder. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } catch (error) {
    // Windows has no such thing.
    if (!['EPERM', 'EINVAL', 'EISDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error
  } finally {
    await handle.close()
  }
}

function folderError(folder: string, error: unknown): CodedError {
  const { code } = error as NodeJS.ErrnoException
  return new CodedError('OUTBOUND_FOLDER', `${folder}: ${code ?? String(error)}`, { cause: error })
}

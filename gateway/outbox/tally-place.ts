import { createHash } from 'node:crypto'
import {
  close,
  constants,
  existsSync,
  lstatSync,
  mkdirSync,
  open,
  openSync,
  statSync,
  write,
  writeSync,
} from 'node:fs'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { TALLY_SUFFIXES } from './tally.ts'

const fs = { open: promisify(open), write: promisify(write), close: promisify(close) }
/** What is there stays, but for what is written over it. */
const OVER = constants.O_RDWR | constants.O_CREAT

/** Two files that are written in turn: a write that is torn leaves the one before. */
export class TallyPlace {
  readonly #path: string
  readonly #isMemory: boolean
  /** File descriptors. */
  readonly #files: [number | undefined, number | undefined] = [undefined, undefined]

  /**
   * `isMemory`: in a file system that is memory and waits for no disk, so that it is written in the turn that asks
   * for it. Elsewhere nobody waits for it, however long the disk takes.
   */
  constructor({ path, isMemory }: { path: string; isMemory: boolean }) {
    this.#path = path
    this.#isMemory = isMemory
  }

  /** @throws Error of the file system, or when not all of it could be written */
  async write(which: 0 | 1, bytes: Buffer): Promise<void> {
    const path = this.#path + TALLY_SUFFIXES[which]
    const file = this.#files[which] ?? (this.#isMemory ? openSync(path, OVER) : await fs.open(path, OVER))
    this.#files[which] = file
    const written = this.#isMemory
      ? writeSync(file, bytes, 0, bytes.length, 0)
      : (await fs.write(file, bytes, 0, bytes.length, 0)).bytesWritten
    if (written < bytes.length) throw new Error(`${path}: not all of it could be written`)
  }

  async close(): Promise<void> {
    await Promise.all(this.#files.map((file) => file !== undefined && fs.close(file)))
  }
}

/**
 * Where the tally of an outbox may stand in memory, below a folder where anybody may write. Undefined when
 * there is no such folder, or ours in it is not ours alone.
 */
export function memoryPathOf(outbox: string, folder: string | undefined): string | undefined {
  if (folder === undefined) return undefined
  try {
    // A user of a container need not have a name.
    const { uid } = statSync('/proc/self')
    const own = join(folder, `davylamp-${uid}`)
    if (!existsSync(own)) mkdirSync(own, { mode: 0o700 })
    const found = lstatSync(own)
    if (!found.isDirectory() || found.uid !== uid || (found.mode & 0o077) !== 0) return undefined
    return join(own, createHash('sha256').update(resolve(outbox)).digest('hex').slice(0, 32))
  } catch {
    return undefined
  }
}

import { closeSync, fsyncSync, openSync, rmSync, statfsSync, statSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { PAGE_BYTES } from './connection.ts'

/** The log that SQLite writes ahead: large enough for hundreds of commits, small beside the file. */
const WAL_BYTES = { least: 128 * 1_024, most: 4 * 1_024 * 1_024, share: 1 / 64 } as const
/** How often a full disk is looked at again, ms. */
const RETRY_MS = 5_000
/** The file may pass its bound by so many pages before SQLite itself refuses: room for an estimate that is off. */
const SLACK_PAGES = 64

/**
 * How much room the file has. When the disk is full, by whatever, a file of ballast beside it is given up so
 * that the log can be brought home, and the file goes on within what it has: deletions still work, and what is
 * new takes the place of what is old.
 */
export class FileRoom {
  readonly #database: DatabaseSync
  readonly #path: string
  readonly #walBytes: number
  readonly #maxPages: number
  #isFull = false
  /** Pages that commits have written into the log since it was brought home. */
  #logged = 0
  /** Age of the file, ms. */
  #nextLook = 0

  constructor(database: DatabaseSync, path: string, maxBytes: number) {
    this.#database = database
    this.#path = path
    this.#walBytes = Math.min(Math.max(maxBytes * WAL_BYTES.share, WAL_BYTES.least), WAL_BYTES.most)
    this.#maxPages = Math.max(1, Math.floor((maxBytes - this.#walBytes) / PAGE_BYTES))
  }

  /** True while the disk has no room and the file must not grow. */
  get isFull(): boolean {
    return this.#isFull
  }

  /** Bytes on the disk: the file and its log. */
  get bytes(): number {
    return this.#pages('page_count') * PAGE_BYTES + sizeOf(`${this.#path}-wal`)
  }

  /**
   * Pages that one commit may write: with what the log holds before it, no more than the ballast has room for. So
   * the log can always be brought home.
   */
  get pagesAtOnce(): number {
    return Math.floor(this.#walBytes / PAGE_BYTES)
  }

  /** Pages that can still be taken into use. */
  get freePages(): number {
    const limit = this.#isFull ? this.#pages('page_count') : this.#maxPages
    return limit - this.#pages('page_count') + this.#pages('freelist_count')
  }

  /**
   * Takes the room of log and ballast from the disk now, so that it is there when the disk is full. Called once
   * after the file was opened.
   */
  reserve(): void {
    const database = this.#database
    // SQLite would bring the log home by itself and keep to itself that there was no room for it.
    database.exec('PRAGMA wal_autocheckpoint = 0; DELETE FROM scratch')
    if (!this.#takeBallast()) {
      this.becomeFull(0)
      return
    }
    this.#limit(this.#maxPages + SLACK_PAGES)
    database.exec(`INSERT INTO scratch VALUES (zeroblob(${Math.floor(this.#walBytes)}))`)
    database.exec('DELETE FROM scratch')
    this.#bringHome()
  }

  /** A commit has written about so many pages into the log. */
  committed(pages: number, age: number): void {
    this.#logged += pages
    if (!this.#isFull && this.#logged * PAGE_BYTES < this.#walBytes) return
    if (!this.#bringHome() && !this.#isFull) this.becomeFull(age)
  }

  /** The disk has no room: what the file has must do. `age` of the file, ms. */
  becomeFull(age: number): void {
    this.#isFull = true
    this.#nextLook = age + RETRY_MS
    rmSync(this.#ballast, { force: true })
    this.#bringHome()
    this.#limit(this.#pages('page_count'))
  }

  /** Looks whether the disk has room again. */
  lookAgain(age: number): void {
    if (!this.#isFull || age < this.#nextLook) return
    this.#nextLook = age + RETRY_MS
    if (!this.#takeBallast()) return
    this.#isFull = false
    this.#limit(this.#maxPages + SLACK_PAGES)
  }

  /** Gives an empty file's room back to the disk. */
  shrink(): void {
    if (this.#pages('page_count') * PAGE_BYTES < 4 * this.#walBytes) return
    this.#database.exec('VACUUM')
    this.#bringHome()
    this.#nextLook = 0
  }

  get #ballast(): string {
    return `${this.#path}.ballast`
  }

  #limit(pages: number): void {
    this.#database.exec(`PRAGMA max_page_count = ${pages}`)
  }

  #pages(pragma: 'page_count' | 'freelist_count'): number {
    return Number(this.#database.prepare(`PRAGMA ${pragma}`).get()?.[pragma])
  }

  /** Brings the log home into the file. False when the disk does not let it: then the log holds all of it still. */
  #bringHome(): boolean {
    try {
      this.#database.exec('PRAGMA wal_checkpoint(PASSIVE)')
      this.#logged = 0
      return true
    } catch {
      return false
    }
  }

  /** False when the disk has not twice its room: some is left then for the file to grow. */
  #takeBallast(): boolean {
    const bytes = 2 * this.#walBytes
    if (sizeOf(this.#ballast) >= bytes) return true
    try {
      const { bavail, bsize } = statfsSync(dirname(this.#path))
      if (bavail * bsize < 2 * bytes) return false
      const file = openSync(this.#ballast, 'w')
      try {
        writeSync(file, Buffer.alloc(bytes))
        fsyncSync(file)
      } finally {
        closeSync(file)
      }
      return sizeOf(this.#ballast) >= bytes
    } catch {
      rmSync(this.#ballast, { force: true })
      return false
    }
  }
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0
}

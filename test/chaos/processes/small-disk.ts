import { execFileSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  renameSync,
  rmdirSync,
  rmSync,
  statfsSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'

const MOUNT = '/usr/bin/mount'

/** Only root can mount a disk that is small. */
export function canMount(): boolean {
  return process.getuid?.() === 0 && existsSync(MOUNT)
}

/** A folder on a disk of its own that can be filled to the last byte; a plain folder where none can be mounted. */
export class SmallDisk {
  readonly folder: string
  readonly #isMounted: boolean
  readonly #keep: boolean

  /** `keep`: what was on it stands in the folder when it has gone. */
  constructor(folder: string, { size, keep }: { size: string; keep: boolean }) {
    this.folder = folder
    this.#keep = keep
    this.#isMounted = canMount()
    mkdirSync(folder)
    if (this.#isMounted) execFileSync(MOUNT, ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', folder])
  }

  /** Leaves nothing. */
  fill(): void {
    if (!this.#isMounted) throw new Error(`${this.folder} is no disk of its own`)
    const { bavail, bsize } = statfsSync(this.folder)
    try {
      writeFileSync(this.#filler, Buffer.alloc(bavail * bsize, 1))
    } catch (error) {
      // Somebody else wrote meanwhile: full it is.
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
    }
  }

  empty(): void {
    if (!existsSync(this.#filler)) return
    truncateSync(this.#filler, 0)
    rmSync(this.#filler)
  }

  [Symbol.dispose](): void {
    if (!this.#isMounted) return
    const copy = `${this.folder}.kept`
    if (this.#keep) cpSync(this.folder, copy, { recursive: true })
    execFileSync('/usr/bin/umount', ['-l', this.folder])
    if (!this.#keep) return
    rmdirSync(this.folder)
    renameSync(copy, this.folder)
  }

  get #filler(): string {
    return join(this.folder, 'filler')
  }
}

import { createHash } from 'node:crypto'
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import type { ConsoleFile, ConsoleFiles } from './build.ts'

/** So many builds stay: those of a few branches that share their packages. */
const MOST = 8

/**
 * Builds of the console on disk, a file each: the SHA-256 of all that follows the first line, and the files of the
 * console. A folder that cannot be read or written is one that keeps nothing.
 */
export class KeptBuilds {
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
  }

  /** Undefined when there is none of this key, or it is damaged. */
  read(key: string): ConsoleFiles | undefined {
    try {
      const text = readFileSync(join(this.#folder, key), 'utf8')
      const end = text.indexOf('\n')
      const body = text.slice(end + 1)
      return text.slice(0, end) === digestOf(body) ? filesOf(body) : undefined
    } catch {
      return undefined
    }
  }

  /** Whole or not at all, whoever else writes the same. */
  keep(key: string, files: ConsoleFiles): void {
    try {
      this.#write(key, files)
      this.#forgetOldest()
    } catch {
      // The next start builds again.
    }
  }

  #write(key: string, files: ConsoleFiles): void {
    mkdirSync(this.#folder, { recursive: true })
    const place = mkdtempSync(join(this.#folder, 'new-'))
    try {
      const body = bodyOf(files)
      writeFileSync(join(place, key), `${digestOf(body)}\n${body}`)
      renameSync(join(place, key), join(this.#folder, key))
    } finally {
      rmSync(place, { recursive: true, force: true })
    }
  }

  #forgetOldest(): void {
    const ages = readdirSync(this.#folder).map((name) => {
      const path = join(this.#folder, name)
      return { path, written: statSync(path).mtimeMs }
    })
    for (const { path } of ages.sort((a, b) => b.written - a.written).slice(MOST))
      rmSync(path, { recursive: true, force: true })
  }
}

type Row = [path: string, type: string, immutable: boolean, base64: string]

function bodyOf(files: ConsoleFiles): string {
  const rows = [...files].map(
    ([path, { type, immutable, body }]): Row => [path, type, immutable, body.toString('base64')],
  )
  return JSON.stringify(rows)
}

function filesOf(body: string): ConsoleFiles {
  const rows = JSON.parse(body) as Row[]
  return new Map(
    rows.map(([path, type, immutable, base64]): [string, ConsoleFile] => [
      path,
      { body: Buffer.from(base64, 'base64'), type, immutable },
    ]),
  )
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

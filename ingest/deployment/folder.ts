import { createHash } from 'node:crypto'
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { CodedError } from '../../contracts/errors.ts'

export interface Owner {
  readonly uid: number
  readonly gid: number
}

/** The folder of a deployment on the disk. Only its owner reads secrets; folders are its owner's alone. */
export class DeploymentFolder {
  readonly path: string
  readonly #owner: Owner | undefined

  /** With `owner` everything that is written is given to it, which only root can. */
  constructor(path: string, owner?: Owner) {
    this.path = path
    this.#owner = owner
  }

  has(file: string): boolean {
    return existsSync(join(this.path, file))
  }

  /** Undefined when it is not there. @throws CodedError DEPLOY_FILE_MISSING when it cannot be read */
  read(file: string): string | undefined {
    try {
      return readFileSync(join(this.path, file), 'utf8')
    } catch (error) {
      if ((error as { code?: string }).code === 'ENOENT') return undefined
      throw new CodedError('DEPLOY_FILE_MISSING', `${file}: ${(error as Error).message}`, { cause: error })
    }
  }

  /** Permission bits; undefined when it is not there. */
  mode(file: string): number | undefined {
    return statSync(join(this.path, file), { throwIfNoEntry: false })?.mode
  }

  /** Whoever reads the file finds the old one or the new one. @throws CodedError FILE_UNWRITABLE */
  write(file: string, text: string, { secret = false } = {}): void {
    const path = join(this.path, file)
    const draft = `${path}.part`
    try {
      this.#makeFolder(dirname(path))
      rmSync(draft, { force: true })
      writeFileSync(draft, text, { mode: secret ? 0o600 : 0o644, flag: 'wx' })
      // Whatever the umask says.
      chmodSync(draft, secret ? 0o600 : 0o644)
      this.#own(draft)
      renameSync(draft, path)
    } catch (error) {
      rmSync(draft, { force: true })
      throw new CodedError('FILE_UNWRITABLE', `${path}: ${(error as Error).message}`, { cause: error })
    }
  }

  /** Whose the folder is. */
  owner(): Owner {
    const { uid, gid } = statSync(this.path)
    return { uid, gid }
  }

  remove(file: string): void {
    rmSync(join(this.path, file), { force: true })
  }

  makeFolder(folder: string): void {
    this.#makeFolder(join(this.path, folder))
  }

  /** Paths of all files in a folder and below, sorted. */
  list(folder = '.'): string[] {
    const root = join(this.path, folder)
    if (!existsSync(root)) return []
    return readdirSync(root, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(this.path, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
      .sort()
  }

  #makeFolder(path: string): void {
    if (existsSync(path)) return
    if (path !== this.path) this.#makeFolder(dirname(path))
    mkdirSync(path, { mode: 0o700, recursive: path === this.path })
    this.#own(path)
  }

  #own(path: string): void {
    if (this.#owner !== undefined) chownSync(path, this.#owner.uid, this.#owner.gid)
  }
}

export function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

import { dirname } from 'node:path'
import { type DeploymentFolder, digestOf } from './folder.ts'
import type { GivenFile } from './given-files.ts'
import type { PlannedFile } from './planned-file.ts'

/**
 * What became of a file. `left`: somebody has changed it since it was written, so it stays; `gone`: nobody needs it any more;
 * `missing`: it comes from the plant, which does not have it.
 */
export type FileState = 'made' | 'kept' | 'renewed' | 'updated' | 'left' | 'gone' | 'missing'

export interface FileReport {
  readonly path: string
  readonly state: FileState
}

/** Writes what templates make, and keeps its hands off what somebody has changed since. */
export class TemplateWriter {
  readonly reports: FileReport[] = []
  /** SHA-256 of each file as it was written last. Key: path. */
  readonly digests: Record<string, string> = {}
  readonly #folder: DeploymentFolder
  readonly #known: Readonly<Record<string, string>>

  /** `known`: the digests of the run before. */
  constructor(folder: DeploymentFolder, known: Readonly<Record<string, string>>) {
    this.#folder = folder
    this.#known = known
  }

  /** @throws CodedError FILE_UNWRITABLE */
  write(files: readonly PlannedFile[]): void {
    for (const file of files) this.reports.push({ path: file.path, state: this.#write(file) })
  }

  /** Copies of the plant's own files. One whose original is no more stays. @throws CodedError FILE_UNWRITABLE */
  writeGiven(files: readonly GivenFile[]): void {
    for (const { path, secret, text } of files) {
      if (text !== undefined) this.write([{ path, text, secret }])
      else if (this.#folder.has(path)) {
        this.digests[path] = this.#known[path] ?? ''
        this.reports.push({ path, state: 'kept' })
      } else {
        // For whoever puts it there.
        this.#folder.makeFolder(dirname(path))
        this.reports.push({ path, state: 'missing' })
      }
    }
  }

  /** What was written by the run before, and is not by this one. A changed one stays. */
  removeOthers(): void {
    for (const [path, digest] of Object.entries(this.#known)) {
      const text = Object.hasOwn(this.digests, path) ? undefined : this.#folder.read(path)
      if (text === undefined) continue
      const isOurs = digestOf(text) === digest
      if (isOurs) this.#folder.remove(path)
      this.reports.push({ path, state: isOurs ? 'gone' : 'left' })
    }
  }

  #write({ path, text, secret = false }: PlannedFile): FileState {
    const there = this.#folder.read(path)
    const known = this.#known[path]
    const isChanged = there !== undefined && there !== text && digestOf(there) !== known
    this.digests[path] = isChanged ? (known ?? '') : digestOf(text)
    if (there === text) return 'kept'
    if (isChanged) return 'left'
    this.#folder.write(path, text, { secret })
    return there === undefined ? 'made' : 'updated'
  }
}

import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { CodedError } from '../../../contracts/errors.ts'
import type { BatchKey } from '../outbox.ts'
import { decodeTally, NO_TALLY, type NumberedTally, TALLY_SUFFIXES, type Tally } from '../tally.ts'
import { BatchFile } from './batch-file.ts'
import { connect, findDamage } from './connection.ts'
import type {
  CommitReport,
  CommitRequest,
  DiskNews,
  FileOptions,
  OpenReport,
  Salvaged,
} from './disk-calls.ts'
import { salvage } from './salvage.ts'
import { fileError, opening } from './sqlite-error.ts'

/** Answers what the thread of the disk is asked for. */
export class DiskDesk {
  readonly #options: FileOptions
  readonly #tell: (news: DiskNews) => void
  #held: { database: DatabaseSync; version: number } | undefined
  #file: BatchFile | undefined
  /** What was found wrong with the file; it is salvaged at the next opening. */
  #damage: string | undefined

  constructor(options: FileOptions, tell: (news: DiskNews) => void) {
    this.#options = options
    this.#tell = tell
  }

  lock(): NumberedTally {
    this.close()
    return this.#try(() => {
      mkdirSync(dirname(this.#options.path), { recursive: true })
      this.#hold()
      return this.#tally()
    })
  }

  open(tally: Tally): OpenReport {
    return this.#try(() => {
      const salvaged = this.#salvage(tally)
      const { database, version } = this.#held ?? connect(this.#options.path)
      this.#held = { database, version }
      return opening(this.#options.path, () => {
        const file = new BatchFile(database, version, this.#options)
        this.#file = file
        this.#held = undefined
        return { ...file.open(tally), salvaged }
      })
    })
  }

  commit(request: CommitRequest): CommitReport {
    return this.#try(() => this.#open.commit(request))
  }

  fetch(keys: readonly BatchKey[]): (Uint8Array | null)[] {
    return this.#try(() => this.#open.fetch(keys))
  }

  close(): void {
    this.#file?.close()
    this.#held?.database.close()
    this.#file = undefined
    this.#held = undefined
  }

  get #open(): BatchFile {
    if (this.#file === undefined) throw new CodedError('DATA_UNWRITABLE', `${this.#options.path} is not open`)
    return this.#file
  }

  #hold(): void {
    try {
      this.#held = connect(this.#options.path)
    } catch (error) {
      if (!(error instanceof CodedError) || error.code !== 'DATA_DAMAGED') throw error
      // So damaged that it cannot even be held: the opening deals with it.
      this.#damage = error.detail
    }
  }

  /** The newest. One in memory counts beside one on the disk only: who has removed that has begun anew. */
  #tally(): NumberedTally {
    const { path, memoryPath } = this.#options
    const onDisk = talliesAt(path)
    const found =
      onDisk.length === 0 || memoryPath === undefined ? onDisk : [...onDisk, ...talliesAt(memoryPath)]
    return found.reduce((a, b) => (b.number > a.number ? b : a), { number: 0, tally: NO_TALLY })
  }

  /** Null when there is nothing to be salvaged. */
  #salvage(tally: Tally): Salvaged | null {
    this.#damage ??= this.#held === undefined ? undefined : findDamage(this.#held.database)
    if (this.#damage === undefined) return null
    this.#tell({ damage: this.#damage })
    this.close()
    const salvaged = salvage(this.#options.path, this.#damage, tally)
    this.#damage = undefined
    return salvaged
  }

  /** Damage that is met while the file is open asks for a salvage too. */
  #try<T>(work: () => T): T {
    try {
      return work()
    } catch (thrown) {
      const error = fileError(thrown, this.#options.path)
      if (error instanceof CodedError && error.code === 'DATA_DAMAGED') this.#damage = error.detail
      throw error
    }
  }
}

function talliesAt(path: string): NumberedTally[] {
  return TALLY_SUFFIXES.flatMap((suffix) => {
    const file = `${path}${suffix}`
    return (existsSync(file) && decodeTally(readFileSync(file))) || []
  })
}

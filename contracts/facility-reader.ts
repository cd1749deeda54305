import { type ConfigCode, ConfigError, type LocatedProblem } from './config-error.ts'
import { CodedError } from './errors.ts'
import type { Facility } from './facility.ts'
import { deepFreeze } from './facility-load.ts'
import type { FacilityReaderCalls, ReadFacilities } from './facility-reader-thread.ts'
import { Thread } from './thread.ts'

/** A facility as its file says now, or that the file says what it said before. */
export type ReadFacility = Facility | UnchangedFacility

/** Its fingerprint is the one that was known. */
export interface UnchangedFacility extends Pick<Facility, 'id' | 'file' | 'fingerprint'> {
  readonly isUnchanged: true
}

interface ReaderOptions {
  /** The thread stays for so long after it was used: a file is often mended and read again. Default: half a minute. */
  idleMs?: number
  open?: () => Thread<FacilityReaderCalls>
}

/**
 * Reads facility files again in a thread of its own: a large one takes seconds, and nothing waits for it. Most
 * of the time of a small one goes into starting the thread.
 */
export class FacilityReader {
  readonly #paths: readonly string[]
  readonly #idleMs: number
  readonly #open: () => Thread<FacilityReaderCalls>
  #thread: Thread<FacilityReaderCalls> | undefined
  #reading = 0
  #idle: NodeJS.Timeout | undefined

  constructor(paths: readonly string[], { idleMs = 30_000, open = openThread }: ReaderOptions = {}) {
    this.#paths = paths
    this.#idleMs = idleMs
    this.#open = open
  }

  /**
   * `known` are the fingerprints of facilities that need not be told again. Key: facility id.
   * @throws CodedError as {@link loadFacilities}, {@link ConfigError} with the problems of all files among them
   */
  async read(known: Readonly<Record<string, string>> = {}): Promise<ReadFacility[]> {
    clearTimeout(this.#idle)
    this.#thread ??= this.#open()
    const thread = this.#thread
    this.#reading += 1
    let read: ReadFacilities
    try {
      read = await thread.call('read', { paths: this.#paths, known })
    } catch (error) {
      // One that has died is no use to the next.
      if (this.#thread === thread) await this.close()
      throw error
    } finally {
      this.#reading -= 1
      if (this.#reading === 0) this.#idle = setTimeout(() => void this.close(), this.#idleMs).unref()
    }
    if (read.ok) return read.facilities.map((facility) => deepFreeze(facility))
    const { code, detail, problems } = read
    throw problems.length > 0 ? new ConfigError(code as ConfigCode, problems) : new CodedError(code, detail)
  }

  /** Ends the thread, and what it reads with it. The next read begins another one. */
  async close(): Promise<void> {
    clearTimeout(this.#idle)
    const thread = this.#thread
    this.#thread = undefined
    await thread?.kill()
  }
}

function openThread(): Thread<FacilityReaderCalls> {
  return new Thread({
    module: new URL('./facility-reader-thread.ts', import.meta.url),
    name: 'the reader of facility files',
    data: undefined,
  })
}

/** What a person is told of files that are not taken: every problem, or the one reason. */
export function problemsOf(error: unknown): readonly LocatedProblem[] {
  return error instanceof ConfigError ? error.problems : []
}

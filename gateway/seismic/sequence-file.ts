import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Logger } from '../../contracts/logger.ts'

/** How far a station of a SeedLink server was had. */
export interface StationMark {
  /** Of its last packet of which nothing is needed any more, 0 to 0xFFFFFF. */
  readonly sequence: number
  /** Behind its newest sample of three axes, epoch ms. */
  readonly end: number
  /** When that came, epoch ms as the gateway has it. */
  readonly at: number
}

interface Content {
  version: 1
  /** Host and port: sequences of another server say nothing. */
  server: string
  /** Key: network and station. */
  stations: Record<string, StationMark>
}

interface SequenceFileOptions {
  /** Undefined: nothing outlives the process. */
  readonly path: string | undefined
  readonly server: string
  readonly marks: () => ReadonlyMap<string, StationMark>
  readonly logger: Logger
}

/** A kill costs as much of what was had already: it is asked for once more, ms. */
const EVERY_MS = 1_000
/** How long a start waits for the disk, ms. */
const PATIENCE_MS = 2_000
const MOST_SEQUENCE = 0xff_ff_ff

/**
 * Keeps how far each station was had, so that a gateway goes on there after a restart. Not synced to the disk: a
 * write a second wears out a flash disk, and what a power loss costs is told as a loss of samples.
 */
export class SequenceFile {
  readonly #options: SequenceFileOptions
  #writing: Promise<void> = Promise.resolve()
  #written = ''
  #timer: NodeJS.Timeout | undefined
  #isInTrouble = false

  constructor(options: SequenceFileOptions) {
    this.#options = options
  }

  /** Key: network and station. Never throws: what cannot be read is told, and is nothing. */
  async load(): Promise<ReadonlyMap<string, StationMark>> {
    const { path, server } = this.#options
    if (path === undefined) return new Map()
    const { promise: patience, reject } = Promise.withResolvers<string>()
    const timer = setTimeout(() => reject(new Error('the disk does not answer')), PATIENCE_MS)
    try {
      return parse(await Promise.race([readFile(path, 'utf8'), patience]), server)
    } catch (error) {
      if ((error as { code?: unknown }).code !== 'ENOENT') this.#tell('read', error)
      return new Map()
    } finally {
      clearTimeout(timer)
    }
  }

  start(): void {
    if (this.#options.path !== undefined) this.#timer = setInterval(() => this.#save(), EVERY_MS)
  }

  /** What there is now is in the file, unless that fails. */
  async close(): Promise<void> {
    clearInterval(this.#timer)
    await this.#writing
    this.#save()
    await this.#writing
  }

  #save(): void {
    const { path, server, marks } = this.#options
    const content: Content = { version: 1, server, stations: Object.fromEntries(marks()) }
    const text = `${JSON.stringify(content)}\n`
    if (path === undefined || text === this.#written) return
    this.#written = text
    this.#writing = this.#writing.then(() => this.#write(path, text))
  }

  /** The old file stands until the new one is whole. */
  async #write(path: string, text: string): Promise<void> {
    try {
      await mkdir(dirname(path), { recursive: true })
      await writeFile(`${path}.new`, text)
      await rename(`${path}.new`, path)
      this.#isInTrouble = false
    } catch (error) {
      this.#tell('written', error)
    }
  }

  #tell(what: 'read' | 'written', error: unknown): void {
    if (this.#isInTrouble) return
    this.#isInTrouble = true
    const { path, logger } = this.#options
    logger.error(
      { file: path, detail: (error as Error).message },
      `the sequences of SeedLink cannot be ${what}: a restart loses what comes while the gateway does not run`,
    )
  }
}

/** @throws Error for anything but what {@link SequenceFile} writes */
function parse(text: string, server: string): ReadonlyMap<string, StationMark> {
  const given = JSON.parse(text) as Partial<Content>
  if (given.version !== 1 || typeof given.stations !== 'object' || given.stations === null)
    throw new Error('it is no list of sequences of this release')
  if (given.server !== server) return new Map()
  return new Map(Object.entries(given.stations).filter(([, mark]) => isMark(mark)))
}

function isMark({ sequence, end, at }: StationMark): boolean {
  const isSequence = Number.isInteger(sequence) && sequence >= 0 && sequence <= MOST_SEQUENCE
  return isSequence && Number.isFinite(end) && Number.isFinite(at)
}

import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { CodedError } from '../../contracts/errors.ts'
import type { Logger } from '../../contracts/logger.ts'
import type { WaveformHead } from '../../contracts/waveform.ts'
import type {
  StoredWaveform,
  WaveEnvelope,
  WaveformLibrary,
  WaveformPage,
  WaveformQuery,
} from '../../contracts/waveform-library.ts'
import { PART, syncFolder, writeDurable } from './durable-file.ts'
import type { SampleReader } from './sample-reader.ts'
import { WaveformIndex } from './waveform-index.ts'
import { parseSidecar, sidecarText } from './waveform-sidecar.ts'

export interface ShelfBounds {
  /** Of the samples, bytes. */
  readonly bytes: number
  /** Their heads are in memory. */
  readonly count: number
}

/** An event of a minute takes about 40 kB: so many years of an active site, and of heads what memory takes lightly. */
const BOUNDS: ShelfBounds = { bytes: 4e9, count: 50_000 }
/** Files looked at beside one another at the start. */
const AT_ONCE = 16

export const SAMPLES_END = '.mseed'
export const HEAD_END = '.json'

export interface ShelfOptions {
  /** Of this facility alone; made with the first event. */
  folder: string
  bounds?: ShelfBounds
  reader: SampleReader
  logger: Logger
}

/**
 * The events of one facility on the disk: `{id}.mseed` as it came, readable by any seismological program, and
 * `{id}.json` with its head. An event is there when its head is: that is written last. Calls that write are made one
 * after the other.
 */
export class WaveformShelf implements WaveformLibrary {
  readonly #folder: string
  readonly #bounds: ShelfBounds
  readonly #logger: Logger
  readonly reader: SampleReader
  readonly #index = new WaveformIndex()
  /** Removed for want of room since the start; what is past its retention is not counted. */
  evicted = 0

  private constructor({ folder, bounds = BOUNDS, reader, logger }: ShelfOptions) {
    this.#folder = folder
    this.#bounds = bounds
    this.reader = reader
    this.#logger = logger
  }

  /** With what is there, and without what a crash left half done. @throws CodedError DATA_UNREADABLE */
  static async open(options: ShelfOptions): Promise<WaveformShelf> {
    const shelf = new WaveformShelf(options)
    try {
      await shelf.#load()
    } catch (error) {
      throw new CodedError('DATA_UNREADABLE', `${options.folder}: ${messageOf(error)}`, { cause: error })
    }
    return shelf
  }

  get count(): number {
    return this.#index.size
  }

  get bytes(): number {
    return this.#index.bytes
  }

  list(query: WaveformQuery): WaveformPage {
    return this.#index.list(query)
  }

  find(id: string): StoredWaveform | undefined {
    return this.#index.find(id)
  }

  /** Durable when it resolves. The same id twice is one. @throws what the disk says */
  async add(
    head: WaveformHead,
    from: { gateway: string; miniseed: Uint8Array; received: number },
  ): Promise<StoredWaveform> {
    const known = this.#index.find(head.id)
    if (known !== undefined) return known
    const { gateway, miniseed, received } = from
    const stored: StoredWaveform = { ...head, gateway, bytes: miniseed.length, received }
    await this.#makeFolder()
    await writeDurable(this.#path(head.id, SAMPLES_END), miniseed)
    await writeDurable(this.#path(head.id, HEAD_END), sidecarText(stored))
    await syncFolder(this.#folder)
    this.#index.add(stored)
    await this.#makeRoom()
    return stored
  }

  async miniseed(id: string): Promise<Uint8Array> {
    // Only ids that are known become paths.
    if (this.#index.find(id) === undefined) throw new CodedError('WAVEFORM_UNKNOWN', `no waveform "${id}"`)
    try {
      return await readFile(this.#path(id, SAMPLES_END))
    } catch (error) {
      throw new CodedError('DATA_UNREADABLE', `${id}: ${messageOf(error)}`, { cause: error })
    }
  }

  async envelope(id: string, points: number): Promise<WaveEnvelope> {
    const miniseed = await this.miniseed(id)
    try {
      return await this.reader.envelope(miniseed, points)
    } catch (error) {
      if (!(error instanceof CodedError) || error.code !== 'MINISEED_INVALID') throw error
      throw new CodedError('DATA_DAMAGED', `${id}: ${error.detail}`, { cause: error })
    }
  }

  /** Removes events that ended before, epoch ms. */
  async prune(before: number): Promise<void> {
    for (let oldest = this.#index.oldest; oldest !== undefined; oldest = this.#index.oldest) {
      if (oldest.to >= before) return
      await this.#remove(oldest.id)
    }
  }

  async #makeFolder(): Promise<void> {
    const made = await mkdir(this.#folder, { recursive: true, mode: 0o750 })
    if (made === undefined) return
    for (const folder of [this.#folder, made]) await syncFolder(dirname(folder))
  }

  /** The oldest go, whenever they came: one that comes late may be the one. */
  async #makeRoom(): Promise<void> {
    const { bytes, count } = this.#bounds
    while (this.#index.bytes > bytes || this.#index.size > count) {
      const { oldest } = this.#index
      if (oldest === undefined) return
      await this.#remove(oldest.id)
      this.evicted += 1
      this.#logger.warn({ id: oldest.id }, 'a seismic event was removed to make room for newer ones')
    }
  }

  /** The head first: without it the samples are what a crash left, and go at the next start. */
  async #remove(id: string): Promise<void> {
    this.#index.remove(id)
    await rm(this.#path(id, HEAD_END), { force: true })
    await rm(this.#path(id, SAMPLES_END), { force: true })
  }

  async #load(): Promise<void> {
    const names = await readdir(this.#folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return []
      throw error
    })
    const heads = names.filter((name) => name.endsWith(HEAD_END))
    const ids = heads.map((name) => name.slice(0, -HEAD_END.length))
    const rest = ids.values()
    const readSome = async () => {
      for (const id of rest) await this.#loadOne(id)
    }
    await Promise.all(Array.from({ length: AT_ONCE }, readSome))
    const known = new Set(ids)
    for (const name of names) {
      const isHalf = name.endsWith(SAMPLES_END) && !known.has(name.slice(0, -SAMPLES_END.length))
      if (isHalf || name.endsWith(PART)) await rm(join(this.#folder, name), { force: true })
    }
  }

  /** One that is damaged is left where it is for a person to look at, and is not shown. */
  async #loadOne(id: string): Promise<void> {
    const text = await readFile(this.#path(id, HEAD_END), 'utf8').catch(() => '')
    const stored = parseSidecar(text)
    const size = await stat(this.#path(id, SAMPLES_END)).then(
      (found) => found.size,
      () => undefined,
    )
    if (stored !== undefined && stored.id === id && stored.bytes === size) this.#index.add(stored)
    else this.#logger.error({ folder: this.#folder, id, code: 'DATA_DAMAGED' }, 'a seismic event is damaged')
  }

  #path(id: string, end: string): string {
    return join(this.#folder, `${id}${end}`)
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

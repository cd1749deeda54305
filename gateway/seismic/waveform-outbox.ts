import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Logger } from '../../contracts/logger.ts'
import type { WaveformHead } from '../../contracts/waveform.ts'
import type { WaveformOutboxHealth } from '../../contracts/wire.ts'
import type { RecordedEvent } from './event-message.ts'

interface WaveformOutboxOptions {
  /** Undefined: events are kept in memory. */
  readonly folder: string | undefined
  readonly logger: Logger
  readonly mostBytes?: number
  readonly mostEvents?: number
  readonly mostMemoryBytes?: number
}

interface Kept {
  readonly head: WaveformHead
  readonly bytes: number
  /** Of one that is not on the disk. */
  readonly miniseed?: Uint8Array | undefined
}

/** Some 1000 events of three minutes. */
const MOST_BYTES = 256_000_000
const MOST_EVENTS = 1_000
/** Of events that are not on the disk. */
const MOST_MEMORY_BYTES = 32_000_000
/** A disk that has not taken an event is tried again, ms. */
const RETRY_MS = 30_000
const SAMPLES = '.mseed'
const HEAD = '.json'
const DRAFT = '.new'

/** Where the events of a gateway with this outbox wait; undefined when it keeps its outbox in memory. */
export function waveformFolder(outbox: { readonly path?: string }): string | undefined {
  return outbox.path === undefined ? undefined : `${outbox.path}.waveforms`
}

/**
 * Events that the server has not confirmed: on the disk two files each, the samples as miniSEED and, once these are
 * there, the head as JSON. What has no head was being written when the process ended, and was never told to anybody.
 * When there is no room the oldest go. Never throws: an event that the disk does not take is kept in memory until it does.
 */
export class WaveformOutbox {
  readonly #options: WaveformOutboxOptions
  readonly #mostBytes: number
  readonly #mostEvents: number
  readonly #mostMemoryBytes: number
  /** Key: id. Oldest first. */
  readonly #kept = new Map<string, Kept>()
  #bytes = 0
  /** Of it, what is in memory. */
  #memoryBytes = 0
  #sent = 0
  #evicted = 0
  #isInTrouble = false
  /** What is being done on the disk, one after the other. */
  #work: Promise<void> = Promise.resolve()
  #retrying: NodeJS.Timeout | undefined

  constructor(options: WaveformOutboxOptions) {
    this.#options = options
    this.#mostBytes = options.mostBytes ?? MOST_BYTES
    this.#mostEvents = options.mostEvents ?? MOST_EVENTS
    this.#mostMemoryBytes = options.mostMemoryBytes ?? MOST_MEMORY_BYTES
  }

  /** Finds what was left by the process before. */
  open(): Promise<void> {
    return this.#do(async (folder) => {
      await mkdir(folder, { recursive: true })
      const names = new Set(await readdir(folder))
      const found: Kept[] = []
      for (const name of names) {
        const id = name.slice(0, -HEAD.length)
        if (!name.endsWith(HEAD) || !names.has(id + SAMPLES)) continue
        const kept = await this.#read(folder, id)
        if (kept !== undefined) found.push(kept)
      }
      const whole = new Set(found.flatMap(({ head: { id } }) => [id + HEAD, id + SAMPLES]))
      for (const name of names)
        if (!whole.has(name) && isOurs(name)) await rm(join(folder, name), { force: true })
      for (const kept of found.sort((a, b) => a.head.onset - b.head.onset)) this.#keep(kept)
      await this.#makeRoom(folder)
    })
  }

  /** Resolves when a kill of the process does not lose it any more. The same event twice is one. */
  add({ head, miniseed }: RecordedEvent): Promise<void> {
    return this.#do(
      async (folder) => {
        if (this.#kept.has(head.id)) return
        await this.#write(folder, { head, miniseed })
        this.#keep({ head, bytes: miniseed.length })
        await this.#makeRoom(folder)
        await this.#saveRest(folder)
      },
      async () => {
        if (!this.#kept.has(head.id)) this.#keep({ head, bytes: miniseed.length, miniseed })
        await this.#makeRoom(this.#options.folder)
        this.#retryLater()
      },
    )
  }

  /** Oldest first. */
  waiting(): WaveformHead[] {
    return [...this.#kept.values()].map(({ head }) => head)
  }

  /** Undefined when it has gone meanwhile, or cannot be read any more: then it is not kept on. */
  async read(id: string): Promise<RecordedEvent | undefined> {
    const kept = this.#kept.get(id)
    const { folder } = this.#options
    if (kept === undefined) return undefined
    if (kept.miniseed !== undefined) return { head: kept.head, miniseed: kept.miniseed }
    try {
      return { head: kept.head, miniseed: await readFile(join(folder ?? '', id + SAMPLES)) }
    } catch (error) {
      if (this.#kept.has(id)) {
        this.#evicted += 1
        this.#tell(error)
        await this.#forget([id])
      }
      return undefined
    }
  }

  /** The server has these. */
  confirm(ids: readonly string[]): Promise<void> {
    const ours = ids.filter((id) => this.#kept.has(id))
    this.#sent += ours.length
    return this.#forget(ours)
  }

  health(): WaveformOutboxHealth {
    const unsaved = this.#unsaved().length
    return {
      waiting: this.#kept.size,
      bytes: this.#bytes,
      sent: this.#sent,
      evicted: this.#evicted,
      ...(unsaved === 0 || this.#options.folder === undefined ? {} : { unsaved }),
    }
  }

  /** Resolves when the disk has done all that it was given, or has not taken it once more. */
  async close(): Promise<void> {
    clearTimeout(this.#retrying)
    await this.#do((folder) => this.#saveRest(folder))
    const { folder, logger } = this.#options
    const lost = this.#unsaved().length
    if (lost > 0 && folder !== undefined)
      logger.error({ folder, lost }, `${lost} seismic events are lost: the disk has not taken them`)
  }

  #unsaved(): { head: WaveformHead; miniseed: Uint8Array }[] {
    return [...this.#kept.values()].flatMap(({ head, miniseed }) =>
      miniseed === undefined ? [] : [{ head, miniseed }],
    )
  }

  async #saveRest(folder: string): Promise<void> {
    for (const event of this.#unsaved()) {
      const { id } = event.head
      await this.#write(folder, event)
      if (!this.#kept.has(id)) await removeBoth(folder, id)
      else {
        // In its place.
        this.#kept.set(id, { head: event.head, bytes: event.miniseed.length })
        this.#memoryBytes -= event.miniseed.length
      }
    }
  }

  #retryLater(): void {
    if (this.#options.folder === undefined || this.#memoryBytes === 0) return
    clearTimeout(this.#retrying)
    const retry = () =>
      this.#do(
        (folder) => this.#saveRest(folder),
        () => this.#retryLater(),
      )
    this.#retrying = setTimeout(() => void retry(), RETRY_MS)
    this.#retrying.unref()
  }

  /** Both files, or none. */
  async #write(folder: string, { head, miniseed }: RecordedEvent): Promise<void> {
    await mkdir(folder, { recursive: true })
    try {
      await writeWhole(join(folder, head.id + SAMPLES), miniseed)
      await writeWhole(join(folder, head.id + HEAD), Buffer.from(`${JSON.stringify(head)}\n`))
    } catch (error) {
      // A disk without room needs what there is of it.
      for (const end of [HEAD, SAMPLES, HEAD + DRAFT, SAMPLES + DRAFT])
        await rm(join(folder, head.id + end), { force: true }).catch(() => undefined)
      throw error
    }
    this.#isInTrouble = false
  }

  #keep(kept: Kept): void {
    this.#kept.set(kept.head.id, kept)
    this.#bytes += kept.bytes
    if (kept.miniseed !== undefined) this.#memoryBytes += kept.bytes
  }

  async #makeRoom(folder: string | undefined): Promise<void> {
    for (const [id, { miniseed }] of this.#kept) {
      const isFull = this.#bytes > this.#mostBytes || this.#kept.size > this.#mostEvents
      const isMemoryFull = this.#memoryBytes > this.#mostMemoryBytes
      if (!isFull && !isMemoryFull) return
      // What is on the disk takes no memory.
      if (!isFull && miniseed === undefined) continue
      this.#evicted += 1
      this.#options.logger.warn({ waveform: id }, 'an event was dropped: there is no room for it')
      this.#leave(id)
      if (folder !== undefined && miniseed === undefined) await removeBoth(folder, id)
    }
  }

  #leave(id: string): void {
    const kept = this.#kept.get(id)
    if (kept === undefined) return
    this.#bytes -= kept.bytes
    if (kept.miniseed !== undefined) this.#memoryBytes -= kept.bytes
    this.#kept.delete(id)
  }

  #forget(ids: readonly string[]): Promise<void> {
    for (const id of ids) this.#leave(id)
    if (ids.length === 0) return Promise.resolve()
    return this.#do(async (folder) => {
      for (const id of ids) await removeBoth(folder, id)
    })
  }

  async #read(folder: string, id: string): Promise<Kept | undefined> {
    try {
      const head = JSON.parse(await readFile(join(folder, id + HEAD), 'utf8')) as WaveformHead
      const { size } = await stat(join(folder, id + SAMPLES))
      if (head.id === id && size > 0) return { head, bytes: size }
    } catch (error) {
      this.#tell(error)
    }
    this.#evicted += 1
    return undefined
  }

  /** One thing after the other; `otherwise` when there is no disk, or it does not do it. */
  #do(onDisk: (folder: string) => Promise<void>, otherwise?: () => Promise<void> | void): Promise<void> {
    const { folder } = this.#options
    this.#work = this.#work.then(async () => {
      try {
        if (folder !== undefined) return await onDisk(folder)
      } catch (error) {
        this.#tell(error)
      }
      await otherwise?.()
    })
    return this.#work
  }

  #tell(error: unknown): void {
    if (this.#isInTrouble) return
    this.#isInTrouble = true
    const { folder, logger } = this.#options
    logger.error(
      { folder, detail: (error as Error).message },
      'the disk does not take or give back seismic events',
    )
  }
}

function isOurs(name: string): boolean {
  return [SAMPLES, HEAD, DRAFT].some((end) => name.endsWith(end))
}

/** The head first: without it the samples are what a write left behind. */
async function removeBoth(folder: string, id: string): Promise<void> {
  await rm(join(folder, id + HEAD), { force: true })
  await rm(join(folder, id + SAMPLES), { force: true })
}

/** Nobody ever sees half of it. */
async function writeWhole(path: string, content: Uint8Array): Promise<void> {
  const file = await open(path + DRAFT, 'w')
  try {
    await file.writeFile(content)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(path + DRAFT, path)
}

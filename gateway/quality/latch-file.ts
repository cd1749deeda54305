import { mkdir, open, readFile, rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Logger } from '../../contracts/logger.ts'
import type { ClosedLatch } from './latch-book.ts'

interface Content {
  version: 1
  /** Key: sensor id. */
  latches: Record<string, ClosedLatch[1]>
}

/** How long a start waits for the disk, ms. */
const PATIENCE_MS = 2_000
/** After a write that failed, ms. */
const RETRY_MS = 5_000

/** Keeps the over-range latches in a small file, synced to the disk whenever one closes or opens. */
export class LatchFile {
  readonly #path: string
  readonly #logger: Logger
  readonly #closed: () => ClosedLatch[]
  #isDirty = false
  #writing: Promise<void> | undefined
  #retrying: NodeJS.Timeout | undefined
  #isInTrouble = false

  constructor(options: { path: string; closed: () => ClosedLatch[]; logger: Logger }) {
    this.#path = options.path
    this.#closed = options.closed
    this.#logger = options.logger
  }

  /** Never throws: what cannot be read is told, and then no latch is closed. */
  async load(): Promise<ClosedLatch[]> {
    const { promise: patience, reject } = Promise.withResolvers<string>()
    const timer = setTimeout(() => reject(new Error('the disk does not answer')), PATIENCE_MS)
    try {
      return parse(await Promise.race([readFile(this.#path, 'utf8'), patience]))
    } catch (error) {
      if ((error as { code?: unknown }).code !== 'ENOENT') this.#tell('read', error)
      return []
    } finally {
      clearTimeout(timer)
    }
  }

  /** A latch has changed. Nobody waits for the disk. */
  touch(): void {
    this.#isDirty = true
    this.#writing ??= this.#writeAll().finally(() => {
      this.#writing = undefined
    })
  }

  /** What has changed is on the disk, unless that fails. */
  async close(): Promise<void> {
    await this.#writing
    if (this.#isDirty) this.touch()
    await this.#writing
    clearTimeout(this.#retrying)
  }

  async #writeAll(): Promise<void> {
    while (this.#isDirty) {
      this.#isDirty = false
      try {
        await this.#write()
        this.#isInTrouble = false
      } catch (error) {
        this.#isDirty = true
        this.#tell('written', error)
        this.#retrying = setTimeout(() => this.touch(), RETRY_MS)
        this.#retrying.unref()
        return
      }
    }
  }

  /** The old file stands until the new one is whole. */
  async #write(): Promise<void> {
    const content: Content = { version: 1, latches: Object.fromEntries(this.#closed()) }
    const draft = `${this.#path}.new`
    await mkdir(dirname(this.#path), { recursive: true })
    const file = await open(draft, 'w')
    try {
      await file.writeFile(`${JSON.stringify(content)}\n`)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(draft, this.#path)
  }

  #tell(what: 'read' | 'written', error: unknown): void {
    if (this.#isInTrouble) return
    this.#isInTrouble = true
    this.#logger.error(
      { file: this.#path, detail: (error as Error).message },
      `the over-range latches cannot be ${what}: a restart would open them`,
    )
  }
}

/** @throws Error for anything but what {@link LatchFile} writes */
function parse(text: string): ClosedLatch[] {
  const { version, latches } = JSON.parse(text) as Partial<Content>
  if (version !== 1 || typeof latches !== 'object' || latches === null)
    throw new Error('it is no list of latches of this release')
  return Object.entries(latches).map(([sensor, state]): ClosedLatch => {
    if (state !== 'latched' && state !== 'calibrated')
      throw new Error(`"${String(state)}" is no state of a latch`)
    return [sensor, state]
  })
}

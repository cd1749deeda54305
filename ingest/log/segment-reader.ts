import { type FileHandle, open, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { damagedAt, type Frame, scanFrame } from './frame.ts'

const CHUNK_BYTES = 1024 * 1024
const NAME = /^(\d{16})\.log$/

export interface SegmentName {
  /** Number of its first record. */
  first: number
  path: string
}

export function segmentPath(folder: string, first: number): string {
  return join(folder, `${String(first).padStart(16, '0')}.log`)
}

/** In order of their records. */
export async function listSegments(folder: string): Promise<SegmentName[]> {
  const names = (await readdir(folder)).filter((name) => NAME.test(name)).sort()
  return names.map((name) => ({ first: Number(NAME.exec(name)?.[1]), path: join(folder, name) }))
}

/**
 * Reads the frames of one segment in order, and goes on where it stopped once more has been written. What
 * is damaged is passed over and counted; a torn end looks like a frame that is still being written.
 */
export class SegmentReader {
  readonly path: string
  #handle: FileHandle | undefined
  /** Read and not given yet. */
  #bytes: Buffer = Buffer.alloc(0)
  #start = 0
  #offset = 0
  /** Bytes in which no frame could be made out. */
  damagedBytes = 0

  constructor(path: string) {
    this.path = path
  }

  /**
   * The next frame; undefined when there is none yet. `isClosed` says that no more is being written: what
   * is short then is damaged.
   */
  async next(isClosed: boolean): Promise<Frame | undefined> {
    for (;;) {
      const scan = scanFrame(this.#bytes, this.#start)
      if (scan.kind === 'frame') {
        this.#start = scan.end
        return scan.frame
      }
      if (scan.kind === 'damaged') {
        this.damagedBytes += scan.end - this.#start
        this.#start = scan.end
      } else if (!(await this.#read())) {
        if (!isClosed || this.#start >= this.#bytes.length) return undefined
        const { end } = damagedAt(this.#bytes, this.#start)
        this.damagedBytes += end - this.#start
        this.#start = end
      }
    }
  }

  async close(): Promise<void> {
    await this.#handle?.close()
    this.#handle = undefined
  }

  async #read(): Promise<boolean> {
    this.#handle ??= await open(this.path, 'r')
    const rest = this.#bytes.subarray(this.#start)
    // A buffer of its own each time: frames that were given out stand in the one before.
    const bytes = Buffer.allocUnsafeSlow(rest.length + CHUNK_BYTES)
    rest.copy(bytes)
    const { bytesRead } = await this.#handle.read(bytes, rest.length, CHUNK_BYTES, this.#offset)
    if (bytesRead === 0) return false
    this.#offset += bytesRead
    this.#bytes = bytes.subarray(0, rest.length + bytesRead)
    this.#start = 0
    return true
  }
}

import { mkdir, open, rename, rm, stat, statfs } from 'node:fs/promises'
import { dirname } from 'node:path'

/** Written at once, bytes. */
const CHUNK = 1 << 20
/** Beside itself the reserve wants so many times its size free before it is made again: room to spare. */
const ROOM = 3

/**
 * Space on the disk of the journal that nobody else can use up: a file that is given away when the journal
 * fails for want of space, so that its next try succeeds, and is made again when there is room to spare.
 */
export class ReserveFile {
  readonly #path: string
  readonly #bytes: number
  #isThere = false

  constructor(options: { path: string; bytes: number }) {
    this.#path = options.path
    this.#bytes = options.bytes
  }

  get isThere(): boolean {
    return this.#isThere
  }

  /** Gives its space away. */
  async release(): Promise<void> {
    this.#isThere = false
    await rm(this.#path, { force: true })
  }

  /** Makes it where it is not there and the disk has room to spare; answers whether it is there now. */
  async restore(): Promise<boolean> {
    if (this.#isThere || (await this.#isWhole())) this.#isThere = true
    else if (await this.#hasRoom()) await this.#make()
    return this.#isThere
  }

  async #isWhole(): Promise<boolean> {
    const found = await stat(this.#path).catch(() => undefined)
    // Blocks are of 512 bytes whatever the file system has.
    return found !== undefined && found.size === this.#bytes && found.blocks * 512 >= this.#bytes
  }

  async #hasRoom(): Promise<boolean> {
    await mkdir(dirname(this.#path), { recursive: true })
    const { bavail, bsize } = await statfs(dirname(this.#path))
    return bavail * bsize >= this.#bytes * (1 + ROOM)
  }

  /** Under another name until it is whole. */
  async #make(): Promise<void> {
    const part = `${this.#path}.part`
    try {
      await using file = await open(part, 'w')
      const chunk = noise(CHUNK)
      for (let written = 0; written < this.#bytes; written += CHUNK)
        await file.write(chunk, 0, Math.min(CHUNK, this.#bytes - written))
      await file.sync()
      await rename(part, this.#path)
      this.#isThere = true
    } catch (error) {
      await rm(part, { force: true })
      throw error
    }
  }
}

/** Bytes that no file system makes smaller, as it would zeros (xorshift32). */
function noise(bytes: number): Uint8Array {
  const words = new Uint32Array(bytes / 4)
  let word = 0x9e3779b9
  for (let index = 0; index < words.length; index++) {
    word ^= word << 13
    word ^= word >>> 17
    word ^= word << 5
    words[index] = word
  }
  return new Uint8Array(words.buffer)
}

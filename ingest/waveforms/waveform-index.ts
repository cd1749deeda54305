import { CodedError } from '../../contracts/errors.ts'
import type { StoredWaveform, WaveformPage, WaveformQuery } from '../../contracts/waveform-library.ts'

/** Names a place in the order: onset, a colon, id. */
const CURSOR = /^(\d{1,15}(?:\.\d+)?):(.{1,100})$/

/** What is kept, in the order of onset and id. In memory. */
export class WaveformIndex {
  readonly #byId = new Map<string, StoredWaveform>()
  /** Ascending. */
  readonly #order: StoredWaveform[] = []
  #bytes = 0

  get size(): number {
    return this.#order.length
  }

  get bytes(): number {
    return this.#bytes
  }

  get oldest(): StoredWaveform | undefined {
    return this.#order[0]
  }

  find(id: string): StoredWaveform | undefined {
    return this.#byId.get(id)
  }

  /** One that is there already stays as it is. */
  add(stored: StoredWaveform): void {
    if (this.#byId.has(stored.id)) return
    this.#byId.set(stored.id, stored)
    this.#order.splice(this.#placeOf(stored), 0, stored)
    this.#bytes += stored.bytes
  }

  remove(id: string): void {
    const stored = this.#byId.get(id)
    if (stored === undefined) return
    this.#byId.delete(id)
    this.#order.splice(this.#placeOf(stored), 1)
    this.#bytes -= stored.bytes
  }

  /** @throws CodedError REQUEST_INVALID */
  list({ devices, from, to, before, limit }: WaveformQuery): WaveformPage {
    const items: StoredWaveform[] = []
    const start = before === undefined ? this.#order.length : this.#placeOf(cursorOf(before))
    for (let at = start - 1; at >= 0; at--) {
      const stored = this.#order[at]
      if (stored === undefined || (from !== undefined && stored.onset < from)) break
      if (to !== undefined && stored.onset >= to) continue
      if (devices !== undefined && !devices.has(stored.device)) continue
      const last = items.at(-1)
      if (items.length >= limit && last !== undefined) return { items, next: `${last.onset}:${last.id}` }
      items.push(stored)
    }
    return { items }
  }

  /** Where it stands, or would. */
  #placeOf(wanted: Pick<StoredWaveform, 'onset' | 'id'>): number {
    let [low, high] = [0, this.#order.length]
    while (low < high) {
      const middle = (low + high) >> 1
      const found = this.#order[middle]
      if (found !== undefined && isBefore(found, wanted)) low = middle + 1
      else high = middle
    }
    return low
  }
}

function isBefore(
  one: Pick<StoredWaveform, 'onset' | 'id'>,
  other: Pick<StoredWaveform, 'onset' | 'id'>,
): boolean {
  return one.onset < other.onset || (one.onset === other.onset && one.id < other.id)
}

function cursorOf(text: string): { onset: number; id: string } {
  const [, onset, id] = CURSOR.exec(text) ?? []
  if (onset === undefined || id === undefined)
    throw new CodedError('REQUEST_INVALID', 'before is no cursor of a page of waveforms')
  return { onset: Number(onset), id }
}

/** An item as it is sent, as far as it is looked at here. */
export interface ReceivedItem {
  readonly sequence: number
  readonly id: string
  readonly version: number
  readonly kind: 'hazard' | 'alarm'
  readonly hazard?: { readonly title: string; readonly status: string; readonly grade: string }
  readonly alarm?: { readonly alarm: string; readonly event: string; readonly state: string }
}

export interface Held {
  readonly facility: string
  readonly item: ReceivedItem
  readonly receipt: string
}

/** `same`: that was there before, since its answer was lost; `older`: a later one was there already. */
export type Took = 'new' | 'same' | 'older'

/** The last state of everything that was sent, by facility and id: what a register of a city keeps in its database. */
export class HeldStates {
  readonly #held = new Map<string, Held>()
  /** Items that were taken as {@link Took} says. */
  readonly counts = { new: 0, same: 0, older: 0 }

  /** Keeps it unless a later version is there; the receipt of an item that comes again is the same. */
  take(facility: string, item: ReceivedItem): { took: Took; receipt: string } {
    const key = `${facility}/${item.id}`
    const before = this.#held.get(key)?.item.version ?? 0
    const took = item.version > before ? 'new' : item.version === before ? 'same' : 'older'
    const receipt = `R-${facility}-${item.id}-${item.version}`
    if (took === 'new') this.#held.set(key, { facility, item, receipt })
    this.counts[took] += 1
    return { took, receipt }
  }

  list(): Held[] {
    return [...this.#held.values()]
  }
}

import type { FloodView, JournalItem } from '../contracts/api.ts'
import { formatIso } from '../contracts/iso-time.ts'
import type { StateStore } from './journal/state-store.ts'
import { isAnnunciated } from './kpi/annunciation.ts'
import { FloodDetector } from './kpi/flood.ts'

/** A start looks so far back for the beginning of a flood that goes on, ms. */
const LOOK_BACK_MS = 24 * 3_600_000
/** And at no more entries than this: a flood that makes more in a day is one all the same. */
const LOOK_BACK_ENTRIES = 20_000

interface FloodWatchOptions {
  /** As its file says now. */
  facility: () => { readonly id: string; readonly timezone: string }
  states: Pick<StateStore, 'journal'>
  /** Epoch ms of the server. */
  now: () => number
  /** Called when the view has changed. */
  tell: (view: FloodView) => void
}

/** Whether the operators of a facility are in an alarm flood: told live, and found again in the journal after a start. */
export class FloodWatch {
  readonly #options: FloodWatchOptions
  readonly #detector = new FloodDetector()
  /** As text: what was told last. */
  #told = ''

  private constructor(options: FloodWatchOptions) {
    this.#options = options
  }

  static async open(options: FloodWatchOptions): Promise<FloodWatch> {
    const watch = new FloodWatch(options)
    const { facility, states, now } = options
    const query = { facility: facility().id, from: now() - LOOK_BACK_MS, limit: LOOK_BACK_ENTRIES }
    // They come newest first.
    for (const item of (await states.journal(query)).reverse()) watch.note(item)
    watch.#told = JSON.stringify(watch.view())
    return watch
  }

  /** What the journal, or people without it, were told. It is looked at with the next {@link look}. */
  note(item: Pick<JournalItem, 'event' | 'alarm' | 'time'>): void {
    if (isAnnunciated(item)) this.#detector.note(Math.min(Date.parse(item.time), this.#options.now()))
  }

  /** Time passes: tells what has changed. */
  look(): void {
    const view = this.view()
    const text = JSON.stringify(view)
    if (text === this.#told) return
    this.#told = text
    this.#options.tell(view)
  }

  view(): FloodView {
    const { facility, now } = this.#options
    this.#detector.advance(now())
    const { isFlood, since, last10Minutes, peak } = this.#detector.state
    const { id, timezone } = facility()
    return {
      facility: id,
      isFlood,
      since: since === null ? null : formatIso(since, timezone),
      last10Minutes,
      peak,
    }
  }
}

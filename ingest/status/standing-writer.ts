import type { StatusPoint } from '../../contracts/store.ts'
import type { PicturedPlace, PictureSources, ToldAlarm } from './picture.ts'
import { inSlices } from './slices.ts'
import { standingPoint } from './standing-point.ts'

/** Every alarm that is not normal is written this often, ms; and so long after a store did not take it. */
const EVERY_MS = 30_000
const RETRY_MS = 5_000

/**
 * Writes the alarms that are not normal again and again, so that a query of the last two minutes has all of them.
 * Their transitions come from the journal (`AlarmFeed`), but for those that it could not take in time.
 */
export class StandingWriter {
  readonly #sources: PictureSources
  /** Alarms that changed in a way that their entries do not tell, or not yet. Key: facility id. */
  #changed = new Map<string, Set<string>>()
  /** When all of them are written next, monotonic ms. */
  #next = Number.NEGATIVE_INFINITY

  constructor(sources: PictureSources) {
    this.#sources = sources
  }

  /** Other settings are in force only after their entry was recorded: a picture may have come in between. */
  note({ seq, event, facility, alarm }: ToldAlarm): void {
    if (seq !== undefined && event !== 'changed') return
    const changed = this.#changed.get(facility)
    if (changed === undefined) this.#changed.set(facility, new Set([alarm.id]))
    else changed.add(alarm.id)
  }

  /** To be called several times a second, and not before the last call is done. */
  async tick(): Promise<void> {
    const now = this.#sources.clock.monotonic()
    const isDue = now >= this.#next
    if (isDue) this.#next = now + EVERY_MS
    const changed = this.#changed
    this.#changed = new Map()
    for (const place of this.#sources.places()) {
      const ids = changed.get(place.board.facility.id) ?? []
      const points = Array.from(ids, (id) => this.#point(place, id))
      await this.#sources.write(points.filter((point) => point !== undefined))
      if (isDue && !(await this.#snapshot(place))) this.#next = now + RETRY_MS
    }
  }

  /** False when the store did not take it, or another file came into force meanwhile. */
  async #snapshot(place: PicturedPlace): Promise<boolean> {
    const { board } = place
    const { facility } = board
    const slices = inSlices(
      board.marks(),
      ({ id, state }) => (state === 'NORM' ? undefined : this.#point(place, id)),
      { clock: this.#sources.clock, isOver: () => board.facility !== facility },
    )
    for await (const points of slices) if (!(await this.#sources.write(points))) return false
    return board.facility === facility
  }

  /**
   * It stands 1 ms before now: what the journal records from now on comes behind it, and what it has recorded so far
   * is known here.
   */
  #point({ board }: PicturedPlace, id: string): StatusPoint | undefined {
    const view = board.view(id)
    return view === undefined ? undefined : standingPoint(view, this.#sources.steady.now() - 1)
  }
}

import type { StatusPoint } from '../../contracts/store.ts'
import { limitPoint } from './limit-point.ts'
import type { PicturedPlace, PictureSources, ToldAlarm } from './picture.ts'
import { inSlices } from './slices.ts'

/** Every limit is written this often, ms; and so long after a store did not take it. */
const EVERY_MS = 300_000
const RETRY_MS = 5_000

/** Writes what limits alarms have: again and again, and at once when one was changed or another file is in force. */
export class LimitWriter {
  readonly #sources: PictureSources
  /** Alarms whose settings were changed. Key: facility id. */
  #changed = new Map<string, Set<string>>()
  /** When all limits of a facility are written next, monotonic ms, unless its file is another one. Key: facility id. */
  readonly #next = new Map<string, { at: number; file: object }>()

  constructor(sources: PictureSources) {
    this.#sources = sources
  }

  note({ event, facility, alarm }: ToldAlarm): void {
    if (event !== 'changed') return
    const changed = this.#changed.get(facility)
    if (changed === undefined) this.#changed.set(facility, new Set([alarm.id]))
    else changed.add(alarm.id)
  }

  /** To be called several times a second, and not before the last call is done. */
  async tick(): Promise<void> {
    const { clock, places, write } = this.#sources
    const now = clock.monotonic()
    const changed = this.#changed
    this.#changed = new Map()
    for (const place of places()) {
      const { facility: file } = place.board
      const next = this.#next.get(file.id)
      let isTaken: boolean
      if (next === undefined || next.file !== file || now >= next.at) {
        this.#next.set(file.id, { at: now + EVERY_MS, file })
        isTaken = await this.#all(place)
      } else {
        const points = Array.from(changed.get(file.id) ?? [], (id) => this.#point(place, id))
        isTaken = await write(points.filter((point) => point !== undefined))
      }
      if (!isTaken) this.#next.set(file.id, { at: now + RETRY_MS, file })
    }
  }

  /** False when the store did not take them. */
  async #all({ board }: PicturedPlace): Promise<boolean> {
    const { clock, steady, write } = this.#sources
    const { facility } = board
    const slices = inSlices(
      board.marks(),
      ({ config, ...mark }) => limitPoint(config, { ...mark, facility: facility.id }, steady.now()),
      { clock, isOver: () => board.facility !== facility },
    )
    for await (const points of slices) if (!(await write(points))) return false
    return true
  }

  #point({ board }: PicturedPlace, id: string): StatusPoint | undefined {
    const [config, view] = [board.config(id), board.view(id)]
    return config && view && limitPoint(config, view, this.#sources.steady.now())
  }
}

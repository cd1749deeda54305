import type { StatusPoint } from '../../contracts/store.ts'
import { marginOf, Smallest } from './margin.ts'
import type { PicturedPlace, PictureSources } from './picture.ts'
import { inSlices } from './slices.ts'

/** Written this often, ms. */
const EVERY_MS = 10_000
/** So many alarms of each facility: a table that people read to its end. */
const MOST = 20

/** Writes which alarms are nearest to going off. */
export class MarginWriter {
  readonly #sources: PictureSources
  /** Monotonic ms. */
  #next = Number.NEGATIVE_INFINITY

  constructor(sources: PictureSources) {
    this.#sources = sources
  }

  /** A change of an alarm is no news: its value was on its way there. */
  note(): void {}

  /** To be called several times a second, and not before the last call is done. */
  async tick(): Promise<void> {
    const now = this.#sources.clock.monotonic()
    if (now < this.#next) return
    this.#next = now + EVERY_MS
    for (const place of this.#sources.places()) await this.#sources.write(await this.#nearest(place))
  }

  async #nearest({ board, alarms, intake }: PicturedPlace): Promise<StatusPoint[]> {
    const { clock, steady } = this.#sources
    const { facility } = board
    const nearest = new Smallest<StatusPoint>(MOST)
    const time = steady.now()
    const slices = inSlices(
      board.marks(),
      ({ id: alarm, sensor: id, area, config }) => {
        const [sensor, latest] = [facility.sensors.get(id), intake.taker.latest(id)]
        if (sensor === undefined || latest === undefined || alarms.isStale(id)) return
        const margin = marginOf(config, sensor, latest)
        if (margin === undefined) return
        nearest.offer(margin, () => ({
          measurement: 'alarm_margin',
          tags: { facility: facility.id, area, sensor: id, alarm },
          fields: { margin, value: latest.value ?? 0, limit: config.limit, unit: sensor.unit },
          time,
        }))
      },
      { clock, isOver: () => board.facility !== facility },
    )
    for await (const _ of slices);
    return board.facility === facility ? nearest.items : []
  }
}

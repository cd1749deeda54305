import type { Facility } from '../../contracts/facility.ts'
import { type AreaName, AreaTally } from './area-tally.ts'
import type { PicturedPlace, PictureSources, ToldAlarm } from './picture.ts'
import { inSlices } from './slices.ts'

/** Every area is written this often, ms. */
const EVERY_MS = 10_000
/** One of which an alarm changed is written no more often than this, ms. */
const REST_MS = 1_000
/** Nor more often than this many times what adding it up took. */
const REST = 20
/** Where the alarms of the system itself stand: it is no place of the plant, and stands on no map. */
const SYSTEM: Pick<AreaName, 'id' | 'name'> = { id: 'system', name: 'System' }

interface Written {
  /** When all areas were written, and when any, by the monotonic clock. */
  all: number
  any: number
  /** What the last one took, rests included, ms. */
  took: number
}

/** Writes how each area is: again and again, and at once when an alarm of it changed. */
export class AreaWriter {
  readonly #sources: PictureSources
  /** Areas of which an alarm changed. Key: facility id. */
  readonly #changed = new Map<string, Set<string>>()
  /** Key: facility id. */
  readonly #written = new Map<string, Written>()

  constructor(sources: PictureSources) {
    this.#sources = sources
  }

  note({ facility, alarm }: ToldAlarm): void {
    const changed = this.#changed.get(facility)
    if (changed === undefined) this.#changed.set(facility, new Set([alarm.area]))
    else changed.add(alarm.area)
  }

  /** To be called several times a second, and not before the last call is done. */
  async tick(): Promise<void> {
    for (const place of this.#sources.places()) await this.#look(place)
  }

  async #look(place: PicturedPlace): Promise<void> {
    const { id } = place.board.facility
    const begun = this.#sources.clock.monotonic()
    const last = this.#written.get(id)
    const changed = this.#changed.get(id)
    const isDue = last === undefined || begun - last.all >= EVERY_MS
    if (!isDue && (changed === undefined || begun - last.any < Math.max(REST_MS, REST * last.took))) return
    this.#changed.delete(id)
    const written = { all: isDue ? begun : last.all, any: begun, took: 0 }
    this.#written.set(id, written)
    const tallies = await this.#tallies(place)
    written.took = this.#sources.clock.monotonic() - begun
    if (tallies === undefined) {
      // Another file came into force meanwhile: all of it once more.
      this.#written.delete(id)
      return
    }
    const now = this.#sources.steady.now()
    const names = areaNames(place.board.facility).filter((area) => isDue || changed?.has(area.id))
    await this.#sources.write(names.flatMap((area) => tallies.get(area.id)?.point(area, now) ?? []))
  }

  /** Key: area id. Undefined when another file came into force meanwhile. */
  async #tallies({ board, alarms, intake }: PicturedPlace): Promise<Map<string, AreaTally> | undefined> {
    const { facility } = board
    const tallies = new Map(areaNames(facility).map(({ id }) => [id, new AreaTally()]))
    const pace = { clock: this.#sources.clock, isOver: () => board.facility !== facility }
    const visits = [
      inSlices(
        facility.sensors.values(),
        ({ id, area }) => {
          const isBad = intake.taker.latest(id)?.quality === 'bad'
          tallies.get(area)?.addSensor({ isStale: alarms.isStale(id), isBad })
        },
        pace,
      ),
      inSlices(board.marks(), (mark) => tallies.get(mark.area)?.add(mark), pace),
    ]
    for (const visit of visits) {
      let step = await visit.next()
      while (step.done !== true) step = await visit.next()
      if (!step.value) return undefined
    }
    return tallies
  }
}

function areaNames({ id: facility, name: facilityName, location, areas }: Facility): AreaName[] {
  const named = (area: Pick<AreaName, 'id' | 'name' | 'location'>) => ({
    facility,
    facilityName,
    id: area.id,
    name: area.name,
    ...(area.location === undefined ? {} : { location: area.location }),
  })
  const places = areas.map((area) => named({ ...(location === undefined ? {} : { location }), ...area }))
  return areas.some(({ id }) => id === SYSTEM.id) ? places : [...places, named(SYSTEM)]
}

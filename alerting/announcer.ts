import type { AlarmView, JournalItem, ReadingView } from '../contracts/api.ts'
import type { Facility } from '../contracts/facility.ts'
import type { Reading } from '../contracts/reading.ts'
import { readingView } from './api/facility-routes.ts'
import type { Told } from './journal/journal-queue.ts'

interface AnnouncerOptions {
  /** As its file says now. */
  facility: () => Pick<Facility, 'id' | 'timezone'>
  stream: {
    send(event: 'alarm', item: JournalItem, seq?: number): void
    reading(key: string, view: () => ReadingView): void
  }
  /** The alarm as it stands now. */
  view: (alarm: string) => AlarmView | undefined
  /** Its retained topic. */
  publish: (view: AlarmView) => void
  /** What the sensor is shown with: a stale one is. */
  latest: (sensor: string) => Reading | undefined
}

/** Tells people what the journal has: the stream, the retained topic, and the tile of a sensor gone stale. */
export class Announcer {
  readonly #options: AnnouncerOptions

  constructor(options: AnnouncerOptions) {
    this.#options = options
  }

  alarm(told: Told): void {
    const { stream, view, publish, latest } = this.#options
    const item: JournalItem = told.seq === undefined ? { ...told, seq: 0, recorded: told.time } : told
    stream.send('alarm', item, told.seq)
    // That people were told changes nothing of it.
    if (item.event !== 'notified') publish(view(item.alarm.id) ?? item.alarm)
    const isStale = item.event === 'raised' && item.alarm.when === 'fault' && item.alarm.reason === 'stale'
    const reading = isStale ? latest(item.alarm.sensor) : undefined
    if (reading !== undefined) this.reading(reading)
  }

  reading(reading: Reading): void {
    const { stream } = this.#options
    const facility = this.#options.facility()
    stream.reading(`${facility.id} ${reading.sensor}`, () => readingView(facility, reading))
  }
}

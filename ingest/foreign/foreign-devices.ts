import type { Facility } from '../../contracts/facility.ts'
import type { ForeignDevice } from '../../contracts/foreign-device.ts'
import type { Reading } from '../../contracts/reading.ts'
import { coversFilter, matchesFilter } from '../../contracts/topic-filter.ts'
import { Topics } from '../../contracts/topics.ts'
import { type ForeignMessage, type ForeignOutcome, readMessage } from './foreign-message.ts'

/** What a message means to one of the devices that its topic belongs to. */
export interface ForeignTake extends ForeignOutcome {
  readonly device: string
  /** False of what the broker had kept: history, and nobody's sign of life. */
  readonly isLive: boolean
}

/** How far a time may be pushed on so that the readings of a sensor stay apart; more is a clock set back, ms. */
const MAX_PUSH_MS = 1_000

/** The foreign devices of one facility: which topics they publish on, and what their messages mean. */
export class ForeignDevices {
  /** Those whose topic has no wildcard. Key: topic. */
  #exact: ReadonlyMap<string, readonly ForeignDevice[]> = new Map()
  /** Those whose topic has one. Key: topic filter. */
  #wild: ReadonlyMap<string, readonly ForeignDevice[]> = new Map()
  /** The time of its newest reading, epoch ms. Key: sensor id. */
  readonly #times = new Map<string, number>()

  constructor(facility: Pick<Facility, 'id' | 'mqtt' | 'foreign'>) {
    this.follow(facility)
  }

  /** The devices as the facility file says now. */
  follow({ id, mqtt, foreign }: Pick<Facility, 'id' | 'mqtt' | 'foreign'>): void {
    const topics = new Topics(mqtt.prefix, id)
    const isWild = (device: ForeignDevice) => device.topic.includes('+')
    const byTopic = (device: ForeignDevice) => topics.foreign(device)
    this.#exact = Map.groupBy(
      foreign.filter((device) => !isWild(device)),
      byTopic,
    )
    this.#wild = Map.groupBy(foreign.filter(isWild), byTopic)
  }

  /** What to subscribe to. Brokers may send a message once for each filter, so none lies within another. */
  get subscriptions(): string[] {
    const filters = [...this.#exact.keys(), ...this.#wild.keys()]
    return filters.filter(
      (filter) => !filters.some((other) => other !== filter && coversFilter(other, filter)),
    )
  }

  /** Undefined when the topic belongs to none of them. Never throws. */
  take(topic: string, message: ForeignMessage): ForeignTake[] | undefined {
    const concerned = [...(this.#exact.get(topic) ?? [])]
    for (const [filter, devices] of this.#wild) if (matchesFilter(filter, topic)) concerned.push(...devices)
    if (concerned.length === 0) return undefined
    return concerned.map((device) => {
      const { readings, refused } = readMessage(device, message)
      return {
        device: device.id,
        isLive: !message.isRetained,
        readings: readings.map((reading) => this.#apart(reading, message.arrived)),
        refused,
      }
    })
  }

  /**
   * Two messages may arrive in one millisecond, and a store keeps one reading for each time: whatever is dated
   * by its arrival comes after the one before. What the device has dated itself stays where it is.
   */
  #apart(reading: Reading, arrived: number): Reading {
    const { sensor } = reading
    const last = this.#times.get(sensor) ?? Number.NEGATIVE_INFINITY
    const isPushed = reading.time === arrived && last >= arrived && last < arrived + MAX_PUSH_MS
    const time = isPushed ? last + 1 : reading.time
    // Arrival follows the clock of the server back when that is set back.
    if (time > last || reading.time === arrived) this.#times.set(sensor, time)
    return isPushed ? { ...reading, time } : reading
  }
}

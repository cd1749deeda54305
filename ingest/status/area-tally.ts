import { type AlarmState, isAnnunciated, isSetAside, isUnacknowledged } from '../../contracts/alarm.ts'
import type { Location } from '../../contracts/facility.ts'
import type { Priority } from '../../contracts/facility-words.ts'
import type { StatusPoint } from '../../contracts/store.ts'
import { rankOf, URGENCY } from './rank.ts'

/** An alarm, as far as its area is coloured by it. */
export interface TalliedAlarm {
  readonly id: string
  /** The state shown. */
  readonly state: AlarmState
  /** As it has risen by now. */
  readonly priority: Priority
  /** Place among all alarms: by severity, then as in the file. */
  readonly order: number
}

/** An area, as people know it. */
export interface AreaName {
  readonly facility: string
  readonly facilityName: string
  readonly id: string
  readonly name: string
  /** Absent when nobody has said where it is. */
  readonly location?: Location
}

/** Adds up alarms and sensors of one area. */
export class AreaTally {
  readonly #byPriority: Record<Priority, number> = { low: 0, medium: 0, high: 0, critical: 0 }
  #unacknowledged = 0
  #setAside = 0
  #sensors = 0
  #bad = 0
  #stale = 0
  #worst: TalliedAlarm | undefined

  add(alarm: TalliedAlarm): void {
    const { state, priority } = alarm
    if (isSetAside(state)) this.#setAside += 1
    if (!isAnnunciated(state)) return
    this.#byPriority[priority] += 1
    if (isUnacknowledged(state)) this.#unacknowledged += 1
    if (urgencyOf(state) !== -1 && (this.#worst === undefined || isWorse(alarm, this.#worst)))
      this.#worst = alarm
  }

  /** One that has been silent for too long is stale, whatever it said last. */
  addSensor({ isStale, isBad }: { isStale: boolean; isBad: boolean }): void {
    this.#sensors += 1
    if (isStale) this.#stale += 1
    else if (isBad) this.#bad += 1
  }

  /** Of now, epoch ms. */
  point({ facility, facilityName, id, name, location }: AreaName, time: number): StatusPoint {
    const worst = this.#worst
    const { low, medium, high, critical } = this.#byPriority
    return {
      measurement: 'area',
      tags: { facility, area: id },
      fields: {
        name,
        facilityName,
        ...(location === undefined ? {} : { lat: location.lat, lon: location.lon }),
        worst: worst === undefined ? 0n : BigInt(rankOf(worst.priority)),
        worstAlarm: worst?.id ?? '',
        worstState: worst?.state ?? '',
        critical: BigInt(critical),
        high: BigInt(high),
        medium: BigInt(medium),
        low: BigInt(low),
        unacknowledged: BigInt(this.#unacknowledged),
        setAside: BigInt(this.#setAside),
        sensors: BigInt(this.#sensors),
        bad: BigInt(this.#bad),
        stale: BigInt(this.#stale),
      },
      time,
    }
  }
}

/** -1 of what is neither active nor unacknowledged, which colours nothing. */
function urgencyOf(state: AlarmState): number {
  return URGENCY.indexOf(state)
}

function isWorse(alarm: TalliedAlarm, than: TalliedAlarm): boolean {
  const byRank = rankOf(alarm.priority) - rankOf(than.priority)
  if (byRank !== 0) return byRank > 0
  const byUrgency = urgencyOf(than.state) - urgencyOf(alarm.state)
  return byUrgency === 0 ? alarm.order < than.order : byUrgency > 0
}

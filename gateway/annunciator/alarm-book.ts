import { isUnacknowledged } from '../../contracts/alarm.ts'
import type { Standing } from './decision.ts'
import { isTold, type ShownAlarm } from './shown-alarm.ts'

/** Far more than stand in the worst of floods; what comes beyond is not taken. */
const MOST_ALARMS = 50_000

/** The alarms that stand, as the broker told them. Those that show nothing take no room. */
export class AlarmBook {
  /** Key: alarm id. */
  readonly #standing = new Map<string, Standing>()

  alarms(): Iterable<Standing> {
    return this.#standing.values()
  }

  /** False when there is no room for it. */
  take(alarm: ShownAlarm, now: number): boolean {
    const before = this.#standing.get(alarm.id)
    if (!isTold(alarm)) this.#standing.delete(alarm.id)
    else if (before === undefined && this.#standing.size >= MOST_ALARMS) return false
    else {
      const isGoingOn = before !== undefined && isUnacknowledged(before.state)
      this.#standing.set(alarm.id, { ...alarm, since: isGoingOn ? before.since : now })
    }
    return true
  }

  /** There is no such alarm any more. */
  drop(alarm: string): void {
    this.#standing.delete(alarm)
  }

  clear(): void {
    this.#standing.clear()
  }
}

import { isActive } from '../../contracts/alarm.ts'
import type { Priority } from '../../contracts/facility-words.ts'
import { priorityOf, shownState } from '../alarm-record.ts'
import type { Transition } from '../evaluation.ts'

/** One activation of an alarm that operators were told of. Epoch ms. */
export interface ReplayedOccurrence {
  readonly alarm: string
  readonly priority: Priority
  readonly raised: number
  /** Infinity while its condition is active. */
  returned: number
  readonly value: number | null
  /** Nothing hid it when it was raised. */
  readonly isTold: boolean
}

/** Every time the condition of an alarm became active, in order. */
export class Occurrences {
  /** Key: alarm id. */
  readonly #lists = new Map<string, ReplayedOccurrence[]>()

  get alarms(): Iterable<string> {
    return this.#lists.keys()
  }

  take({ event, time, config, record }: Transition): void {
    if (event === 'raised') {
      const list = this.#lists.get(config.id) ?? []
      this.#lists.set(config.id, list)
      list.push({
        alarm: config.id,
        priority: priorityOf(config, record),
        raised: time,
        returned: Number.POSITIVE_INFINITY,
        value: record.sample.value,
        isTold: isActive(shownState(record)),
      })
    } else if (event === 'returned') {
      const last = this.#lists.get(config.id)?.at(-1)
      if (last !== undefined) last.returned = time
    }
  }

  told(alarm: string): readonly ReplayedOccurrence[] {
    return (this.#lists.get(alarm) ?? []).filter(({ isTold }) => isTold)
  }

  /** How long the condition was active within a time, ms. */
  activeMs(alarm: string, from: number, to: number): number {
    let sum = 0
    for (const { raised, returned } of this.#lists.get(alarm) ?? [])
      sum += Math.max(0, Math.min(returned, to) - Math.max(raised, from))
    return sum
  }
}

/**
 * Occurrences of one alarm that have no counterpart on the other side. Two are the same when their times touch, and each
 * is the counterpart of one at most: where one long becomes three short ones, two appear.
 */
export function unpaired(
  file: readonly ReplayedOccurrence[],
  set: readonly ReplayedOccurrence[],
): { disappear: ReplayedOccurrence[]; appear: ReplayedOccurrence[] } {
  const disappear: ReplayedOccurrence[] = []
  const appear: ReplayedOccurrence[] = []
  let [left, right] = [0, 0]
  for (;;) {
    const [ours, theirs] = [file[left], set[right]]
    if (ours === undefined || theirs === undefined) break
    if (ours.raised <= theirs.returned && theirs.raised <= ours.returned) {
      left += 1
      right += 1
    } else if (ours.raised < theirs.raised) {
      disappear.push(ours)
      left += 1
    } else {
      appear.push(theirs)
      right += 1
    }
  }
  return {
    disappear: [...disappear, ...file.slice(left)],
    appear: [...appear, ...set.slice(right)],
  }
}

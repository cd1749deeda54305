import { AlarmEngine } from '../../alerting/alarm-engine.ts'
import { journalItem } from '../../alerting/alarm-view.ts'
import type { Commit, KeptRecord, NewEntry } from '../../alerting/journal/state-store.ts'
import { evidenceBatch, smallFacility } from './alarm-fixtures.ts'

const facility = smallFacility()

/** A raise and a return of T-1.H, as the service enters them, again and again. */
export function entriesOf(rounds = 1): NewEntry[] {
  const engine = new AlarmEngine({ facility, now: 0 })
  const batch = (time: number, value: number) =>
    evidenceBatch({ readings: [{ sensor: 'T-1', time, value, quality: 'good' }] })
  const transitions = Array.from({ length: rounds }, (_, round) => [
    ...engine.evaluate(batch(round * 2_000 + 1_000, 25), round * 2_000 + 1_000).transitions,
    ...engine.evaluate(batch(round * 2_000 + 2_000, 5), round * 2_000 + 2_000).transitions,
  ]).flat()
  return transitions.map((transition) => ({
    key: `${transition.config.id}#${transition.record.transitions}`,
    time: transition.time,
    alarm: transition.config.id,
    sensor: transition.sensor.id,
    item: journalItem(facility, transition),
  }))
}

/** The same of another alarm. */
export function entryOf(entry: NewEntry, alarm: string, number: number): NewEntry {
  const item = { ...entry.item, alarm: { ...entry.item.alarm, id: alarm } }
  return { ...entry, key: `${alarm}#${number}`, alarm, item }
}

export function commitOf(entries: readonly NewEntry[], over: Partial<Commit> = {}): Commit {
  return { facility: 'plant', timezone: 'UTC', recorded: 5_000, entries, records: new Map(), ...over }
}

export function keptRecord(position = 0): KeptRecord {
  const [entry] = [...new AlarmEngine({ facility, now: 7 }).entries()]
  if (entry === undefined) throw new Error('an alarm expected')
  return { record: entry.record, position }
}

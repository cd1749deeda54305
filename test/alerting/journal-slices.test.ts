import fc from 'fast-check'
import { expect, test } from 'vitest'
import { newAlarm } from '../../alerting/alarm-record.ts'
import { JournalQueue } from '../../alerting/journal/journal-queue.ts'
import type { Commit, KeptRecord, NewEntry } from '../../alerting/journal/state-store.ts'
import { SteadyClock } from '../../contracts/clock.ts'
import { silentLogger } from '../../contracts/logger.ts'
import { alarm as alarmViewOf } from './notify/channels/scene.ts'

/** Entries of so many alarms, each after the other; those of `urgent` are of life safety. */
function entriesOf(alarms: readonly number[], urgent: ReadonlySet<number>): NewEntry[] {
  const counts = new Map<number, number>()
  return alarms.map((alarm) => {
    const n = (counts.get(alarm) ?? 0) + 1
    counts.set(alarm, n)
    const view = alarmViewOf({ id: `T-${alarm}.H`, sensor: `T-${alarm}`, lifeSafety: urgent.has(alarm) })
    return {
      key: `T-${alarm}.H#${n}`,
      time: n,
      alarm: view.id,
      sensor: view.sensor,
      item: { time: 'then', facility: 'plant', event: 'raised', from: 'NORM', by: null, alarm: view },
    }
  })
}

test('very many entries are told in parts: life safety first, each alarm in order and kept with its last', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.nat({ max: 60 }), { minLength: 1, maxLength: 700 }),
      fc.uniqueArray(fc.nat({ max: 60 }), { maxLength: 10 }),
      async (alarms, urgent) => {
        const ofLifeSafety = new Set(urgent)
        const entries = entriesOf(alarms, ofLifeSafety)
        const records = new Map<string, KeptRecord>(
          entries.map(({ alarm }) => [alarm, { record: newAlarm(0), position: 1 }]),
        )
        const commits: Commit[] = []
        const told: string[] = []
        let seq = 0
        const queue = new JournalQueue({
          facility: { id: 'plant' },
          timezone: () => 'UTC',
          clock: new SteadyClock({ wall: () => 0, monotonic: () => 0 }),
          states: {
            commit: async (commit) => {
              commits.push(commit)
              return commit.entries.map(({ item }) => {
                seq += 1
                return { ...item, seq, recorded: 'now' }
              })
            },
          },
          tell: ({ alarm }) => told.push(alarm.id),
          onFailing: () => undefined,
          logger: silentLogger,
        })
        await queue.add(entries, records)
        const keys = commits.flatMap(({ entries: part }) => part.map(({ key }) => key))
        // All of them, each once, and told by the time that it is said to be done.
        expect(keys.toSorted()).toEqual(entries.map(({ key }) => key).toSorted())
        expect(told).toHaveLength(entries.length)
        expect(Math.max(...commits.map(({ entries: part }) => part.length))).toBeLessThanOrEqual(200)
        for (const alarm of records.keys()) {
          const own = (key: string) => key.startsWith(`${alarm}#`)
          expect(keys.filter(own)).toEqual(entries.map(({ key }) => key).filter(own))
          const last = commits.findLastIndex(({ entries: part }) =>
            part.some((entry) => entry.alarm === alarm),
          )
          const kept = commits.flatMap((commit, index) => (commit.records.has(alarm) ? [index] : []))
          expect(kept).toEqual([last])
        }
        if (commits.length > 1) {
          const isUrgent = commits.flatMap(({ entries: part }) =>
            part.map(({ item }) => item.alarm.lifeSafety),
          )
          expect(isUrgent).toEqual(isUrgent.toSorted((a, b) => Number(b) - Number(a)))
        }
        await queue.stop()
      },
    ),
    { numRuns: 40 },
  )
})

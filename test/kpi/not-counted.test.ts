import { readdirSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { WATCHDOG_CLASS } from '../../contracts/alarm-class.ts'
import type { JournalItem } from '../../contracts/api.ts'
import { journalOf, kpiOf } from './entries.ts'

const stories = readdirSync(new URL('./journals', import.meta.url)).map((file) => file.replace('.ndjson', ''))

const query = (items: readonly JournalItem[]) => {
  const times = items.map(({ time }) => Date.parse(time))
  const from = Math.min(...times)
  return {
    facility: 'plant',
    timezone: 'UTC',
    shifts: ['08:00', '20:00'],
    from,
    to: Math.max(...times) + 3_600_000,
  }
}

test.each(stories)('that people were told, and rounds of the watchdog, change no figure of %s', (story) => {
  const items = journalOf(story)
  const plain = kpiOf(items, query(items))
  fc.assert(
    fc.property(fc.array(fc.nat({ max: items.length - 1 }), { maxLength: 20 }), (places) => {
      const among = items.flatMap((item, index) => {
        if (!places.includes(index)) return [item]
        const dog = { ...item.alarm, id: 'WD-1.H', sensor: 'WD-1', class: WATCHDOG_CLASS }
        return [
          item,
          { ...item, event: 'notified' as const },
          {
            ...item,
            event: 'raised' as const,
            alarm: { ...dog, state: 'ACKED' as const, live: 'ACKED' as const },
          },
        ]
      })
      expect(kpiOf(among, query(items))).toEqual(plain)
    }),
    { numRuns: 30 },
  )
})

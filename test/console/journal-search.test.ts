import { describe, expect, test } from 'vitest'
import type { JournalItem } from '../../contracts/api.ts'
import type { ApiClient, JournalQuery } from '../../dashboards/console/src/api-client.ts'
import { noteOf } from '../../dashboards/console/src/journal-note.ts'
import { matchesAll, searchJournal } from '../../dashboards/console/src/journal-search.ts'
import { type JournalFilters, NO_FILTERS } from '../../dashboards/console/src/route.ts'
import { alarmOf, entryOf, FACILITY, iso, TIMEZONE } from './fake-plant.ts'

const NOW = Date.parse('2026-11-21T02:00:00Z')
const FLAG = {
  by: 'Li Wei',
  reason: 'Hot work permit 4711',
  since: iso(NOW),
  until: null,
  cause: null,
  approvedBy: 'Wang Fang',
  oneShot: false,
}
const search = (filters: Partial<JournalFilters>) => ({
  facility: FACILITY,
  timezone: TIMEZONE,
  filters: { ...NO_FILTERS, ...filters },
})

/** Serves entries newest first, as many as are asked for, and notes the questions. */
function journalOf(items: readonly JournalItem[]): Pick<ApiClient, 'journal'> & { asked: JournalQuery[] } {
  const asked: JournalQuery[] = []
  return {
    asked,
    async journal(query) {
      asked.push(query)
      const rest = items.filter(({ seq }) => query.before === undefined || seq < Number(query.before))
      const page = rest.slice(0, query.limit)
      const next = rest.length > page.length ? { next: String(page.at(-1)?.seq) } : {}
      return { ok: true, value: { items: page, ...next } }
    },
  }
}

describe('search', () => {
  const many = Array.from({ length: 1_200 }, (_, index) => {
    const seq = 1_200 - index
    return entryOf(seq, alarmOf('A.H', NOW), {
      event: seq % 100 === 0 ? 'acknowledged' : 'raised',
      by: seq % 100 === 0 ? 'Li Wei' : null,
    })
  })

  test('without a filter of ours: one page, and where it goes on', async () => {
    const api = journalOf(many)
    const found = await searchJournal(api, search({ sensor: 'A' }))
    expect(api.asked).toEqual([{ facility: FACILITY, sensor: 'A', limit: 50 }])
    expect([found.items.length, found.next]).toEqual([50, '1151'])
  })

  test('with one, it reads to the beginning when little matches', async () => {
    const api = journalOf(many)
    const found = await searchJournal(api, search({ event: 'acknowledged', by: 'li' }))
    expect(found.items.map(({ seq }) => seq)).toEqual([
      1_200, 1_100, 1_000, 900, 800, 700, 600, 500, 400, 300, 200, 100,
    ])
    expect(found.next).toBeUndefined()
    expect(api.asked.map(({ before }) => before)).toEqual([undefined, '701', '201'])
  })

  test('it stops where it was full, and goes on from there', async () => {
    const api = journalOf(many)
    const first = await searchJournal(api, search({ event: 'raised' }))
    expect(first.next).toBe('701')
    const second = await searchJournal(api, { ...search({ event: 'raised' }), before: first.next })
    expect(second.items[0]?.seq).toBe(699)
  })

  test('times are those of the plant', async () => {
    const api = journalOf([])
    await searchJournal(api, search({ from: '2026-11-21T10:00', to: '2026-11-21T11:30' }))
    expect(api.asked[0]).toMatchObject({
      from: '2026-11-21T10:00:00+08:00',
      to: '2026-11-21T11:30:00+08:00',
    })
  })

  test('a failure keeps what was found before it', async () => {
    const good = journalOf(many)
    let calls = 0
    const api: Pick<ApiClient, 'journal'> = {
      async journal(query) {
        calls += 1
        return calls === 1
          ? good.journal(query)
          : { ok: false, failure: { kind: 'unreachable', detail: 'HTTP 502' } }
      },
    }
    const found = await searchJournal(api, search({ by: 'li' }))
    expect(found.failure).toEqual({ kind: 'unreachable', detail: 'HTTP 502' })
    expect(found.items.length).toBe(5)
  })
})

describe('what the stream brings', () => {
  const item = entryOf(1, alarmOf('A.H', NOW, { shelved: FLAG, message: 'Methane is high' }), {
    event: 'shelved',
    by: 'Li Wei',
    time: iso(NOW),
  })
  test.each<[Partial<JournalFilters>, boolean]>([
    [{}, true],
    [{ sensor: 'A' }, true],
    [{ sensor: 'B' }, false],
    [{ alarm: 'A.HH' }, false],
    [{ event: 'shelved' }, true],
    [{ event: 'raised' }, false],
    [{ by: ' li w' }, true],
    [{ by: 'Chen' }, false],
    [{ text: 'METHANE' }, true],
    [{ text: 'permit 4711' }, true],
    [{ text: 'wang fang' }, true],
    [{ text: 'chlorine' }, false],
    [{ from: '2026-11-21T10:00' }, true],
    [{ from: '2026-11-21T10:01' }, false],
    [{ to: '2026-11-21T10:00' }, false],
  ])('%o: %s', (filters, isFound) => {
    expect(matchesAll(item, search(filters))).toBe(isFound)
  })

  test('another plant is not this one', () => {
    expect(matchesAll({ ...item, facility: 'elsewhere' }, search({}))).toBe(false)
  })
})

describe('why', () => {
  const at = (event: JournalItem['event'], more: Parameters<typeof alarmOf>[2]) =>
    noteOf(entryOf(1, alarmOf('A.H', NOW, more), { event }))
  test('a comment, the reason of a flag, the reason of a change', () => {
    const why = { text: 'Hot work permit 4711', approvedBy: 'Wang Fang' }
    expect(at('acknowledged', { comment: 'Crew sent' })).toEqual({ text: 'Crew sent', approvedBy: null })
    expect(at('shelved', { shelved: FLAG })).toEqual(why)
    expect(at('suppressed', { suppressed: [{ ...FLAG, reason: 'older' }, FLAG] })).toEqual(why)
    expect(at('out-of-service', { outOfService: FLAG })).toEqual(why)
    expect(at('raised', { shelved: FLAG, comment: 'old' })).toBeNull()
    const change = { revision: 1, reason: 'New pump', approvedBy: 'Zhao', settled: null, changes: {} }
    const changed = { ...entryOf(1, alarmOf('A.H', NOW)), change }
    expect(noteOf(changed)).toEqual({ text: 'New pump', approvedBy: 'Zhao' })
  })
})

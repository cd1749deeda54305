import { describe, expect, test } from 'vitest'
import { WATCHDOG_CLASS } from '../../contracts/alarm-class.ts'
import type { AlarmView, JournalItem } from '../../contracts/api.ts'
import { soundOf } from '../../dashboards/console/src/annunciation.ts'
import { matchesAll, searchJournal } from '../../dashboards/console/src/journal-search.ts'
import { reduce } from '../../dashboards/console/src/reducer.ts'
import { type JournalFilters, NO_FILTERS } from '../../dashboards/console/src/route.ts'
import { type ConsoleState, initialState } from '../../dashboards/console/src/state.ts'
import { alarmOf, entryOf, FACILITY, iso, quietTree, TIMEZONE } from './fake-plant.ts'

const NOW = Date.parse('2026-11-21T02:00:00Z')
const DOG = alarmOf('WD-1.H', NOW, { class: WATCHDOG_CLASS, priority: 'critical' })
const GAS = alarmOf('GT-1.H', NOW, { priority: 'critical' })

function loadedWith(alarms: readonly AlarmView[]): ConsoleState {
  return reduce(initialState({ at: 0, time: iso(NOW), now: NOW, facility: undefined }), {
    kind: 'loaded',
    at: 0,
    snapshot: {
      server: { version: '0.1.0', auth: 'off', time: iso(NOW), started: iso(NOW), config: [] },
      facilities: [],
      tree: quietTree(NOW),
      alarms,
      floods: [],
    },
  })
}

const heard = (state: ConsoleState, item: JournalItem) => reduce(state, { kind: 'alarm', at: 1, item })
const standing = (state: ConsoleState) => [...state.alarms.values()].map(({ id, state: at }) => [id, at])

describe('the synthetic alarm of the watchdog', () => {
  test('is in no list and makes no sound, whether it was loaded or heard', () => {
    const state = heard(loadedWith([DOG]), entryOf(1, DOG))
    expect([standing(state), soundOf(state)]).toEqual([[], 'none'])
    expect(soundOf(heard(state, entryOf(2, GAS)))).toBe('alarm')
  })

  describe('in the journal', () => {
    const items = [entryOf(3, DOG), entryOf(2, GAS), entryOf(1, DOG)]
    const api = { journal: async () => ({ ok: true as const, value: { items } }) }
    const search = (filters: Partial<JournalFilters>) => ({
      facility: FACILITY,
      timezone: TIMEZONE,
      filters: { ...NO_FILTERS, ...filters },
    })

    test.each<[Partial<JournalFilters>, number[], number]>([
      [{}, [2], 2],
      [{ event: 'raised' }, [2], 2],
      [{ sensor: 'WD-1' }, [3, 2, 1], 0],
      [{ text: 'watchdog' }, [3, 1], 0],
      [{ alarm: 'WD-1.H', text: 'wd-1' }, [3, 1], 0],
    ])('%o finds %o and leaves out %i', async (filters, seqs, leftOut) => {
      const found = await searchJournal(api, search(filters))
      expect([found.items.map(({ seq }) => seq), found.leftOut]).toEqual([seqs, leftOut])
    })

    test('what the stream brings follows the same rule', () => {
      expect(matchesAll(entryOf(3, DOG), search({}))).toBe(false)
      expect(matchesAll(entryOf(3, DOG), search({ sensor: 'WD-1' }))).toBe(true)
    })
  })
})

describe('that people were told', () => {
  const notice = {
    cause: 'raised',
    occurrence: 'GT-1.H#1',
    policy: 'urgent',
    step: 1,
    told: [{ channel: 'mail', to: 'Li Wei', state: 'sent', time: null, receipt: 'queued as 4F2A' }],
  } as const satisfies JournalItem['notice']

  test('changes nothing about the alarm, however late it is entered', () => {
    const acked = { ...GAS, state: 'ACKED' as const, ack: 'acked' as const }
    const state = heard(
      heard(loadedWith([GAS]), entryOf(1, acked, { event: 'acknowledged' })),
      entryOf(2, GAS, { event: 'notified', notice: { ...notice, told: [...notice.told] } }),
    )
    expect(standing(state)).toEqual([['GT-1.H', 'ACKED']])
    expect(state.recent.map(({ event }) => event)).toEqual(['notified', 'acknowledged'])
  })

  test('is found by whom, by what and by receipt', () => {
    const item = entryOf(1, GAS, { event: 'notified', notice: { ...notice, told: [...notice.told] } })
    const filters = (text: string) => ({
      facility: FACILITY,
      timezone: TIMEZONE,
      filters: { ...NO_FILTERS, text },
    })
    for (const text of ['li wei', 'MAIL', '4f2a']) expect(matchesAll(item, filters(text)), text).toBe(true)
    expect(matchesAll(item, filters('sun jie'))).toBe(false)
  })
})

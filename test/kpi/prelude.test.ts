import { describe, expect, it } from 'vitest'
import { prelude } from '../../alerting/kpi/prelude.ts'
import type { JournalItem } from '../../contracts/api.ts'
import { type EntryLine, entry } from './entries.ts'

/** What is kept of a story told oldest first, and how much of it was read. */
function kept(...story: [event: string, state: EntryLine['state'], live?: EntryLine['state']][]) {
  const items = story.map(([event, state, live], index) => {
    const line = { time: index * 1_000, alarm: 'A.H', event, state }
    return entry(live === undefined ? line : { ...line, live }, index + 1)
  })
  let read = 0
  function* newestFirst(): Generator<JournalItem> {
    for (const item of items.toReversed()) {
      read += 1
      yield item
    }
  }
  return { kept: prelude(newestFirst()).map(({ event }) => event), read }
}

describe('what is read of the time before a window', () => {
  it('is the newest entry of an alarm that is normal', () => {
    expect(kept(['raised', 'UNACK'], ['acknowledged', 'ACKED'], ['returned', 'NORM'])).toEqual({
      kept: ['returned'],
      read: 1,
    })
    expect(kept()).toEqual({ kept: [], read: 0 })
  })

  it('goes back to when an active alarm was raised, past re-alarms', () => {
    expect(
      kept(
        ['raised', 'UNACK'],
        ['returned', 'NORM'],
        ['raised', 'UNACK'],
        ['acknowledged', 'ACKED'],
        ['re-alarmed', 'UNACK'],
      ),
    ).toEqual({ kept: ['raised', 'acknowledged', 're-alarmed'], read: 3 })
  })

  it('goes back to when each of the flags was set that stand', () => {
    expect(
      kept(
        ['shelved', 'SHLVD', 'NORM'],
        ['unshelved', 'NORM'],
        ['shelved', 'SHLVD', 'NORM'],
        ['raised', 'SHLVD', 'UNACK'],
        ['returned', 'SHLVD', 'RTNUN'],
      ),
    ).toEqual({ kept: ['shelved', 'raised', 'returned'], read: 4 })
  })

  it('passes over what came late, but for the newest', () => {
    expect(kept(['raised', 'UNACK'], ['late', 'UNACK'], ['acknowledged', 'ACKED'])).toEqual({
      kept: ['raised', 'acknowledged'],
      read: 3,
    })
    expect(kept(['returned', 'NORM'], ['late', 'RTNUN'])).toEqual({ kept: ['returned', 'late'], read: 2 })
  })

  it('does not go back for ever', () => {
    const story = Array.from({ length: 12_000 }, () => ['re-alarmed', 'UNACK'] as const)
    expect(kept(...story.map(([event, state]) => [event, state] as [string, 'UNACK'])).read).toBe(10_000)
  })
})

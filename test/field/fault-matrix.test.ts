import { beforeAll, describe, expect, it } from 'vitest'
import { FAULT_KINDS, FAULTS } from '../../simulators/fault/fault-kinds.ts'
import { play, type Story } from './fault-story.ts'
import { CABLE_BREAK, IMPOSSIBILITIES, ROWS } from './fault-table.ts'
import { Stand } from './stand.ts'
import { LINES } from './stand-plant.ts'

/** A healthy device is polled every 100 ms; it may have to wait for a time-out of 60 ms and a lateness of 150. */
const GAP_MS = 700
/** A device that has been lost for half a second is asked again after two seconds at the latest. */
const RECOVERY_MS = 3_500
/** Stories at a time. Most of their time is waiting, yet a busy machine must not keep them waiting as well. */
const STORIES = 36

describe('a device with a fault beside a healthy one', () => {
  /** Key: name of the row. */
  const stories = new Map<string, Story>()

  // Side by side, each on a line of its own.
  beforeAll(async () => {
    const rows = ROWS.values()
    const playOn = async () => {
      for (const row of rows) stories.set(row.name, await play(row))
    }
    await Promise.all(Array.from({ length: STORIES }, playOn))
  })

  it.each(ROWS)('$name', ({ name, trouble, becomes, counted, discarded }) => {
    const story = stories.get(name)
    expect(story).toMatchObject({ becomes, counted, discarded, lies: [] })
    const { healthy, recoveryMs } = story ?? {}
    if (trouble === CABLE_BREAK)
      expect(healthy).toMatchObject({ became: ['comm-lost'], counted: 'not-connected' })
    else {
      expect(healthy).toMatchObject({ became: [], counted: '' })
      expect(healthy?.gapMs).toBeLessThan(GAP_MS)
    }
    expect(recoveryMs).toBeLessThan(RECOVERY_MS)
  })
})

describe('a fault that a device cannot have', () => {
  it.each(IMPOSSIBILITIES)('$name', async ({ kind, line, lack }) => {
    const stand = new Stand(line)
    await stand.start()
    expect(() => stand.simulation.fault('sick', kind, true)).toThrow(
      expect.objectContaining({ code: 'FAULT_UNSUITED', detail: expect.stringContaining(lack) }),
    )
    await stand.stop()
  })
})

it('the table has every fault of the menu on every line, once', () => {
  // What acts on the values is the same for a unit that dials in.
  const wanted = LINES.flatMap((line) =>
    FAULT_KINDS.filter((kind) => line !== 'dial-in' || FAULTS[kind].acts === 'line' || kind === 'reboot').map(
      (kind) => `${kind} ${line}`,
    ),
  )
  const rows = ROWS.filter(
    ({ trouble, parameters }) => trouble !== CABLE_BREAK && parameters.surplus === undefined,
  )
  const had = [
    ...rows.map(({ trouble, line }) => `${trouble} ${line}`),
    ...IMPOSSIBILITIES.map(({ kind, line }) => `${kind} ${line}`),
  ]
  expect(had.toSorted()).toEqual(wanted.toSorted())
})

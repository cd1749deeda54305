import { isDeepStrictEqual } from 'node:util'
import { beforeAll, describe, expect, it } from 'vitest'
import { FAULT_KINDS, FAULTS } from '../../simulators/fault/fault-kinds.ts'
import { type Outcome, play, type Story } from './fault-story.ts'
import { CABLE_BREAK, IMPOSSIBILITIES, ROWS, type Row } from './fault-table.ts'
import { Stand } from './stand.ts'
import { LINES } from './stand-plant.ts'

/**
 * A healthy device is polled every 100 ms. It may have to wait for time-outs of 60 ms and, where nobody knows
 * whose a record is, for a lateness of 200 ms before the next answer and after it.
 */
const GAP_MS = 1_200
/** A device that was lost for half a second is asked again after two seconds at the latest. */
const RECOVERY_MS = 3_500
/** Stories at a time. Most of their time is waiting, yet a busy machine must not keep them waiting as well. */
const STORIES = 36
/** A machine that stood still for half a time-out proves nothing: the story is played again, with less company. */
const STALL_MS = 30
const STORIES_AGAIN = 4
const TRIES = 12

function expectedOf({ trouble, becomes, counted, discarded }: Row): Outcome {
  const isLineLost = trouble === CABLE_BREAK
  return {
    becomes,
    counted,
    discarded,
    lies: [],
    healthyBecame: isLineLost ? 'comm-lost' : '',
    healthyCounted: isLineLost ? 'not-connected' : '',
  }
}

function isAsExpected(row: Row, { outcome, recoveryMs, healthyGapMs }: Story): boolean {
  const isOnTime = row.trouble === CABLE_BREAK || healthyGapMs < GAP_MS
  return isOnTime && Number(recoveryMs) < RECOVERY_MS && isDeepStrictEqual(outcome, expectedOf(row))
}

function isDisturbed(row: Row, story: Story): boolean {
  return story.stalledMs >= STALL_MS && !isAsExpected(row, story)
}

describe('a device with a fault beside a healthy one', () => {
  /** Key: name of the row. */
  const stories = new Map<string, Story>()

  // Side by side, each on a line of its own.
  beforeAll(async () => {
    const disturbed: Row[] = []
    const playAll = async (rows: Iterable<Row>) => {
      for (const row of rows) {
        const story = await play(row)
        stories.set(row.name, story)
        if (isDisturbed(row, story)) disturbed.push(row)
      }
    }
    const first = ROWS.values()
    await Promise.all(Array.from({ length: STORIES }, () => playAll(first)))
    for (let tries = 2; tries <= TRIES && disturbed.length > 0; tries++) {
      const again = disturbed.splice(0).values()
      await Promise.all(Array.from({ length: STORIES_AGAIN }, () => playAll(again)))
    }
  }, 300_000)

  it.each(ROWS)('$name', (row) => {
    const story = stories.get(row.name)
    expect(story?.outcome).toEqual(expectedOf(row))
    expect(story?.recoveryMs).toBeLessThan(RECOVERY_MS)
    if (row.trouble !== CABLE_BREAK) expect(story?.healthyGapMs).toBeLessThan(GAP_MS)
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
  const isOfLine = (kind: keyof typeof FAULTS) => FAULTS[kind].acts === 'line' || kind === 'reboot'
  const wanted = LINES.flatMap((line) =>
    FAULT_KINDS.filter((kind) => line !== 'dial-in' || isOfLine(kind)).map((kind) => `${kind} ${line}`),
  )
  const had = [
    ...ROWS.filter(({ parameters }) => parameters.surplus === undefined).map(
      ({ trouble, line }) => `${trouble} ${line}`,
    ),
    ...IMPOSSIBILITIES.map(({ kind, line }) => `${kind} ${line}`),
  ]
  expect(had.filter((each) => !each.startsWith(CABLE_BREAK)).toSorted()).toEqual(wanted.toSorted())
})

import { describe, expect, it } from 'vitest'
import type { Device } from '../../contracts/facility.ts'
import type { ReadOutcome } from '../../gateway/drivers/driver.ts'
import { DevicePoll } from '../../gateway/polling/device-poll.ts'
import { LineShare } from '../../gateway/polling/line-share.ts'
import { planDevice } from '../../gateway/polling/plan.ts'
import { device, register, sensor } from './plant.ts'
import { deviceAt } from './virtual-bus.ts'

const OK: ReadOutcome = { ok: true, data: { kind: 'words', words: [0] } }
const TIMEOUT: ReadOutcome = { ok: false, failed: { kind: 'timeout' } }
const CRC: ReadOutcome = { ok: false, failed: { kind: 'crc' } }
const ABSENT: ReadOutcome = { ok: false, failed: { kind: 'exception', code: 11 } }
const LOST: ReadOutcome = { ok: false, failed: { kind: 'not-connected' } }

/** Devices that are all due at 0, on a line with a timeout of 1 s and a lateness of 400 ms. */
function lineOf(devices: readonly Device[], hasNumberedReplies = false) {
  const polls = devices.map((each) => {
    const poll = new DevicePoll(each, planDevice(each).blocks)
    poll.schedule(0, { index: 0, count: 1 })
    return poll
  })
  const share = new LineShare({ polls, bus: { timeoutMs: 1_000, latenessMs: 400 }, hasNumberedReplies })
  let now = 0
  /** Lets time pass, then asks whose turn it is, and has it answer after so long. Undefined: nobody's. */
  const ask = (at: number, outcome: ReadOutcome, afterMs = 10): string | undefined => {
    now = at
    for (const poll of polls) poll.tick(now)
    const poll = share.choose(now)
    const block = poll?.take()
    if (poll === undefined || block === undefined) return undefined
    const exchange = { askedAt: now, now: now + afterMs }
    poll.record(block, outcome, {
      ...exchange,
      mayWaste: share.canAfford(afterMs, exchange.now),
      isUnsure: share.isUnsure(poll, block),
    })
    share.settle(poll, block, outcome, exchange)
    return `${poll.device.id}/${block.address}`
  }
  return { polls, share, ask }
}

function recordDevice(id: string): Device {
  const field = register({ table: 'record', field: '1', type: 'string' })
  return device({
    id,
    sensors: [sensor({ id: `${id}-1`, register: field })],
    record: {
      request: '?',
      start: '',
      end: { delimiter: '\r' },
      fields: { separator: ',' },
      checksum: { kind: 'none', encoding: 'hex', marker: '' },
    },
  })
}

describe('turns', () => {
  it('go round by requests, not by polls, and begin with the first device of the file', () => {
    const { ask } = lineOf([
      deviceAt([0, 10], { id: 'b', unitId: 2 }),
      deviceAt([0, 10], { id: 'a', unitId: 1 }),
    ])
    const asked = [0, 10, 20, 30, 40].map((at) => ask(at, OK))
    expect(asked).toEqual(['b/0', 'a/0', 'b/10', 'a/10', undefined])
  })

  it('come again when the next poll is due', () => {
    const { share, ask } = lineOf([deviceAt([0], { id: 'a', pollMs: 250 })])
    ask(0, OK)
    expect(share.wakeAt(10)).toBe(250)
    expect(ask(250, OK)).toBe('a/0')
  })

  it('are waited for an hour at most when there is nothing to read', () => {
    const { share, ask } = lineOf([deviceAt([], { id: 'a' })])
    expect(ask(0, OK)).toBeUndefined()
    expect(share.wakeAt(0)).toBe(3_600_000)
  })

  it('of one that was silent come from the budget, or while nobody else wants the line', () => {
    const sick = deviceAt([0], { id: 'sick', unitId: 1, pollMs: 100 })
    const well = deviceAt([0], { id: 'well', unitId: 2, pollMs: 1_500 })
    const { ask, share } = lineOf([well, sick], true)
    expect(ask(0, OK)).toBe('well/0')
    expect(ask(10, TIMEOUT, 1_000)).toBe('sick/0')
    // The credit of a new line is spent on this one.
    expect(ask(1_010, TIMEOUT, 1_000)).toBe('sick/0')
    expect(ask(2_010, OK)).toBe('well/0')
    // The next poll of the other is 980 ms off: too near for a timeout.
    expect(ask(2_020, OK)).toBeUndefined()
    expect(share.wakeAt(2_020)).toBeLessThanOrEqual(2_110)
    expect(ask(3_010, OK)).toBe('well/0')
    // Now it is 1480 ms off.
    expect(ask(3_020, OK)).toBe('sick/0')
  })
})

describe('a late answer', () => {
  it.each([
    ['a timeout', TIMEOUT],
    ['a broken frame', CRC],
  ])('may follow %s: the unit is left alone, under all of its names', (_, outcome) => {
    const workarounds = { singleReads: false, blocks: [], pauseMs: 0, replyUnit: 1 }
    const { ask, polls } = lineOf([
      deviceAt([0, 10], { id: 'twin', unitId: 2, workarounds }),
      deviceAt([0], { id: 'a', unitId: 1, pollMs: 300 }),
      deviceAt([0], { id: 'other', unitId: 3 }),
    ])
    expect(ask(0, OK)).toBe('twin/0')
    expect(ask(10, outcome, 1_000)).toBe('a/0')
    expect(ask(1_010, OK)).toBe('other/0')
    expect(ask(1_020, OK)).toBeUndefined()
    expect(ask(1_409, OK)).toBeUndefined()
    expect(ask(1_410, OK)).toMatch(/^(a\/0|twin\/10)$/)
    expect(polls.length).toBe(3)
  })

  it.each([
    ['an exception', ABSENT],
    ['a lost connection', LOST],
  ])('cannot follow %s', (_, outcome) => {
    const { ask } = lineOf([deviceAt([0], { id: 'a', pollMs: 300 })])
    ask(0, outcome)
    expect(ask(300, OK)).toBe('a/0')
  })

  it('cannot be mistaken where replies bear a number', () => {
    const { ask } = lineOf([deviceAt([0], { id: 'a', pollMs: 300 })], true)
    ask(0, TIMEOUT, 1_000)
    expect(ask(1_000, OK)).toBe('a/0')
  })

  it('of a record says not whose it is: nobody on the line is asked meanwhile', () => {
    const { ask, share } = lineOf([recordDevice('b'), recordDevice('a')])
    expect(ask(0, TIMEOUT, 1_000)).toBe('b/0')
    expect(ask(1_000, OK)).toBeUndefined()
    expect(share.wakeAt(1_000)).toBe(1_400)
    expect(ask(1_399, OK)).toBeUndefined()
    expect(ask(1_400, OK)).toBe('a/0')
  })
})

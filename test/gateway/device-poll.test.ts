import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Device } from '../../contracts/facility.ts'
import { ROUND_TRIP_BOUNDS_MS } from '../../contracts/wire.ts'
import { failureName, type ReadFailure, type ReadOutcome } from '../../gateway/drivers/driver.ts'
import { DevicePoll, type PollReport } from '../../gateway/polling/device-poll.ts'
import { type Block, planDevice } from '../../gateway/polling/plan.ts'
import { UNKNOWN } from '../../gateway/polling/standing.ts'
import { register, sensor } from './plant.ts'
import { deviceAt } from './virtual-bus.ts'

const OK: ReadOutcome = { ok: true, data: { kind: 'words', words: [0] } }
const failed = (failure: ReadFailure): ReadOutcome => ({ ok: false, failed: failure })
const TIMEOUT = failed({ kind: 'timeout' })
const exception = (code: number) => failed({ kind: 'exception', code })

/** A poll of a device whose first poll is due at 0, and what it told. */
function polled(of: Device) {
  const poll = new DevicePoll(of, planDevice(of).blocks)
  poll.schedule(0, { index: 0, count: 1 })
  const lines: string[] = []
  const write = (report: PollReport) => {
    if (report.isLost) lines.push('lost')
    for (const { block, outcome } of report.told)
      lines.push(`${block.address} ${outcome.ok ? 'ok' : failureName(outcome.failed)}`)
    if (report.ended !== undefined) lines.push(report.ended)
  }
  const take = () => {
    const told = [...lines]
    lines.length = 0
    return told
  }
  /** Begins the poll that is due at `at` and answers its requests with these, 10 ms each. */
  const run = (at: number, outcomes: (ReadOutcome | ((block: Block) => ReadOutcome))[], mayWaste = false) => {
    let now = at
    write(poll.tick(now))
    for (const outcome of outcomes) {
      now = Math.max(now, poll.readyAt ?? now)
      const block = poll.take()
      if (block === undefined) throw new Error('nothing was asked')
      const given = typeof outcome === 'function' ? outcome(block) : outcome
      write(poll.record(block, given, { askedAt: now, now: now + 10, mayWaste, isUnsure: false }))
      now += 10
    }
    return take()
  }
  return { poll, run, write, take }
}

describe('a poll', () => {
  it('asks for every block and tells of each', () => {
    const { poll, run } = polled(deviceAt([0, 10, 20]))
    expect(run(0, [OK, exception(4), OK])).toEqual(['0 ok', '10 exception-4', '20 ok', 'answered'])
    expect(poll.readyAt).toBeUndefined()
    expect(poll.due).toBe(1_000)
    expect(poll.counters).toMatchObject({
      requests: 3,
      errors: { 'exception-4': 1 },
      online: true,
      isolated: false,
      cycleMs: 30,
      roundTripMs: 10,
    })
    const { counts = [], sumMs } = poll.counters.roundTrips ?? {}
    expect(counts.length).toBe(ROUND_TRIP_BOUNDS_MS.length + 1)
    expect(counts[ROUND_TRIP_BOUNDS_MS.indexOf(10)]).toBe(3)
    expect(sumMs).toBe(30)
  })

  it.each([1, 2, 3, 4])('asks again never after exception %d', (code) => {
    const { poll, run } = polled(deviceAt([0]))
    expect(run(0, [exception(code)], true)).toEqual([`0 exception-${code}`, 'answered'])
    expect(poll.counters.retries).toBe(0)
  })

  it.each([5, 6])('asks again twice after exception %d, after 100 and 300 ms', (code) => {
    const { poll, run } = polled(deviceAt([0]))
    expect(run(0, [exception(code)])).toEqual([])
    expect(poll.readyAt).toBe(110)
    expect(poll.take()?.address).toBe(0)
    const [block] = planDevice(poll.device).blocks
    if (block === undefined) throw new Error('a block was planned')
    poll.record(block, exception(code), { askedAt: 110, now: 120, mayWaste: false, isUnsure: false })
    expect(poll.readyAt).toBe(420)
    poll.take()
    const report = poll.record(block, exception(code), {
      askedAt: 420,
      now: 430,
      mayWaste: false,
      isUnsure: false,
    })
    expect(report.told.length).toBe(1)
    expect(report.ended).toBe('answered')
    expect(poll.counters).toMatchObject({ retries: 2, requests: 3, errors: { [`exception-${code}`]: 3 } })
  })

  it('retries twice in all of a poll, not for each block', () => {
    const { poll, run } = polled(deviceAt([0, 10]))
    const busy = exception(6)
    expect(run(0, [busy, OK, busy, busy])).toEqual(['0 ok', '10 exception-6', 'answered'])
    expect(poll.counters.retries).toBe(2)
  })

  it.each([10, 11])('asks again after exception %d only if the line can afford it', (code) => {
    const poor = polled(deviceAt([0]))
    expect(poor.run(0, [exception(code)])).toEqual([`0 exception-${code}`, 'silent'])
    expect(poor.poll.counters.retries).toBe(0)
    const rich = polled(deviceAt([0]))
    expect(rich.run(0, [exception(code), OK], true)).toEqual(['0 ok', 'answered'])
    expect(rich.poll.counters.retries).toBe(1)
  })

  it('keeps the pause that its device needs before each request', () => {
    const workarounds = { singleReads: false, blocks: [], pauseMs: 50 }
    const { poll, run } = polled(deviceAt([0, 10], { workarounds }))
    run(0, [OK])
    expect(poll.readyAt).toBe(60)
    poll.take()
    expect(poll.counters.requests).toBe(1)
  })

  it('splits what is refused within the poll, and tells of no merged block', () => {
    const { poll, run } = polled(deviceAt([0, 1, 2, 3]))
    const answer = (block: Block) =>
      block.address <= 2 && block.address + block.count > 2 ? exception(2) : OK
    expect(run(0, [answer, answer, answer, answer, answer])).toEqual([
      '0 ok',
      '2 exception-2',
      '3 ok',
      'answered',
    ])
    expect(poll.counters.refused).toEqual(['holding 2'])
    expect(run(1_000, [answer, answer])).toEqual(['2 exception-2', '0 ok', '3 ok', 'answered'])
  })

  it('tells of a refused status in the poll of the value that it qualifies', () => {
    const status = [{ register: register({ address: 1 }), means: new Map(), others: 'good' as const }]
    const of = deviceAt([], { sensors: [sensor({ register: register({ address: 0 }), status })] })
    const { run } = polled(of)
    const answer = (block: Block) => (block.address + block.count > 1 ? exception(3) : OK)
    // The half with the condition is asked for last; once it is known to be refused it is told at once.
    expect(run(0, [answer, answer, answer])).toEqual(['0 ok', '1 exception-3', 'answered'])
    expect(run(1_000, [answer])).toEqual(['1 exception-3', '0 ok', 'answered'])
  })
})

describe('a silent device', () => {
  it('is asked for one block, and the others share its silence', () => {
    const { poll, run } = polled(deviceAt([0, 10, 20]))
    expect(run(0, [TIMEOUT])).toEqual(['0 timeout', '10 timeout', '20 timeout', 'silent'])
    expect(poll.standing.isSuspect).toBe(true)
    poll.tick(1_000)
    expect(poll.needsGrant).toBe(true)
  })

  it('is lost with its third silent poll, once, and tells so at each that passes', () => {
    const { run, poll } = polled(deviceAt([0, 10]))
    expect(run(0, [TIMEOUT])).toEqual(['0 timeout', '10 timeout', 'silent'])
    // Its turn goes round among its blocks.
    expect(run(1_000, [TIMEOUT])).toEqual(['0 timeout', '10 timeout', 'silent'])
    expect(run(2_000, [TIMEOUT])).toEqual(['lost', 'silent'])
    expect(poll.counters).toMatchObject({ isolated: true, online: false })
    expect(run(3_000, [TIMEOUT])).toEqual(['0 not-connected', '10 not-connected', 'silent'])
    expect(run(4_000, [OK, OK])).toEqual(['0 ok', '10 ok', 'answered'])
    expect(poll.counters).toMatchObject({ isolated: false, online: true })
  })

  it('is lost when the line has no time for it before its next poll', () => {
    const { poll, run, write, take } = polled(deviceAt([0]))
    run(0, [TIMEOUT])
    write(poll.tick(1_000))
    expect(take()).toEqual([])
    write(poll.tick(2_000))
    expect(take()).toEqual(['lost', 'silent'])
    write(poll.tick(3_000))
    expect(take()).toEqual(['0 not-connected', 'silent'])
    // Polls that were held back are no overruns: the device was not late, it was not asked.
    expect(poll.counters.overruns).toBe(0)
  })

  it('is asked after 0.5 s to 10 s and not before', () => {
    const { poll, run } = polled(deviceAt([0], { pollMs: 100 }))
    const waits: number[] = []
    let now = 0
    for (let n = 0; n < 10; n++) {
      now = Math.max(poll.due, poll.standing.notBefore)
      run(now, [TIMEOUT])
      waits.push(Math.max(0, poll.standing.notBefore - now - 10))
    }
    expect(waits).toEqual([0, 0, 500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000, 10_000])
    poll.forgive()
    expect(poll.standing).toMatchObject({ notBefore: 0, isSuspect: true, isOpen: true })
  })

  it('is read in full and in order when a probe of another block is answered', () => {
    const { run } = polled(deviceAt([0, 10]))
    run(0, [TIMEOUT])
    // The second probe is of the second block; its data are not told before those of the first.
    expect(run(1_000, [OK, OK, OK])).toEqual(['0 ok', '10 ok', 'answered'])
  })

  it('has one silence excused once it is known, and not two in a row', () => {
    const { poll, run } = polled(deviceAt([0, 10]))
    run(0, [OK, OK])
    expect(run(1_000, [TIMEOUT, OK])).toEqual(['0 timeout', '10 ok', 'answered'])
    expect(poll.standing.isSuspect).toBe(false)
    for (let n = 2; n < 20; n++) run(n * 1_000, [OK, OK])
    expect(run(20_000, [TIMEOUT, TIMEOUT])).toEqual(['0 timeout', '10 timeout', 'silent'])
    expect(poll.standing.isSuspect).toBe(true)
  })

  it('is not held to be silent for one block that it never answers', () => {
    const { poll, run } = polled(deviceAt([0, 10, 20]))
    const answer = (block: Block) => (block.address === 20 ? TIMEOUT : OK)
    expect(run(0, [answer, answer, answer])).toEqual(['0 ok', '10 ok', '20 timeout', 'answered'])
    expect(run(1_000, [answer, answer, answer])).toEqual(['0 ok', '10 ok', '20 timeout', 'answered'])
    expect(poll.standing.isSuspect).toBe(false)
    // From then on it is asked for seldom.
    expect(run(2_000, [answer, answer])).toEqual(['20 timeout', '0 ok', '10 ok', 'answered'])
    expect(poll.counters.refused).toEqual(['holding 20'])
    expect(poll.counters.requests).toBe(8)
  })
})

describe('a line that is down', () => {
  it('loses the device at once and once, and every poll that passes says so', () => {
    const { poll, run, write, take } = polled(deviceAt([0]))
    run(0, [OK])
    write(poll.lineDown())
    expect(take()).toEqual(['lost', 'silent'])
    write(poll.lineDown())
    expect(take()).toEqual([])
    write(poll.tick(1_000))
    write(poll.abandon())
    expect(take()).toEqual(['0 not-connected', 'silent'])
    // It says nothing about the device.
    expect(poll.standing).toMatchObject({ isSuspect: false, silentPolls: 0 })
    expect(run(2_000, [OK])).toEqual(['0 ok', 'answered'])
  })
})

describe('any device', () => {
  it('has every block told of exactly once in every poll that ends, whatever it answers', () => {
    const outcome = fc.constantFrom(OK, TIMEOUT, ...[1, 2, 3, 4, 5, 6, 10, 11].map(exception))
    const behaviour = fc.array(outcome, { minLength: 1, maxLength: 200 })
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.nat(30), { minLength: 1, maxLength: 8 }),
        behaviour,
        (places, outcomes) => {
          const of = deviceAt(places, { maxGap: 3 })
          const poll = new DevicePoll(of, planDevice(of).blocks)
          poll.schedule(0, { index: 0, count: 1 })
          let now = 0
          let told: string[] = []
          for (const each of outcomes) {
            now = Math.max(now, poll.readyAt ?? poll.due)
            poll.tick(now)
            const block = poll.take()
            if (block === undefined) throw new Error('nothing was asked')
            const report = poll.record(block, each, {
              askedAt: now,
              now: now + 1,
              mayWaste: now % 2 === 0,
              isUnsure: false,
            })
            now += 1
            if (report.isLost) told = places.map((place) => `d-${place}`)
            for (const { block: of } of report.told) told.push(...of.sensors.map((one) => one.id))
            if (report.ended === undefined) continue
            expect(told.toSorted()).toEqual(places.map((place) => `d-${place}`).toSorted())
            told = []
          }
          expect(poll.counters.retries ?? 0).toBeLessThanOrEqual(outcomes.length)
        },
      ),
    )
  })

  it('begins unknown, and one without anything to read stays so', () => {
    const { poll } = polled(deviceAt([]))
    expect(poll.isRead).toBe(false)
    expect(poll.due).toBe(Number.POSITIVE_INFINITY)
    poll.tick(1_000_000)
    expect(poll.readyAt).toBeUndefined()
    expect(poll.standing).toEqual(UNKNOWN)
  })
})

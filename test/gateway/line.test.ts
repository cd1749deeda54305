import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { systemClock } from '../../contracts/clock.ts'
import { silentLogger } from '../../contracts/logger.ts'
import type { ReadRequest } from '../../gateway/drivers/driver.ts'
import type { Bus } from '../../gateway/polling/bus.ts'
import { LinkTrust } from '../../gateway/polling/link-trust.ts'
import type { Notebook } from './notebook.ts'
import { deviceAt, startVirtualBus } from './virtual-bus.ts'
import { dead, excepting, live, VirtualLine } from './virtual-line.ts'

const TIMEOUT_MS = 200

describe('a line in virtual time', () => {
  let line: VirtualLine
  let running: { bus: Bus; notes: Notebook; stop: () => Promise<void> }

  function start(units: number, given: { pollMs?: number } = {}): void {
    const devices = Array.from({ length: units }, (_, n) => {
      line.devices.set(n + 1, live)
      return deviceAt([0], { id: `d${n + 1}`, unitId: n + 1, ...given })
    })
    running = startVirtualBus({ line, devices, timeoutMs: TIMEOUT_MS })
  }
  const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms)

  beforeEach(() => {
    vi.useFakeTimers()
    line = new VirtualLine({ timeoutMs: TIMEOUT_MS, baudRate: 9_600 })
  })

  afterEach(async () => {
    await running.stop()
    vi.useRealTimers()
  })

  it('loses every device at once when its port goes, also between polls, and finds it when it is back', async () => {
    start(3, { pollMs: 60_000 })
    await pass(5_000)
    running.notes.forget()
    line.cut()
    await pass(1)
    expect(running.notes.lines).toEqual(['d1 lost', 'd2 lost', 'd3 lost'])
    // A USB adapter that is plugged in again an hour later.
    await pass(3_600_000)
    expect(running.bus.health()).toMatchObject({ connected: false, reconnects: 0 })
    expect(running.notes.lines.filter((each) => each.endsWith(' lost')).length).toBe(3)
    expect(running.notes.count('d1/0 not-connected')).toBe(60)
    line.connecting = 'succeeds'
    await pass(10_000)
    expect(running.bus.health()).toMatchObject({ connected: true, reconnects: 1 })
    running.notes.forget()
    await pass(60_000)
    expect(running.notes.lines.toSorted()).toEqual(['d1/0 ok', 'd2/0 ok', 'd3/0 ok'])
  })

  it('tells of nothing when a link is replaced in one attempt', async () => {
    start(2)
    await pass(3_000)
    for (let n = 0; n < 5; n++) {
      line.drop()
      await pass(700)
    }
    expect(running.notes.lines.filter((each) => !each.endsWith(' ok'))).toEqual([])
    expect(running.bus.health()).toMatchObject({ connected: true, reconnects: 5 })
  })

  it('loses its devices when an attempt to connect takes longer than 3 s', async () => {
    start(1)
    await pass(1_500)
    line.connecting = 'hangs'
    line.drop()
    await pass(2_900)
    expect(running.notes.count('d1 lost')).toBe(0)
    await pass(200)
    expect(running.notes.count('d1 lost')).toBe(1)
  })

  it('replaces a half-open link after three requests and three seconds without any answer', async () => {
    start(2)
    await pass(5_000)
    expect(line.links).toBe(1)
    for (const unit of [1, 2]) line.devices.set(unit, dead)
    await pass(2_500)
    expect(line.links).toBe(1)
    await pass(2_500)
    expect(line.links).toBe(2)
    // A link that never answers is given up ever later: after 3, 6, 12 ... 60 s.
    await pass(60_000)
    expect(line.links).toBeLessThanOrEqual(6)
    for (const unit of [1, 2]) line.devices.set(unit, live)
    running.notes.forget()
    await pass(12_000)
    expect(running.notes.count('d1/0 ok')).toBeGreaterThan(0)
    expect(running.notes.count('d2/0 ok')).toBeGreaterThan(0)
  })

  it.each([
    ['is dead', dead],
    ['answers exception 11', excepting(11)],
  ])('is not opened anew because one device of several %s', async (_, sick) => {
    start(3)
    line.devices.set(2, sick)
    await pass(120_000)
    expect(line.links).toBe(1)
    expect(running.notes.count('d2 lost')).toBe(1)
    expect(running.notes.of('d1').every((each) => each === 'd1/0 ok')).toBe(true)
  })

  it('does not spend more on a dead device because its link was replaced', async () => {
    // Polls so quick that there is no idle time for a probe.
    start(8, { pollMs: 100 })
    line.devices.set(5, dead)
    await pass(10_000)
    const askedBefore = line.asked.filter(({ unit }) => unit === 5).length
    for (let n = 0; n < 20; n++) {
      line.connecting = 'fails'
      line.drop()
      await pass(10)
      line.connecting = 'succeeds'
      await pass(990)
    }
    // 5 % of 20 s is five timeouts.
    expect(line.asked.filter(({ unit }) => unit === 5).length - askedBefore).toBeLessThanOrEqual(6)
  })

  it.each([0, 2, 4, 6, 8])(
    'asks a device that backs off %d s later as soon as there is a new connection',
    async (s) => {
      start(2)
      line.devices.set(2, dead)
      await pass(60_000 + s * 1_000)
      line.cut()
      await pass(100)
      line.devices.set(2, live)
      line.connecting = 'succeeds'
      // The first pause between attempts to connect, and the next poll.
      await pass(250 + 1_100)
      expect(running.notes.count('d2/0 ok')).toBe(1)
    },
  )

  it('leaves a unit alone for as long as a late answer of it may come, and asks others (telegraf#9253)', async () => {
    const late = deviceAt([0, 10], { id: 'late', unitId: 1, pollMs: 250 })
    // The same unit again under another name: its late answers are the same.
    const twin = deviceAt([20], { id: 'twin', unitId: 1, pollMs: 250 })
    const well = deviceAt([0], { id: 'well', unitId: 2, pollMs: 50 })
    let asked = 0
    line.devices.set(1, (request) => (++asked % 6 === 0 ? undefined : live(request)))
    line.devices.set(2, live)
    running = startVirtualBus({ line, devices: [late, twin, well], timeoutMs: TIMEOUT_MS })
    await pass(60_000)
    const missed = running.notes.lines.filter((each) => each.endsWith(' timeout'))
    expect(missed.length).toBeGreaterThan(10)
    const ofUnit = line.asked.filter(({ unit }) => unit === 1)
    const requestMs = 12
    for (const [n, request] of ofUnit.entries()) {
      const before = ofUnit[n - 1]
      if (before === undefined || n % 6 !== 0) continue
      expect(request.at - before.at).toBeGreaterThanOrEqual(2 * TIMEOUT_MS + requestMs)
    }
    const others = line.asked.filter(({ unit }) => unit === 2)
    expect(others.length).toBeGreaterThan(600)
  })

  it('waits for no late answers where replies bear a number', async () => {
    line = new VirtualLine({ timeoutMs: TIMEOUT_MS, hasNumberedReplies: true })
    start(1, { pollMs: 250 })
    line.devices.set(1, dead)
    await pass(500)
    const [first, second] = line.asked
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBe(250)
  })

  it('asks others while one device needs a pause before each request', async () => {
    const workarounds = { singleReads: true, blocks: [], pauseMs: 300 }
    const slow = deviceAt([0, 1, 2], { id: 'slow', unitId: 1, workarounds, pollMs: 2_000 })
    const well = deviceAt([0], { id: 'well', unitId: 2, pollMs: 100 })
    for (const unit of [1, 2]) line.devices.set(unit, live)
    running = startVirtualBus({ line, devices: [slow, well], timeoutMs: TIMEOUT_MS })
    await pass(10_000)
    expect(running.notes.count('well/0 ok')).toBeGreaterThan(95)
    const times = line.asked.filter(({ unit }) => unit === 1).map(({ at }) => at)
    for (const [n, at] of times.entries()) expect(at - (times[n - 1] ?? -300)).toBeGreaterThanOrEqual(300)
    expect(running.notes.count('slow/2 ok')).toBe(5)
  })

  it('keeps the rate of each device without drift', async () => {
    start(1, { pollMs: 1_000 })
    await pass(60_000)
    const [first = 0, ...rest] = running.notes.timesOf('d1/0 ok')
    for (const [n, at] of rest.entries())
      expect(Math.abs(at - first - (n + 1) * 1_000)).toBeLessThanOrEqual(2)
  })

  it('never bursts after a stall: missed polls are counted, not caught up', async () => {
    let stalledMs = 0
    const clock = {
      wall: () => systemClock.wall() + stalledMs,
      monotonic: () => systemClock.monotonic() + stalledMs,
    }
    line.devices.set(1, live)
    running = startVirtualBus({ line, devices: [deviceAt([0])], timeoutMs: TIMEOUT_MS, clock })
    await pass(5_500)
    const before = line.asked.length
    stalledMs = 60_000
    await pass(2_000)
    expect(line.asked.length - before).toBeLessThanOrEqual(3)
    expect(running.bus.deviceHealth().d?.overruns).toBeGreaterThanOrEqual(59)
  })

  it('asks every device for the first time within a second', async () => {
    start(20, { pollMs: 60_000 })
    await pass(1_000)
    expect(new Set(line.asked.map(({ unit }) => unit)).size).toBe(20)
  })

  it('spreads the polls of all lines of a gateway, so that 500 of them do not ask at one instant', async () => {
    const seconds: number[] = []
    for (const index of [0, 1, 2, 3]) {
      const other = new VirtualLine({ timeoutMs: TIMEOUT_MS })
      other.devices.set(1, live)
      const devices = [deviceAt([0], { unitId: 1, pollMs: 1_000 })]
      running = startVirtualBus({ line: other, devices, timeoutMs: TIMEOUT_MS, place: { index, count: 4 } })
      await pass(2_000)
      const [first, second] = other.asked
      seconds.push(Math.round(((second?.at ?? Number.NaN) - (first?.at ?? Number.NaN)) / 50) * 50)
      if (index < 3) await running.stop()
    }
    expect(seconds).toEqual([1_000, 1_250, 500, 750])
  })

  it('tells which share of the time it is taken', async () => {
    start(1, { pollMs: 1_000 })
    await pass(10_000)
    // 11.5 characters of request and 7 of answer at 9600 baud.
    expect(running.bus.health().utilisation).toBeCloseTo(0.0212, 2)
    line.devices.set(1, dead)
    await pass(200)
    running.bus.health()
    await pass(100)
    expect(running.bus.health().utilisation).toBeLessThanOrEqual(1)
  })

  it('writes one line in the log for a device that is lost, with what was wrong, and one when it is back', async () => {
    const written: string[] = []
    const note = (_: object, text: string) => written.push(text)
    running = startVirtualBus({
      line,
      devices: [deviceAt([0], { id: 'a', unitId: 1 }), deviceAt([0], { id: 'b', unitId: 2 })],
      timeoutMs: TIMEOUT_MS,
      logger: { ...silentLogger, warn: note, info: note },
    })
    line.devices.set(1, live)
    line.devices.set(2, dead)
    await pass(30_000)
    expect(written).toEqual(['b is lost: timeout'])
    line.devices.set(2, live)
    await pass(30_000)
    expect(written).toEqual(['b is lost: timeout', 'b answers again'])
  })

  it('writes one line in the log for what a device refuses, and one when it is answered again', async () => {
    const written: string[] = []
    const logger = {
      ...silentLogger,
      warn: (_: object, text: string) => written.push(text),
      info: (_: object, text: string) => written.push(text),
    }
    let isBad = true
    line.devices.set(1, (request) =>
      isBad && request.address <= 3 && request.address + request.count > 3
        ? excepting(2)(request)
        : live(request),
    )
    running = startVirtualBus({
      line,
      devices: [deviceAt([0, 1, 2, 3, 4, 5])],
      timeoutMs: TIMEOUT_MS,
      logger,
    })
    await pass(60_000)
    expect(written).toEqual(['d does not answer for holding 3; the rest is read'])
    isBad = false
    await pass(600_000)
    expect(written.slice(1)).toEqual(['d answers for all its registers again'])
    expect(running.bus.deviceHealth().d).not.toHaveProperty('refused')
  })
})

describe('LinkTrust', () => {
  const unit = (unitId: number): ReadRequest => ({
    kind: 'registers',
    unitId,
    table: 'holding',
    address: 0,
    count: 1,
  })
  const at = (askedAt: number) => ({ askedAt, now: askedAt + 1_000 })

  it('gives a link up after three requests and three seconds, not before', () => {
    const quick = new LinkTrust()
    quick.linkOpened()
    const results = [0, 100, 200, 300].map((askedAt) =>
      quick.unanswered(unit(1), { askedAt, now: askedAt + 50 }),
    )
    expect(results).toEqual([false, false, false, false])
    const slow = new LinkTrust()
    slow.linkOpened()
    expect(slow.unanswered(unit(1), { askedAt: 0, now: 5_000 })).toBe(false)
    expect(slow.unanswered(unit(1), { askedAt: 5_000, now: 10_000 })).toBe(false)
    expect(slow.unanswered(unit(1), { askedAt: 10_000, now: 15_000 })).toBe(true)
  })

  it('takes the word of any unit that has answered and not been silent since', () => {
    const trust = new LinkTrust()
    trust.linkOpened()
    trust.answered(unit(7))
    for (let n = 0; n < 100; n++) expect(trust.unanswered(unit(1), at(n * 1_000))).toBe(false)
    expect(trust.unanswered(unit(7), at(100_000))).toBe(true)
  })

  it('counts links that were lost before anything was answered', () => {
    const trust = new LinkTrust()
    for (let n = 0; n < 3; n++) trust.linkOpened()
    expect(trust.barrenLinks).toBe(3)
    trust.answered(unit(1))
    expect(trust.barrenLinks).toBe(0)
  })

  it('calls the line a dead end when links are lost whoever is asked, not under one unit alone', () => {
    const lose = (trust: LinkTrust, unitId: number) => {
      trust.linkOpened()
      trust.asked(unit(unitId))
      trust.linkLost()
      return trust.isDeadEnd
    }
    const alone = new LinkTrust(1)
    expect([1, 1].map((id) => lose(alone, id))).toEqual([false, true])
    const two = new LinkTrust(2)
    expect([1, 1, 2].map((id) => lose(two, id))).toEqual([false, false, true])
    const spared = new LinkTrust(30)
    expect([1, 1].map((id) => lose(spared, id))).toEqual([false, false])
    spared.linkOpened()
    spared.answered(unit(2))
    expect([1, 1].map((id) => lose(spared, id))).toEqual([false, false])
    const many = new LinkTrust(30)
    expect([1, 2, 3].map((id) => lose(many, id))).toEqual([false, false, true])
    // A peer that hangs up before anybody is asked ends as well.
    const mute = new LinkTrust(30)
    const deadEnds = Array.from({ length: 6 }, () => {
      mute.linkOpened()
      mute.linkLost()
      return mute.isDeadEnd
    })
    expect(deadEnds).toEqual([false, false, false, false, false, true])
  })
})

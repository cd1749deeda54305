import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { deviceAt, startVirtualBus } from './virtual-bus.ts'
import { answersBut, dead, excepting, live, losing, type VirtualDevice, VirtualLine } from './virtual-line.ts'

// PEERS 1: one dead slave must not block the bus (neuron#1602, OpenEMS#6, thingsboard-gateway#474, #932,
// esp-modbus#165). In virtual time, on a line of 9600 baud with 30 devices of 10 registers each.

const DEVICES = 30
const MINUTE = 60_000
const TEN = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]

interface Rates {
  /** Polls per device that is well: in the first minute and in the two after it. */
  readonly first: number
  readonly steady: number
}

function start(pollMs: number, sick: ReadonlyMap<number, VirtualDevice>) {
  const line = new VirtualLine({ timeoutMs: 1_000, baudRate: 9_600 })
  const devices = Array.from({ length: DEVICES }, (_, n) => {
    line.devices.set(n + 1, sick.get(n) ?? live)
    return deviceAt(TEN, { id: `d${n}`, unitId: n + 1, pollMs })
  })
  const answersOf = (n: number) => notes.count(`d${n}/0 ok`)
  const { notes, ...rest } = startVirtualBus({ line, devices, timeoutMs: 1_000 })
  return { ...rest, line, notes, answersOf }
}

async function ratesWith(pollMs: number, sick: ReadonlyMap<number, VirtualDevice>): Promise<Rates> {
  const { line, answersOf, stop } = start(pollMs, sick)
  const well = Array.from({ length: DEVICES }, (_, n) => n).filter((n) => !sick.has(n))
  const answers = () => well.reduce((sum, n) => sum + answersOf(n), 0) / well.length
  await vi.advanceTimersByTimeAsync(MINUTE)
  const first = answers()
  await vi.advanceTimersByTimeAsync(2 * MINUTE)
  const steady = answers() - first
  await stop()
  expect(line.mostInFlight).toBe(1)
  return { first, steady }
}

function several(places: readonly number[], sick: (n: number) => VirtualDevice): Map<number, VirtualDevice> {
  return new Map(places.map((n) => [n, sick(n)]))
}

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

describe('the share of the healthy', () => {
  // Next to each other, so that they are due in one run.
  const FIVE = [0, 1, 2, 3, 4]
  const CASES: [string, () => Map<number, VirtualDevice>][] = [
    ['one is dead', () => several([17], () => dead)],
    ['five are dead', () => several(FIVE, () => dead)],
    ['one answers every second request', () => several([17], () => answersBut(2))],
    ['one answers ten times in eleven', () => several([17], () => answersBut(11))],
    ['five answer every second request', () => several(FIVE, () => answersBut(2))],
    ['a gateway says 10 for one after a second', () => several([17], () => excepting(10, 990))],
    ['a gateway says 11 for one after a second', () => several([17], () => excepting(11, 990))],
    ['a gateway says 11 for five at once', () => several(FIVE, () => excepting(11))],
  ]
  const LOADS: [string, number][] = [
    ['overloaded', 1_000],
    ['relaxed', 5_000],
  ]

  it.each(LOADS)('is 90 % of their rate at the least on a line that is %s', async (_, pollMs) => {
    const reference = await ratesWith(pollMs, new Map())
    for (const [name, sick] of CASES) {
      const { first, steady } = await ratesWith(pollMs, sick())
      expect(first / reference.first, `${name}, first minute`).toBeGreaterThanOrEqual(0.9)
      expect(steady / reference.steady, name).toBeGreaterThanOrEqual(0.9)
    }
  })
})

describe('a disturbed line', () => {
  it.each([1_000, 5_000])(
    'goes on reading everybody when it loses every 50th frame, poll %d',
    async (pollMs) => {
      const all = several(
        Array.from({ length: DEVICES }, (_, n) => n),
        (n) => losing(50, n),
      )
      const { answersOf, notes, stop } = start(pollMs, all)
      await vi.advanceTimersByTimeAsync(5 * MINUTE)
      const answers = [...all.keys()].map(answersOf)
      await stop()
      const mean = answers.reduce((sum, each) => sum + each, 0) / DEVICES
      expect(Math.min(...answers)).toBeGreaterThan(mean * 0.6)
      expect(notes.lines.filter((line) => line.endsWith(' lost')).length).toBeLessThan(10)
      // Each answer takes 42 ms and each 50th a second on top of it.
      expect(mean).toBeGreaterThan(Math.min((0.8 * 5 * MINUTE) / pollMs, (0.8 * 5 * MINUTE) / (30 * 62)))
    },
  )

  it.each([1_000, 5_000])('has all devices back within 5 s of an outage of all, poll %d', async (pollMs) => {
    let isOut = false
    const all = several(
      Array.from({ length: DEVICES }, (_, n) => n),
      () => (request) => (isOut ? undefined : live(request)),
    )
    const { notes, answersOf, stop } = start(pollMs, all)
    await vi.advanceTimersByTimeAsync(MINUTE)
    isOut = true
    await vi.advanceTimersByTimeAsync(2 * MINUTE)
    expect(notes.lines.filter((line) => line.endsWith(' lost')).length).toBe(DEVICES)
    isOut = false
    notes.forget()
    await vi.advanceTimersByTimeAsync(5_000)
    const back = [...all.keys()].filter((n) => answersOf(n) > 0)
    await stop()
    expect(back.length).toBe(DEVICES)
  })

  it.each([
    [1_000, 60_000],
    [5_000, 16_000],
  ])('finds a dead device again that answers: poll %d, within %d ms', async (pollMs, withinMs) => {
    let isDead = true
    const sick = several([17], () => (request) => (isDead ? undefined : live(request)))
    for (const n of [3, 4]) sick.set(n, dead)
    const { notes, answersOf, stop } = start(pollMs, sick)
    await vi.advanceTimersByTimeAsync(5 * MINUTE)
    expect(notes.count('d17 lost')).toBe(1)
    isDead = false
    await vi.advanceTimersByTimeAsync(withinMs)
    expect(answersOf(17)).toBeGreaterThan(0)
    await stop()
  })
})

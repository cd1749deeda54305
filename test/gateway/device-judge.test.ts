import { describe, expect, it } from 'vitest'
import type { Device, PolledSensor, Register, StatusRule } from '../../contracts/facility.ts'
import type { StatusReason } from '../../contracts/facility-words.ts'
import type { ReadOutcome } from '../../gateway/drivers/driver.ts'
import type { Block } from '../../gateway/polling/plan.ts'
import { DeviceJudge, type Judged } from '../../gateway/quality/device-judge.ts'
import { device, register, sensor } from './plant.ts'

const TIMEOUT: ReadOutcome = { ok: false, failed: { kind: 'timeout' } }
const ILLEGAL_ADDRESS: ReadOutcome = { ok: false, failed: { kind: 'exception', code: 2 } }
const GONE: ReadOutcome = { ok: false, failed: { kind: 'not-connected' } }
const words = (...given: number[]): ReadOutcome => ({ ok: true, data: { kind: 'words', words: given } })

function status(at: Register, means: Record<string, StatusReason>, others: StatusReason | 'good' = 'good') {
  return { register: at, means: new Map(Object.entries(means)), others } satisfies StatusRule
}

function block(given: Partial<Block> = {}): Block {
  return { table: 'holding', address: 0, count: 1, sensors: [], conditions: [], ...given }
}

/** What became of the samples, in words: `S-1=12 good`. */
function told(judged: readonly Judged[]): string[] {
  return judged.map(({ sensor: { id }, assessment: { value, quality, reason } }) =>
    [`${id}=${value ?? '-'}`, reason ?? quality].join(' '),
  )
}

/** Value at holding 0, monitor state at input 10, each in a block of its own. */
function detector(given: { heartbeatMs?: number; sensor?: Partial<PolledSensor> } = {}) {
  const state = register({ table: 'input', address: 10 })
  const gas = sensor({ status: [status(state, { 2: 'warm-up', 3: 'inhibited' })], ...given.sensor })
  const beat = register({ table: 'input', address: 11 })
  const panel: Device = device({
    sensors: [gas],
    ...(given.heartbeatMs === undefined
      ? {}
      : { heartbeat: { register: beat, withinMs: given.heartbeatMs } }),
  })
  const conditions = given.heartbeatMs === undefined ? [state] : [state, beat]
  return {
    judge: new DeviceJudge(panel),
    value: block({ sensors: [gas] }),
    states: block({ table: 'input', address: 10, count: 2, conditions }),
  }
}

describe('status and values in one poll', () => {
  it('judges a value by the status that came before it', () => {
    const { judge, value, states } = detector()
    expect(judge.onBlock(states, words(3, 0), 0)).toEqual([])
    expect(told(judge.onBlock(value, words(12), 1))).toEqual(['S-1=12 inhibited'])
    expect(judge.onPollEnd(2)).toEqual([])
  })

  it('lets a value wait for a status that comes after it, with its own time', () => {
    const { judge, value, states } = detector()
    expect(judge.onBlock(value, words(12), 1)).toEqual([])
    const judged = judge.onBlock(states, words(1, 0), 9)
    expect(told(judged)).toEqual(['S-1=12 good'])
    expect(judged[0]).toMatchObject({ at: 1, decoded: { ok: true, raw: 12 } })
  })

  it('takes a status from the same block as the value', () => {
    const { register: at, sensors } = { register: register({ address: 1 }), sensors: [] as PolledSensor[] }
    const gas = sensor({ status: [status(at, { 3: 'inhibited' })] })
    const judge = new DeviceJudge(device({ sensors: [...sensors, gas] }))
    const both = block({ count: 2, sensors: [gas], conditions: [at] })
    expect(told(judge.onBlock(both, words(12, 3), 0))).toEqual(['S-1=12 inhibited'])
    expect(told(judge.onBlock(both, words(13, 1), 1_000))).toEqual(['S-1=13 good'])
  })

  it('calls no value good that stands between two polls of which one tells of a mode', () => {
    // The device warms up in polls 2 and 3. Its mode may begin just after a value, and end just before a status.
    const { judge, value, states } = detector()
    const poll = (n: number, gas: number, state: number) => {
      const now = n * 1_000
      const before = judge.onBlock(value, words(gas), now)
      return told([
        ...before,
        ...judge.onBlock(states, words(state, 0), now + 50),
        ...judge.onPollEnd(now + 60),
      ])
    }
    expect(poll(1, 12, 1)).toEqual(['S-1=12 good'])
    expect(poll(2, 12, 2)).toEqual(['S-1=12 warm-up'])
    expect(poll(3, 99, 2)).toEqual(['S-1=99 warm-up'])
    expect(poll(4, 99, 1)).toEqual(['S-1=99 warm-up'])
    expect(poll(5, 12, 1)).toEqual(['S-1=12 good'])
  })

  it('lets a status of before the device was lost, or that was not read, say nothing', () => {
    const { judge, value, states } = detector()
    judge.onBlock(states, words(3, 0), 0)
    judge.onPollEnd(1)
    judge.onLost(2)
    judge.onBlock(value, words(12), 1_000)
    expect(told(judge.onBlock(states, words(1, 0), 1_050))).toEqual(['S-1=12 good'])
    judge.onPollEnd(1_060)
    judge.onBlock(states, TIMEOUT, 2_000)
    judge.onPollEnd(2_060)
    judge.onBlock(value, words(13), 3_000)
    expect(told(judge.onBlock(states, words(1, 0), 3_050))).toEqual(['S-1=13 good'])
  })

  it('is never good with a status of the poll before', () => {
    const { judge, value, states } = detector()
    judge.onBlock(states, words(1, 0), 0)
    judge.onBlock(value, words(12), 1)
    judge.onPollEnd(2)
    expect(judge.onBlock(value, words(12), 1_000)).toEqual([])
    expect(told(judge.onPollEnd(1_001))).toEqual(['S-1=12 stale'])
  })

  const unread: [string, ReadOutcome, string][] = [
    ['a timeout', TIMEOUT, 'timeout'],
    ['an exception', ILLEGAL_ADDRESS, 'exception-2'],
    ['a short answer', words(), 'not-decodable'],
  ]
  it.each(unread)('is bad when the status could not be read: %s', (_, outcome, reason) => {
    const { judge, value, states } = detector()
    judge.onBlock(states, outcome, 0)
    expect(told(judge.onBlock(value, words(12), 1))).toEqual([`S-1=12 ${reason}`])
  })

  it('tells a failed value at once, whatever the status', () => {
    const { judge, value, states } = detector()
    expect(told(judge.onBlock(value, TIMEOUT, 0))).toEqual(['S-1=- timeout'])
    expect(judge.onBlock(states, words(3, 0), 1)).toEqual([])
    expect(told(judge.onBlock(value, ILLEGAL_ADDRESS, 2))).toEqual(['S-1=- exception-2'])
    expect(judge.onPollEnd(3)).toEqual([])
  })

  it('goes by the register, not by the object, and by all of its bits and orders', () => {
    const low = register({ address: 4, type: 'bit', bit: 0 })
    const high = register({ address: 4, type: 'bit', bit: 9 })
    const a = sensor({ id: 'A', status: [status({ ...low }, { 1: 'inhibited' })] })
    const b = sensor({ id: 'B', status: [status({ ...high }, { 1: 'testing' })] })
    const judge = new DeviceJudge(device({ sensors: [a, b] }))
    judge.onBlock(block({ address: 3, count: 2, conditions: [{ ...low }, { ...high }] }), words(0, 0x0200), 0)
    expect(told(judge.onBlock(block({ sensors: [a, b] }), words(7), 1))).toEqual(['A=7 good', 'B=7 testing'])
  })

  it.each([
    ['lower', 4],
    ['upper', 5],
  ])('does not take the %s half of a status register', (_, address) => {
    const wide = register({ address: 4, type: 'uint32' })
    const gas = sensor({ status: [status(wide, { 1: 'inhibited' })] })
    const judge = new DeviceJudge(device({ sensors: [gas] }))
    judge.onBlock(block({ address, count: 1 }), words(1), 0)
    judge.onBlock(block({ sensors: [gas] }), words(7), 1)
    expect(told(judge.onPollEnd(2))).toEqual(['S-1=7 stale'])
  })

  it('compares the text of a record, where an empty one is none', () => {
    const field = (name: string) => register({ table: 'record', type: 'string', field: name })
    const level = sensor({
      register: field('1'),
      status: [status(field('2'), { W: 'warm-up', '1': 'testing' }, 'good')],
    })
    const judge = new DeviceJudge(device({ sensors: [level] }))
    const record = block({ table: 'record', count: 0, sensors: [level], conditions: [field('2')] })
    const poll = (...fields: string[]) => {
      const data = {
        kind: 'record',
        fields: new Map(fields.map((text, n) => [String(n + 1), text])),
      } as const
      return told([...judge.onBlock(record, { ok: true, data }, 0), ...judge.onPollEnd(0)])
    }
    expect(poll('1.5', 'OK')).toEqual(['S-1=1.5 good'])
    expect(poll('1.5', ' W ')).toEqual(['S-1=1.5 warm-up'])
    expect(poll('1.5', '1')).toEqual(['S-1=1.5 testing'])
    expect(poll('1.5', ' ')).toEqual(['S-1=1.5 not-decodable'])
    expect(poll('1.5')).toEqual(['S-1=1.5 not-decodable'])
    expect(poll('', 'OK')).toEqual(['S-1=- not-decodable'])
  })
})

describe('a heartbeat', () => {
  const withinMs = 5_000
  /** One poll: state 1, the heartbeat as given, value 12. */
  function poll(
    { judge, value, states }: ReturnType<typeof detector>,
    at: number,
    beat: number | ReadOutcome,
  ) {
    const outcome = typeof beat === 'number' ? words(1, beat) : beat
    return told([
      ...judge.onBlock(states, outcome, at),
      ...judge.onBlock(value, words(12), at),
      ...judge.onPollEnd(at),
    ])
  }

  it('that stands still freezes all sensors, until it moves', () => {
    const all = detector({ heartbeatMs: withinMs })
    expect(poll(all, 0, 7)).toEqual(['S-1=12 good'])
    expect(poll(all, 4_999, 7)).toEqual(['S-1=12 good'])
    expect(poll(all, 5_000, 7)).toEqual(['S-1=12 frozen'])
    expect(poll(all, 9_000, 7)).toEqual(['S-1=12 frozen'])
    expect(poll(all, 10_000, 8)).toEqual(['S-1=12 good'])
    expect(poll(all, 14_999, 8)).toEqual(['S-1=12 good'])
    expect(poll(all, 15_000, 8)).toEqual(['S-1=12 frozen'])
  })

  it('that moves lets a value stand still, unless the sensor says otherwise', () => {
    const patient = detector({ heartbeatMs: withinMs })
    const strict = detector({
      heartbeatMs: withinMs,
      sensor: { plausibility: { frozenAfterMs: 20_000 } },
    })
    for (let at = 0; at <= 60_000; at += 1_000) {
      expect(poll(patient, at, at / 1_000)).toEqual(['S-1=12 good'])
      expect(poll(strict, at, at / 1_000)).toEqual([at < 20_000 ? 'S-1=12 good' : 'S-1=12 frozen'])
    }
  })

  it('that cannot be read does not move', () => {
    const all = detector({ heartbeatMs: withinMs })
    poll(all, 0, 7)
    expect(poll(all, 3_000, TIMEOUT)).toEqual(['S-1=12 timeout'])
    expect(poll(all, 5_000, 7)).toEqual(['S-1=12 frozen'])
    expect(poll(all, 6_000, 8)).toEqual(['S-1=12 good'])
  })

  it('that can never be read is none', () => {
    const beat = register({ table: 'input', address: 11 })
    const gas = sensor()
    const judge = new DeviceJudge(device({ sensors: [gas], heartbeat: { register: beat, withinMs } }))
    const at = (now: number) => {
      const asked = judge.onBlock(
        block({ table: 'input', address: 11, conditions: [beat] }),
        ILLEGAL_ADDRESS,
        now,
      )
      return told([
        ...asked,
        ...judge.onBlock(block({ sensors: [gas] }), words(12), now),
        ...judge.onPollEnd(now),
      ])
    }
    expect(at(0)).toEqual(['S-1=12 good'])
    expect(at(4_999)).toEqual(['S-1=12 good'])
    expect(at(5_000)).toEqual(['S-1=12 frozen'])
  })

  it('may be read after the values of a slow poll', () => {
    const { judge, value, states } = detector({ heartbeatMs: withinMs })
    for (let at = 0; at <= 180_000; at += 60_000) {
      expect(judge.onBlock(value, words(12), at)).toEqual([])
      expect(told(judge.onBlock(states, words(1, at / 60_000), at + 10))).toEqual(['S-1=12 good'])
      judge.onPollEnd(at + 10)
    }
  })

  it('is not blamed for the time in which the device was lost, nor forgiven what was before', () => {
    const all = detector({ heartbeatMs: withinMs })
    poll(all, 0, 7)
    all.judge.onLost(3_000)
    all.judge.onLost(50_000)
    expect(poll(all, 60_000, 7)).toEqual(['S-1=12 good'])
    expect(poll(all, 61_999, 7)).toEqual(['S-1=12 good'])
    expect(poll(all, 62_000, 7)).toEqual(['S-1=12 frozen'])
    all.judge.onLost(63_000)
    all.judge.onLost(80_000)
    expect(poll(all, 90_000, 7)).toEqual(['S-1=12 frozen'])
  })

  it('goes before a held value of an inhibited sensor', () => {
    const all = detector({ heartbeatMs: withinMs })
    poll(all, 0, 7)
    expect(poll(all, 6_000, words(3, 7))).toEqual(['S-1=12 frozen'])
  })
})

describe('a lost device', () => {
  const two = () => {
    const sensors = [sensor({ id: 'A' }), sensor({ id: 'B', register: register({ address: 9 }) })]
    const blocks = sensors.map((each) => block({ address: each.register.address, sensors: [each] }))
    const [a = block(), b = block()] = blocks
    return { judge: new DeviceJudge(device({ sensors })), a, b }
  }

  it('makes all its sensors bad at once, without a value', () => {
    const { judge, a } = two()
    judge.onBlock(a, words(12), 0)
    expect(told(judge.onLost(1))).toEqual(['A=- comm-lost', 'B=- comm-lost'])
  })

  it('drops what still waits for its status', () => {
    const { judge, value, states } = detector()
    judge.onBlock(value, words(12), 0)
    judge.onLost(1)
    expect(judge.onBlock(states, words(1, 0), 2)).toEqual([])
    expect(judge.onPollEnd(3)).toEqual([])
  })

  it('stays lost until it answers, whatever its probes come to', () => {
    const { judge, a, b } = two()
    judge.onLost(0)
    expect(told(judge.onBlock(a, TIMEOUT, 1))).toEqual(['A=- comm-lost'])
    expect(told(judge.onBlock(a, GONE, 2))).toEqual(['A=- comm-lost'])
    const noPath: ReadOutcome = { ok: false, failed: { kind: 'exception', code: 11 } }
    expect(told(judge.onBlock(a, noPath, 3))).toEqual(['A=- comm-lost'])
    expect(told(judge.onBlock(a, ILLEGAL_ADDRESS, 4))).toEqual(['A=- exception-2'])
    expect(told(judge.onBlock(b, TIMEOUT, 5))).toEqual(['B=- timeout'])
    expect(told(judge.onBlock(b, words(3), 6))).toEqual(['B=3 good'])
  })

  it('gives single failures their own reason before', () => {
    const { judge, a } = two()
    expect(told(judge.onBlock(a, TIMEOUT, 0))).toEqual(['A=- timeout'])
    expect(told(judge.onBlock(a, GONE, 1))).toEqual(['A=- comm-lost'])
  })

  it('is judged by what was good before, with all the time since', () => {
    const gas = sensor({ plausibility: { maxRate: 1 } })
    const judge = new DeviceJudge(device({ sensors: [gas] }))
    const value = block({ sensors: [gas] })
    judge.onBlock(value, words(10), 0)
    judge.onLost(1_000)
    expect(told(judge.onBlock(value, words(25), 14_000))).toEqual(['S-1=25 implausible-rate'])
    expect(told(judge.onBlock(value, words(25), 15_000))).toEqual(['S-1=25 good'])
    expect(judge.rejected()).toEqual({ 'S-1': 1 })
  })

  it('does not count the loss as part of a fault current', () => {
    const gas = sensor({
      register: register({ current: { at: [4, 20], persistMs: 4_000, subRanges: [] } }),
    })
    const judge = new DeviceJudge(device({ sensors: [gas] }))
    const value = block({ sensors: [gas] })
    expect(told(judge.onBlock(value, words(1), 0))).toEqual(['S-1=1 ne43-drift'])
    judge.onLost(1_000)
    expect(told(judge.onBlock(value, words(1), 60_000))).toEqual(['S-1=1 ne43-drift'])
    expect(told(judge.onBlock(value, words(1), 63_000))).toEqual(['S-1=1 ne43-low'])
  })
})

describe('latches of a device', () => {
  it('are named, and opened one by one', () => {
    const sensors = ['A', 'B', 'C'].map((id) => sensor({ id, plausibility: { overRangeAt: 100 } }))
    const judge = new DeviceJudge(device({ sensors }))
    judge.onBlock(block({ sensors: sensors.slice(0, 2) }), words(100), 0)
    judge.onBlock(block({ sensors: sensors.slice(2) }), words(99), 0)
    expect(judge.latched()).toEqual(['A', 'B'])
    expect(judge.release('A')).toBe(true)
    expect(judge.release('A')).toBe(false)
    expect(judge.release('C')).toBe(false)
    expect(judge.release('nobody')).toBe(false)
    expect(judge.latched()).toEqual(['B'])
  })

  it('opens by the status register of the device', () => {
    const state = register({ address: 1 })
    const gas = sensor({
      plausibility: { overRangeAt: 100 },
      status: [status(state, { 12: 'calibrating' })],
    })
    const judge = new DeviceJudge(device({ sensors: [gas] }))
    const both = block({ count: 2, sensors: [gas], conditions: [state] })
    const story: [number, number, string][] = [
      [100, 1, 'over-range-latched'],
      [30, 1, 'over-range-latched'],
      [50, 12, 'calibrating'],
      [30, 1, 'good'],
    ]
    for (const [value, said, expected] of story) {
      expect(told(judge.onBlock(both, words(value, said), 0))).toEqual([`S-1=${value} ${expected}`])
    }
  })
})

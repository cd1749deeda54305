import { beforeEach, describe, expect, it } from 'vitest'
import type { Reading } from '../../contracts/reading.ts'
import { Epoch } from '../../gateway/delivery/epoch.ts'
import type { ReadOutcome } from '../../gateway/drivers/driver.ts'
import type { Block } from '../../gateway/polling/plan.ts'
import { Board } from '../../gateway/quality/board.ts'
import { Intake } from '../../gateway/quality/intake.ts'
import { device, register, sensor } from './plant.ts'
import { SettableClock } from './settable-clock.ts'

const START = 1_000_000
const TIMEOUT: ReadOutcome = { ok: false, failed: { kind: 'timeout' } }
const words = (...given: number[]): ReadOutcome => ({ ok: true, data: { kind: 'words', words: given } })

const state = register({ table: 'input', address: 5 })
const plain = sensor({ id: 'A', plausibility: { overRangeAt: 100, maxRate: 50 } })
const watched = sensor({
  id: 'B',
  register: register({ address: 1 }),
  status: [{ register: state, means: new Map([['3', 'inhibited']]), others: 'good' }],
})
const panel = device({ sensors: [plain, watched] })
const values: Block = { table: 'holding', address: 0, count: 2, sensors: [plain, watched], conditions: [] }
const states: Block = { table: 'input', address: 5, count: 1, sensors: [], conditions: [state] }

describe('Intake', () => {
  let clock: SettableClock
  let epoch: Epoch
  let board: Board
  let intake: Intake
  let sent: Reading[]
  let polls: [string, number | undefined][]

  beforeEach(() => {
    clock = new SettableClock(START)
    epoch = new Epoch({ clock, randomId: () => 'epoch' })
    board = new Board([plain, watched])
    sent = []
    polls = []
    const sink = {
      add: (reading: Reading) => void sent.push(reading),
      pollEnded: (id: string, at: number | undefined) => void polls.push([id, at]),
    }
    intake = new Intake({ epoch, board, sink, clock })
  })

  function poll(a: number, b: number, said = 1): void {
    intake.onBlock(panel, states, words(said))
    intake.onBlock(panel, values, words(a, b))
    intake.onPollEnd(panel, true)
  }

  it('makes readings of blocks, with the time of the answer', () => {
    poll(10, 20)
    expect(sent).toEqual([
      { sensor: 'A', time: START, value: 10, quality: 'good' },
      { sensor: 'B', time: START, value: 20, quality: 'good' },
    ])
    expect(polls).toEqual([['panel', START]])
  })

  it('gives a value that had to wait for its status the time of its own answer', () => {
    intake.onBlock(panel, values, words(10, 20))
    clock.advance(80)
    intake.onBlock(panel, states, words(3))
    expect(sent).toEqual([
      { sensor: 'A', time: START, value: 10, quality: 'good' },
      { sensor: 'B', time: START, value: 20, quality: 'bad', reason: 'inhibited' },
    ])
  })

  it('keeps that time when the wall clock is stepped in between', () => {
    intake.onBlock(panel, values, words(10, 20))
    clock.advance(80)
    clock.step(60_000)
    epoch.renew()
    board.forget()
    intake.onBlock(panel, states, words(1))
    expect(sent.at(-1)).toMatchObject({ sensor: 'B', time: START + 60_000 })
  })

  it('repeats an unchanged value in time, with a fresh time of its own', () => {
    for (let at = 0; at <= 60_000; at += 1_000) {
      poll(10, 20)
      clock.advance(1_000)
    }
    const times = sent.filter(({ sensor: id }) => id === 'A').map(({ time }) => time - START)
    expect(times).toEqual([0, 30_000, 60_000])
  })

  it('makes all sensors of a lost device bad at once, once, and vouches for nothing', () => {
    poll(10, 20)
    sent = []
    polls = []
    clock.advance(500)
    intake.onBlock(panel, states, words(1))
    intake.onLost(panel)
    expect(sent).toEqual([
      { sensor: 'A', time: START + 500, quality: 'bad', reason: 'comm-lost' },
      { sensor: 'B', time: START + 500, quality: 'bad', reason: 'comm-lost' },
    ])
    expect(polls).toEqual([['panel', undefined]])
    clock.advance(500)
    intake.onLost(panel)
    intake.onBlock(panel, states, TIMEOUT)
    intake.onBlock(panel, values, TIMEOUT)
    intake.onPollEnd(panel, false)
    expect(sent).toHaveLength(2)
    expect(polls.at(-1)).toEqual(['panel', undefined])
  })

  it('takes a refusal that is only remembered for no answer', () => {
    intake.onBlock(panel, states, { ok: false, failed: { kind: 'exception', code: 2 } })
    intake.onBlock(panel, values, TIMEOUT)
    intake.onPollEnd(panel, false)
    expect(polls).toEqual([['panel', undefined]])
  })

  it('tells what came back as new, never what was before the loss', () => {
    poll(10, 20)
    intake.onLost(panel)
    sent = []
    clock.advance(5_000)
    poll(10, 21)
    expect(sent).toEqual([
      { sensor: 'A', time: START + 5_000, value: 10, quality: 'good' },
      { sensor: 'B', time: START + 5_000, value: 21, quality: 'good' },
    ])
  })

  it('repeats a loss at maxInterval when the bus goes on telling of it', () => {
    intake.onLost(panel)
    for (let at = 1_000; at <= 31_000; at += 1_000) {
      clock.advance(1_000)
      intake.onBlock(panel, values, TIMEOUT)
    }
    const told = sent.filter(({ sensor: id }) => id === 'A')
    expect(told.map(({ time, reason }) => [time - START, reason])).toEqual([
      [0, 'comm-lost'],
      [30_000, 'comm-lost'],
    ])
  })

  it('is not upset by a step of the clock: what lasts is measured on the monotonic one', () => {
    poll(10, 20)
    clock.advance(1_000)
    clock.step(-3_600_000)
    epoch.renew()
    board.forget()
    poll(59, 20)
    clock.advance(1_000)
    poll(200, 20)
    clock.step(7_200_000)
    epoch.renew()
    board.forget()
    poll(80, 20)
    const reasons = sent.filter(({ sensor: id }) => id === 'A').map(({ value, reason }) => [value, reason])
    expect(reasons).toEqual([
      [10, undefined],
      [59, undefined],
      [200, 'implausible-rate'],
      [80, undefined],
    ])
    expect(intake.rejected()).toEqual({ A: 1 })
  })

  it('names the latches and opens them by hand', () => {
    expect(intake.latched()).toEqual([])
    poll(100, 100)
    clock.advance(1_000)
    poll(60, 60)
    expect(sent.at(-2)).toMatchObject({ sensor: 'A', value: 60, reason: 'over-range-latched' })
    expect(intake.latched()).toEqual(['A'])
    expect(intake.release('B')).toBe(false)
    expect(intake.release('A')).toBe(true)
    expect(intake.latched()).toEqual([])
    clock.advance(1_000)
    poll(60, 60)
    expect(sent.at(-1)).toMatchObject({ sensor: 'A', value: 60, quality: 'good' })
  })
})

import { beforeEach, describe, expect, it } from 'vitest'
import type { Reading } from '../../../contracts/reading.ts'
import { Epoch } from '../../../gateway/delivery/epoch.ts'
import { Board } from '../../../gateway/quality/board.ts'
import { Intake } from '../../../gateway/quality/intake.ts'
import { device, register, sensor } from '../plant.ts'
import { SettableClock } from '../settable-clock.ts'

const START = 1_000_000

const feature = (id: string, field: string, keys = {}) =>
  sensor({ id, register: register({ table: 'record', type: 'string', field, ...keys }), valid: [0, 50] })
const station = device({
  id: 'SG-1',
  sensors: [feature('pga', 'pga', { scale: 0.01 }), feature('jma', 'jma'), feature('ratio', 'staLta')],
})

describe('a second of a seismic station', () => {
  let clock: SettableClock
  let sent: Reading[]
  let polls: [string, number | undefined][]
  let intake: Intake

  beforeEach(() => {
    clock = new SettableClock(START)
    sent = []
    polls = []
    intake = new Intake({
      epoch: new Epoch({ clock, randomId: () => 'epoch' }),
      board: new Board(station.sensors),
      sink: {
        add: (reading) => void sent.push(reading),
        pollEnded: (id, at) => void polls.push([id, at]),
      },
      clock,
    })
  })

  const second = (
    time: number,
    values: Record<string, number>,
    reason?: 'above-range' | 'clock' | 'comm-lost',
  ) => intake.onSecond(station, { time, values, reason })

  it('makes readings in the unit of each sensor, dated by the instrument', () => {
    second(START - 400, { pga: 1_000, jma: 3.2, staLta: 1 })
    expect(sent).toEqual([
      { sensor: 'pga', time: START - 400, value: 10, quality: 'good' },
      { sensor: 'jma', time: START - 400, value: 3.2, quality: 'good' },
      { sensor: 'ratio', time: START - 400, value: 1, quality: 'good' },
    ])
    expect(polls).toEqual([['SG-1', START - 400]])
  })

  it('dates nothing ahead of its own clock', () => {
    second(START + 5_000, { pga: 1_000, jma: 3.2, staLta: 1 }, 'clock')
    expect(sent.map(({ time, quality, reason }) => [time, quality, reason])).toEqual(
      Array(3).fill([START, 'uncertain', 'clock']),
    )
    expect(polls).toEqual([['SG-1', START]])
  })

  it('waits for what has not seen enough yet', () => {
    second(START, { pga: 1_000 })
    expect(sent.slice(1)).toEqual([
      { sensor: 'jma', time: START, quality: 'bad', reason: 'warm-up' },
      { sensor: 'ratio', time: START, quality: 'bad', reason: 'warm-up' },
    ])
  })

  it('says what is wrong with the waveform, with a value or without one', () => {
    second(START, { pga: 1_000, jma: 3.2 }, 'above-range')
    expect(sent).toEqual([
      { sensor: 'pga', time: START, value: 10, quality: 'bad', reason: 'above-range' },
      { sensor: 'jma', time: START, value: 3.2, quality: 'bad', reason: 'above-range' },
      { sensor: 'ratio', time: START, quality: 'bad', reason: 'above-range' },
    ])
  })

  it('lets no uncertainty hide a value that is out of range', () => {
    second(START, { pga: 9_000, jma: 3.2, staLta: 60 }, 'clock')
    expect(sent.map(({ quality, reason }) => [quality, reason])).toEqual([
      ['bad', 'above-range'],
      ['uncertain', 'clock'],
      ['bad', 'above-range'],
    ])
  })

  it('is good again with the first whole second after a loss', () => {
    second(START, { pga: 1_000, jma: 3, staLta: 1 })
    clock.advance(9_000)
    intake.onLost(station)
    clock.advance(1_000)
    second(START + 10_000, { pga: 1_000, jma: 3, staLta: 1 })
    expect(sent.filter(({ sensor }) => sensor === 'pga').map(({ quality }) => quality)).toEqual([
      'good',
      'bad',
      'good',
    ])
    expect(polls.at(-1)).toEqual(['SG-1', START + 10_000])
  })
})

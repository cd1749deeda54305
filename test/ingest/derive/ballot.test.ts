import { describe, expect, it } from 'vitest'
import type { Reading } from '../../../contracts/reading.ts'
import { Deriver } from '../../../ingest/derive/deriver.ts'
import { batchOf, derivedPlant, type Sample } from './derived-plant.ts'

const VOTE = {
  id: 'TRIP',
  of: ['A', 'B'],
  compute: 'vote',
  need: 2,
  limit: 20,
  report: { maxInterval: '1h' },
}
const MEAN = { id: 'MEAN', of: 'A', compute: 'mean', window: '2s' }

/** A row for each second: what A and B read, undefined for a timeout. */
const ROWS: readonly (readonly [number | undefined, number | undefined])[] = [
  [5, 5],
  [5, 6],
  [25, 6],
  [25, undefined],
  [26, undefined],
  [5, undefined],
  [5, 5],
]

function take(deriver: Deriver, rows: typeof ROWS, first = 0): Reading[] {
  return rows.flatMap(([a, b], at) => {
    const time = (first + at + 1) * 1_000
    const samples: Sample[] = [
      ['A', time, a],
      ['B', time, b],
    ]
    return [...(deriver.take(batchOf('g1', { samples, polled: { d1: time } }))?.readings ?? [])]
  })
}

const line = ({ time, value, ballot }: Reading) =>
  `${time} ${value} ${ballot?.live} ${ballot?.channels.map(({ state, votes }) => `${state}${votes ? '!' : ''}`)}`

describe('what a vote reads', () => {
  it('says who had a say in it, and is sent whenever that is another', () => {
    const readings = take(new Deriver({ facility: derivedPlant([VOTE]) }), ROWS)
    expect(readings.map(line)).toEqual([
      '2000 0 2oo2 normal,normal',
      '3000 0 2oo2 alarm!,normal',
      '4000 1 1oo1 alarm!,fault!',
      '6000 0 1oo1 normal,fault!',
      '7000 0 2oo2 normal,normal',
    ])
    expect(readings[2]?.ballot).toEqual({
      configured: '2oo2',
      live: '1oo1',
      channels: [
        { id: 'A', state: 'alarm', votes: true, isBeyond: true, value: 25 },
        { id: 'B', state: 'fault', votes: true, isBeyond: false, value: null },
      ],
    })
  })

  it.each([1, 2, 3, 4, 5, 6])('says the same after a restart at second %d', (at) => {
    const facility = derivedPlant([VOTE])
    const first = new Deriver({ facility })
    const before = take(first, ROWS.slice(0, at))
    const snapshot = JSON.parse(JSON.stringify(first.snapshot()))
    const after = take(new Deriver({ facility, snapshot }), ROWS.slice(at), at)
    expect([...before, ...after]).toEqual(take(new Deriver({ facility }), ROWS))
  })

  it('is said of nothing but votes', () => {
    const readings = take(new Deriver({ facility: derivedPlant([MEAN]) }), ROWS)
    for (const reading of readings) expect(reading).not.toHaveProperty('ballot')
  })
})

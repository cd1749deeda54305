import { describe, expect, it } from 'vitest'
import { accountPicture, accountsOf } from '../../dashboards/console/src/derived/account-view.ts'
import { isComputedFrom } from '../../dashboards/console/src/derived/computed-from.ts'
import { detailRows } from '../../dashboards/console/src/derived/detail-rows.ts'
import {
  exposureLimits,
  exposurePeriods,
  shareOf,
} from '../../dashboards/console/src/derived/exposure-view.ts'
import { sensorIdOf } from '../../dashboards/console/src/derived/input-id.ts'
import { tonnesByCas } from '../../dashboards/console/src/derived/substances.ts'
import { levelOf, marksOf, motionOf } from '../../dashboards/console/src/derived/tank-view.ts'
import { voteView } from '../../dashboards/console/src/derived/vote-view.ts'
import { DETAIL_TEXTS } from '../../dashboards/console/src/texts/derived.ts'
import { FAKE_DERIVED } from './fake-derived.ts'

const NOTHING = [
  {},
  { channels: 'x', configured: 3 },
  { limit: null, limits: {}, periods: '2', flow: Number.NaN },
]

describe('what a computation tells', () => {
  it.each(NOTHING)('is nothing when it is not understood: %j', (detail) => {
    expect(voteView(detail)).toBeUndefined()
    expect(exposureLimits(detail)).toEqual([])
    expect(exposurePeriods(detail)).toBeUndefined()
    expect(motionOf(detail)).toBeUndefined()
    expect(detailRows(detail)).toEqual([])
  })

  it('has words for every line, in the order in which people read them', () => {
    const all = Object.fromEntries(Object.keys(DETAIL_TEXTS).map((key) => [key, 1]))
    for (const { key } of detailRows(all)) expect(DETAIL_TEXTS).toHaveProperty(key)
    const overfill = FAKE_DERIVED.find(({ sensor }) => sensor.compute === 'overfill')?.detail.detail ?? {}
    expect(detailRows(overfill).map(({ key }) => key)).toEqual([
      'flow',
      'flowConfidence',
      'volume',
      'volumeToGo',
      'leastMinutes',
      'response',
      'rejects',
    ])
  })

  it('numbers, words and times are told apart', () => {
    expect(detailRows({ grade: 4, phase: 'resting', since: 5, rest: 2.5, rejects: null })).toEqual([
      { key: 'phase', kind: 'word', value: 'resting' },
      { key: 'grade', kind: 'word', value: '4' },
      { key: 'rest', kind: 'number', value: 2.5, unit: 'm3' },
      { key: 'since', kind: 'time', value: 5 },
    ])
  })

  it('a station that was beyond alone is named', () => {
    const vote = { configured: '2oo3', live: '2oo3', alone: { station: 'SE-401', time: 7, value: 30 } }
    expect(voteView(vote)).toMatchObject({
      alone: { station: 'SE-401', time: 7 },
      isTripped: false,
      channels: [],
    })
    expect(voteView({ ...vote, alone: null })?.alone).toBeUndefined()
  })

  it.each<[string, object[], number, string[]]>([
    ['those in it call for it', [{ id: 'A', state: 'alarm', votes: true, isBeyond: true }], 1, []],
    [
      'one left the vote beyond its limit',
      [
        { id: 'A', state: 'overdue', votes: false, isBeyond: true },
        { id: 'B', state: 'normal', votes: false, isBeyond: false },
      ],
      1,
      ['A'],
    ],
    [
      'one that was beyond is inhibited, and one is in alarm still',
      [
        { id: 'A', state: 'inhibited', votes: false, isBeyond: true },
        { id: 'B', state: 'alarm', votes: true, isBeyond: true },
      ],
      2,
      ['A'],
    ],
    ['faults have used up the votes', [{ id: 'A', state: 'fault', votes: true, isBeyond: true }], 0, []],
  ])('a trip, as %s, is held by those', (_, channels, need, heldBy) => {
    const vote = { configured: '2oo3', live: `${need}oo2`, need, of: 2, tripped: true, channels }
    expect(voteView(vote)?.heldBy).toEqual(heldBy)
    expect(voteView({ ...vote, tripped: false })?.heldBy).toEqual([])
  })

  it('a vote with fewer healthy channels than it should have is not protected, though it has some', () => {
    const vote = { configured: '2oo3', live: '1oo1', need: 1, of: 1 }
    expect(voteView({ ...vote, isProtected: false })).toMatchObject({ isProtected: false })
    expect(voteView({ ...vote, isProtected: true })).toMatchObject({ isProtected: true })
    expect(voteView({ ...vote, live: '0oo0', of: 0 })).toMatchObject({ isProtected: false })
  })

  it('a shift and a period by when they have begun', () => {
    expect(detailRows({ shift: { from: 5, to: 9 }, period: { from: 6, to: 9 } })).toEqual([
      { key: 'shift', kind: 'time', value: 5 },
      { key: 'period', kind: 'time', value: 6 },
    ])
    expect(detailRows({ period: null })).toEqual([])
  })

  it.each([
    [10, 4.12, 41],
    [10, 9.999, 99],
    [10, 10, 100],
    [1, 2.5, 250],
    [1, -0.2, 0],
    [1, undefined, undefined],
    [0, 1, undefined],
  ])('of a limit of %s, %s is %s %%', (limit, value, percent) => {
    expect(shareOf(limit, value)).toBe(percent)
  })

  it('a substance stands once, however many tanks hold it', () => {
    const substances = [
      { cas: '86290-81-5', tonnes: 222.6 },
      { cas: '7782-50-5', tonnes: 5 },
      { cas: '86290-81-5', tonnes: 100 },
      { tonnes: null },
    ]
    expect(tonnesByCas({ substances })).toEqual([
      { cas: '86290-81-5', tonnes: 322.6 },
      { cas: '7782-50-5', tonnes: 5 },
      { cas: '?', tonnes: 0 },
    ])
    expect(tonnesByCas({ substances: 'x' })).toEqual([])
  })

  it('limits of a moving average each say whether they are passed; of a short-term one there is one', () => {
    const limit = { basis: 'PC-TWA', value: 6, edition: 'GBZ 2.1-2019', isConfirmed: true }
    expect(exposureLimits({ limits: [{ ...limit, isBeyond: null }, { value: 3 }] })).toEqual([
      { ...limit, isBeyond: undefined },
    ])
    expect(exposureLimits({ limit, isBeyond: true })).toEqual([{ ...limit, isBeyond: true }])
  })
})

describe('a tank', () => {
  const tank = { id: 'T', name: 'T', span: [0, 12], levels: { LL: 0.8, HH: 10.8, MW: 9.5 } }

  it.each([
    [5, []],
    [9.5, ['MW']],
    [11, ['HH', 'MW']],
    [0.8, ['LL']],
    [undefined, []],
  ])('at %s m is beyond %j, the highest first', (level, passed) => {
    const marks = marksOf(tank, level)
    expect(marks.map(({ key }) => key)).toEqual(['HH', 'MW', 'LL'])
    expect(marks.filter(({ isPassed }) => isPassed).map(({ key }) => key)).toEqual(passed)
  })

  it.each([
    [9_410, 'mm', 9.41],
    [941, 'cm', 9.41],
    [9.41, 'm', 9.41],
    [10, 'ft', 3.048],
    [100, 'in', 2.54],
    [62, '%', undefined],
    [62, 'toString', undefined],
    [120, 'm3', undefined],
    [1, 'furlong', undefined],
    [undefined, 'm', undefined],
  ])('%s %s is a level of %s m', (value, unit, level) => {
    if (level === undefined) expect(levelOf(value, unit)).toBeUndefined()
    else expect(levelOf(value, unit)).toBeCloseTo(level, 12)
  })

  it.each([
    [118, 4, 'filling'],
    [-118, 4, 'emptying'],
    [3, 4, 'resting'],
    [-4, 4, 'resting'],
    [0, undefined, 'resting'],
  ])('with a flow of %s, give or take %s, is %s', (flow, flowConfidence, motion) => {
    expect(motionOf({ flow, flowConfidence })).toBe(motion)
  })
})

describe('the account of a tank', () => {
  const told = [
    { to: 1, ufv: 0.2, cusumHigh: 0.1, cusumLow: 0 },
    { to: 2, ufv: null, cusumHigh: 0.1, cusumLow: 0 },
    { to: 3, ufv: -0.3, cusumHigh: 0, cusumLow: 0.2 },
  ]
  const size = { width: 30, height: 50 }

  it('is what the computation tells of its last periods, and nothing of what is not understood', () => {
    expect(accountsOf({ accounts: told })).toEqual([
      { to: 1, ufv: 0.2, high: 0.1, low: 0 },
      { to: 2, ufv: undefined, high: 0.1, low: 0 },
      { to: 3, ufv: -0.3, high: 0, low: 0.2 },
    ])
    expect(accountsOf({ accounts: [{ to: 1 }, null, 'x'] })).toEqual([])
    expect(accountsOf({ accounts: 7 })).toEqual([])
  })

  it('is drawn with what is missing above zero and what is too much below', () => {
    const picture = accountPicture(accountsOf({ accounts: told }), size)
    expect(picture).toMatchObject({ top: 0.2, bottom: -0.3, gaps: [15] })
    expect(picture.zero).toBeCloseTo(20, 9)
    const [loss, gain, ...others] = picture.bars.map(({ x, y, height }) => [x, y, y + height])
    expect(loss).toEqual([expect.closeTo(1.5, 9), 0, expect.closeTo(20, 9)])
    expect(gain).toEqual([expect.closeTo(21.5, 9), expect.closeTo(20, 9), expect.closeTo(50, 9)])
    expect(others).toEqual([])
    expect(picture.high.replaceAll(/\d+\.\d+/g, (digits) => String(Math.round(Number(digits))))).toBe(
      'M0 10h10L10 10h10L20 20h10',
    )
  })

  it('is a flat line where nothing was missing', () => {
    const flat = accountPicture([{ to: 1, ufv: 0, high: 0, low: 0 }], size)
    expect(flat).toMatchObject({ zero: 0, top: 0, bottom: 0, high: 'M0 0h30' })
  })
})

describe('inputs', () => {
  const sensors = new Set(['GT-101', 'GT-101.RATE'])

  it.each([
    ['GT-101', 'GT-101'],
    ['GT-101.H', 'GT-101'],
    ['GT-101.RATE', 'GT-101.RATE'],
    ['GT-101.RATE.H', 'GT-101.RATE'],
  ])('%s is of the sensor %s', (id, sensor) => {
    expect(sensorIdOf(id, sensors)).toBe(sensor)
  })

  it.each([
    [['GT-101'], true],
    [['GT-102', 'GT-101.H'], true],
    [['GT-101.RATE'], false],
    [undefined, false],
  ])('of %j: computed from GT-101: %s', (of, is) => {
    const derived = of === undefined ? null : { compute: 'vote', of }
    const limit = {
      alarm: 'GT-101.H',
      key: 'H',
      when: 'high',
      limit: 1,
      revision: 0,
      fileLimit: null,
    } as const
    expect(isComputedFrom({ derived }, { id: 'GT-101', limits: [{ ...limit, priority: 'high' }] })).toBe(is)
  })
})

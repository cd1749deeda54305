import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type Derived,
  derive,
  type Grid,
  refusalsOf,
  restartEqualsNoRestart,
  run,
  type Sample,
  START,
  sensors,
  shiftInvariant,
  stepsOf,
} from '../steps.ts'

const SEISMIC = { kind: 'seismic', unit: 'g', quantity: 'PGA' } as const
const KNOWN = sensors({ S1: SEISMIC, S2: SEISMIC, S3: SEISMIC, L: { kind: 'level', unit: 'mm' }, G: {} })
const VOTE: Derived = { of: ['S1', 'S2', 'S3'], compute: 'coincidence', need: 2, limit: 0.05 }
const QUIET = 0.001

/** A station that reads once a second at this phase; `peaks` are the moments of its shocks, seconds from the start. */
function station(peaks: readonly number[], { phase = 0, count = 20 } = {}): Sample[] {
  return Array.from({ length: count }, (_, at): Sample => {
    const end = at + phase
    const isShaken = peaks.some((peak) => peak > end - 1 && peak <= end)
    return { time: START + end * 1_000, value: isShaken ? 0.2 : QUIET }
  })
}

function ran(derived: Derived, inputs: readonly (readonly Sample[])[], count = 20) {
  const running = derive(derived, KNOWN).computation.start()
  return stepsOf(inputs, { from: START, everyMs: 1_000, count }).map((step) => {
    const { value, quality, reason } = running.step(step)
    return { value, quality, reason, view: running.describe?.() }
  })
}

const trips = (derived: Derived, inputs: readonly (readonly Sample[])[]) =>
  ran(derived, inputs).some(({ value }) => value === 1)

describe('station vote', () => {
  it('trips when two of three exceed in the same second, and falls back', () => {
    const values = ran(VOTE, [station([5.2]), station([5.6]), station([])]).map(({ value }) => value)
    expect(values.join('')).toBe('00000100000000000000')
  })

  it('rejects a bumped housing, however hard, and tells which it was', () => {
    const results = ran(VOTE, [station([]), station([5.2, 5.9]), station([])])
    expect(results.every(({ value, quality }) => value === 0 && quality === 'good')).toBe(true)
    expect(results[5]?.view).toMatchObject({
      configured: '2oo3',
      live: '2oo3',
      votes: 1,
      tripped: false,
      alone: { station: 'S2', time: START + 6_000, value: 0.2 },
      channels: [
        { id: 'S1', state: 'normal', votes: false, value: QUIET },
        { id: 'S2', state: 'alarm', votes: true, value: 0.2, isBeyond: true },
        { id: 'S3', state: 'normal', votes: false, value: QUIET },
      ],
    })
    expect(results.at(-1)?.view).toMatchObject({ votes: 0, alone: { station: 'S2', time: START + 6_000 } })
  })

  it('takes back that one was alone when another follows within the window', () => {
    const results = ran(VOTE, [station([5.9]), station([6.3]), station([])])
    expect(results[5]?.view).toMatchObject({ alone: { station: 'S1' }, tripped: false })
    expect(results[6]?.view).toMatchObject({ alone: null, tripped: true, votes: 2 })
  })

  it('never misses less than the window, never takes more than two steps beyond it', () => {
    const phase = fc.double({ min: 0, max: 0.999, noNaN: true })
    const apart = fc.double({ min: -6, max: 6, noNaN: true })
    const window = fc.constantFrom(0.5, 1, 2)
    fc.assert(
      fc.property(
        phase,
        phase,
        apart,
        window,
        fc.double({ min: 8, max: 9, noNaN: true }),
        (one, two, by, size, at) => {
          const inputs = [station([at], { phase: one }), station([at + by], { phase: two }), station([])]
          const found = trips({ ...VOTE, window: `${size * 1_000}ms` }, inputs)
          // Readings are dated to the millisecond.
          if (Math.abs(by) < size - 0.002) expect(found, `${by}s apart`).toBe(true)
          if (Math.abs(by) > size + 2.002) expect(found, `${by}s apart`).toBe(false)
        },
      ),
      { numRuns: 300 },
    )
  })

  it('knows what came and went between two points of the grid', () => {
    const flash = (ms: number): Sample[] => [
      { time: START, value: QUIET },
      { time: START + 5_000 + ms, value: 0.2 },
      { time: START + 5_100 + ms, value: QUIET },
    ]
    expect(trips(VOTE, [flash(200), flash(700), station([])])).toBe(true)
    expect(trips(VOTE, [flash(200), flash(4_700), station([])])).toBe(false)
  })

  const dead = (): Sample[] => [{ time: START, quality: 'bad', reason: 'comm-lost' }]

  it.each([
    ['drop-out', '2oo2', false],
    ['vote', '1oo2', true],
  ] as const)('a dead station with onFault: %s leaves %s', (onFault, live, isTripped) => {
    const results = ran({ ...VOTE, onFault }, [dead(), station([5.5]), station([])])
    expect(results[5]).toMatchObject({ value: isTripped ? 1 : 0, view: { live } })
  })

  it('drops out dead stations unless told otherwise, and is none without any', () => {
    expect(ran(VOTE, [dead(), station([]), station([])])[3]?.view).toMatchObject({ live: '2oo2' })
    expect(ran(VOTE, [dead(), dead(), station([5.5])])[5]).toMatchObject({ value: 1, view: { live: '1oo1' } })
    expect(ran(VOTE, [dead(), dead(), dead()])[5]).toMatchObject({ quality: 'bad', reason: 'no-protection' })
  })

  it('a doubtful station may raise, and its quiet is no evidence', () => {
    const doubtful = (peaks: readonly number[]) =>
      station(peaks).map((sample): Sample => ({ ...sample, quality: 'uncertain', reason: 'imprecise' }))
    const results = ran(VOTE, [doubtful([5.5]), station([5.5]), station([])])
    expect(results[5]).toMatchObject({ value: 1, quality: 'good' })
    expect(results[10]).toMatchObject({ value: 0, quality: 'uncertain', reason: 'imprecise' })
  })

  it('takes a station beyond its range for one that exceeds', () => {
    const clipped: Sample[] = [
      { time: START, value: QUIET },
      { time: START + 5_500, quality: 'bad', reason: 'above-range' },
      { time: START + 6_500, value: QUIET },
    ]
    expect(trips(VOTE, [clipped, station([5.5]), station([])])).toBe(true)
  })

  it.each<[Derived, string]>([
    [{ ...VOTE, of: ['S1', 'S2', 'L'] }, 'of: a vote is of sensors of one kind: S1 is seismic, L is level'],
    [{ ...VOTE, of: ['G', 'G'] }, 'of: G is no seismic station, but gas'],
    [{ ...VOTE, need: 4 }, 'need: 4oo3: of 3 there are never 4'],
    [{ of: ['S1', 'S2'], compute: 'coincidence', need: 2 }, 'compute: coincidence needs limit'],
    [{ ...VOTE, when: 'low' }, 'when: coincidence does not take when'],
  ])('%j is refused', (derived, problem) => {
    expect(refusalsOf(derived, KNOWN).join('\n')).toContain(problem)
  })
})

describe('any shocks', () => {
  const peaks = fc.array(fc.double({ min: 0, max: 20, noNaN: true }), { maxLength: 6 })
  const phase = fc.integer({ min: 0, max: 999 }).map((ms) => ms / 1_000)
  const inputs = fc.array(fc.tuple(peaks, phase), { minLength: 3, maxLength: 3 })
  const grid: Grid = { from: START, everyMs: 1_000, count: 20 }
  const { computation } = derive(VOTE, KNOWN)

  it('goes on after a restart as if there had been none', () => {
    fc.assert(
      fc.property(inputs, (all) => {
        const samples = all.map(([at, by]) => station(at, { phase: by }))
        restartEqualsNoRestart(computation, stepsOf(samples, grid))
      }),
      { numRuns: 40 },
    )
  })

  it('does not mind when it is', () => {
    fc.assert(
      fc.property(inputs, fc.integer({ min: 1, max: 1e9 }), (all, steps) => {
        const samples = all.map(([at, by]) => station(at, { phase: by }))
        shiftInvariant(computation, samples, grid, steps)
      }),
      { numRuns: 40 },
    )
  })

  it('is the same from a while ago as from the beginning', () => {
    fc.assert(
      fc.property(inputs, (all) => {
        const steps = stepsOf(
          all.map(([at, by]) => station(at, { phase: by })),
          grid,
        )
        const back = (computation.memoryMs ?? 0) / grid.everyMs
        expect(run(computation, steps.slice(10 - back)).slice(back)).toEqual(
          run(computation, steps).slice(10),
        )
      }),
      { numRuns: 40 },
    )
  })
})

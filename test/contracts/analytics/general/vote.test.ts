import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Running } from '../../../../contracts/analytics/computation.ts'
import type { Reason } from '../../../../contracts/quality.ts'
import {
  type Derived,
  derive,
  type Grid,
  refusalsOf,
  restartEqualsNoRestart,
  type Sample,
  START,
  sensors,
  shiftInvariant,
  splitInvariant,
  stepsOf,
} from '../steps.ts'

const IDS = ['A', 'B', 'C']
const ALARM = { when: 'high', limit: 20, deadband: 2 } as const
const KNOWN = sensors({
  A: { alarms: { H: ALARM, L: { ...ALARM, when: 'low' }, E: { ...ALARM, when: 'equals' } } },
  B: { alarms: { H: { ...ALARM, limit: 40 } } },
  C: { alarms: { H: ALARM } },
  T: { kind: 'temperature', unit: 'degC' },
  P: { unit: 'ppm' },
})
const VOTE: Derived = { of: IDS, compute: 'vote', need: 2, limit: 20, deadband: 2 }

/** What a channel holds in a step: a value, or why it is bad; `~` before a value says that it is uncertain. */
type Held = number | Reason | `~${number}`

function sampleOf(held: Held, time: number): Sample {
  if (typeof held === 'number') return { time, value: held }
  if (held.startsWith('~'))
    return { time, value: Number(held.slice(1)), quality: 'uncertain', reason: 'imprecise' }
  return { time, quality: 'bad', reason: held }
}

/** One row for each step. */
function stepsFor(rows: readonly (readonly Held[])[]) {
  const grid: Grid = { from: START, everyMs: 1_000, count: rows.length }
  const inputs = (rows[0] ?? []).map((_, at) =>
    rows.map((row, step) => sampleOf(row[at] ?? 0, START + step * 1_000 + 500)),
  )
  return stepsOf(inputs, grid)
}

/** Value and quality of each step: `1`, `1?` when uncertain, the reason when bad. */
function told(derived: Derived, rows: readonly (readonly Held[])[]): string[] {
  const running = derive(derived, KNOWN).computation.start()
  return stepsFor(rows).map((step) => {
    const { value, quality, reason } = running.step(step)
    return quality === 'bad' ? `${reason}` : `${value}${quality === 'good' ? '' : '?'}`
  })
}

function viewAfter(derived: Derived, rows: readonly (readonly Held[])[]) {
  const running: Running = derive(derived, KNOWN).computation.start()
  for (const step of stepsFor(rows)) running.step(step)
  return running.describe?.()
}

const DROP_OUT: Derived = { ...VOTE, onFault: 'drop-out' }

describe('a vote of sensors', () => {
  it('trips with two of three at the limit, and ends when one is back beyond the deadband', () => {
    expect(
      told(VOTE, [
        [20, 0, 0],
        [20, 20, 0],
        [20, 18, 0],
        [20, 17.9, 0],
        [20, 19, 0],
      ]),
    ).toEqual(['0', '1', '1', '0', '0'])
  })

  it('looks at the other side when low', () => {
    const low: Derived = { ...VOTE, when: 'low', limit: 5, deadband: 1 }
    expect(
      told(low, [
        [5, 5, 9],
        [5, 6, 9],
        [5, 6.1, 9],
      ]),
    ).toEqual(['1', '1', '0'])
  })

  it('takes a faulted channel for one in alarm, unless it drops out', () => {
    const rows: Held[][] = [
      [25, 0, 'timeout'],
      [0, 0, 'timeout'],
    ]
    expect(told(VOTE, rows)).toEqual(['1', '0'])
    expect(told(DROP_OUT, rows)).toEqual(['0', '0'])
  })

  it('takes a value above the range for one beyond, and below it for a fault', () => {
    expect(told(DROP_OUT, [[25, 'above-range', 0]])).toEqual(['1'])
    expect(told(DROP_OUT, [[25, 'below-range', 0]])).toEqual(['0'])
  })

  it('lets an uncertain value raise a channel, and never clear it', () => {
    expect(
      told(VOTE, [
        ['~25', 25, 0],
        ['~5', 25, 0],
        [5, 25, 0],
      ]),
    ).toEqual(['1', '1', '0'])
  })

  it('holds a trip whose voters have gone bad until good evidence ends it', () => {
    expect(
      told(DROP_OUT, [
        [25, 25, 0],
        ['timeout', 25, 0],
        ['timeout', 'stale', 0],
        ['inhibited', 'stale', 0],
        [0, 'stale', 0],
      ]),
    ).toEqual(['1', '1', '1', '1', '0'])
  })

  it('ends a trip on the good evidence of the others, whatever has become of one voter', () => {
    expect(
      told(DROP_OUT, [
        [25, 25, 0],
        ['timeout', 25, 0],
        ['timeout', 0, 0],
      ]),
    ).toEqual(['1', '1', '0'])
  })

  it('has nothing to say without a healthy channel, and keeps a trip as uncertain', () => {
    const dead: Held[] = ['timeout', 'stale', 'inhibited']
    expect(told(DROP_OUT, [dead])).toEqual(['no-protection'])
    expect(told(DROP_OUT, [[25, 25, 0], dead, [0, 0, 'stale']])).toEqual(['1', '1?', '0'])
  })

  it('with fewer healthy ones than it should have is no protection, but still trips', () => {
    const two: Derived = { ...DROP_OUT, minHealthy: 2 }
    expect(
      told(two, [
        ['stale', 'stale', 0],
        ['stale', 'stale', 25],
      ]),
    ).toEqual(['no-protection', '1?'])
  })

  it('counts the healthy ones as its coverage', () => {
    const running = derive(DROP_OUT, KNOWN).computation.start()
    const [step] = stepsFor([[0, 'stale', 'inhibited']])
    expect(step && running.step(step)).toMatchObject({ value: 0, coverage: 1 / 3 })
  })

  it('shows what it has come down to', () => {
    expect(viewAfter(VOTE, [[25, 'timeout', 'inhibited']])).toEqual({
      configured: '2oo3',
      live: '1oo1',
      need: 1,
      of: 1,
      votes: 2,
      isProtected: true,
      tripped: true,
      channels: [
        { id: 'A', sensor: 'A', state: 'alarm', votes: true, value: 25, limit: 20, isBeyond: true },
        { id: 'B', sensor: 'B', state: 'fault', votes: true, value: null, limit: 20, isBeyond: false },
        { id: 'C', sensor: 'C', state: 'inhibited', votes: false, value: null, limit: 20, isBeyond: false },
      ],
    })
  })

  it('shows a channel that has left the vote as beyond as long as nothing good says that it is back', () => {
    const view = viewAfter(VOTE, [
      [25, 25, 0],
      ['inhibited', 25, 0],
    ])
    expect(view).toMatchObject({
      live: '2oo2',
      votes: 1,
      tripped: true,
      channels: [
        { id: 'A', state: 'inhibited', votes: false, isBeyond: true },
        { id: 'B', state: 'alarm', votes: true, isBeyond: true },
        { id: 'C', state: 'normal', votes: false, isBeyond: false },
      ],
    })
  })

  it('shows that too few are healthy to be protected', () => {
    expect(viewAfter({ ...DROP_OUT, minHealthy: 2 }, [[0, 'stale', 'stale']])).toMatchObject({
      live: '1oo1',
      isProtected: false,
    })
  })

  it.each<[Reason | number, string]>([
    [0, 'normal'],
    [25, 'alarm'],
    ['above-range', 'alarm'],
    ['ne43-high', 'alarm'],
    ['ne43-low', 'fault'],
    ['timeout', 'fault'],
    ['exception-4', 'fault'],
    ['inputs', 'fault'],
    ['no-protection', 'fault'],
    ['stale', 'silent'],
    ['comm-lost', 'silent'],
    ['inhibited', 'inhibited'],
    ['calibrating', 'inhibited'],
    ['testing', 'inhibited'],
    ['warm-up', 'warm-up'],
  ])('a channel with %s is %s', (held, state) => {
    expect(viewAfter(VOTE, [[held, 0, 0]])).toMatchObject({ channels: [{ state }, {}, {}] })
  })

  it.each([
    ['drop-out', '2oo2', 0],
    ['vote', '1oo2', 1],
    ['ignore', '2oo3', 0],
  ] as const)('an overdue channel with onOverdue: %s leaves %s', (onOverdue, live, value) => {
    const inputs = [
      [{ time: START, value: 25 }],
      [{ time: START, value: 0, isOverdue: true }],
      [{ time: START, value: 0 }],
    ]
    const [step] = stepsOf(inputs, { from: START, everyMs: 1_000, count: 1 })
    const running = derive({ ...VOTE, onOverdue }, KNOWN).computation.start()
    expect(step && running.step(step)).toMatchObject({ value, quality: 'good' })
    expect(running.describe?.()).toMatchObject({ live })
  })
})

describe('a vote of alarms', () => {
  const ALARMS: Derived = { of: ['A.H', 'B.H', 'C.H'], compute: 'vote', need: 2 }
  const [step] = stepsFor([[25, 25, 0]])

  it('goes by the set point of each, and the names are those of the alarms', () => {
    expect(
      told(ALARMS, [
        [25, 25, 0],
        [25, 40, 0],
      ]),
    ).toEqual(['0', '1'])
    expect(viewAfter(ALARMS, [[25, 25, 0]])).toMatchObject({ channels: [{ id: 'A.H', sensor: 'A' }, {}, {}] })
  })

  it('goes by what people have set since', () => {
    const limitOf = (id: string) => (id === 'B.H' ? { limit: 10, deadband: 0 } : undefined)
    const running = derive(ALARMS, KNOWN).computation.start(undefined, { limitOf })
    expect(step && running.step(step).value).toBe(1)
  })
})

describe('a vote of alarms with delays', () => {
  const LATER = { ...ALARM, onDelayMs: 2_000, offDelayMs: 3_000 }
  const slow = sensors({ A: { alarms: { H: LATER } }, B: { alarms: { H: LATER } } })
  const both: Derived = { of: ['A.H', 'B.H'], compute: 'vote', need: 2, onFault: 'drop-out', minHealthy: 1 }

  /** Value of each step, both channels holding the same from half a second after its beginning on. */
  const values = (held: readonly Held[]) => {
    const running = derive(both, slow).computation.start()
    return stepsFor(held.map((one) => [one, one])).map((at) => running.step(at).value ?? null)
  }

  it.each<[string, Held[], (number | null)[]]>([
    ['trips once they have been beyond for so long', [25, 25, 25, 25], [0, 0, 1, 1]],
    ['forgets what was beyond for less', [25, 0, 25, 0, 25, 0], [0, 0, 0, 0, 0, 0]],
    ['begins anew when they are between', [25, 19, 25, 25, 25], [0, 0, 0, 0, 1]],
    ['ends once they have been back for so long', [25, 25, 25, 0, 0, 0, 0], [0, 0, 1, 1, 1, 1, 0]],
    ['holds while what is back is only between', [25, 25, 25, 19, 19, 19, 19, 19], [0, 0, 1, 1, 1, 1, 1, 1]],
    ['lets the on-delay run on doubt', [25, '~5', '~5', '~5'], [0, 0, 1, 1]],
    ['ends no trip on doubt', [25, 25, 25, 0, '~0', '~0', '~0', 0], [0, 0, 1, 1, 1, 1, 1, 0]],
  ])('%s', (_, held, expected) => {
    expect(values(held)).toEqual(expected)
  })

  it('goes by the delays that people have set since', () => {
    const live = { limitOf: () => ({ limit: 20, deadband: 2, onDelayMs: 0, offDelayMs: 0 }) }
    const running = derive(both, slow).computation.start(undefined, live)
    expect(
      stepsFor([
        [25, 25],
        [0, 0],
      ]).map((at) => running.step(at).value),
    ).toEqual([1, 0])
  })

  it('goes on after a restart as if there had been none', () => {
    const one = fc.constantFrom<Held>(0, 19, 25, '~25', 'timeout')
    fc.assert(
      fc.property(fc.array(fc.tuple(one, one), { minLength: 1, maxLength: 15 }), (rows) => {
        restartEqualsNoRestart(derive(both, slow).computation, stepsFor(rows))
      }),
      { numRuns: 40 },
    )
  })
})

describe('healthy', () => {
  it('counts the channels of the vote that are', () => {
    expect(
      told({ ...VOTE, compute: 'healthy' }, [
        [0, 25, 0],
        [0, 'above-range', 'timeout'],
        ['inhibited', 'stale', 'warm-up'],
      ]),
    ).toEqual(['3', '2', '0'])
  })
})

describe('check refuses', () => {
  it.each<[string, Derived, string[]]>([
    ['more votes than channels', { ...VOTE, need: 4 }, ['need: 4oo3: of 3 there are never 4']],
    ['a vote without a number', { of: IDS, compute: 'vote', limit: 1 }, ['compute: vote needs need']],
    [
      'more healthy ones than channels',
      { ...VOTE, minHealthy: 4 },
      ['minHealthy: of 3 there are never 4 healthy'],
    ],
    [
      'several kinds',
      { ...VOTE, of: ['A', 'T'] },
      [
        'of: a vote is of sensors of one kind: A is gas, T is temperature',
        'of: a vote is of sensors in one unit: A is in %LEL, T in degC',
      ],
    ],
    [
      'several units',
      { ...VOTE, of: ['A', 'P'] },
      ['of: a vote is of sensors in one unit: A is in %LEL, P in ppm'],
    ],
    ['one sensor twice', { ...VOTE, of: ['A', 'B', 'A'] }, ['of: A would have two votes']],
    ['a unit', { ...VOTE, unit: 'ppm' }, ['unit: what is counted has unit "1"']],
    [
      'sensors without a limit',
      { of: IDS, compute: 'vote', need: 2 },
      ['compute: a vote of sensors needs limit; one of alarms goes by their set points'],
    ],
    [
      'sensors among alarms',
      { of: ['A.H', 'B'], compute: 'vote', need: 1 },
      ['of: a vote is of sensors or of alarms: B is a sensor, and others are alarms'],
    ],
    [
      'alarms with a limit beside them',
      { of: ['A.H', 'B.H'], compute: 'vote', need: 1, limit: 3 },
      ['limit: a vote of alarms goes by their set points, and has no limit of its own'],
    ],
    [
      'alarms of no side',
      { of: ['A.E', 'B.H'], compute: 'vote', need: 1 },
      ['of: A.E is no high or low alarm, but equals'],
    ],
    [
      'alarms of two sides',
      { of: ['A.L', 'B.H'], compute: 'vote', need: 1 },
      ['of: a vote is of one side: A.L is low, B.H is high'],
    ],
    ['a window', { ...VOTE, window: '10s' }, ['window: vote has no window']],
  ])('%s', (_, derived, problems) => {
    expect(refusalsOf(derived, KNOWN)).toEqual(problems)
  })
})

describe('any vote', () => {
  const held = fc.oneof(
    fc.constantFrom<Held>(0, 18, 19, 20, 25),
    fc.constantFrom<Held>('~0', '~25', 'timeout', 'stale', 'inhibited', 'warm-up', 'above-range'),
  )
  const rows = fc.array(fc.tuple(held, held, held), { minLength: 1, maxLength: 25 })
  const derived = fc.record({
    need: fc.integer({ min: 1, max: 3 }),
    onFault: fc.constantFrom('vote' as const, 'drop-out' as const),
    onInhibit: fc.constantFrom('drop-out' as const, 'lower' as const),
    minHealthy: fc.integer({ min: 1, max: 3 }),
  })

  it('goes on after a restart as if there had been none', () => {
    fc.assert(
      fc.property(rows, derived, (all, keys) => {
        restartEqualsNoRestart(derive({ ...VOTE, ...keys }, KNOWN).computation, stepsFor(all))
      }),
      { numRuns: 60 },
    )
  })

  it('does not mind when it is, nor in how many batches a held value came', () => {
    const values = fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 15 })
    const grid: Grid = { from: START, everyMs: 1_000, count: 20 }
    const splits = fc.array(fc.integer({ min: 0, max: 20_000 }))
    fc.assert(
      fc.property(values, values, values, splits, (a, b, c, at) => {
        const inputs = [a, b, c].map((all, which) =>
          all.map((value, index): Sample => ({ time: START + index * 1_300 + which * 10, value })),
        )
        const { computation } = derive(VOTE, KNOWN)
        shiftInvariant(computation, inputs, grid, 86_400)
        splitInvariant(computation, inputs, grid, at)
      }),
      { numRuns: 40 },
    )
  })

  it('never ends a trip in a step in which nothing but bad and uncertain readings came', () => {
    const doubtful = fc.constantFrom<Held>('~0', 'timeout', 'stale', 'above-range')
    fc.assert(
      fc.property(rows, fc.tuple(doubtful, doubtful, doubtful), derived, (all, last, keys) => {
        const values = all.map((row) => row.map((one) => (typeof one === 'number' ? one : 25)))
        const [before, after] = told({ ...VOTE, ...keys }, [...values, last]).slice(-2)
        if (before === '1') expect(after).toMatch(/^1/)
      }),
    )
  })
})

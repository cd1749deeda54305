import { describe, expect, it } from 'vitest'
import { type Derived, derive, type Sample, START, sensors, stepsOf } from '../steps.ts'

/** What a detector may be, and how it stands in the table: healthy and in alarm or not, faulted, or out of the vote. */
const DETECTORS = {
  beyond: [{ value: 25 }, 'alarm'],
  'not beyond': [{ value: 5 }, 'normal'],
  'uncertain beyond': [{ value: 25, quality: 'uncertain', reason: 'imprecise' }, 'alarm'],
  fault: [{ quality: 'bad', reason: 'exception-4' }, 'faulted'],
  'above range': [{ value: 120, quality: 'bad', reason: 'above-range' }, 'alarm'],
  inhibited: [{ value: 25, quality: 'bad', reason: 'inhibited' }, 'out'],
  calibrating: [{ value: 25, quality: 'bad', reason: 'calibrating' }, 'out'],
  overdue: [{ value: 25, isOverdue: true }, 'out'],
} as const satisfies Record<string, readonly [Omit<Sample, 'time'>, string]>
type Detector = keyof typeof DETECTORS
const ALL = Object.keys(DETECTORS) as Detector[]

/**
 * Degradation of votes as IEC 61511 and ISA TR84.00.07 practice has it: what is left for the healthy ones. Rows: how
 * many are faulted; columns: how many are out (inhibited, or overdue and dropped). One fault that votes uses up a part of
 * what is needed, `0oo1` has tripped; `-`: nobody is left, and nothing trips.
 */
const TABLES = {
  '2oo2 vote': [['2oo2', '1oo1', '-'], ['1oo1', '0oo0'], ['0oo0']],
  '2oo2 drop-out': [['2oo2', '1oo1', '-'], ['1oo1', '-'], ['-']],
  '2oo3 vote': [['2oo3', '2oo2', '1oo1', '-'], ['1oo2', '1oo1', '0oo0'], ['0oo1', '0oo0'], ['0oo0']],
  '2oo3 drop-out': [['2oo3', '2oo2', '1oo1', '-'], ['2oo2', '1oo1', '-'], ['1oo1', '-'], ['-']],
} as const

function wantedOf(table: keyof typeof TABLES, row: readonly Detector[], minHealthy: number): string {
  const count = (part: string) => row.filter((detector) => DETECTORS[detector][1] === part).length
  const left = TABLES[table][count('faulted')]?.[count('out')] ?? 'no such row'
  const [need, of] = left === '-' ? [Number.POSITIVE_INFINITY, 0] : left.split('oo').map(Number)
  const live = left === '-' ? '0oo0' : left
  const trips = count('alarm') >= (need ?? 0)
  if ((of ?? 0) >= minHealthy) return `${live} ${trips ? 'trips' : 'normal'}`
  // Too few are healthy: what has tripped is doubtful and raises all the same, and what has not is a fault.
  return `${live} ${trips ? 'trips?' : 'no-protection'}`
}

function* rowsOf(count: number): Generator<Detector[]> {
  if (count === 0) yield []
  else for (const rest of rowsOf(count - 1)) for (const one of ALL) yield [...rest, one]
}

const KNOWN = sensors({ A: {}, B: {}, C: {} })

describe.each(Object.keys(TABLES) as (keyof typeof TABLES)[])('%s', (table) => {
  const [vote = '', onFault] = table.split(' ')
  const count = Number(vote.at(-1))

  it.each([1, 2])('in every combination of its detectors, %d of which have to be healthy', (minHealthy) => {
    const derived = {
      of: ['A', 'B', 'C'].slice(0, count),
      compute: 'vote',
      need: 2,
      limit: 20,
      deadband: 2,
      onFault: onFault as 'vote' | 'drop-out',
      minHealthy,
    } satisfies Derived
    const { computation } = derive(derived, KNOWN)
    const found: Record<string, string> = {}
    const wanted: Record<string, string> = {}
    for (const row of rowsOf(count)) {
      const running = computation.start()
      const samples = row.map((detector): Sample[] => [{ time: START, ...DETECTORS[detector][0] }])
      const [step] = stepsOf(samples, { from: START, everyMs: 1_000, count: 1 })
      const { value, quality, reason } = (step && running.step(step)) ?? {}
      const told =
        value === undefined ? reason : `${value === 1 ? 'trips' : 'normal'}${quality === 'good' ? '' : '?'}`
      found[row.join(', ')] = `${running.describe?.()?.live} ${told}`
      wanted[row.join(', ')] = wantedOf(table, row, minHealthy)
    }
    expect(Object.keys(found)).toHaveLength(ALL.length ** count)
    expect(found).toEqual(wanted)
  })
})

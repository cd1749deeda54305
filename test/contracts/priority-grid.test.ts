import fc from 'fast-check'
import { expect, it } from 'vitest'
import { PRIORITIES, type Priority, SEVERITIES, type Severity } from '../../contracts/facility-words.ts'
import { priorityByGrid, worstSeverity } from '../../contracts/review/priority-grid.ts'

const MINUTE = 60_000

it.each<
  [minutes: number, minor: Priority | undefined, major: Priority | undefined, severe: Priority | undefined]
>([
  [0.5, 'medium', 'high', 'critical'],
  [2.99, 'medium', 'high', 'critical'],
  [3, 'low', 'medium', 'high'],
  [10, 'low', 'medium', 'high'],
  [10.01, 'low', 'low', 'medium'],
  [30, 'low', 'low', 'medium'],
  [30.01, undefined, undefined, undefined],
])('%d min: %s, %s, %s', (minutes, ...expected) => {
  const severities: Severity[] = ['minor', 'major', 'severe']
  expect(severities.map((severity) => priorityByGrid(severity, minutes * MINUTE))).toEqual(expected)
  expect(priorityByGrid('none', minutes * MINUTE)).toBeUndefined()
})

it('never falls with a worse consequence or less time', () => {
  const time = fc.integer({ min: 1, max: 40 * MINUTE })
  const rank = (severity: Severity, ms: number) =>
    PRIORITIES.indexOf(priorityByGrid(severity, ms) ?? ('none' as Priority))
  fc.assert(
    fc.property(fc.constantFrom(...SEVERITIES), fc.constantFrom(...SEVERITIES), time, time, (a, b, s, t) => {
      const worse = worstSeverity({ people: a, assets: b }) ?? 'none'
      expect(rank(worse, Math.min(s, t))).toBeGreaterThanOrEqual(rank(a, s))
    }),
  )
})

it('goes by the worst of people, environment and assets', () => {
  expect(worstSeverity({ people: 'minor', environment: 'severe', assets: 'none' })).toBe('severe')
  expect(worstSeverity({ assets: 'none' })).toBe('none')
  expect(worstSeverity({})).toBeUndefined()
  expect(worstSeverity(undefined)).toBeUndefined()
})

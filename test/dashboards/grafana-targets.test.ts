import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { verdictOn } from '../../alerting/kpi/targets.ts'
import { FIGURE_IDS } from '../../contracts/kpi.ts'
import { TARGETS } from '../../contracts/kpi-targets.ts'
import { COLOUR } from '../../dashboards/grafana/look.ts'
import { targetOf, targetSteps, targetText } from '../../dashboards/grafana/targets.ts'

const COLOURS = { good: COLOUR.normal, manageable: COLOUR.medium, over: COLOUR.high }
const judged = FIGURE_IDS.filter((id) => TARGETS[id] !== undefined)

describe('targets as colours', () => {
  // Counts are whole, and shares are shown with a decimal: what is told apart are thousandths.
  const thousandths = fc.integer({ min: 0, max: 400_000 }).map((value) => value / 1_000)
  const atBound = fc.constantFrom(0, 1, 2, 4, 5, 6, 10, 12, 20, 30, 60, 75, 100, 150, 300)

  it.each(judged)('of %s are those of its verdict, whatever the value', (id) => {
    const { steps } = targetSteps(id).build()
    const from = steps.map(({ value }) => value ?? Number.NEGATIVE_INFINITY)
    expect(from).toEqual([...new Set(from)].sort((a, b) => a - b))
    fc.assert(
      fc.property(fc.oneof(thousandths, atBound), (value) => {
        // As Grafana does it: the last step that begins at the value or below.
        const colour = steps.findLast((_step, index) => (from[index] ?? 0) <= value)?.color
        expect(colour).toBe(COLOURS[verdictOn(id, value) ?? 'good'])
      }),
    )
  })

  it('have words and a source', () => {
    expect(targetText('alarmsPerDay')).toBe('Target: about 150, at most 300 (ISA-18.2).')
  })

  it('are none of our own invention', () => {
    expect(() => targetOf('standing')).toThrow()
  })
})

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { valueRange } from '../../dashboards/console/src/value-range.ts'

const hundredths = () => 0.01

describe('the axis of a trend spans', () => {
  test.each<[string, (number | null)[], [number, number]]>([
    ['nothing yet', [null, null], [0, 1]],
    ['a limit alone', [null, null, 20], [18, 22]],
    ['values and limits, with air', [10, 20], [9, 21]],
    ['zero, rather than a negative that nobody measures', [0.5, 20], [0, 21.95]],
    ['what is below zero', [-10, 10], [-12, 12]],
  ])('%s', (_, given, expected) => {
    const [bottom, top] = valueRange(given, hundredths)
    expect(bottom).toBeCloseTo(expected[0], 9)
    expect(top).toBeCloseTo(expected[1], 9)
  })

  test('ten digits at least, so that noise below the last one is a line', () => {
    const [bottom, top] = valueRange([5.4646, 5.4656], hundredths)
    expect(top - bottom).toBeCloseTo(0.1, 9)
    expect(bottom).toBeLessThan(5.4646)
  })

  test('states as far apart as they are', () => {
    expect(valueRange([0, 1], undefined)).toEqual([0, 1.1])
  })

  test('whatever there is, within', () => {
    const values = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1 })
    fc.assert(
      fc.property(values, (given) => {
        const [bottom, top] = valueRange(given, hundredths)
        expect(bottom).toBeLessThanOrEqual(Math.min(...given))
        expect(top).toBeGreaterThan(Math.max(...given))
      }),
    )
  })
})

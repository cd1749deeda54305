import type { RiskBands } from '../../../../contracts/register/plan.ts'
import type { RiskColour, RiskMethod } from '../../../../contracts/register/words.ts'

export type RiskFactor = 'likelihood' | 'exposure' | 'consequence'

/** What each factor may be, from the least; absent: the method does not have it. */
export const SCALES: Readonly<Record<RiskMethod, Readonly<Partial<Record<RiskFactor, readonly number[]>>>>> =
  {
    LS: { likelihood: [1, 2, 3, 4, 5], consequence: [1, 2, 3, 4, 5] },
    LEC: {
      likelihood: [0.1, 0.2, 0.5, 1, 3, 6, 10],
      exposure: [0.5, 1, 2, 3, 6, 10],
      consequence: [1, 3, 7, 15, 40, 100],
    },
  }

export const FACTORS = ['likelihood', 'exposure', 'consequence'] as const satisfies RiskFactor[]

/** The product; undefined while a factor is missing or not on its scale. */
export function scoreOf(
  method: RiskMethod,
  given: Readonly<Partial<Record<RiskFactor, string>>>,
): number | undefined {
  let score = 1
  for (const factor of FACTORS) {
    const scale = SCALES[method][factor]
    if (scale === undefined) continue
    const value = Number(given[factor])
    if (given[factor] === undefined || !scale.includes(value)) return undefined
    score *= value
  }
  // 0.1 x 3 is 0.3 for people.
  return Number(score.toPrecision(12))
}

/** As the server decides with the bands of the facility. */
export function colourOf(score: number, bands: RiskBands): RiskColour {
  if (score >= bands.red) return 'red'
  if (score >= bands.orange) return 'orange'
  return score >= bands.yellow ? 'yellow' : 'blue'
}

import { CodedError } from '../../../contracts/errors.ts'
import type { Risk } from '../../../contracts/register/hazard-api.ts'
import type { MajorRule, RegisterPlan, RiskBands } from '../../../contracts/register/plan.ts'
import type { HazardSource, RiskColour } from '../../../contracts/register/words.ts'

const ONE_TO_FIVE: readonly number[] = [1, 2, 3, 4, 5]

/** What may be given, by method. LEC: Graham and Kinney, as GB practice uses it. */
export const RISK_SCALES = {
  LS: { likelihood: ONE_TO_FIVE, consequence: ONE_TO_FIVE },
  LEC: {
    likelihood: [0.1, 0.2, 0.5, 1, 3, 6, 10],
    exposure: [0.5, 1, 2, 3, 6, 10],
    consequence: [1, 3, 7, 15, 40, 100],
  },
} as const

interface RiskInput {
  readonly likelihood: number
  readonly exposure?: number | undefined
  readonly consequence: number
}

/** Score and colour of a risk. @throws CodedError HAZARD_RISK_INVALID for what is not on the scales of the method */
export function assessRisk({ method, bands }: RegisterPlan['risk'], input: RiskInput): Risk {
  const { likelihood, exposure, consequence } = input
  on('likelihood', RISK_SCALES[method].likelihood, likelihood, method)
  on('consequence', RISK_SCALES[method].consequence, consequence, method)
  if (method === 'LS') {
    if (exposure !== undefined) throw new CodedError('HAZARD_RISK_INVALID', 'LS has no exposure')
    const score = likelihood * consequence
    return { method, likelihood, exposure: null, consequence, score, colour: colourOf(score, bands.LS) }
  }
  on('exposure', RISK_SCALES.LEC.exposure, exposure, method)
  // Products of decimal scales: 0.1 x 6 x 7 is 4.2, not 4.2000000000000002.
  const score = Number((likelihood * (exposure ?? 0) * consequence).toPrecision(12))
  const colour = colourOf(score, bands.LEC)
  return { method, likelihood, exposure: exposure ?? null, consequence, score, colour }
}

/** A score at a band belongs to it. */
export function colourOf(score: number, { red, orange, yellow }: RiskBands): RiskColour {
  if (score >= red) return 'red'
  if (score >= orange) return 'orange'
  return score >= yellow ? 'yellow' : 'blue'
}

/** What a rule of major hazards looks at. */
interface Graded {
  readonly source: HazardSource
  readonly area: string | null
  readonly needsShutdown: boolean
  readonly risk: Pick<Risk, 'colour'> | null
}

/** The first rule by which a hazard is major. */
export function majorRule(rules: readonly MajorRule[], hazard: Graded): MajorRule | undefined {
  return rules.find(
    ({ colours, sources, areas, needsShutdown }) =>
      (colours === undefined || (hazard.risk !== null && colours.includes(hazard.risk.colour))) &&
      (sources?.includes(hazard.source) ?? true) &&
      (areas === undefined || (hazard.area !== null && areas.includes(hazard.area))) &&
      (needsShutdown === undefined || needsShutdown === hazard.needsShutdown),
  )
}

function on(name: string, scale: readonly number[], value: number | undefined, method: string): void {
  if (value === undefined) throw new CodedError('HAZARD_INCOMPLETE', `${method} needs ${name}`)
  if (!scale.includes(value))
    throw new CodedError('HAZARD_RISK_INVALID', `${name} ${value}: ${method} has ${scale.join(', ')}`)
}

/** A drum on a scale that is drawn down and then exchanged for a full one. Weights in kg. */
export interface DrumPlan {
  readonly full: number
  /** It is exchanged at this weight. */
  readonly spent: number
  /** kg/h */
  readonly draw: number
}

export function stepDrum(plan: DrumPlan, weight: number, stepMs: number): number {
  const next = weight - (plan.draw * stepMs) / 3_600_000
  return next <= plan.spent ? plan.full : next
}

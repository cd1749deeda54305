import type { Gas } from './substances.ts'
import type { Position } from './wind.ts'

/**
 * Gas as a train of Gaussian puffs. A source lets go one puff every 500 ms; each is carried by the wind
 * and grows with the way it has gone:
 *
 *     sigma = SIGMA_START + TURBULENCE * way                                            (m)
 *     C(r)  = 2 * mass / ((2 pi)^1.5 * sigma^3) * exp(-r^2 / (2 sigma^2))               (kg/m3)
 *
 * The 2 is the ground, which gives back what would pass through it: source and detectors are taken to
 * stand there. Along the axis of a steady plume this is the textbook Q / (pi u sigma^2).
 */
export interface Puff {
  readonly gas: Gas
  readonly massKg: number
  readonly at: Position
  /** Metres it has gone with the wind. */
  readonly way: number
  readonly ageMs: number
}

export interface Leak {
  readonly gas: Gas
  readonly at: Position
  /** kg/s */
  readonly rate: number
}

export const PUFF_INTERVAL_MS = 500
/** Metres: a jet mixes with air before the wind takes it. */
const SIGMA_START = 0.5
/** The lower, stiller half of a built-up plant: wider than over open land. */
const TURBULENCE = 0.25
/** Older puffs are thinner than any detector sees; this also bounds how many there are. */
const PUFF_AGE_MAX_MS = 120_000

/** Moves every puff with the air and lets go new ones. `emits` is true every {@link PUFF_INTERVAL_MS}. */
export function stepCloud(
  puffs: readonly Puff[],
  step: { stepMs: number; air: Position; leaks: readonly Leak[]; emits: boolean },
): readonly Puff[] {
  if (puffs.length === 0 && step.leaks.length === 0) return puffs
  const seconds = step.stepMs / 1000
  const [east, north] = step.air
  const way = Math.hypot(east, north) * seconds
  const moved: Puff[] = []
  for (const puff of puffs) {
    if (puff.ageMs >= PUFF_AGE_MAX_MS) continue
    moved.push({
      ...puff,
      at: [puff.at[0] + east * seconds, puff.at[1] + north * seconds],
      way: puff.way + way,
      ageMs: puff.ageMs + step.stepMs,
    })
  }
  if (step.emits) {
    for (const { gas, at, rate } of step.leaks) {
      moved.push({ gas, at, massKg: (rate * PUFF_INTERVAL_MS) / 1000, way: 0, ageMs: 0 })
    }
  }
  return moved
}

/** kg/m3 of each gas at a place; gases that are not there are left out. */
export function concentrationsAt(puffs: readonly Puff[], place: Position): Map<Gas, number> {
  const sums = new Map<Gas, number>()
  for (const { gas, massKg, at, way } of puffs) {
    const sigma = SIGMA_START + TURBULENCE * way
    const distance = Math.hypot(at[0] - place[0], at[1] - place[1])
    // Five sigma out it is under a millionth of the middle.
    if (distance > 5 * sigma) continue
    const middle = (2 * massKg) / ((2 * Math.PI) ** 1.5 * sigma ** 3)
    sums.set(gas, (sums.get(gas) ?? 0) + middle * Math.exp(-(distance ** 2) / (2 * sigma ** 2)))
  }
  return sums
}

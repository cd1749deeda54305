import { type Gas, SUBSTANCES, volumeShare } from './substances.ts'
import type { Position } from './wind.ts'

/**
 * Gas as a train of Gaussian puffs. A source lets go one puff every 500 ms; each is carried by the wind
 * and grows with the way it has gone:
 *
 *     sigma = SIGMA_START + TURBULENCE * way                                            (m)
 *     C     = mass / ((2 pi)^1.5 * sigma^3) * exp(-r^2 / (2 sigma^2)) * G               (kg/m3)
 *     G     = exp(-(z - h)^2 / (2 sigma^2)) + exp(-(z + h)^2 / (2 sigma^2))
 *
 * with r the distance over ground, z the height of the detector and h that of the puff. The second term is the
 * ground, which gives back what would pass through it. On the axis of a steady plume along the ground this is the
 * textbook Q / (pi u sigma^2). A puff lighter than air rises and a heavier one sinks as a thermal does,
 * w = 1.2 sqrt(g' sigma) (Scorer 1957), and less and less as it thins.
 */
export interface Puff {
  readonly gas: Gas
  readonly massKg: number
  readonly at: Position
  /** Above ground, m. */
  readonly height: number
  /** Metres it has gone with the wind. */
  readonly way: number
  readonly ageMs: number
}

export interface Leak {
  readonly gas: Gas
  readonly at: Position
  /** Above ground, m. */
  readonly height: number
  /** kg/s */
  readonly rate: number
}

export const PUFF_INTERVAL_MS = 500
/** Metres: a jet mixes with air before the wind takes it. */
const SIGMA_START = 0.5
/** The lower, stiller half of a built-up plant: wider than over open land. */
const TURBULENCE = 0.25
const GRAVITY = 9.81
const THERMAL = 1.2
const AIR_MOLAR_MASS = 28.97
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
      height: Math.max(0, puff.height + riseSpeed(puff) * seconds),
      way: puff.way + way,
      ageMs: puff.ageMs + step.stepMs,
    })
  }
  if (step.emits) {
    for (const { gas, at, height, rate } of step.leaks) {
      moved.push({ gas, at, height, massKg: (rate * PUFF_INTERVAL_MS) / 1000, way: 0, ageMs: 0 })
    }
  }
  return moved
}

/** kg/m3 of each gas at a place and height; gases that are not there are left out. */
export function concentrationsAt(puffs: readonly Puff[], place: Position, height = 0): Map<Gas, number> {
  const sums = new Map<Gas, number>()
  for (const puff of puffs) {
    const { gas, at } = puff
    const sigma = sigmaOf(puff)
    const squared = (at[0] - place[0]) ** 2 + (at[1] - place[1]) ** 2
    // Five sigma out it is under a millionth of the middle.
    if (squared > (5 * sigma) ** 2) continue
    const share = (metres: number) => Math.exp(-(squared + metres ** 2) / (2 * sigma ** 2))
    const direct = share(height - puff.height)
    const reflected = height === 0 || puff.height === 0 ? direct : share(height + puff.height)
    sums.set(gas, (sums.get(gas) ?? 0) + middleOf(puff) * (direct + reflected))
  }
  return sums
}

function sigmaOf({ way }: Puff): number {
  return SIGMA_START + TURBULENCE * way
}

/** kg/m3 in the middle of a puff far from the ground. */
function middleOf(puff: Puff): number {
  return puff.massKg / ((2 * Math.PI) ** 1.5 * sigmaOf(puff) ** 3)
}

/** m/s upwards. */
function riseSpeed(puff: Puff): number {
  const lightness = 1 - SUBSTANCES[puff.gas].molarMass / AIR_MOLAR_MASS
  const gravity = GRAVITY * Math.min(1, volumeShare(puff.gas, middleOf(puff))) * lightness
  return Math.sign(gravity) * THERMAL * Math.sqrt(Math.abs(gravity) * sigmaOf(puff))
}

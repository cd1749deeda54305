import { type Axes, axesOf, scaledTo } from './shaking.ts'

/** A housing on its post rings at so many Hz when it is struck, and rests soon. */
const RING_HZ = 32
const RING_S = 0.06
/** The blow itself pushes the post away and it comes back: one swing, so long. */
const PUSH_S = 0.1
const PUSH_SHARE = 0.3
/** It is struck, and swings against the obstacle again, weaker. */
const BLOWS = [
  { atS: 0, share: 1 },
  { atS: 0.22, share: 0.45 },
] as const
const LENGTH_S = 0.6
const ON_AXES: Axes<number> = [1, 0.6, 0.2]

/** What an accelerograph feels when a forklift touches its housing: short, stiff and nowhere else. */
export function bumpAxes(peakGal: number, rate: number): Axes {
  return scaledTo(
    peakGal,
    axesOf(Math.ceil(LENGTH_S * rate), (axis, index) => ON_AXES[axis] * blowsAt(index / rate)),
  )
}

function blowsAt(seconds: number): number {
  let sum = 0
  for (const { atS, share } of BLOWS) {
    const since = seconds - atS
    if (since < 0) continue
    const push = since < PUSH_S ? PUSH_SHARE * Math.sin((2 * Math.PI * since) / PUSH_S) : 0
    sum += share * (push + Math.exp(-since / RING_S) * Math.sin(2 * Math.PI * RING_HZ * since))
  }
  return sum
}

import { gbt17742Intensity } from './gbt17742.ts'
import type { Motion } from './motion.ts'
import { AXES, type Axis, type Feature } from './wave.ts'

/** An axis with this share of all energy shakes alone: ground that moves takes the other axes along. */
const LONE_SHARE = 0.98
const CM_PER_M = 100

/** Greatest values of a stretch of motion, and its energy. */
export class Peaks {
  #acceleration2 = 0
  #velocity2 = 0
  #gbAcceleration2 = 0
  #gbVelocity2 = 0
  #ns = 0
  #ew = 0
  #ud = 0
  #ratio = 0
  /** In the band of the trigger, Gal² times samples. */
  #energyNs = 0
  #energyEw = 0
  #energyUd = 0
  /** Of the acceleration vector, Gal², and how many samples. */
  squares = 0
  count = 0

  add(motion: Motion, ratio: number): void {
    const { ns, ew, ud } = motion
    if (motion.acceleration2 > this.#acceleration2) this.#acceleration2 = motion.acceleration2
    if (motion.velocity2 > this.#velocity2) this.#velocity2 = motion.velocity2
    if (motion.gbAcceleration2 > this.#gbAcceleration2) this.#gbAcceleration2 = motion.gbAcceleration2
    if (motion.gbVelocity2 > this.#gbVelocity2) this.#gbVelocity2 = motion.gbVelocity2
    this.#ns = Math.max(this.#ns, Math.abs(ns.acceleration))
    this.#ew = Math.max(this.#ew, Math.abs(ew.acceleration))
    this.#ud = Math.max(this.#ud, Math.abs(ud.acceleration))
    if (ratio > this.#ratio) this.#ratio = ratio
    this.#energyNs += ns.triggering ** 2
    this.#energyEw += ew.triggering ** 2
    this.#energyUd += ud.triggering ** 2
    this.squares += motion.acceleration2
    this.count += 1
  }

  /** In the units of FEATURE_UNITS. */
  values() {
    return {
      pga: Math.sqrt(this.#acceleration2),
      pgaNs: this.#ns,
      pgaEw: this.#ew,
      pgaUd: this.#ud,
      pgv: Math.sqrt(this.#velocity2),
      staLta: this.#ratio,
      gbt17742: gbt17742Intensity(
        Math.sqrt(this.#gbAcceleration2) / CM_PER_M,
        Math.sqrt(this.#gbVelocity2) / CM_PER_M,
      ),
    } satisfies Partial<Record<Feature, number>>
  }

  /** The axis that shakes alone, of those that the instrument has. */
  loneAxis(axes: readonly Axis[]): Axis | undefined {
    if (axes.length < 2) return undefined
    const energies = [this.#energyNs, this.#energyEw, this.#energyUd]
    const whole = this.#energyNs + this.#energyEw + this.#energyUd
    return AXES.find((axis, i) => axes.includes(axis) && (energies[i] ?? 0) > LONE_SHARE * whole)
  }
}

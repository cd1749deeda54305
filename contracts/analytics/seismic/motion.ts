import type { Offset } from './baseline.ts'
import { type Biquad, highPass, highPassIntegral, lowPass } from './biquad.ts'
import { GBT17742_BAND } from './gbt17742.ts'
import { JmaVelocity, jmaVelocityCoefficients } from './jma-velocity.ts'

/** The filters of one axis. */
class AxisMotion {
  readonly #baseline: Offset
  readonly #velocity: JmaVelocity
  readonly #smooth: Biquad | undefined
  readonly #gbHigh: Biquad
  readonly #gbIntegral: Biquad
  readonly #low: Biquad | undefined
  readonly #high: Biquad
  /** Gal, mean taken off. */
  acceleration = 0
  /** cm/s, after the JMA. */
  velocity = 0
  /** Gal and cm/s within the band of GB/T 17742. */
  gbAcceleration = 0
  gbVelocity = 0
  /** Gal, within the band of the trigger. */
  triggering = 0

  constructor(baseline: Offset, rate: number, [low, high]: readonly [number, number]) {
    this.#baseline = baseline
    this.#velocity = new JmaVelocity(jmaVelocityCoefficients(rate))
    this.#smooth = lowPass(GBT17742_BAND[1], rate)
    this.#gbHigh = highPass(GBT17742_BAND[0], rate)
    this.#gbIntegral = highPassIntegral(GBT17742_BAND[0], rate)
    this.#low = lowPass(high, rate)
    this.#high = highPass(low, rate)
  }

  push(sample: number): void {
    const a = this.#baseline.push(sample)
    this.acceleration = a
    this.velocity = this.#velocity.push(a)
    const smooth = this.#smooth === undefined ? a : this.#smooth.push(a)
    this.gbAcceleration = this.#gbHigh.push(smooth)
    this.gbVelocity = this.#gbIntegral.push(smooth)
    this.triggering = this.#high.push(this.#low === undefined ? a : this.#low.push(a))
  }
}

/** What one sample of three axes is behind all filters; the fields hold until the next one. */
export class Motion {
  readonly ns: AxisMotion
  readonly ew: AxisMotion
  readonly ud: AxisMotion
  /** Squares of vectors: Gal², (cm/s)². */
  acceleration2 = 0
  velocity2 = 0
  gbAcceleration2 = 0
  gbVelocity2 = 0
  triggering2 = 0

  /** @param baselines of the axes: they outlive a short gap, the other filters do not */
  constructor(baselines: readonly [Offset, Offset, Offset], rate: number, band: readonly [number, number]) {
    this.ns = new AxisMotion(baselines[0], rate, band)
    this.ew = new AxisMotion(baselines[1], rate, band)
    this.ud = new AxisMotion(baselines[2], rate, band)
  }

  push(ns: number, ew: number, ud: number): void {
    const x = this.ns
    const y = this.ew
    const z = this.ud
    x.push(ns)
    y.push(ew)
    z.push(ud)
    this.acceleration2 = x.acceleration ** 2 + y.acceleration ** 2 + z.acceleration ** 2
    this.velocity2 = x.velocity ** 2 + y.velocity ** 2 + z.velocity ** 2
    this.gbAcceleration2 = x.gbAcceleration ** 2 + y.gbAcceleration ** 2 + z.gbAcceleration ** 2
    this.gbVelocity2 = x.gbVelocity ** 2 + y.gbVelocity ** 2 + z.gbVelocity ** 2
    this.triggering2 = x.triggering ** 2 + y.triggering ** 2 + z.triggering ** 2
  }
}

import { attenuatedPeak, envelope } from '../plant/ground-motion.ts'
import { bell, type NoiseSource } from '../plant/noise.ts'
import { onePole } from './one-pole.ts'
import { type Axes, axesOf, scaledTo } from './shaking.ts'

/** A synthetic earthquake after Boore (1983): noise under an envelope, with the spectrum of Brune's source. */
export interface Earthquake {
  /** Greatest vector on ground with site 1, Gal. */
  readonly peakGal: number
  readonly magnitude: number
  readonly distanceKm: number
  /** Where it comes from, degrees clockwise from north. */
  readonly from: number
  /** How long the S waves shake, ms. */
  readonly durationMs: number
  /** Of the source: every station hears the same one. */
  readonly noise: NoiseSource
}

/** km/s in the crust. */
const P_SPEED = 6
const S_SPEED = 3.5
/** Stress drop, bar (Brune 1970). */
const STRESS_DROP = 100
/** Above so many Hz the ground close to the source lets nothing through; less of it far away. */
const CEILING_HZ = 15
const CEILING_HALF_KM = 150
/** Of the greatest S: P waves are weaker, and mostly vertical. */
const P_SHARE = 0.25
/** Share of the S waves on each axis, and of the P waves on the horizontal ones. */
const S_ON_AXES: Axes<number> = [1, 0.85, 0.5]
const P_ON_HORIZONTAL = 0.4
/** What a station does not share with its neighbours on one site. */
const LOCAL_SHARE = 0.15

/** Corner of the source spectrum, Hz: 4.9e6 * S speed * (stress drop / moment)^(1/3), moment in dyn cm. */
export function cornerHz(magnitude: number): number {
  const moment = 10 ** (1.5 * magnitude + 16.05)
  return 4.9e6 * S_SPEED * Math.cbrt(STRESS_DROP / moment)
}

/** Milliseconds from the first P to the first S. */
export function sLagMs(distanceKm: number): number {
  return distanceKm * (1 / S_SPEED - 1 / P_SPEED) * 1_000
}

/** The magnitude that gives a peak at a distance by the attenuation law of the plant; between 1 and 9. */
export function magnitudeOf(peakGal: number, distanceKm: number): number {
  let [low, high] = [1, 9]
  for (let turn = 0; turn < 40; turn += 1) {
    const middle = (low + high) / 2
    if (attenuatedPeak(middle, distanceKm) < peakGal) low = middle
    else high = middle
  }
  return high
}

/**
 * What a station feels, from the first P on. The acceleration spectrum rises as f^2 to the corner and is flat
 * above it, which two equal poles do exactly, up to where the path ends it.
 */
export function quakeAxes(
  quake: Earthquake,
  station: { readonly rate: number; readonly site: number; readonly noise: NoiseSource },
): Axes {
  const { rate } = station
  const lag = (sLagMs(quake.distanceKm) / 1_000) * rate
  const lasting = (quake.durationMs / 1_000) * rate
  const bearing = (quake.from * Math.PI) / 180
  const radial: Axes<number> = [Math.cos(bearing) * P_ON_HORIZONTAL, Math.sin(bearing) * P_ON_HORIZONTAL, 1]
  const axes = axesOf(Math.ceil(lag + lasting), (axis, index) => {
    const p = P_SHARE * envelope(index / (lag + lasting / 2)) * radial[axis] * noiseAt(3, index)
    const s = envelope((index - lag) / lasting) * S_ON_AXES[axis] * noiseAt(axis, index)
    return p + s
  })
  for (const samples of axes) {
    for (const kind of ['high', 'high', 'low', 'low'] as const) {
      const corner =
        kind === 'high' ? cornerHz(quake.magnitude) : CEILING_HZ / (1 + quake.distanceKm / CEILING_HALF_KM)
      onePole(samples, { kind, cornerHz: corner, rate })
    }
  }
  return scaledTo(quake.peakGal * station.site, axes)

  /** Streams 0 to 2 are the S waves of the axes, 3 is the P wave. */
  function noiseAt(stream: number, index: number): number {
    const step = 4 * index + stream
    return bell(quake.noise, step) + LOCAL_SHARE * bell(station.noise, step)
  }
}

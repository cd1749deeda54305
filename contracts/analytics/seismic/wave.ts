import type { Unit } from '../../units.ts'

/** The axes of an accelerograph: north-south, east-west, up-down. */
export const AXES = ['ns', 'ew', 'ud'] as const
export type Axis = (typeof AXES)[number]

/** A stretch of acceleration without a gap. */
export interface Wave {
  /** When its first sample was taken, epoch ms; a fraction counts. */
  readonly time: number
  /** Samples per second and axis. */
  readonly rate: number
  /** In Gal, as the instrument gives them: no mean is taken off. All of one length, in the order of {@link AXES}. */
  readonly axes: readonly [Float64Array, Float64Array, Float64Array]
}

/** Beyond this, Gal (about 200 g), no ground shakes: what says so is no sample. miniSEED of ours holds whatever is below. */
export const GREATEST_GAL = 200_000

/** Not NaN, nor so great that its squares are of no use. */
export function isSample(gal: number): boolean {
  return gal <= GREATEST_GAL && gal >= -GREATEST_GAL
}

/** What a seismic sensor reads once a second. Key: what `register.field` of a sensor says. */
export const FEATURES = {
  pga: 'greatest acceleration of the three-axis vector within the second, mean taken off',
  pgaNs: 'the same of the axis north-south',
  pgaEw: 'the same of the axis east-west',
  pgaUd: 'the same of the vertical axis',
  pgv: 'greatest velocity of the vector within the second, periods beyond 5 s cut off',
  cav: 'cumulative absolute velocity of the event under way, of the strongest axis; 0 without one',
  standardizedCav: 'the same of the seconds in which the acceleration is beyond 0.025 g',
  arias: 'Arias intensity of the event under way, sum of the axes; 0 without one',
  si: 'spectral intensity after Housner, of the strongest horizontal direction, over the event under way; 0 without one',
  staLta: 'greatest ratio of short to long term average within the second',
  jma: 'JMA instrumental intensity of the last 60 seconds',
  gbt17742: 'instrumental intensity by GB/T 17742-2020 of the event under way, or of the second',
  frequency: 'dominant frequency of the last 10 seconds',
  noise: 'root mean square of the vector over the last 60 seconds without an event',
  event: '1 while an event is under way, else 0',
} as const
export type Feature = keyof typeof FEATURES

/** What they are computed in; sensors may ask for another unit of the same quantity. */
export const FEATURE_UNITS = {
  pga: 'Gal',
  pgaNs: 'Gal',
  pgaEw: 'Gal',
  pgaUd: 'Gal',
  pgv: 'cm/s',
  cav: 'g.s',
  standardizedCav: 'g.s',
  arias: 'm/s',
  si: 'cm/s',
  staLta: '1',
  jma: '1',
  gbt17742: '1',
  frequency: 'Hz',
  noise: 'Gal',
  event: '1',
} as const satisfies Record<Feature, Unit>

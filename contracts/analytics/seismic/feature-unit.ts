import type { Unit } from '../../units.ts'
import type { Feature } from './wave.ts'

/** The unit in which a station computes each feature; a sensor may have any other of the same quantity. */
export const FEATURE_UNITS: Readonly<Record<Feature, Unit>> = {
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
}

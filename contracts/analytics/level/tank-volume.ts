import type { Tank } from './tank.ts'
import { interpolated, shapeVolume, spanOf } from './tank-shape.ts'

/** As near as a level is found, m. */
const NEAREST_M = 1e-12
/** More halvings than a number has digits change nothing. */
const MOST_HALVINGS = 60
/** Half of the slice that a cross-section is measured by, m. */
const SLICE_M = 5e-4

export interface TankVolume {
  /** m3 */
  readonly volume: number
  /** The level lies outside of the table or of the shape: what is given is that of its end. */
  readonly isOutside: boolean
  /** The roof begins to float there, and how much of it does nobody knows. */
  readonly isImprecise: boolean
}

/**
 * Volume of a level in m, the floating roof taken off. Linear between the rows of a strapping table; below the first
 * the heel, above the last that of the last, both marked as outside.
 */
export function volumeAt(tank: Tank, level: number): TankVolume {
  const { shape, roof } = tank
  const [least, most] = spanOf(shape)
  const isImprecise = roof !== undefined && level > roof.from && level < roof.to
  const isOutside = level < least || level > most
  return { volume: netVolume(tank, level), isOutside, isImprecise }
}

function netVolume(tank: Tank, level: number): number {
  return grossVolume(tank, level) - displacedAt(tank, level)
}

function grossVolume({ shape, heel }: Tank, level: number): number {
  const [least, most] = spanOf(shape)
  if (shape.kind === 'strapping') return level < least ? heel : shapeVolume(shape, Math.min(level, most))
  return heel + shapeVolume(shape, Math.max(least, Math.min(level, most)))
}

/** Between the levels where a roof begins to float and floats freely its weight comes to bear evenly. */
function displacedAt({ roof }: Tank, level: number): number {
  if (roof === undefined || level <= roof.from) return 0
  return level >= roof.to ? roof.displaced : (roof.displaced * (level - roof.from)) / (roof.to - roof.from)
}

/** A level in m that has a volume, the ends of the tank for those beyond; `within` is how near it has to be, m. */
export function levelAt(tank: Tank, volume: number, within = NEAREST_M): number {
  const { shape, roof, heel } = tank
  let [low, high] = spanOf(shape)
  if (netVolume(tank, low) >= volume) return low
  if (netVolume(tank, high) <= volume) return high
  if (roof === undefined && shape.kind === 'vertical-cylinder')
    return (volume - heel) / ((Math.PI / 4) * shape.diameter ** 2)
  if (roof === undefined && shape.kind === 'strapping')
    return interpolated(shape.volumes, shape.levels, volume)
  for (let halving = 0; high - low > within && halving < MOST_HALVINGS; halving++) {
    const middle = (low + high) / 2
    if (netVolume(tank, middle) < volume) low = middle
    else high = middle
  }
  return high
}

/** Free surface at a level, m2: how much volume a little more level is. */
export function areaAt(tank: Tank, level: number): number {
  const [least, most] = spanOf(tank.shape)
  const middle = Math.max(least + SLICE_M, Math.min(level, most - SLICE_M))
  const slice = netVolume(tank, middle + SLICE_M) - netVolume(tank, middle - SLICE_M)
  return slice / (2 * SLICE_M)
}

/**
 * The level from which a receipt at `flow`, m3/h, reaches `limit`, m, after so many minutes: where HH has to be so
 * that there is time to respond before CH (API 2350).
 */
export function levelBefore(
  tank: Tank,
  { limit, flow, minutes }: { limit: number; flow: number; minutes: number },
): number {
  return levelAt(tank, volumeAt(tank, limit).volume - (flow * minutes) / 60)
}

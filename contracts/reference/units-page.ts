import { UNITS } from '../units.ts'
import { code, page, table } from './markdown.ts'

/** docs/reference/units.md: the closed list of units. */
export function unitsPage(): string {
  const rows = Object.entries(UNITS).map(([name, unit]) => {
    const { quantity, factor, offset = 0 }: { quantity: string; factor: number; offset?: number } = unit
    return [code(name), quantity, String(factor), offset === 0 ? '' : String(offset)]
  })
  return page('Units', [
    `A unit of a sensor is one of these. Units of one quantity convert into each other exactly, over the base unit of the
quantity (SI where there is one): base = value * factor + offset. \`ppm\` and \`mg/m3\` are different quantities, since
their conversion needs the molar mass. \`Gal\` is cm/s2, \`gal_us\` the volume. Quote the units that YAML would read
as something else: \`"%LEL"\`, \`"%"\`, \`"1"\`.`,
    table(['Unit', 'Quantity', 'Factor', 'Offset'], rows),
  ])
}

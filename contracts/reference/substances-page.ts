import { EXPOSURE_BASES } from '../analytics/derived-schema.ts'
import { molarVolume } from '../analytics/gas/concentration.ts'
import type { ExposureLimit, LelSource, Substance } from '../analytics/gas/substance.ts'
import { SUBSTANCES } from '../analytics/gas/substance-table.ts'
import { code, page, table } from './markdown.ts'

const INTRODUCTION = `What conversions, exposures and the mixture index go by. A substance is named by its CAS number, or by any name or
formula of this page, in whatever case.

Concentrations convert with the molar mass and the molar volume of an ideal gas at 101.325 kPa: ${molarVolume(20).toFixed(2)} L/mol at 20 degC, which is
the default, and ${molarVolume(25).toFixed(2)} L/mol at 25 degC (key \`at\`). 100 %LEL is the lower explosive limit of NFPA, or of IEC 60079-20-1 with
\`lelSource: iec\`; take the one that the detector is calibrated by.

Tables age, and which one is law differs between countries: each limit has the edition that it was taken from. Those
marked with * have not been read in a published source: look them up before a plant relies on them. None of the explosive
limits has.`

/** docs/reference/substances.md: gases with their limits. */
export function substancesPage(): string {
  return page('Substances', [
    INTRODUCTION,
    '## Gases',
    table(
      ['CAS', 'Formula', 'Name', '名称', 'Other names', 'g/mol', 'LEL NFPA, %vol', 'LEL IEC, %vol'],
      SUBSTANCES.map((substance) => [
        code(substance.cas),
        substance.formula,
        substance.name.en,
        substance.name.zh,
        substance.aliases.join(', '),
        String(substance.molarMass),
        lelText(substance, 'nfpa'),
        lelText(substance, 'iec'),
      ]),
    ),
    '## Exposure limits',
    'In the unit in which the authority publishes them.',
    table(['Substance', 'Basis', 'Limit', 'Edition'], SUBSTANCES.flatMap(limitRows)),
  ])
}

function lelText({ lel }: Substance, source: LelSource): string {
  return String(lel.find((limit) => limit.source === source)?.percent ?? '')
}

function limitRows({ name, limits }: Substance): string[][] {
  return EXPOSURE_BASES.flatMap((basis) =>
    limits
      .filter((limit) => limit.basis === basis)
      .map((limit) => [name.en, code(basis), limitText(limit), limit.edition]),
  )
}

function limitText({ value, unit, minutes, isConfirmed }: ExposureLimit): string {
  const mean = minutes === undefined ? '' : `, mean of ${minutes} min`
  return `${value} ${unit}${mean}${isConfirmed ? '' : ' *'}`
}

import { type Evidence, QUALITY_NUMBER, REASONS } from '../quality.ts'
import { code, page, table } from './markdown.ts'

/** What a reading may do to the alarms on its value: raise, and clear. */
const MAY: Record<Evidence, readonly [string, string]> = {
  measured: ['as measured', 'yes'],
  'raise-only': ['as measured', 'no'],
  'beyond-high': ['every `high` alarm, as if beyond it', 'no'],
  'beyond-low': ['every `low` alarm, as if beyond it', 'no'],
  none: ['nothing', 'no'],
}

/** docs/reference/quality.md: what each reason makes of a reading. */
export function qualityPage(): string {
  const rows = Object.entries(REASONS).map(([reason, { quality, evidence, fault }]) => {
    return [code(reason), quality, ...MAY[evidence], fault ? 'raised' : '']
  })
  return page('Quality of a reading', [
    `Every reading has a quality, and one that is not good has a reason. Bad data may raise an alarm and never clears
one; a bad reading may carry no value, and nothing ever invents one. Stores keep the quality as a number:
${Object.entries(QUALITY_NUMBER)
  .map(([quality, number]) => `${quality} ${number}`)
  .join(', ')}.`,
    table(
      ['Reason', 'Quality', 'May raise', 'May clear', 'FAULT of the sensor'],
      [['(none)', 'good', ...MAY.measured, ''], ...rows, ['`exception-N`', 'bad', ...MAY.none, 'raised']],
    ),
    `\`exception-N\` stands for every Modbus exception by its number: \`exception-2\` is an illegal address. A reason
that this release does not know is taken at the most careful row of its quality: uncertain may raise and never
clears, bad raises the FAULT of the sensor. An alarm with \`onBad: alarm\` counts bad quality without a direction
as beyond its limit.`,
  ])
}

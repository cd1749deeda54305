import { describe, expect, it } from 'vitest'
import { SUBSTANCES } from '../../../contracts/analytics/gas/substance-table.ts'
import { KINDS } from '../../../contracts/analytics/kinds.ts'
import { analyticsPage } from '../../../contracts/reference/analytics-page.ts'
import { substancesPage } from '../../../contracts/reference/substances-page.ts'

describe('docs/reference/analytics.md', () => {
  const rows = analyticsPage().split('\n')

  it.each([...KINDS.values()].map((kind) => [kind.name, kind] as const))('explains %s', (name, kind) => {
    const row = rows.find((line) => line.startsWith(`| \`${name}\` | ${kind.about.slice(0, 20)}`)) ?? ''
    for (const key of kind.keys) {
      expect(row).toContain(`\`${key}\``)
      const meaning = rows.find(
        (line) => line.startsWith(`| \`${key}\` |`) && !line.startsWith(`| \`${name}\``),
      )
      expect(meaning, key).toContain(`\`${name}\``)
    }
  })

  it('says what the unit of a result is', () => {
    expect(rows.find((line) => line.startsWith('| `convert` |'))).toContain('| none | **required** |')
    expect(rows.find((line) => line.startsWith('| `mixture` |'))).toContain('| none | `1` |')
    expect(rows.find((line) => line.startsWith('| `stel` |'))).toContain('| `15m` | that of the input |')
  })
})

describe('docs/reference/substances.md', () => {
  const page = substancesPage()

  it.each(SUBSTANCES.map((substance) => [substance.name.en, substance] as const))(
    'has %s',
    (name, substance) => {
      expect(page).toContain(
        `| \`${substance.cas}\` | ${substance.formula} | ${name} | ${substance.name.zh} |`,
      )
      const rows = page.split('\n').filter((line) => line.startsWith(`| ${name} | \``))
      expect(rows).toHaveLength(substance.limits.length)
    },
  )

  it('marks what nobody has read', () => {
    expect(page).toContain('| carbon monoxide | `PC-TWA` | 20 mg/m3 | GBZ 2.1-2019 |')
    expect(page).toContain('| carbon monoxide | `OSHA-PEL` | 50 ppm * | 29 CFR 1910.1000, 2017 |')
    expect(page).toContain('| hydrogen sulfide | `NIOSH-C` | 10 ppm, mean of 10 min |')
  })
})

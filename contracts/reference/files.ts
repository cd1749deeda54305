import { exportDocumentSchema } from '../register/export-document.ts'
import { analyticsPage } from './analytics-page.ts'
import { checksPage } from './checks-page.ts'
import { configPage } from './config-page.ts'
import { editorSchema } from './editor-schema.ts'
import { errorsPage } from './errors-page.ts'
import { profilesPage } from './profiles-page.ts'
import { qualityPage } from './quality-page.ts'
import { substancesPage } from './substances-page.ts'
import { unitsPage } from './units-page.ts'

/** The text of every generated file. Key: its path from the root of the project. */
export function generatedFiles(): Record<string, string> {
  return {
    'contracts/facility.schema.json': `${JSON.stringify(editorSchema(), null, 2)}\n`,
    'contracts/hazard-export.schema.json': `${JSON.stringify(exportDocumentSchema(), null, 2)}\n`,
    'docs/reference/analytics.md': analyticsPage(),
    'docs/reference/checks.md': checksPage(),
    'docs/reference/config.md': configPage(),
    'docs/reference/errors.md': errorsPage(),
    'docs/reference/profiles.md': profilesPage(),
    'docs/reference/quality.md': qualityPage(),
    'docs/reference/substances.md': substancesPage(),
    'docs/reference/units.md': unitsPage(),
  }
}

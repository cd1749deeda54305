import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { temporaryFolder } from '../temporary-folder.ts'

/** A scenario of a test's own. @returns the path of its file */
export function scenarioFile(text: string): string {
  const file = join(temporaryFolder(), 'scenario.yaml')
  writeFileSync(file, text)
  return file
}

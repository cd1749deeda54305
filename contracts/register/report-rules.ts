import type { Problem } from '../config-problems.ts'
import { parseDuration } from '../duration.ts'
import type { Sound } from '../sound-parts.ts'
import type { ReportsFile } from './report-schema.ts'

const PATH = ['register', 'reports']
/** Counts of addresses are held in memory. */
const LONGEST_PER_MS = 86_400_000

/** What the schema cannot say of public reports. */
export function reportProblems(file: Sound<ReportsFile> | undefined): Problem[] {
  if (file === undefined) return []
  const { open, keyFile, previousKeyFiles = [], perAddress, reward } = file
  const problems: Problem[] = []
  if (open === true && keyFile === undefined)
    problems.push({
      path: [...PATH, 'open'],
      message:
        'open needs keyFile, which contacts are encrypted with; `openssl rand -base64 32 > report.key` makes one',
    })
  for (const [index, previous] of previousKeyFiles.entries())
    if (previous !== undefined && previous === keyFile)
      problems.push({ path: [...PATH, 'previousKeyFiles', index], message: `${previous} is keyFile` })
  const per = perAddress?.per === undefined ? undefined : parseDuration(perAddress.per)
  if (per !== undefined && (per < 1_000 || per > LONGEST_PER_MS))
    problems.push({
      path: [...PATH, 'perAddress', 'per'],
      message: `${perAddress?.per}: expected from 1s to 1d`,
    })
  const { minimum, maximum } = reward ?? {}
  if (minimum !== undefined && maximum !== undefined && minimum > maximum)
    problems.push({
      path: [...PATH, 'reward', 'minimum'],
      message: `${minimum}: expected no more than maximum, ${maximum}`,
    })
  return problems
}

import { existsSync } from 'node:fs'

/** `npm run test:real` asks for what needs more than npm; there a missing program is a failure, not a skip. */
const isAsked = process.env.DAVYLAMP_REAL === 'required'

/** Whether to skip, and why, for the name of the suite. Each is the path of something that must be there. */
export function unlessReal(...needed: readonly string[]): { skip: boolean; reason: string } {
  const missing = needed.filter((path) => !existsSync(path))
  if (isAsked && missing.length > 0)
    throw new Error(`${missing.join(', ')}: not installed, and DAVYLAMP_REAL is required`)
  return {
    skip: !isAsked,
    reason: isAsked ? '' : ` (skipped: needs ${needed.join(', ')}, npm run test:real)`,
  }
}

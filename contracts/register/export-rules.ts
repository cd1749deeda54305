import type { Path } from '../config-document.ts'
import type { Problem } from '../config-problems.ts'
import { isSafeUrl, type MatchNames, matchProblems, within } from '../notify/rules.ts'
import { type Placed, placed, type Sound } from '../sound-parts.ts'
import type { ExportFile } from './export-schema.ts'

type File = Sound<ExportFile>

/** Keys of each kind, besides those of both. */
const OF_KIND = {
  webhook: ['url', 'secretFile', 'headersFile', 'ca'],
  file: ['folder'],
} as const
/** A secret that everybody may read is none. */
const CREDENTIALS = /^https?:\/\/[^/]*@/

/** What the schema cannot say of exports. */
export function exportProblems(
  exports: readonly (File | undefined)[] | undefined,
  path: Path,
  names: MatchNames,
): Problem[] {
  const all = placed(exports, path)
  return [...all.flatMap((each) => problemsOf(each, names)), ...sharedFolders(all)]
}

function problemsOf({ part: file, path }: Placed<File>, names: MatchNames): Problem[] {
  const { kind, url } = file
  if (kind === undefined) return []
  const other = kind === 'file' ? 'webhook' : 'file'
  const problems: Problem[] = OF_KIND[other]
    .filter((key) => file[key] !== undefined)
    .map((key) => ({ path: [...path, key], message: `kind ${kind} has no ${key}` }))
  const needed = kind === 'file' ? 'folder' : 'url'
  if (file[needed] === undefined) problems.push({ path, message: `kind ${kind} needs ${needed}` })
  if (url !== undefined && !isSafeUrl(url))
    problems.push({
      path: [...path, 'url'],
      message: 'http:// is for loopback addresses only: give https://',
    })
  if (url !== undefined && CREDENTIALS.test(url))
    problems.push({ path: [...path, 'url'], message: 'no user or password in a URL: give headersFile' })
  // A filter that is wrong is there all the same, and told of by the schema.
  if (!('hazards' in file) && !('alarms' in file))
    problems.push({ path, message: 'it sends nothing: give hazards, alarms or both' })
  return [
    ...problems,
    ...matchProblems(file.alarms?.match, [...path, 'alarms', 'match'], names),
    ...within(file.timeout, [...path, 'timeout'], '100ms', '2m'),
    ...within(file.maxAge, [...path, 'maxAge'], '1h', '400d'),
  ]
}

/** Each takes the receipts of its folder. */
function sharedFolders(all: readonly Placed<File>[]): Problem[] {
  const seen = new Set<string>()
  return all.flatMap(({ part: { folder }, path }) => {
    if (folder === undefined) return []
    if (seen.has(folder)) return [{ path: [...path, 'folder'], message: `"${folder}" is another's folder` }]
    seen.add(folder)
    return []
  })
}

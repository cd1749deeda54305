import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** The folder of the project. */
export const ROOT = fileURLToPath(new URL('../../', import.meta.url))

/** Folders of sources; `test` is not one of them. */
export const SOURCE_FOLDERS = [
  'contracts',
  'gateway',
  'ingest',
  'alerting',
  'dashboards',
  'simulators',
] as const

/** Texts of files of the project. Key: path from its folder, with slashes. */
export function filesLike(...patterns: string[]): ReadonlyMap<string, string> {
  const paths = globSync(patterns, { cwd: ROOT, exclude: ['**/node_modules/**'] })
  return new Map(
    paths
      .map((path) => path.replaceAll('\\', '/'))
      .sort()
      .map((path) => [path, readFileSync(`${ROOT}${path}`, 'utf8')]),
  )
}

/** Every TypeScript source that is no test. */
export const sources = filesLike(...SOURCE_FOLDERS.map((folder) => `${folder}/**/*.{ts,tsx}`))

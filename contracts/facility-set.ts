import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { ConfigError, type LocatedProblem } from './config-error.ts'
import { CodedError } from './errors.ts'
import { type Facility, SHARED_SECTIONS, type SharedSection } from './facility.ts'
import { type InspectedFacility, readFacility } from './facility-load.ts'

/**
 * The facilities of one server: files, and folders of files (*.yaml, *.yml, *.json). mqtt, store and
 * server are given once, or the same everywhere.
 * @throws CodedError CONFIG_UNREADABLE, {@link ConfigError} with the problems of all files, or CONFIG_CONFLICT
 */
export function loadFacilities(paths: readonly string[]): Facility[] {
  return inspectFacilities(paths).map(({ facility }) => facility)
}

/** The same with what those need who look at the files. @throws as {@link loadFacilities} */
export function inspectFacilities(paths: readonly string[]): InspectedFacility[] {
  if (paths.length === 0) throw new CodedError('USAGE', 'give a facility file with --config')
  const files = paths.flatMap(expand)
  const inspected: InspectedFacility[] = []
  const broken: ConfigError[] = []
  for (const file of files) {
    try {
      inspected.push(readFacility(file))
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error
      broken.push(error)
    }
  }
  const [first] = broken
  if (first !== undefined) {
    const code = broken.every((error) => error.code === 'CONFIG_SYNTAX') ? 'CONFIG_SYNTAX' : 'CONFIG_INVALID'
    throw new ConfigError(
      code,
      broken.flatMap((error) => error.problems),
    )
  }
  const facilities = share(inspected.map(({ facility }) => facility))
  return inspected.map((one, index) => ({ ...one, facility: facilities[index] ?? one.facility }))
}

/** The facility that a command is for: the only one, or that of this id. @throws CodedError USAGE */
export function chosenFacility(facilities: readonly Facility[], id: string | undefined): Facility {
  const [first, ...others] = facilities
  const ids = facilities.map((facility) => facility.id).join(', ')
  if (id === undefined && first !== undefined && others.length === 0) return first
  const found = facilities.find((facility) => facility.id === id)
  if (found !== undefined) return found
  throw new CodedError(
    'USAGE',
    id === undefined ? `say which with --facility: ${ids}` : `no facility "${id}": there are ${ids}`,
  )
}

function expand(path: string): string[] {
  let isFolder: boolean
  try {
    isFolder = statSync(path).isDirectory()
  } catch (error) {
    throw new CodedError('CONFIG_UNREADABLE', `${path}: ${(error as Error).message}`, { cause: error })
  }
  if (!isFolder) return [path]
  const files = readdirSync(path)
    .filter((name) => /\.(ya?ml|json)$/.test(name))
    .sort()
  if (files.length === 0)
    throw new CodedError('CONFIG_UNREADABLE', `${path}: no *.yaml, *.yml or *.json in this folder`)
  return files.map((name) => join(path, name))
}

/** Every facility gets what one of them gives. */
function share(facilities: readonly Facility[]): Facility[] {
  const problems: LocatedProblem[] = []
  const refuse = (facility: Facility, path: string, message: string) =>
    problems.push({ file: facility.file, line: 1, column: 1, path, message })
  const ids = new Map<string, Facility>()
  for (const facility of facilities) {
    const twin = ids.get(facility.id)
    if (twin !== undefined) refuse(facility, 'facility.id', `"${facility.id}" is also the id of ${twin.file}`)
    ids.set(facility.id, facility)
  }
  const shared: Partial<Pick<Facility, SharedSection>> = {}
  for (const section of SHARED_SECTIONS) {
    const givers = facilities.filter((facility) => facility.given.includes(section))
    const [first, ...others] = givers
    if (first === undefined) continue
    for (const other of others) {
      if (!isDeepStrictEqual(other[section], first[section])) {
        refuse(other, section, `differs from ${first.file}`)
      }
    }
    Object.assign(shared, { [section]: first[section] })
  }
  if (problems.length > 0) throw new ConfigError('CONFIG_CONFLICT', problems)
  return facilities.map((facility) => Object.freeze({ ...facility, ...shared }))
}

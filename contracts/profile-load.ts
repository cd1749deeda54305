import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { busesProblems } from './bus-rules.ts'
import { withDefaults } from './config-defaults.ts'
import { ConfigDocument, formatPath, type Path } from './config-document.ts'
import { ConfigError, type LocatedProblem, locateProblems } from './config-error.ts'
import { type Problem, schemaProblems } from './config-problems.ts'
import { CodedError } from './errors.ts'
import { pointOfChannel } from './profile-channel.ts'
import { type ProfileFile, ProfileSchema } from './profile-schema.ts'
import { soundParts } from './sound-parts.ts'

/** The profiles that come with the gateway: data, not code. */
const FOLDER = new URL('../gateway/profiles/', import.meta.url)

/** A profile, or all that is wrong with its file. */
export type ProfileOutcome =
  | { readonly ok: true; readonly profile: ProfileFile }
  | { readonly ok: false; readonly problems: readonly LocatedProblem[] }

/** Names of the profiles that come with the gateway. */
export function profileNames(): string[] {
  return readdirSync(FOLDER)
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => name.slice(0, -'.yaml'.length))
    .sort()
}

/** Path of a profile that comes with the gateway. */
export function profilePath(name: string): string {
  return fileURLToPath(new URL(`${name}.yaml`, FOLDER))
}

/** @throws CodedError CONFIG_UNREADABLE, or {@link ConfigError} with every problem of the file. */
export function loadProfile(file: string): ProfileFile {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    throw new CodedError('CONFIG_UNREADABLE', `${file}: ${(error as Error).message}`, { cause: error })
  }
  const outcome = parseProfile(text, file)
  if (outcome.ok) return outcome.profile
  throw new ConfigError('CONFIG_INVALID', outcome.problems)
}

/** The text of a profile, with the defaults of what it does not say. */
export function parseProfile(text: string, file: string): ProfileOutcome {
  const document = new ConfigDocument(text)
  const { content, problems: syntax } = document.read()
  if (syntax.length > 0)
    return { ok: false, problems: syntax.map((problem) => ({ ...problem, file, path: '(file)' })) }
  const filled = withDefaults(ProfileSchema, content)
  const shape = schemaProblems(ProfileSchema, filled)
  const problems = locateProblems(document, file, [...shape, ...ruleProblems(filled, shape)])
  return problems.length > 0 ? { ok: false, problems } : { ok: true, profile: filled as ProfileFile }
}

/**
 * What the schema cannot say: the points have to make a sound device on each of the drivers, from the first to
 * the last of their channels. A point of the wrong shape is judged once that is put right.
 */
function ruleProblems(filled: unknown, shape: readonly Problem[]): Problem[] {
  const faulty = shape.map(({ path }) => path.slice(0, 2))
  const { device, drivers, points } = soundParts<ProfileFile>(filled, faulty)
  const named = Object.entries(points ?? {}).flatMap(([name, point]) =>
    point === undefined ? [] : [{ name, point }],
  )
  const ends = named.flatMap(({ name, point }) => {
    const last = point.channels?.max ?? 1
    return [1, last].map((channel) => ({ name, sensor: pointOfChannel(point, channel) }))
  })
  const sensors = ends.map(({ sensor }) => sensor)
  const told = new Set<string>()
  return (drivers ?? [])
    .filter((driver) => driver !== undefined)
    .flatMap((driver) => busesProblems([{ part: { driver, devices: [{ ...device, sensors }] }, path: [] }]))
    .flatMap(({ path, message }) => {
      // What is wrong with the bus is the business of a facility.
      const [list, , ...keys] = path
      if (list !== 'devices') return []
      const place: Path =
        keys[0] === 'sensors' && typeof keys[1] === 'number'
          ? ['points', ends[keys[1]]?.name ?? '', ...keys.slice(2)]
          : ['device', ...keys]
      const key = `${formatPath(place)}: ${message}`
      if (told.has(key)) return []
      told.add(key)
      return [{ path: place, message }]
    })
}

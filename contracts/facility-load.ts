import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { withDefaults } from './config-defaults.ts'
import { ConfigDocument, type Path } from './config-document.ts'
import { ConfigError, locateProblem, locateProblems, readConfig } from './config-error.ts'
import { type Problem, schemaProblems } from './config-problems.ts'
import { contentAt, isTree } from './content-tree.ts'
import { CodedError } from './errors.ts'
import { type Facility, SHARED_SECTIONS } from './facility.ts'
import { expandProfiles, problemAsWritten } from './facility-profiles.ts'
import { resolveFacility } from './facility-resolve.ts'
import { ruleProblems } from './facility-rules.ts'
import { type FacilityFile, FacilitySchema } from './facility-schema.ts'
import { expandTemplates, writtenAt } from './facility-templates.ts'
import { expandPlans } from './register/plan-catalogue.ts'
import type { Finding, Level } from './review/finding.ts'
import { review } from './review/review.ts'

/** @throws CodedError CONFIG_UNREADABLE, or {@link ConfigError} with every problem of the file. */
export function loadFacility(file: string): Facility {
  return readFacility(file).facility
}

/** @throws CodedError CONFIG_UNREADABLE, or {@link ConfigError} with every problem of the file. */
export function readFacility(file: string): InspectedFacility {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    throw new CodedError('CONFIG_UNREADABLE', `${file}: ${(error as Error).message}`, { cause: error })
  }
  return inspectFacility(text, file)
}

/** @throws {@link ConfigError} with every problem of the text. */
export function parseFacility(text: string, file: string): Facility {
  return inspectFacility(text, file).facility
}

/** A facility, and what those need who look at its file. */
export interface InspectedFacility {
  readonly facility: Facility
  readonly text: string
  /** With defaults, templates and profiles filled in. */
  readonly content: FacilityFile
  /** What the rules of docs/reference/checks.md find. */
  review(levels: readonly Level[]): Finding[]
}

/** @throws {@link ConfigError} with every problem of the text. */
export function inspectFacility(text: string, file: string): InspectedFacility {
  const document = new ConfigDocument(text)
  const content = readConfig(document, file, 'CONFIG_SYNTAX')
  const templated = expandTemplates(content)
  const planned = expandPlans(templated.content)
  const profiled = expandProfiles(planned.content, file)
  const filled = withDefaults(FacilitySchema, profiled.content)
  const shape = schemaProblems(FacilitySchema, filled)
  const asWritten = (problem: Problem): Problem => {
    const { path, message } = problemAsWritten(templated.content, profiled.content, problem)
    return { path: writtenAt(content, path), message }
  }
  const found = [...shape, ...ruleProblems(filled, shape, file)].map(asWritten)
  const other = [...templated.problems, ...planned.problems, ...profiled.problems].map(
    ({ path, message }) => ({
      path: writtenAt(content, path),
      message,
    }),
  )
  const problems = [...locateProblems(document, file, [...other, ...found]), ...profiled.foreign]
  if (problems.length > 0) throw new ConfigError('CONFIG_INVALID', problems)
  const checked = filled as FacilityFile
  const given = SHARED_SECTIONS.filter((section) => Object.hasOwn(content as object, section))
  // What stands nowhere, and so has its default, is told of the whole that it belongs to.
  const writtenPart = (path: Path): Path =>
    path.length === 0 || contentAt(profiled.content, path) !== undefined
      ? path
      : writtenPart(path.slice(0, -1))
  const reviewed = (levels: readonly Level[]) =>
    review({ file: checked, origin: file }, levels, ({ path, message }) =>
      locateProblem(document, file, asWritten({ path: writtenPart(path), message })),
    )
  const origin = { file, ...digestsOf(checked), given, refusals: reviewed(['refusal']) }
  const facility = deepFreeze(resolveFacility(checked, origin))
  return { facility, text, content: checked, review: reviewed }
}

/**
 * `digest` is of what a gateway and the server must agree on: everything but where the server keeps its things and
 * the devices that no gateway reads, who is told of alarms and by what lamps, what the register of hazards goes by, when people change shifts, when
 * detectors are calibrated, and why an alarm is one. `fingerprint` is of everything.
 */
function digestsOf(file: FacilityFile): Pick<Facility, 'digest' | 'fingerprint'> {
  const {
    store,
    server,
    mqtt,
    foreign,
    classes,
    groups,
    responders,
    roster,
    notify,
    annunciators,
    register,
    plans,
    derived,
    tanks,
    ...agreed
  } = file
  const { shifts, gasRule, maxInhibit, ...facility } = file.facility
  const digest = hashOf(sorted({ ...agreed, facility }, isAgreed)).slice(0, 16)
  return { digest, fingerprint: hashOf(sorted(file, () => true)) }
}

function hashOf(content: unknown): string {
  return createHash('sha256').update(JSON.stringify(content)).digest('hex')
}

/** A key of the file that counts, with what stands there. */
type Counts = (key: string, inner: unknown) => boolean

function sorted(value: unknown, counts: Counts): unknown {
  if (Array.isArray(value)) return value.map((inner) => sorted(inner, counts))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .filter(([key, inner]) => counts(key, inner))
      .map(([key, inner]) => [key, sorted(inner, counts)]),
  )
}

/** Why an alarm is one, and when a detector is calibrated, is nothing to a gateway; templates may have these names. */
function isAgreed(key: string, inner: unknown): boolean {
  if (!isTree(inner)) return true
  if (key === 'calibration') return !('every' in inner || 'bump' in inner)
  return key !== 'rationalization' || 'kind' in inner
}

/** Facilities are shared by everybody: nobody changes one. */
export function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value)
    for (const inner of value instanceof Map ? value.values() : Object.values(value)) deepFreeze(inner)
  }
  return value
}

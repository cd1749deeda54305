import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { withDefaults } from './config-defaults.ts'
import { ConfigDocument } from './config-document.ts'
import { ConfigError, locateProblems, readConfig } from './config-error.ts'
import { schemaProblems } from './config-problems.ts'
import { CodedError } from './errors.ts'
import { type Facility, SHARED_SECTIONS } from './facility.ts'
import { expandProfiles, problemAsWritten } from './facility-profiles.ts'
import { resolveFacility } from './facility-resolve.ts'
import { ruleProblems } from './facility-rules.ts'
import { type FacilityFile, FacilitySchema } from './facility-schema.ts'
import { expandTemplates, writtenAt } from './facility-templates.ts'

/** @throws CodedError CONFIG_UNREADABLE, or {@link ConfigError} with every problem of the file. */
export function loadFacility(file: string): Facility {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    throw new CodedError('CONFIG_UNREADABLE', `${file}: ${(error as Error).message}`, { cause: error })
  }
  return parseFacility(text, file)
}

/** @throws {@link ConfigError} with every problem of the text. */
export function parseFacility(text: string, file: string): Facility {
  const document = new ConfigDocument(text)
  const content = readConfig(document, file, 'CONFIG_SYNTAX')
  const templated = expandTemplates(content)
  const profiled = expandProfiles(templated.content, file)
  const filled = withDefaults(FacilitySchema, profiled.content)
  const shape = schemaProblems(FacilitySchema, filled)
  const found = [...shape, ...ruleProblems(filled, shape)].map((problem) =>
    problemAsWritten(templated.content, profiled.content, problem),
  )
  const written = [...templated.problems, ...profiled.problems, ...found].map(({ path, message }) => ({
    path: writtenAt(content, path),
    message,
  }))
  const problems = [...locateProblems(document, file, written), ...profiled.foreign]
  if (problems.length > 0) throw new ConfigError('CONFIG_INVALID', problems)
  const checked = filled as FacilityFile
  const given = SHARED_SECTIONS.filter((section) => Object.hasOwn(content as object, section))
  return deepFreeze(resolveFacility(checked, { file, digest: digestOf(checked), given }))
}

/**
 * Of what a gateway and the server must agree on: everything but where the server keeps its things, the
 * devices that no gateway reads, and when people change shifts.
 */
function digestOf(file: FacilityFile): string {
  const { store, server, mqtt, foreign, classes, groups, ...agreed } = file
  const { shifts, ...facility } = file.facility
  return createHash('sha256')
    .update(JSON.stringify(sorted({ ...agreed, facility })))
    .digest('hex')
    .slice(0, 16)
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  )
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value)
    for (const inner of value instanceof Map ? value.values() : Object.values(value)) deepFreeze(inner)
  }
  return value
}

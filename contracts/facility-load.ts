import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { Value } from 'typebox/value'
import { CodedError } from './errors.ts'
import { type Facility, SHARED_SECTIONS } from './facility.ts'
import { FacilityDocument, formatPath } from './facility-document.ts'
import { type Problem, schemaProblems } from './facility-problems.ts'
import { resolveFacility } from './facility-resolve.ts'
import { ruleProblems } from './facility-rules.ts'
import { type FacilityFile, FacilitySchema } from './facility-schema.ts'
import { expandTemplates } from './facility-templates.ts'

/** A problem with its place: `plant.yaml:12:7 gateways[0].id: ...`. */
export interface LocatedProblem {
  file: string
  line: number
  column: number
  path: string
  message: string
}

/** All that is wrong with a facility file, at once. */
export class ConfigError extends CodedError {
  readonly problems: readonly LocatedProblem[]

  constructor(
    code: 'CONFIG_SYNTAX' | 'CONFIG_INVALID' | 'CONFIG_CONFLICT',
    problems: readonly LocatedProblem[],
  ) {
    const lines = problems.map((p) => `${p.file}:${p.line}:${p.column} ${p.path}: ${p.message}`)
    super(code, `${problems.length} ${problems.length === 1 ? 'error' : 'errors'}\n${lines.join('\n')}`)
    this.name = 'ConfigError'
    this.problems = problems
  }
}

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
  const document = new FacilityDocument(text)
  const syntax = document.syntaxProblems
  if (syntax.length > 0)
    throw new ConfigError(
      'CONFIG_SYNTAX',
      syntax.map((p) => ({ ...p, file, path: '(file)' })),
    )

  const expanded = expandTemplates(document.content())
  const filled = Value.Default(FacilitySchema, structuredClone(expanded.content)) as FacilityFile
  const shape = schemaProblems(FacilitySchema, filled)
  // Rules read a file of the right shape only; a misspelt key does not hide what they find.
  const onlyUnknownKeys = shape.every((problem) => problem.message.startsWith('unknown key'))
  const rules = onlyUnknownKeys ? ruleProblems(filled) : []
  const problems = locate(document, file, [...expanded.problems, ...shape, ...rules])
  if (problems.length > 0) throw new ConfigError('CONFIG_INVALID', problems)
  const given = SHARED_SECTIONS.filter((section) => Object.hasOwn(expanded.content as object, section))
  return deepFreeze(resolveFacility(filled, { file, digest: digestOf(filled), given }))
}

/** Several problems may stand at one key of a template that many sensors use: told once. */
function locate(document: FacilityDocument, file: string, problems: readonly Problem[]): LocatedProblem[] {
  const located = new Map<string, LocatedProblem>()
  for (const problem of problems) {
    const position = document.locate(problem.path)
    const key = `${position.line}:${position.column}:${problem.message}`
    if (!located.has(key)) {
      located.set(key, { file, ...position, path: formatPath(problem.path), message: problem.message })
    }
  }
  return [...located.values()].sort((a, b) => a.line - b.line || a.column - b.column)
}

/** Of what a gateway and the server must agree on: everything but where the server keeps its things. */
function digestOf(file: FacilityFile): string {
  const { store: _store, server: _server, mqtt: _mqtt, ...agreed } = file
  return createHash('sha256')
    .update(JSON.stringify(sorted(agreed)))
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

import { type ConfigDocument, formatPath, type Position } from './config-document.ts'
import type { Problem } from './config-problems.ts'
import { CodedError } from './errors.ts'

/** A problem with its place: `plant.yaml:12:7 gateways[0].id: ...`. */
export interface LocatedProblem extends Position {
  file: string
  path: string
  message: string
}

export type ConfigCode = 'CONFIG_SYNTAX' | 'CONFIG_INVALID' | 'CONFIG_CONFLICT' | 'SCENARIO_INVALID'

/** All that is wrong with a file of settings, at once. */
export class ConfigError extends CodedError {
  readonly problems: readonly LocatedProblem[]

  constructor(code: ConfigCode, problems: readonly LocatedProblem[]) {
    const lines = problems.map((p) => `${p.file}:${p.line}:${p.column} ${p.path}: ${p.message}`)
    super(code, `${problems.length} ${problems.length === 1 ? 'error' : 'errors'}\n${lines.join('\n')}`)
    this.name = 'ConfigError'
    this.problems = problems
  }
}

/** The content of a document. @throws {@link ConfigError} when it is no YAML. */
export function readConfig(
  document: ConfigDocument,
  file: string,
  code: 'CONFIG_SYNTAX' | 'SCENARIO_INVALID',
): unknown {
  const { content, problems } = document.read()
  if (problems.length === 0) return content
  throw new ConfigError(
    code,
    problems.map((problem) => ({ ...problem, file, path: '(file)' })),
  )
}

export function locateProblem(
  document: ConfigDocument,
  file: string,
  { path, message }: Problem,
): LocatedProblem {
  return { file, ...document.locate(path), path: formatPath(path), message }
}

/** In order of lines; what is found twice at one place is told once. */
export function locateProblems(
  document: ConfigDocument,
  file: string,
  problems: readonly Problem[],
): LocatedProblem[] {
  const located = new Map<string, LocatedProblem>()
  for (const { path, message } of problems) {
    const place = locateProblem(document, file, { path, message })
    located.set(`${place.path}: ${message}`, place)
  }
  return [...located.values()].sort((a, b) => a.line - b.line || a.column - b.column)
}

import { readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, extname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { withDefaults } from '../contracts/config-defaults.ts'
import { ConfigDocument } from '../contracts/config-document.ts'
import { ConfigError, locateProblems, readConfig } from '../contracts/config-error.ts'
import { schemaProblems } from '../contracts/config-problems.ts'
import { CodedError } from '../contracts/errors.ts'
import type { Facility } from '../contracts/facility.ts'
import { didYouMean } from '../contracts/suggestion.ts'
import type { Scenario } from './scenario.ts'
import { resolveScenario } from './scenario-resolve.ts'
import { scenarioProblems } from './scenario-rules.ts'
import { type ScenarioFile, ScenarioSchema } from './scenario-schema.ts'
import { type Accelerogram, parseAccelerogram } from './seismic/accelerogram.ts'

const FOLDER = fileURLToPath(new URL('./scenarios/', import.meta.url))

/** Scenarios that come with the program, in alphabetical order. */
export function scenarioNames(): string[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => basename(file, '.yaml'))
    .sort()
}

/**
 * A scenario by name, or by the path of its file (anything with a slash or a file ending).
 * @throws CodedError SCENARIO_UNKNOWN, SCENARIO_INVALID with every problem as file:line:column
 */
export function loadScenario(nameOrPath: string, facility: Facility): Scenario {
  const isPath = /[/\\]/.test(nameOrPath) || extname(nameOrPath) !== ''
  const names = scenarioNames()
  if (!isPath && !names.includes(nameOrPath)) {
    const hint = didYouMean(nameOrPath, names)
    throw new CodedError(
      'SCENARIO_UNKNOWN',
      `no scenario "${nameOrPath}"${hint} There are: ${names.join(', ')}`,
    )
  }
  const file = isPath ? nameOrPath : `${FOLDER}${nameOrPath}.yaml`
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    const detail = `${file}: ${(error as Error).message}. There are: ${names.join(', ')}`
    throw new CodedError('SCENARIO_UNKNOWN', detail, { cause: error })
  }
  return parseScenario(text, file, facility)
}

/** @throws {@link ConfigError} SCENARIO_INVALID with every problem of the text. */
export function parseScenario(text: string, file: string, facility: Facility): Scenario {
  const document = new ConfigDocument(text)
  const content = readConfig(document, file, 'SCENARIO_INVALID')
  const filled = withDefaults(ScenarioSchema, content) as ScenarioFile
  const shape = schemaProblems(ScenarioSchema, filled)
  // Rules read a file of the right shape only; a misspelt key does not hide what they find.
  const onlyUnknownKeys = shape.every((problem) => problem.message.startsWith('unknown key'))
  const problems = [...shape, ...(onlyUnknownKeys ? scenarioProblems(filled, facility) : [])]
  if (problems.length > 0) throw new ConfigError('SCENARIO_INVALID', locateProblems(document, file, problems))
  return resolveScenario(filled, basename(file, extname(file)), {
    facility,
    recordOf: (record, rate) => readRecord(resolve(dirname(file), record), rate),
  })
}

/** @throws CodedError SCENARIO_INVALID */
function readRecord(file: string, rate: number): Accelerogram {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    throw new CodedError('SCENARIO_INVALID', `${file}: ${(error as Error).message}`, { cause: error })
  }
  return parseAccelerogram(text, file, rate)
}

import { existsSync, readFileSync } from 'node:fs'
import { dirname, isAbsolute, join } from 'node:path'
import { composeProblems } from './compose-check.ts'
import { parseEnvironment } from './compose-files.ts'
import { type ComposeModel, readCompose } from './compose-model.ts'
import { missing } from './file-problem.ts'
import type { DeploymentFolder } from './folder.ts'
import { FILES } from './layout.ts'
import type { DeploymentProblem } from './problem.ts'

/** The compose file of the project, and that of further gateways; `compose` is the path of the first. */
export function composeFileProblems(folder: DeploymentFolder, compose: string): DeploymentProblem[] {
  const variables = parseEnvironment(folder.read(FILES.environment) ?? '')
  // Whatever .env calls the folder, it is this one that is looked at.
  variables.set('DAVYLAMP_DEPLOYMENT', folder.path)
  const isThere = (path: string) => existsSync(isAbsolute(path) ? path : join(dirname(compose), path))
  const look = (path: string, text: string, base?: ComposeModel) => {
    const { model, problems, missing: absent } = readCompose(text, variables)
    const found: DeploymentProblem[] = [
      ...problems.map((detail) => ({ code: 'DEPLOY_COMPOSE_INVALID', path, detail }) as const),
      ...absent.map((name) => ({ code: 'DEPLOY_VARIABLE_MISSING', path, detail: name }) as const),
      ...(model === undefined
        ? []
        : composeProblems(model, { isThere, ...(base === undefined ? {} : { base }) }).map((problem) => ({
            ...problem,
            path,
          }))),
    ]
    return { model, found }
  }
  if (!existsSync(compose)) return [missing(compose)]
  const main = look(compose, readFileSync(compose, 'utf8'))
  const more = folder.read(FILES.moreGateways)
  return [...main.found, ...(more === undefined ? [] : look(FILES.moreGateways, more, main.model).found)]
}

import { relative } from 'node:path'
import { CodedError } from '../../contracts/errors.ts'
import { certificatesIn } from '../../contracts/tls/certificate.ts'
import { openProblems } from './file-problem.ts'
import type { DeploymentFolder } from './folder.ts'
import type { GivenFile } from './given-files.ts'
import { type DeploymentProblem, isProblemCode } from './problem.ts'

/** Secrets and CAs of the plant that are not there, that others may read, or that are none. */
export function givenProblems(folder: DeploymentFolder, given: readonly GivenFile[]): DeploymentProblem[] {
  return given.flatMap(({ from, what, secret, text }): DeploymentProblem[] => {
    const path = relative(folder.path, from)
    if (text === undefined) return [{ code: 'DEPLOY_GIVEN_MISSING', path, detail: what }]
    if (text.trim() === '') return [{ code: 'DEPLOY_GIVEN_MISSING', path, detail: `${what}: it is empty` }]
    return secret ? openProblems(folder, path) : authorityProblems(path, text)
  })
}

function authorityProblems(path: string, text: string): DeploymentProblem[] {
  try {
    certificatesIn(Buffer.from(text), 'it')
    return []
  } catch (error) {
    if (!(error instanceof CodedError) || !isProblemCode(error.code)) throw error
    return [{ code: error.code, path, detail: error.detail }]
  }
}

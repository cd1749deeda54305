import { readFileSync } from 'node:fs'
import { CodedError } from './errors.ts'

/**
 * A secret from the environment: the variable itself, or the file that `{name}_FILE` names, as container
 * platforms hand them out. @throws CodedError SECRET_UNREADABLE, or USAGE when both are given
 */
export function secretFrom(
  env: Readonly<Record<string, string | undefined>>,
  name: string,
): string | undefined {
  const value = env[name]
  const file = env[`${name}_FILE`]
  if (value === undefined || value === '')
    return file === undefined || file === '' ? undefined : readSecret(file, `${name}_FILE`)
  if (file !== undefined && file !== '') throw new CodedError('USAGE', `give either ${name} or ${name}_FILE`)
  return value
}

/**
 * The content of a file of secrets; editors end it with a line feed that is no part of the secret. `what`
 * named the file. @throws CodedError SECRET_UNREADABLE, also for an empty one
 */
export function readSecret(file: string, what: string): string {
  const secret = readNamed(file, what)
    .toString('utf8')
    .replace(/\r?\n$/, '')
  if (secret === '') throw new CodedError('SECRET_UNREADABLE', `${what}: ${file} is empty`)
  return secret
}

/** A file as it stands; `what` named it. @throws CodedError SECRET_UNREADABLE */
export function readNamed(file: string, what: string): Buffer {
  try {
    return readFileSync(file)
  } catch (error) {
    throw new CodedError('SECRET_UNREADABLE', `${what}: ${(error as Error).message}`, { cause: error })
  }
}

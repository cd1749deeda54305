import { readFileSync } from 'node:fs'
import { CodedError } from './errors.ts'

/**
 * A secret from the environment: the variable itself, or the file that `{name}_FILE` names, as container
 * platforms hand them out. @throws CodedError CONFIG_UNREADABLE, or USAGE when both are given
 */
export function secretFrom(
  env: Readonly<Record<string, string | undefined>>,
  name: string,
): string | undefined {
  const value = env[name]
  const file = env[`${name}_FILE`]
  if (value === undefined || value === '')
    return file === undefined || file === '' ? undefined : readSecret(file)
  if (file !== undefined && file !== '') throw new CodedError('USAGE', `give either ${name} or ${name}_FILE`)
  return value
}

/** The content of a file of secrets; editors end it with a line feed that is no part of the secret. */
export function readSecret(file: string): string {
  try {
    return readFileSync(file, 'utf8').replace(/\r?\n$/, '')
  } catch (error) {
    throw new CodedError('CONFIG_UNREADABLE', `${file}: ${(error as Error).message}`, { cause: error })
  }
}

import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { CodedError } from '../../../contracts/errors.ts'

/** Files of secrets that setup makes, and how. */
export interface Access {
  readonly folder: string
  /** Makes all of them anew. */
  readonly rotate: boolean
  /** A new password that nobody can guess. */
  readonly secret: () => string
}

/** The secret that a file holds; undefined without the file. @throws CodedError SECRET_UNREADABLE */
export function keptSecret(path: string): string | undefined {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ENOENT') return undefined
    throw new CodedError('SECRET_UNREADABLE', `--tokens: ${(error as Error).message}`, { cause: error })
  }
  const secret = text.replace(/\r?\n$/, '')
  if (secret === '') throw new CodedError('SECRET_UNREADABLE', `--tokens: ${path} is empty`)
  return secret
}

/** Whole or not at all, and for its owner alone. @throws CodedError FILE_UNWRITABLE */
export function keepSecret(path: string, secret: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    const part = `${path}.part`
    const file = openSync(part, 'w', 0o600)
    try {
      writeSync(file, `${secret}\n`)
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
    renameSync(part, path)
  } catch (error) {
    throw new CodedError('FILE_UNWRITABLE', `--tokens: ${(error as Error).message}`, { cause: error })
  }
}

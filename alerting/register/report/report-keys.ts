import { hash } from 'node:crypto'
import { dirname, resolve } from 'node:path'
import { CodedError } from '../../../contracts/errors.ts'
import type { Facility } from '../../../contracts/facility.ts'
import { readSecret } from '../../../contracts/secret.ts'

const KEY_BYTES = 32

/** A key that contacts are encrypted with, and the name that the database knows it by. */
export interface ReportKey {
  readonly id: string
  readonly bytes: Buffer
}

/** Keys of one facility. */
export interface ReportKeys {
  /** Undefined: reports are closed, and never were open. */
  readonly current: ReportKey | undefined
  /** With the current one. Key: id. */
  readonly all: ReadonlyMap<string, ReportKey>
}

/**
 * Those that the facility file names; paths are relative to it.
 * @throws CodedError SECRET_UNREADABLE or REPORT_KEY_INVALID
 */
export function readReportKeys({ file, register }: Pick<Facility, 'file' | 'register'>): ReportKeys {
  const { keyFile, previousKeyFiles } = register.reports
  const read = (path: string, what: string) => {
    const absolute = resolve(dirname(file), path)
    return parseKey(readSecret(absolute, `register.reports.${what}`), absolute)
  }
  const current = keyFile === undefined ? undefined : read(keyFile, 'keyFile')
  const previous = previousKeyFiles.map((path) => read(path, 'previousKeyFiles'))
  const all = current === undefined ? previous : [current, ...previous]
  return { current, all: new Map(all.map((key) => [key.id, key])) }
}

/** @param path named in errors; the text never is. @throws CodedError REPORT_KEY_INVALID */
export function parseKey(text: string, path: string): ReportKey {
  const given = text.trim()
  const bytes = Buffer.from(given, /^[0-9a-f]{64}$/i.test(given) ? 'hex' : 'base64')
  const isPlain = /^(?:[0-9a-f]{64}|[A-Za-z0-9+/_-]{43}=?)$/i.test(given)
  if (!isPlain || bytes.length !== KEY_BYTES)
    throw new CodedError('REPORT_KEY_INVALID', `${path}: expected ${KEY_BYTES} bytes as base64 or hex`)
  return {
    id: hash('sha256', Buffer.concat([Buffer.from('davylamp report key\n'), bytes])).slice(0, 16),
    bytes,
  }
}

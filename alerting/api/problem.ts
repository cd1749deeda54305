import type { Problem } from '../../contracts/api.ts'
import { ConfigError } from '../../contracts/config-error.ts'
import { CodedError, ERRORS, type ErrorCode } from '../../contracts/errors.ts'

/** RFC 9457, with the stable code and what to do. */
export function problem(code: ErrorCode, detail: string): Problem {
  const { status, remedy } = ERRORS[code]
  return { type: `urn:davylamp:error:${code}`, title: code, status, code, detail, remedy }
}

/** Any error as a problem; what is not ours tells nothing of the inside. */
export function problemOf(error: unknown): Problem {
  if (error instanceof ConfigError)
    return { ...problem(error.code, error.detail), problems: [...error.problems] }
  if (error instanceof CodedError) return problem(error.code, error.detail)
  const { validation, statusCode, message } = error as {
    validation?: unknown
    statusCode?: number
    message?: string
  }
  if (validation !== undefined) return problem('REQUEST_INVALID', message ?? 'the request does not fit')
  if (statusCode === 415) return problem('BODY_NOT_JSON', message ?? 'the body is not JSON')
  if (statusCode === 413) return problem('PAYLOAD_TOO_LARGE', message ?? 'the body is too large')
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) {
    return problem('REQUEST_INVALID', message ?? 'the request does not fit')
  }
  return problem('INTERNAL', 'the request failed')
}

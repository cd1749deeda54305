import { ERRORS, type ErrorCode } from './error-codes.ts'

export { ERRORS, type ErrorCode } from './error-codes.ts'

/** An error that people and programs can act on: a code of {@link ERRORS} and what exactly was wrong. */
export class CodedError extends Error {
  readonly code: ErrorCode
  readonly detail: string

  constructor(code: ErrorCode, detail: string, options?: ErrorOptions) {
    super(`${code}: ${detail}`, options)
    this.name = 'CodedError'
    this.code = code
    this.detail = detail
  }

  get remedy(): string {
    return ERRORS[this.code].remedy
  }
}

/** Two lines for a terminal: what is wrong, and what to do. */
export function explain(error: unknown): string {
  if (error instanceof CodedError) return `${error.message}\n  -> ${error.remedy}`
  return error instanceof Error ? `INTERNAL: ${error.stack ?? error.message}` : `INTERNAL: ${String(error)}`
}

/** A listen error of Node as ours, naming the address. */
export function listenError(error: unknown, what: string, address: string): CodedError {
  const code = (error as { code?: string } | undefined)?.code
  return code === 'EADDRINUSE'
    ? new CodedError('PORT_TAKEN', `${what}: ${address} is in use by another program`, { cause: error })
    : new CodedError('LISTEN_FAILED', `${what}: cannot listen on ${address} (${code ?? String(error)})`, {
        cause: error,
      })
}

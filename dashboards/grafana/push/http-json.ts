import { CodedError, type ErrorCode } from '../../../contracts/errors.ts'

/** An answer is waited for so long, ms. */
const PATIENCE_MS = 15_000
/** Of what a server says of an error, characters. */
const REASON_LENGTH = 300

/** Codes of one of the servers that are talked to. */
export interface FailureCodes {
  readonly unreachable: ErrorCode
  readonly unauthorized: ErrorCode
  readonly forbidden: ErrorCode
  readonly notFound: ErrorCode
  readonly refused: ErrorCode
  readonly failed: ErrorCode
}

export interface Peer {
  /** Without a slash at its end. */
  readonly url: string
  readonly token: string | undefined
  readonly codes: FailureCodes
  /** Ends what is under way. */
  readonly signal: AbortSignal
}

export interface Request {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  /** With its query. */
  readonly path: string
  readonly body?: object
}

/** Sends JSON and answers JSON; undefined for an answer without a body. @throws CodedError of the peer's codes */
export async function sendJson(peer: Peer, { method, path, body }: Request): Promise<unknown> {
  const response = await reached(peer, `${method} ${peer.url}${path}`, () =>
    fetch(`${peer.url}${path}`, {
      method,
      headers: headersOf(peer, body === undefined ? {} : { 'content-type': 'application/json' }),
      redirect: 'manual',
      signal: AbortSignal.any([peer.signal, AbortSignal.timeout(PATIENCE_MS)]),
      ...(body !== undefined && { body: JSON.stringify(body) }),
    }),
  )
  const what = `${method} ${peer.url}${path.split('?')[0]}`
  const text = await reached(peer, what, () => response.text())
  if (!response.ok) throw failure(peer.codes, response, `${what}: ${reasonOf(text)}`)
  if (text === '') return undefined
  try {
    return JSON.parse(text)
  } catch (error) {
    // A page for people: another program answers there.
    throw new CodedError(peer.codes.notFound, `${what}: no JSON`, { cause: error })
  }
}

export function headersOf({ token }: Peer, more: Record<string, string>): Record<string, string> {
  return {
    accept: 'application/json',
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
    ...more,
  }
}

/** @throws CodedError unreachable, when nobody answers */
export async function reached<T>({ codes, signal }: Peer, what: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask()
  } catch (error) {
    if (signal.aborted) throw error
    const { cause, message } = error as Error
    const why = cause instanceof Error ? cause.message || String((cause as { code?: string }).code) : message
    throw new CodedError(codes.unreachable, `${what}: ${why}`, { cause: error })
  }
}

export function failure(codes: FailureCodes, { status }: { status: number }, detail: string): CodedError {
  return new CodedError(codeOf(codes, status), `${detail} (HTTP ${status})`)
}

function codeOf(codes: FailureCodes, status: number): ErrorCode {
  if (status === 401) return codes.unauthorized
  if (status === 403) return codes.forbidden
  // To its sign-in page, or to where it really is.
  if (status === 404 || status < 400) return codes.notFound
  return status === 429 || status >= 500 ? codes.failed : codes.refused
}

function reasonOf(text: string): string {
  const short = text.replaceAll(/\s+/g, ' ').slice(0, REASON_LENGTH)
  return short === '' ? 'no reason given' : short
}

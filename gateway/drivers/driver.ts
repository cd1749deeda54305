import type { RegisterTable } from '../../contracts/facility-schema.ts'

/** One Modbus-like read of a contiguous block. */
export interface ReadRequest {
  readonly unitId: number
  readonly table: RegisterTable
  /** Zero-based protocol address. */
  readonly address: number
  /** Registers, or bits of a coil or discrete table. */
  readonly count: number
}

/** What a block holds: exactly as many words or bits as were asked for. */
export type BlockData =
  | { readonly kind: 'words'; readonly words: readonly number[] }
  | { readonly kind: 'bits'; readonly bits: readonly boolean[] }

/** Why there is no data. The failure says nothing about the value, ever. */
export type ReadFailure =
  /** Nothing came in time. */
  | { readonly kind: 'timeout' }
  /** The device answered with a Modbus exception. */
  | { readonly kind: 'exception'; readonly code: number }
  /** There is no connection, or it went away while waiting. */
  | { readonly kind: 'not-connected' }
  /** Fewer data than were asked for. */
  | { readonly kind: 'short-reply' }
  /** An answer that does not fit the request. */
  | { readonly kind: 'bad-reply' }

export type ReadOutcome =
  | { readonly ok: true; readonly data: BlockData }
  | { readonly ok: false; readonly failed: ReadFailure }

export type ConnectOutcome =
  | { readonly ok: true; readonly link: Link }
  | { readonly ok: false; readonly detail: string }

/**
 * A way to speak to one bus: a factory of links. A closed link is replaced, never repaired.
 *
 * The line calls `connect` when it has no open link, never concurrently. It does not throw: a bus that
 * cannot be reached is an outcome. An aborted signal ends the attempt at once.
 */
export interface Driver {
  connect(signal: AbortSignal): Promise<ConnectOutcome>
}

/**
 * One open connection to a bus.
 *
 * The bus calls `read` once per due block and never concurrently: devices in the field answer one
 * request at a time. `read` does not throw and always ends, at the latest after the timeout of the bus.
 * After `close`, or once the other side has gone, a pending and every later read ends at once as
 * `not-connected`, and `closed` is resolved. `close` may be called any number of times.
 */
export interface Link {
  read(request: ReadRequest): Promise<ReadOutcome>
  close(): void
  readonly closed: Promise<void>
}

/** The outcome of every read without a connection. */
export const NOT_CONNECTED: ReadOutcome = { ok: false, failed: { kind: 'not-connected' } }

/** The reason a reading gets, and the key under which the failure is counted. */
export function failureName(failure: ReadFailure): string {
  return failure.kind === 'exception' ? `exception-${failure.code}` : failure.kind
}

/** Gateway path unavailable, gateway target device failed to respond: the gateway speaks, not the device. */
const GATEWAY_EXCEPTIONS: readonly number[] = [10, 11]

/** True when the device itself answered, be it with an exception. */
export function isAnswer(outcome: ReadOutcome): boolean {
  if (outcome.ok) return true
  return outcome.failed.kind === 'exception' && !GATEWAY_EXCEPTIONS.includes(outcome.failed.code)
}

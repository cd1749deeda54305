import type { RecordFormat } from '../../contracts/facility.ts'
import type { RegisterTable, WritableTable } from '../../contracts/facility-words.ts'

/** What a device is asked for: one contiguous block of a Modbus table, or one record of an ASCII instrument. */
export type ReadRequest = RegisterRequest | RecordRequest

/**
 * What a device is told. Only an annunciator sends it, and only one that a person has confirmed: what polls has a
 * {@link Link}, which cannot write.
 */
export interface WriteRequest {
  readonly kind: 'write'
  readonly unitId: number
  readonly table: WritableTable
  /** Zero-based protocol address of the first. */
  readonly address: number
  /** 0 or 1 for coils, 0 to 65535 for holding registers; up to 1968 or 123 of them. */
  readonly values: readonly number[]
  /** True: function 15 or 16 whatever their number. False: function 5 or 6, for exactly one. */
  readonly isMultiple: boolean
}

export type Request = ReadRequest | WriteRequest

export interface RegisterRequest {
  readonly kind: 'registers'
  readonly unitId: number
  readonly table: RegisterTable
  /** Zero-based protocol address. */
  readonly address: number
  /** Registers, or bits of a coil or discrete table. */
  readonly count: number
  /** The unit id in the answer, when it is not that of the request. */
  readonly replyUnit?: number
}

export interface RecordRequest {
  readonly kind: 'record'
  readonly format: RecordFormat
}

/** What a block holds: exactly as many words or bits as were asked for, or the fields of one record. */
export type BlockData =
  | { readonly kind: 'words'; readonly words: readonly number[] }
  | { readonly kind: 'bits'; readonly bits: readonly boolean[] }
  /** Key: number of the column or group, from 1; groups with a name stand under that too. */
  | { readonly kind: 'record'; readonly fields: ReadonlyMap<string, string> }

/** Why there is no data. The failure says nothing about the value, ever. */
export type ReadFailure =
  /** Nothing came in time that could have been the answer. */
  | { readonly kind: 'timeout' }
  /** The device answered with a Modbus exception. */
  | { readonly kind: 'exception'; readonly code: number }
  /** There is no connection, or it went away while waiting. */
  | { readonly kind: 'not-connected' }
  /** An answer began and did not end in time, or holds fewer data than were asked for. */
  | { readonly kind: 'short-reply' }
  /** The answer came with a wrong CRC, LRC or checksum. */
  | { readonly kind: 'crc' }
  /** An answer that does not fit the request. */
  | { readonly kind: 'bad-reply' }

export type ReadOutcome =
  | { readonly ok: true; readonly data: BlockData }
  | { readonly ok: false; readonly failed: ReadFailure }

/** Without a failure the device has said that it took all of it. */
export type WriteOutcome = { readonly ok: true } | { readonly ok: false; readonly failed: ReadFailure }

export type ConnectOutcome<L extends Link = Link> =
  | { readonly ok: true; readonly link: L }
  | { readonly ok: false; readonly detail: string }

/** What came in over a link and was not taken for an answer. Every kind has its own counter. */
export const DISCARDS = {
  /** A whole answer to a request that had been given up. */
  late: 'whole answers to requests that had timed out',
  /** A whole frame while nothing was asked. */
  unsolicited: 'whole frames that nobody had asked for',
  /** A whole frame of another unit. */
  'foreign-unit': 'frames of another unit than the one asked',
  'foreign-function': 'frames with another function code than the one asked for',
  'foreign-transaction': 'frames with a transaction id that is not waited for',
  /** A frame with more or fewer data than were asked for. */
  'wrong-length': 'frames with more or fewer data than were asked for',
  /** A record in which the pattern of its fields finds nothing. */
  mismatch: 'records that do not fit the pattern of their fields',
  /** A frame whose CRC, LRC or checksum is wrong. */
  crc: 'frames with a wrong CRC, LRC or checksum',
  /** The beginning of a frame that never ended. */
  short: 'frames that began and never ended',
  /** Bytes that came after an answer, in one piece with it. */
  surplus: 'bytes that hung on an answer',
  /** Our own request, heard again on a two-wire line. */
  echo: 'own requests heard again on a two-wire line',
  /** A sync of an instrument that sends by itself, behind which no frame can begin. */
  header: 'beginnings of frames that say what cannot be',
  /** Of an instrument that sends by itself and is not in the facility file. */
  foreign: 'frames of a station that is not on the bus',
  /** Bytes that belong to no frame. */
  noise: 'bytes that belong to no frame',
} as const
export type Discard = keyof typeof DISCARDS

/** Told once per frame that was thrown away; for `noise` and `surplus` once per stretch of bytes. */
export interface DiscardCounter {
  discard(kind: Discard): void
}

/**
 * A way to speak to one bus: a factory of links. A closed link is replaced, never repaired.
 *
 * The line calls `connect` when it has no open link, never concurrently. It does not throw: a bus that
 * cannot be reached is an outcome. An aborted signal ends the attempt at once.
 */
export interface Driver<L extends Link = Link> {
  connect(signal: AbortSignal): Promise<ConnectOutcome<L>>
  /**
   * True when an answer bears the number of its request, so that a late one cannot be mistaken. Where it
   * does not, whoever calls must leave a unit alone for `latenessMs` of the bus after it has timed out.
   */
  readonly hasNumberedReplies: boolean
}

/**
 * One open connection to a bus.
 *
 * The bus calls `read` once per due block and never concurrently: devices in the field answer one
 * request at a time. `read` does not throw and always ends, at the latest after the timeout of the bus
 * (and the silence that has to come before a request). After `close`, or once the other side has gone, a
 * pending and every later read ends at once as `not-connected`, and `closed` is resolved. `close` may be
 * called any number of times. What is in the input before a request is sent is discarded and counted.
 */
export interface Link {
  read(request: ReadRequest): Promise<ReadOutcome>
  close(): void
  readonly closed: Promise<void>
}

/** A link that writes too: never concurrently with a read, and under the same terms. */
export interface WritingLink extends Link {
  write(request: WriteRequest): Promise<WriteOutcome>
}

/** The outcome of every request without a connection. */
export const NOT_CONNECTED: { readonly ok: false; readonly failed: ReadFailure } = {
  ok: false,
  failed: { kind: 'not-connected' },
}

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

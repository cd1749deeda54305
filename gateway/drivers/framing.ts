import type { Discard, ReadFailure, ReadOutcome, Request } from './driver.ts'

/** A request as it went out. */
export interface Asked {
  readonly request: Request
  /** What was written; empty for an instrument that sends by itself. */
  readonly bytes: Uint8Array
  /** Transaction id, 0 to 65535; framings without one ignore it. */
  readonly number: number
}

/** What is waited for while bytes come in. */
export interface Situation {
  /** In flight; undefined when nothing is asked. */
  readonly asked: Asked | undefined
  /** In flight, or else the one before. */
  readonly last: Asked | undefined
  /** Given up, and perhaps still to be answered; the oldest first. */
  readonly overdue: readonly Asked[]
  /** What begins before this index began before the request, and is no answer to it. */
  readonly old: number
  /** True when nothing more will come: what is incomplete now stays so. */
  readonly ended: boolean
}

/** A frame or bytes that are no answer. */
export interface Discarded {
  readonly kind: Discard
  /** What a time-out is called after it came; undefined: it had nothing to do with the answer. */
  readonly failure?: 'crc' | 'short-reply' | 'bad-reply'
}

/** What stands at the front of the input. Chunks may be cut anywhere: more bytes never change a decision. */
export type Scan =
  /** Undecided until more bytes come. `began`: it may be the answer. */
  | { readonly kind: 'wait'; readonly began: boolean }
  | { readonly kind: 'answer'; readonly length: number; readonly outcome: ReadOutcome }
  | {
      readonly kind: 'discard'
      readonly length: number
      readonly discarded: Discarded
      /** The rest of a record too long to be one follows: it is none either. */
      readonly isTorn?: true
    }
  /** There is no telling where the next frame begins: the link has to be closed. */
  | { readonly kind: 'out-of-step' }

/** How requests and answers stand on the wire. Pure: no I/O, no clock, no memory. */
export interface Framing {
  readonly hasNumberedReplies: boolean
  /** True when frames can be told apart only by counting on from the one before: half a frame is kept. */
  readonly keepsPartial: boolean
  /** The bytes of a request; none for an instrument that sends by itself. */
  encode(request: Request, number: number): Uint8Array
  /** Bytes that the answer takes on the wire, roughly where only the device knows. */
  answerLength(request: Request): number
  /** Decides about the bytes at `from`, of which there is at least one. */
  scan(bytes: Uint8Array, from: number, situation: Situation): Scan
}

export const WAIT: Scan = { kind: 'wait', began: false }
export const WAIT_BEGUN: Scan = { kind: 'wait', began: true }
export const OUT_OF_STEP: Scan = { kind: 'out-of-step' }

export const LATE: Discarded = { kind: 'late' }
export const UNSOLICITED: Discarded = { kind: 'unsolicited' }
export const ECHO: Discarded = { kind: 'echo' }
export const NOISE: Discarded = { kind: 'noise' }
export const CRC: Discarded = { kind: 'crc', failure: 'crc' }
export const SHORT: Discarded = { kind: 'short', failure: 'short-reply' }
export const MISMATCH: Discarded = { kind: 'mismatch', failure: 'bad-reply' }
export const TOO_FEW: Discarded = { kind: 'wrong-length', failure: 'short-reply' }
export const TOO_MANY: Discarded = { kind: 'wrong-length', failure: 'bad-reply' }
export const FOREIGN_FUNCTION: Discarded = { kind: 'foreign-function', failure: 'bad-reply' }
export const FOREIGN_UNIT: Discarded = { kind: 'foreign-unit' }
/** It bears the number of the request, so it is the answer, of the wrong unit. */
export const WRONG_UNIT: Discarded = { kind: 'foreign-unit', failure: 'bad-reply' }
export const FOREIGN_TRANSACTION: Discarded = { kind: 'foreign-transaction' }

const NOISE_BYTE: Scan = { kind: 'discard', length: 1, discarded: NOISE }

export function discard(discarded: Discarded, length: number): Scan {
  return discarded === NOISE && length === 1 ? NOISE_BYTE : { kind: 'discard', length, discarded }
}

export function isOutcome(verdict: ReadOutcome | Discarded): verdict is ReadOutcome {
  return 'ok' in verdict
}

/** The scan of a whole frame. */
export function judged(verdict: ReadOutcome | Discarded, length: number): Scan {
  return isOutcome(verdict) ? { kind: 'answer', length, outcome: verdict } : discard(verdict, length)
}

/** The worst of what was seen while waiting: damage says more than a misfit, a misfit more than silence. */
const SEVERITY: Readonly<Partial<Record<ReadFailure['kind'], number>>> = {
  crc: 3,
  'short-reply': 2,
  'bad-reply': 1,
}

export function worse(
  a: Discarded['failure'] | undefined,
  b: Discarded['failure'] | undefined,
): Discarded['failure'] | undefined {
  return severity(b) > severity(a) ? b : a
}

function severity(failure: Discarded['failure'] | undefined): number {
  return failure === undefined ? 0 : (SEVERITY[failure] ?? 0)
}

/** True when both ask for the same record of the same device, as far as a record can tell. */
export function isSameRecord(a: Request, b: Request): boolean {
  return a.kind === 'record' && b.kind === 'record' && a.format === b.format
}

/** How far `pattern` stands at `from`: wholly, not at all, or as far as there are bytes. */
export function matchAt(bytes: Uint8Array, from: number, pattern: Uint8Array): 'whole' | 'begun' | 'none' {
  const length = Math.min(pattern.length, bytes.length - from)
  for (let n = 0; n < length; n++) if (bytes[from + n] !== pattern[n]) return 'none'
  return length === pattern.length ? 'whole' : 'begun'
}

import type { ErrorCode } from '../../contracts/errors.ts'
import type { Reading } from '../../contracts/reading.ts'

/** What was refused: a whole message, readings of a batch, a point by the store, or values of a foreign device. */
export const LETTER_KINDS = ['message', 'reading', 'store', 'foreign', 'rest'] as const
/** `rest` stands for many that were counted and not kept one by one. */
export type LetterKind = (typeof LETTER_KINDS)[number]

/** Something refused, with why; kept so that a person can look at it. */
export interface DeadLetter {
  /** Epoch ms of the server. */
  readonly time: number
  readonly kind: LetterKind
  /** Empty when it is not known, as is the gateway. */
  readonly facility: string
  readonly gateway: string
  readonly topic: string
  readonly code: ErrorCode
  readonly detail: string
  /** Readings in it, or 1 for a message that never got so far. */
  readonly count: number
  /** The beginning of the payload, as it came: whoever prints it escapes it. */
  readonly payload: Uint8Array
  /** Bytes of the whole payload. */
  readonly size: number
}

/** A letter as it is handed in: whole, and without what is not known. */
export type NewLetter = Pick<DeadLetter, 'time' | 'topic' | 'code' | 'detail' | 'count' | 'payload'> &
  Partial<Pick<DeadLetter, 'kind' | 'facility' | 'gateway'>>

/**
 * A reading of a known gateway whose sensor the facility file does not have: kept whole, so that it can be
 * taken once the file is right. `time` is the gateway's own.
 */
export interface NewQuarantined extends Reading {
  readonly facility: string
  readonly gateway: string
  readonly epoch: string
  readonly seq: number
  /** Index in its batch. */
  readonly position: number
  /** To be added to its time, ms; 0 unless the clock of the gateway could not be believed. */
  readonly shift: number
}

export interface Quarantined extends NewQuarantined {
  readonly id: number
  /** A person has asked that it be taken. */
  readonly isRequeued: boolean
}

/** Where quarantined readings come from. */
export interface Source {
  readonly facility: string
  readonly gateway: string
  readonly sensor: string
}

/** True when a source may be taken: the sensor is in the file now and belongs to that gateway. */
export type IsKnown = (source: Source) => boolean

/** How much is kept; what is oldest goes first. */
export interface RejectBounds {
  readonly letters: number
  /** Of all letters. */
  readonly letterBytes: number
  readonly quarantined: number
}

export const BOUNDS: RejectBounds = { letters: 50_000, letterBytes: 64e6, quarantined: 500_000 }

/** What is kept of each, bytes of the payload and characters of the texts. */
export const KEPT = { payload: 4_096, topic: 256, detail: 512 } as const

/** What stands on the disk, and how much of it went since it was made. */
export interface RejectFigures {
  readonly letters: number
  readonly letterBytes: number
  readonly quarantined: number
  /** Readings and messages that letters stood for. */
  readonly evicted: number
  readonly evictedQuarantined: number
}

import { crc32 } from 'node:zlib'
import type { SeqRange } from '../../contracts/seq-ranges.ts'
import type { Gap } from '../../contracts/wire.ts'
import type { BatchSummary } from './outbox.ts'

/** What a file holds of one epoch. */
export interface EpochStock {
  readonly epoch: string
  readonly seqs: readonly SeqRange[]
  readonly readings: number
  /** Times of the readings, ms. */
  readonly from: number
  readonly to: number
}

/**
 * What should be there after a crash, kept beside the file of an outbox: so much of it as the file turns out
 * not to have was lost, and is told.
 */
export interface Tally {
  /** Commits of the file; one that has fewer is older than it should be. */
  readonly commits: number
  /** What the file held after that commit. */
  readonly stock: readonly EpochStock[]
  /**
   * Batches that are neither confirmed nor on the disk. Readings that are in no batch yet stand here as the one
   * that would be next.
   */
  readonly unsettled: readonly BatchSummary[]
  /** Losses that are in memory alone. */
  readonly losses: readonly Gap[]
}

export const NO_TALLY: Tally = { commits: 0, stock: [], unsettled: [], losses: [] }

/** A tally and the number of its writing. */
export interface NumberedTally {
  readonly number: number
  readonly tally: Tally
}

/** Of the two files that a tally is written to in turn, beside the outbox and in memory. */
export const TALLY_SUFFIXES = ['.tally-0', '.tally-1'] as const

/** Number of the writing, CRC-32 of the rest, length of the rest: 10 + 8 + 8 hexadecimal digits and blanks. */
const HEADER = /^([0-9a-f]{10}) ([0-9a-f]{8}) ([0-9a-f]{8}) /
const HEADER_BYTES = 29

/** A tally as it is written, over what stood there before: the number tells which of two is newer. */
export function encodeTally(number: number, tally: Tally): Buffer {
  const body = Buffer.from(JSON.stringify(tally))
  const digits = (value: number, length: number) => value.toString(16).padStart(length, '0')
  const header = `${digits(number, 10)} ${digits(crc32(body), 8)} ${digits(body.length, 8)} `
  return Buffer.concat([Buffer.from(header), body])
}

/** Undefined when it was torn, or is none. */
export function decodeTally(bytes: Buffer): NumberedTally | undefined {
  const header = HEADER.exec(bytes.subarray(0, HEADER_BYTES).toString('latin1'))
  if (header === null) return undefined
  const [number = 0, crc, length = 0] = header.slice(1).map((digits) => Number.parseInt(digits, 16))
  const body = bytes.subarray(HEADER_BYTES, HEADER_BYTES + length)
  if (body.length !== length || crc32(body) !== crc) return undefined
  return { number, tally: JSON.parse(body.toString('utf8')) as Tally }
}

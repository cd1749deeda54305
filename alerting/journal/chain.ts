import { hash } from 'node:crypto'

/** What stands in for the hash before the first entry of a facility. */
export const ROOT = '0'.repeat(64)
/** Entries in a segment. */
export const SEGMENT_ENTRIES = 10_000
/** No segment is dropped before it is as old as this, ms. */
export const MIN_RETENTION_MS = 400 * 86_400_000

/** An entry as the chain covers it: every column of the journal, and its place in the chain. */
export interface ChainEntry {
  facility: string
  /** Counts the entries of the facility from 1, without a gap. */
  n: number
  seq: number
  key: string
  /** Epoch ms. */
  time: number
  sensor: string
  alarm: string
  /** The text as it was entered, to the byte. */
  body: string
}

/** How far a chain goes, and what everything up to there comes to. */
export interface Head {
  /** Number of the last entry; 0 before the first. */
  n: number
  /** SHA-256, 64 hexadecimal digits. */
  hash: string
}

/** A run of entries that is complete, and is dropped as a whole or not at all. */
export interface Segment {
  first: number
  last: number
  /** Hash of the entry before the first. */
  previous: string
  /** Hash of the last. */
  head: string
  /** When its last entry was recorded, epoch ms. */
  sealed: number
  /** When its entries were given up for their age, epoch ms; null while they are there. */
  dropped: number | null
  /** Base64, Ed25519; null when there was no key. */
  signature: string | null
}

export const START: Head = { n: 0, hash: ROOT }

/**
 * What the hash of an entry covers: canonical JSON (RFC 8785). With the members in their order, and texts and whole
 * numbers alone, one call of JSON.stringify writes it, which takes a third of the time of canonicalJson.
 */
export function linkText(previous: string, entry: ChainEntry): string {
  const { alarm, body, facility, key, n, sensor, seq, time } = entry
  return JSON.stringify({ alarm, body, facility, key, n, previous, sensor, seq, time, v: 1 })
}

/** The hash of an entry after the entry with the hash `previous`. */
export function linkHash(previous: string, entry: ChainEntry): string {
  return hash('sha256', linkText(previous, entry))
}

/** As people and machines keep it elsewhere: `n:hash`. */
export function formatHead({ n, hash: digest }: Head): string {
  return `${n}:${digest}`
}

/** Undefined for a text that is no head. */
export function parseHead(text: string): Head | undefined {
  const match = /^(0|[1-9][0-9]{0,14}):([0-9a-fA-F]{64})$/.exec(text.trim())
  const [, n, digest] = match ?? []
  return n === undefined || digest === undefined ? undefined : { n: Number(n), hash: digest.toLowerCase() }
}

/** When the entry says that it was recorded, epoch ms; NaN when its body does not say. */
export function recordedOf(body: string): number {
  try {
    const { recorded } = JSON.parse(body) as { recorded?: unknown }
    return typeof recorded === 'string' ? Date.parse(recorded) : Number.NaN
  } catch {
    return Number.NaN
  }
}

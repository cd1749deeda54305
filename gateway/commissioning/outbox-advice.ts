import { accessSync, constants, existsSync, statfsSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { formatDuration } from '../../contracts/duration.ts'
import type { Gateway } from '../../contracts/facility.ts'
import type { Advice } from './advice.ts'

/** Where the outbox of a gateway is, and what its disk says to that. */
export interface OutboxPlace {
  /** Absolute; absent when it is kept in memory. */
  path?: string
  maxBytes: number
  maxAgeMs: number
  /** What it takes now. */
  bytes?: number
  /** Room on its disk. */
  freeBytes?: number
  /** Why it could not be written. */
  problem?: string
}

/** Looks at the disk without changing anything on it. */
export function lookAtOutbox({ path, maxBytes, maxAgeMs }: Gateway['outbox']): OutboxPlace {
  const bounds = { maxBytes, maxAgeMs }
  if (path === undefined) return bounds
  const file = resolve(path)
  const folder = existingFolder(dirname(file))
  try {
    const bytes = statSync(file, { throwIfNoEntry: false })?.size ?? 0
    const { bavail, bsize } = statfsSync(folder)
    const place = { path: file, ...bounds, bytes, freeBytes: bavail * bsize }
    // With the dot a file in the place of a folder is an error too.
    accessSync(`${folder}/.`, constants.W_OK)
    if (existsSync(file)) accessSync(file, constants.R_OK | constants.W_OK)
    return place
  } catch (error) {
    return { path: file, ...bounds, problem: (error as Error).message }
  }
}

/** The folder that is there already: those below it are created at start. */
function existingFolder(folder: string): string {
  const parent = dirname(folder)
  return existsSync(folder) || parent === folder ? folder : existingFolder(parent)
}

export function outboxAdvice(gateway: string, place: OutboxPlace | undefined): Advice[] {
  if (place === undefined) return []
  const { path, maxBytes, bytes = 0, freeBytes = 0, problem } = place
  const at = gateway
  if (path === undefined) return []
  if (problem !== undefined)
    return [
      { level: 'serious', at, text: `the outbox cannot be written and would be kept in memory: ${problem}` },
    ]
  if (freeBytes + bytes >= maxBytes) return []
  const room = `the disk of the outbox has ${sizeText(freeBytes)} left, and it may grow to ${sizeText(maxBytes)}`
  return [{ level: 'warning', at, text: `${room}: on a full disk the oldest readings are dropped` }]
}

export function outboxText({ path, maxBytes, maxAgeMs, bytes = 0, problem }: OutboxPlace): string {
  const bounds = `at most ${sizeText(maxBytes)} and ${formatDuration(maxAgeMs)}`
  if (path === undefined) return `in memory, ${bounds}; what is not confirmed ends with the process`
  return `${path}, ${bounds}; ${problem === undefined ? `can be written, has ${sizeText(bytes)}` : 'cannot be written'}`
}

/** Powers of ten, as in the facility file. */
function sizeText(bytes: number): string {
  if (bytes < 1e6) return `${(bytes / 1e3).toFixed(0)} kB`
  return bytes < 1e9 ? `${(bytes / 1e6).toFixed(0)} MB` : `${(bytes / 1e9).toFixed(1)} GB`
}

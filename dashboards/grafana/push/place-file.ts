import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { CodedError } from '../../../contracts/errors.ts'
import { record } from '../untrusted.ts'

/** How far annotating has come. */
export interface Place {
  /** The last entry of the journal that is done. */
  readonly seq: number
  /** The entry that is being done: Grafana may have its annotation already. */
  readonly doing?: number
  /** Annotations without an end. Key: facility and alarm; value: number in Grafana. */
  readonly open: Readonly<Record<string, number>>
}

/** Undefined when there is none yet. @throws CodedError PLACE_DAMAGED */
export function readPlace(file: string): Place | undefined {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw new CodedError('PLACE_DAMAGED', `${file}: ${(error as Error).message}`, { cause: error })
  }
  const place = placeOf(text)
  if (place === undefined) throw new CodedError('PLACE_DAMAGED', `${file}: is no place`)
  return place
}

/** Whole or not at all, and there after a power loss. @throws CodedError FILE_UNWRITABLE */
export function writePlace(file: string, place: Place): void {
  try {
    mkdirSync(dirname(file), { recursive: true })
    const handle = openSync(`${file}.new`, 'w')
    try {
      writeSync(handle, `${JSON.stringify(place)}\n`)
      fsyncSync(handle)
    } finally {
      closeSync(handle)
    }
    renameSync(`${file}.new`, file)
  } catch (error) {
    throw new CodedError('FILE_UNWRITABLE', `${file}: ${(error as Error).message}`, { cause: error })
  }
}

function placeOf(text: string): Place | undefined {
  let content: Record<string, unknown>
  try {
    content = record(JSON.parse(text))
  } catch {
    return undefined
  }
  const { seq, doing, open } = content
  const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0
  const entries = Object.entries(record(open))
  if (!isCount(seq) || !entries.every(([, id]) => isCount(id))) return undefined
  return {
    seq,
    ...(isCount(doing) && { doing }),
    open: Object.fromEntries(entries) as Record<string, number>,
  }
}

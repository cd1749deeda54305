import { CodedError, type ErrorCode } from '../../../contracts/errors.ts'

/** Primary result codes of SQLite. */
const CODES: Readonly<Record<number, ErrorCode>> = {
  5: 'DATA_IN_USE',
  6: 'DATA_IN_USE',
  11: 'DATA_DAMAGED',
  13: 'DISK_FULL',
  26: 'DATA_DAMAGED',
}
/** Extended ones that say more than "input or output failed": a file that is too short, a damaged file system. */
const DAMAGED = [522, 8_458]

/** "Logic error": of a file that is being opened, since the statements are always the same. */
const LOGIC = 1

/**
 * An error of SQLite or of the file system as ours. Anything else is a defect and comes back as it is.
 * `isOpening`: nothing is known of the file yet, so that a table that is not there is the fault of the file.
 */
export function fileError(error: unknown, path: string, isOpening = false): unknown {
  if (error instanceof CodedError || !(error instanceof Error)) return error
  const { errcode, code } = error as { errcode?: unknown; code?: unknown }
  const detail = `${path}: ${error.message}`
  if (typeof errcode === 'number') {
    const isDamaged = DAMAGED.includes(errcode) || (isOpening && errcode === LOGIC)
    const known = isDamaged ? 'DATA_DAMAGED' : CODES[errcode & 0xff]
    return new CodedError(known ?? 'DATA_UNWRITABLE', detail, { cause: error })
  }
  // Of the file system: ENOSPC, EACCES, EROFS ...
  if (typeof code === 'string' && /^E[A-Z0-9]+$/.test(code) && !code.startsWith('ERR_'))
    return new CodedError(code === 'ENOSPC' ? 'DISK_FULL' : 'DATA_UNWRITABLE', detail, { cause: error })
  return error
}

/** Opens a file. @throws CodedError for what the file or its disk is to blame for */
export function opening<T>(path: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw fileError(error, path, true)
  }
}

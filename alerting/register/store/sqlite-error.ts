import { CodedError, type ErrorCode } from '../../../contracts/errors.ts'

/** Primary result code of SQLite: what it comes to. */
const CODES: Readonly<Record<number, ErrorCode>> = {
  5: 'REGISTER_BUSY', // SQLITE_BUSY
  8: 'DATA_UNWRITABLE', // SQLITE_READONLY
  10: 'DATA_UNWRITABLE', // SQLITE_IOERR
  11: 'DATA_DAMAGED', // SQLITE_CORRUPT
  13: 'DATA_UNWRITABLE', // SQLITE_FULL
  14: 'DATA_UNWRITABLE', // SQLITE_CANTOPEN
  19: 'REGISTER_CONFLICT', // SQLITE_CONSTRAINT
  26: 'DATA_DAMAGED', // SQLITE_NOTADB
}

/** What SQLite or the file system threw as an error of ours. */
export function registerFileError(error: unknown, path: string): CodedError {
  if (error instanceof CodedError) return error
  const { errcode, code, syscall, message } = error as NodeJS.ErrnoException & { errcode?: number }
  const otherwise = syscall === undefined ? 'INTERNAL' : 'DATA_UNWRITABLE'
  const found = CODES[Number(errcode) & 0xff] ?? otherwise
  // A number that is too long for us is damage too: nobody could have written it.
  return new CodedError(code === 'ERR_OUT_OF_RANGE' ? 'DATA_DAMAGED' : found, `${path}: ${message}`, {
    cause: error,
  })
}

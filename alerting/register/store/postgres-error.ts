import { CodedError, type ErrorCode } from '../../../contracts/errors.ts'
import { SerializationError } from './serialization-error.ts'

/** SQLSTATE, or the class that is its first two characters: what it comes to. The longer one counts. */
const STATES: Readonly<Record<string, ErrorCode>> = {
  '08': 'REGISTER_UNREACHABLE', // connection_exception
  '22021': 'REQUEST_INVALID', // character_not_in_repertoire
  '23': 'REGISTER_CONFLICT', // integrity_constraint_violation
  '25006': 'REGISTER_UNREACHABLE', // read_only_sql_transaction: a standby
  '25P03': 'REGISTER_BUSY', // idle_in_transaction_session_timeout
  '28': 'REGISTER_UNAUTHORIZED', // invalid_authorization_specification
  '3D000': 'REGISTER_MISSING', // invalid_catalog_name
  '42501': 'REGISTER_UNAUTHORIZED', // insufficient_privilege
  '53': 'REGISTER_BUSY', // insufficient_resources
  '53100': 'DATA_UNWRITABLE', // disk_full
  '55P03': 'REGISTER_BUSY', // lock_not_available
  '57014': 'REGISTER_BUSY', // query_canceled, by statement_timeout
  '57P': 'REGISTER_UNREACHABLE', // admin_shutdown, crash_shutdown, cannot_connect_now
  '58': 'DATA_UNREADABLE', // system_error
  XX001: 'DATA_DAMAGED', // data_corrupted
  XX002: 'DATA_DAMAGED', // index_corrupted
}

/** serialization_failure and deadlock_detected. */
const GIVE_WAY = ['40001', '40P01']

interface Thrown extends Error {
  code?: string
  /** Of an error that the server has sent: ERROR, FATAL, PANIC. */
  severity?: string
}

/** What `pg` threw as an error of ours. Its details may hold values of rows and are left out. */
export function postgresError(error: unknown): CodedError {
  if (error instanceof CodedError) return error
  const { code = '', severity, message } = error as Thrown
  if (severity === undefined) return withoutState(error, code)
  if (GIVE_WAY.includes(code)) return new SerializationError(message, { cause: error })
  const found = STATES[code] ?? STATES[code.slice(0, 3)] ?? STATES[code.slice(0, 2)] ?? 'INTERNAL'
  return new CodedError(found, `PostgreSQL: ${message} (${code})`, { cause: error })
}

/** Whether the connection is of no more use after it. */
export function isLost(error: CodedError): boolean {
  return error.code === 'REGISTER_UNREACHABLE' || error.code === 'REGISTER_UNTRUSTED'
}

/** The server has not said it: the way there is broken, or `pg` was misused. */
function withoutState(error: unknown, code: string): CodedError {
  const { message } = error as Error
  const isTls = /^(CERT_|ERR_TLS_|ERR_SSL_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_)|_CERT/.test(code)
  const found = isTls || /does not support SSL/.test(message) ? 'REGISTER_UNTRUSTED' : 'REGISTER_UNREACHABLE'
  const isDefect =
    error instanceof TypeError || error instanceof RangeError || error instanceof ReferenceError
  // Several addresses that were tried say nothing together.
  const said = error instanceof AggregateError ? error.errors.map(String).join(', ') : message
  return new CodedError(isDefect ? 'INTERNAL' : found, `PostgreSQL: ${said}`, { cause: error })
}

import { CodedError } from '../../../contracts/errors.ts'
import type { Bindable } from './session.ts'

/**
 * A parameter of a statement in the form that means the same to both databases: booleans are 0 and 1, whole
 * numbers are exact. @throws CodedError REQUEST_INVALID for a text that PostgreSQL cannot hold, INTERNAL for
 * what should have been turned into a text or number before
 */
export function bindable(value: unknown): Bindable {
  if (value === null) return null
  switch (typeof value) {
    case 'boolean':
      return value ? 1 : 0
    case 'string':
      if (value.includes('\0')) throw new CodedError('REQUEST_INVALID', 'a text holds a NUL character')
      return value
    case 'number':
      return finite(value)
    case 'bigint':
      return finite(Number(value), String(value))
    default:
      if (value instanceof Uint8Array) return value
      throw new CodedError('INTERNAL', `a ${kindOf(value)} is no parameter of a statement`)
  }
}

/** Digits beyond 2^53 would be rounded on their way, and a database holds no infinity here. */
function finite(value: number, said = String(value)): number {
  if (!Number.isFinite(value) || (Number.isInteger(value) && !Number.isSafeInteger(value)))
    throw new CodedError('INTERNAL', `${said} is no exact number`)
  return value
}

function kindOf(value: unknown): string {
  return typeof value === 'object' ? (value?.constructor.name ?? 'object') : typeof value
}

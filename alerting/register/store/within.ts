import { AsyncLocalStorage } from 'node:async_hooks'
import { CodedError } from '../../../contracts/errors.ts'

interface Running {
  /** The database that the transaction is of. */
  readonly of: object
  isOpen: boolean
}

const running = new AsyncLocalStorage<Running>()

/** Does the work of a transaction of `of`, within which `refuseWithin` refuses. */
export async function within<T>(of: object, work: () => Promise<T>): Promise<T> {
  const transaction: Running = { of, isOpen: true }
  try {
    return await running.run(transaction, work)
  } finally {
    transaction.isOpen = false
  }
}

/**
 * Within a transaction everything goes through it: another session would wait for the end of the transaction
 * that waits for it (SQLite), or see and change what is no part of it. @throws CodedError INTERNAL
 */
export function refuseWithin(of: object): void {
  const transaction = running.getStore()
  if (transaction?.of === of && transaction.isOpen)
    throw new CodedError('INTERNAL', 'a statement of the register goes past the transaction it is made in')
}

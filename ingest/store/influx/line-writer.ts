import { CodedError } from '../../../contracts/errors.ts'
import { type WriteFailure, writeFailure } from './answer-error.ts'

/** What a database will never take, and its own reason. */
export interface Refused<T> {
  readonly item: T
  readonly detail: string
}

type Send<T> = (items: readonly T[]) => Promise<void>
type ItemFailure = Exclude<WriteFailure, { kind: 'later' }>

/**
 * Sends items, by halves when the database refuses some of them, until what it refuses stands alone: the rest
 * is then written. Sending one again changes nothing, so that no answer has to be believed about which lines
 * went through. @throws CodedError when the database takes nothing now
 */
export async function writeByHalves<T>(
  items: readonly T[],
  send: Send<T>,
  now: () => number,
): Promise<Refused<T>[]> {
  const failure = await attempt(items, send, now)
  if (failure === undefined) return []
  const refused = await isolate(items, failure, send, now)
  const isUnknown = failure.kind === 'lines' && !failure.isKnown
  // Then it is about the request, and dropping what it held would be a loss for nothing.
  if (isUnknown && items.length > 1 && refused.length === items.length)
    throw new CodedError('STORE_UNREACHABLE', `takes nothing: ${failure.detail}`)
  return refused
}

async function isolate<T>(
  items: readonly T[],
  failure: ItemFailure,
  send: Send<T>,
  now: () => number,
): Promise<Refused<T>[]> {
  if (items.length <= 1) return items.map((item) => ({ item, detail: failure.detail }))
  const middle = Math.ceil(items.length / 2)
  const refused: Refused<T>[] = []
  for (const half of [items.slice(0, middle), items.slice(middle)]) {
    const again = await attempt(half, send, now)
    if (again !== undefined) refused.push(...(await isolate(half, again, send, now)))
  }
  return refused
}

/** Undefined when it went through. */
async function attempt<T>(
  items: readonly T[],
  send: Send<T>,
  now: () => number,
): Promise<ItemFailure | undefined> {
  try {
    await send(items)
    return undefined
  } catch (error) {
    const failure = writeFailure(error, now())
    if (failure.kind === 'later') throw failure.error
    return failure
  }
}

import { CodedError } from '../../../contracts/errors.ts'
import type { RegisterTrx } from '../store/tables.ts'

/** Quantities are counted in thousandths, so that no sum of them is rounded. */
const PARTS = 1_000

export function partsOf(quantity: number): number {
  return Math.round(quantity * PARTS)
}

export function quantityOf(parts: number): number {
  return parts / PARTS
}

interface Move {
  readonly facility: string
  readonly item: string
  /** Thousandths; below zero: taken out. */
  readonly change: number
  /** Epoch ms. */
  readonly now: number
}

/**
 * What there is of an item afterwards, in thousandths, and the number that the register knows it by.
 * @throws CodedError STOCK_SHORT: there is never less than nothing
 */
export async function moveStock(
  trx: RegisterTrx,
  { facility, item, change, now }: Move,
): Promise<{ number: number; quantity: number }> {
  await trx
    .insertInto('stock')
    .values({ facility, item, quantity: 0, updated: now })
    .onConflict((conflict) => conflict.columns(['facility', 'item']).doNothing())
    .execute()
  const moved = await trx
    .updateTable('stock')
    .set(({ eb }) => ({ quantity: eb('quantity', '+', change), updated: now }))
    .where('facility', '=', facility)
    .where('item', '=', item)
    .where('quantity', '>=', -change)
    .returning(['number', 'quantity'])
    .executeTakeFirst()
  if (moved === undefined)
    throw new CodedError('STOCK_SHORT', `there is less than ${quantityOf(-change)} of "${item}"`)
  return moved
}

/** What an incident has of an item afterwards, in thousandths. @throws CodedError STOCK_UNTAKEN */
export async function moveTaken(
  trx: RegisterTrx,
  { number, item, change }: { number: number; item: string; change: number },
): Promise<number> {
  await trx
    .insertInto('incident_stock')
    .values({ number, item, quantity: 0 })
    .onConflict((conflict) => conflict.columns(['number', 'item']).doNothing())
    .execute()
  const moved = await trx
    .updateTable('incident_stock')
    .set(({ eb }) => ({ quantity: eb('quantity', '+', change) }))
    .where('number', '=', number)
    .where('item', '=', item)
    .where('quantity', '>=', -change)
    .returning('quantity')
    .executeTakeFirst()
  if (moved === undefined)
    throw new CodedError('STOCK_UNTAKEN', `fewer than ${quantityOf(-change)} of "${item}" were taken`)
  return moved.quantity
}

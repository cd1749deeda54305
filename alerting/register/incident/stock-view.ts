import { formatIso } from '../../../contracts/iso-time.ts'
import type { StockView } from '../../../contracts/register/incident-api.ts'
import type { RegisterPlace } from '../context.ts'
import type { RegisterDb } from '../store/tables.ts'
import { quantityOf } from './stock-book.ts'

/** What a facility has, in the order of its file; of what was never counted there is nothing. */
export async function stockViews(
  db: RegisterDb,
  { facility }: Pick<RegisterPlace, 'facility'>,
): Promise<StockView[]> {
  const rows = await db
    .selectFrom('stock')
    .select(['item', 'quantity', 'updated'])
    .where('facility', '=', facility.id)
    .execute()
  return Array.from(facility.register.response.stock.values(), (item) => {
    const row = rows.find((found) => found.item === item.id)
    const quantity = quantityOf(row?.quantity ?? 0)
    return {
      facility: facility.id,
      id: item.id,
      name: item.name,
      unit: item.unit,
      at: item.at,
      category: item.category ?? null,
      quantity,
      least: item.least ?? null,
      isShort: item.least !== undefined && quantity < item.least,
      updated: row === undefined ? null : formatIso(row.updated, facility.timezone),
    }
  })
}

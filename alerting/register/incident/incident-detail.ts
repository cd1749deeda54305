import { formatIso } from '../../../contracts/iso-time.ts'
import type { IncidentDetail } from '../../../contracts/register/incident-api.ts'
import type { RegisterPlace } from '../context.ts'
import type { RegisterDb } from '../store/tables.ts'
import { stepRows, teamRows } from './incident-store.ts'
import type { IncidentRow } from './incident-tables.ts'
import { checklistItem, dispatchView } from './incident-view.ts'
import { quantityOf } from './stock-book.ts'

/** Occurrences that the page of an incident shows. */
const SHOWN = 200

/** What an incident has that lists do not show. `place`: undefined of a facility that another server evaluates. */
export async function detailParts(
  db: RegisterDb,
  { number }: Pick<IncidentRow, 'number'>,
  { timezone, place }: { timezone: string; place: RegisterPlace | undefined },
): Promise<Pick<IncidentDetail, 'teams' | 'checklist' | 'alarms' | 'hazards' | 'stock'>> {
  const [teams, checklist, alarms, hazards, stock] = await Promise.all([
    teamRows(db, number),
    stepRows(db, number),
    db
      .selectFrom('incident_alarm')
      .select(['alarm', 'occurrence', 'time'])
      .where('number', '=', number)
      .orderBy('time')
      .orderBy('occurrence')
      .limit(SHOWN)
      .execute(),
    db
      .selectFrom('incident_hazard')
      .select('hazard')
      .where('number', '=', number)
      .orderBy('hazard')
      .execute(),
    db
      .selectFrom('incident_stock')
      .select(['item', 'quantity'])
      .where('number', '=', number)
      .where('quantity', '>', 0)
      .orderBy('item')
      .execute(),
  ])
  const items = place?.facility.register.response.stock
  return {
    teams: teams.map((row) => dispatchView(row, timezone)),
    checklist: checklist.map((row) => checklistItem(row, timezone)),
    alarms: alarms.map(({ time, ...alarm }) => ({ ...alarm, time: formatIso(time, timezone) })),
    hazards: hazards.map(({ hazard }) => hazard),
    stock: stock.map(({ item, quantity }) => ({
      item,
      name: items?.get(item)?.name ?? item,
      unit: items?.get(item)?.unit ?? '',
      quantity: quantityOf(quantity),
    })),
  }
}

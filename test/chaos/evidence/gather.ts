import type { Plant } from '../plant/plant.ts'
import type { Evidence } from '../proof/evidence.ts'
import type { StoredRow } from './stored-row.ts'

/** Asks the server for its books, ends it and the gateways in order, and reads the database. */
export async function gather(plant: Plant): Promise<Evidence> {
  const { field, lives, clocks, snapshots, api, services } = plant
  const journal = await api.journal()
  const ledger = await api.ledger()
  for (const place of ['gw-1', 'gw-2', 'server'] as const) await services.get(place)?.stop()
  const database = await plant.openDatabase()
  const rows = new Map<string, StoredRow[]>()
  for (const { sensors } of field.records)
    for (const sensor of sensors) rows.set(sensor, await database.rows(sensor))
  await database.close()
  return {
    devices: field.records,
    lives: lives.all,
    steps: new Map([...clocks].map(([place, { steps }]) => [place.replace(' clock', ''), steps])),
    snapshots,
    rows,
    journal,
    ledger,
  }
}

import { assess } from '../../../contracts/register/gb18218.ts'
import { currentInventory, type InventoryPlace } from '../current-inventory.ts'
import type { MappedInventory } from './colour-table.ts'

/**
 * The major-hazard installations of a plant, by what they hold at design maximum (GB 18218-2018), with what they hold
 * now beside it.
 */
export function inventoriesOf(place: InventoryPlace): (MappedInventory & { readonly area?: string })[] {
  return place.facility.register.sources.flatMap((source) => {
    const { id, areas, substances, people500m } = source
    const { R, grade } = assess(substances, people500m)
    if (grade === null) return []
    const current = currentInventory(place, source)
    const inventory = { id, R, grade, current }
    return areas.length === 0 ? [inventory] : areas.map((area) => ({ ...inventory, area }))
  })
}

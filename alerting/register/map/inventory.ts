import type { Facility } from '../../../contracts/facility.ts'
import { assess } from '../../../contracts/register/gb18218.ts'
import type { MappedInventory } from './colour-table.ts'

/** The major-hazard installations of a plant, by what they hold at design maximum (GB 18218-2018). */
export function inventoriesOf({
  facility,
}: {
  readonly facility: Pick<Facility, 'register'>
}): (MappedInventory & { readonly area?: string })[] {
  return facility.register.sources.flatMap(({ id, areas, substances, people500m }) => {
    const { R, grade } = assess(substances, people500m)
    if (grade === null) return []
    return areas.length === 0 ? [{ id, R, grade }] : areas.map((area) => ({ id, R, grade, area }))
  })
}

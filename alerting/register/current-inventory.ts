import type { DerivedSensor } from '../../contracts/analytics/derived.ts'
import type { TankSubstance } from '../../contracts/analytics/level/tank.ts'
import { assess, criterionOf, type Grade, type Stored } from '../../contracts/register/gb18218.ts'
import type { MajorSource } from '../../contracts/register/inspection-plan.ts'
import type { CurrentInventory } from '../../contracts/register/inventory-api.ts'
import { convert } from '../../contracts/units.ts'
import type { RegisterPlace } from './context.ts'

/** The computation whose sensors say how much there is. */
const INVENTORY = 'inventory'

/** A facility, and the latest reading of each of its sensors. */
export interface InventoryPlace extends Pick<RegisterPlace, 'facility'> {
  readonly plant: Pick<RegisterPlace['plant'], 'latest'>
}

type Held = CurrentInventory['substances'][number] & {
  /** What the standard counts of it: its forms apart where they are known to be. */
  readonly counted: readonly Stored[]
}

/**
 * What a source holds now, by the latest readings of the inventories of its areas; null where there are none. A
 * substance of which one tank has no value counts at design maximum, as does one that no tank measures.
 */
export function currentInventory(
  place: InventoryPlace,
  { areas, substances, people500m }: MajorSource,
): (CurrentInventory & { readonly grade: Grade | null }) | null {
  const measured = measuredTanks(place, areas)
  if (measured.length === 0) return null
  const tanks = Map.groupBy([...measured, ...otherTanks(place, areas)], ({ substance }) => substance.cas)
  const designed = Map.groupBy(substances, ({ cas }) => cas)
  const held = [...new Set([...designed.keys(), ...tanks.keys()])].map((cas): Held => {
    const [design = [], own = []] = [designed.get(cas), tanks.get(cas)]
    const each = own.map(({ tonnes }) => tonnes)
    const isMeasured = own.length > 0 && !each.includes(undefined)
    const most = sum(design.map(({ tonnes }) => tonnes))
    const there = sum(each)
    const tonnes = isMeasured ? there : Math.max(most, there)
    const kinds = design.length > 0 ? design : own.map(({ substance }) => substance)
    return {
      cas,
      name: kinds[0]?.name ?? null,
      tonnes,
      isMeasured,
      counted: !isMeasured && there <= most ? design : [{ ...worstOf(kinds), cas, tonnes }],
    }
  })
  // What is neither listed nor has a category is no danger that the standard counts.
  const counted = held.flatMap((substance) => substance.counted.filter((kind) => criterionOf(kind)))
  const { S, R, grade } = assess(counted, people500m)
  const coverage = held.filter(({ isMeasured }) => isMeasured).length / held.length
  return { S, R, grade, coverage, substances: held.map(({ counted: _, ...substance }) => substance) }
}

type Kind = Pick<Stored, 'cas' | 'category' | 'form'>

/** Of several forms or categories of a substance the one that a tonne is the most of. */
function worstOf(kinds: readonly Kind[]): Omit<Kind, 'cas'> {
  const weightOf = (kind: Kind) => {
    const criterion = criterionOf(kind)
    return criterion === undefined ? 0 : criterion.beta / criterion.tonnes
  }
  const [worst] = kinds.toSorted((a, b) => weightOf(b) - weightOf(a))
  const { category, form } = worst ?? {}
  return { ...(category && { category }), ...(form && { form }) }
}

interface HeldTank {
  readonly substance: TankSubstance
  /** Undefined: it has no inventory, or none that has a value. */
  readonly tonnes: number | undefined
}

/** Those with inventories there. One with several holds what the greatest of them says, and not their sum. */
function measuredTanks({ facility, plant }: InventoryPlace, areas: readonly string[]): HeldTank[] {
  const inventories = inventoriesOf(facility).filter(({ area }) => areas.includes(area))
  return [...Map.groupBy(inventories, tankOf)].flatMap(([tank, sensors]): HeldTank[] => {
    const substance = facility.tanks.get(tank)?.substance
    const known = sensors.flatMap((sensor) => tonnesOf(sensor, plant) ?? [])
    const tonnes = known.length === 0 ? undefined : Math.max(...known)
    return substance === undefined ? [] : [{ substance, tonnes }]
  })
}

/** Those that stand there without any inventory: the measured ones do not speak for them. */
function otherTanks({ facility }: InventoryPlace, areas: readonly string[]): HeldTank[] {
  const measured = new Set(inventoriesOf(facility).map(tankOf))
  return [...facility.tanks.values()].flatMap(({ id, area, substance }): HeldTank[] =>
    area === undefined || !areas.includes(area) || substance === undefined || measured.has(id)
      ? []
      : [{ substance, tonnes: undefined }],
  )
}

function inventoriesOf({ derived }: InventoryPlace['facility']): readonly DerivedSensor[] {
  return derived.filter(({ compute }) => compute === INVENTORY)
}

function tankOf({ request }: DerivedSensor): string {
  return request.file.tank ?? ''
}

function tonnesOf({ id, unit }: DerivedSensor, plant: InventoryPlace['plant']): number | undefined {
  const reading = plant.latest(id)
  if (reading?.value === undefined || reading.quality === 'bad') return undefined
  const tonnes = convert(reading.value, unit, 't')
  return tonnes === undefined ? undefined : Math.max(0, tonnes)
}

function sum(values: readonly (number | undefined)[]): number {
  return values.reduce<number>((total, value) => total + (value ?? 0), 0)
}

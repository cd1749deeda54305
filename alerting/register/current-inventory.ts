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

type Held = Omit<CurrentInventory['substances'][number], 'name'> & {
  readonly name: string | null
  readonly kind: Pick<Stored, 'category' | 'form'>
}

/**
 * What a source holds now, by the latest readings of the inventories of its areas; null where there are none. A
 * substance of which one tank has no value counts at design maximum, as does one that no tank measures.
 */
export function currentInventory(
  place: InventoryPlace,
  { areas, substances, people500m }: MajorSource,
): (CurrentInventory & { readonly grade: Grade | null }) | null {
  const tanks = measuredTanks(place, areas)
  if (tanks.size === 0) return null
  const designed = Map.groupBy(substances, ({ cas }) => cas)
  const held = [...new Set([...designed.keys(), ...tanks.keys()])].map((cas): Held => {
    const [design = [], own = []] = [designed.get(cas), tanks.get(cas)]
    const measured = own.map(({ tonnes }) => tonnes)
    const isMeasured = own.length > 0 && !measured.includes(undefined)
    const most = sum(design.map(({ tonnes }) => tonnes))
    const there = sum(measured)
    const { name, category, form } = design[0] ?? own[0]?.substance ?? {}
    return {
      cas,
      name: name ?? null,
      tonnes: isMeasured ? there : Math.max(most, there),
      isMeasured,
      kind: { ...(category && { category }), ...(form && { form }) },
    }
  })
  // What is neither listed nor has a category is no danger that the standard counts.
  const counted = held.filter(({ cas, kind }) => criterionOf({ cas, ...kind }) !== undefined)
  const { S, R, grade } = assess(
    counted.map(({ cas, tonnes, kind }) => ({ cas, tonnes, ...kind })),
    people500m,
  )
  const coverage = held.filter(({ isMeasured }) => isMeasured).length / held.length
  return { S, R, grade, coverage, substances: held.map(({ kind: _, ...substance }) => substance) }
}

interface MeasuredTank {
  readonly substance: TankSubstance
  /** Undefined: its inventory has no value. */
  readonly tonnes: number | undefined
}

/** Key: CAS number. */
function measuredTanks(
  { facility, plant }: InventoryPlace,
  areas: readonly string[],
): Map<string, MeasuredTank[]> {
  const measured = facility.derived
    .filter(({ compute, area }) => compute === INVENTORY && areas.includes(area))
    .flatMap((sensor): MeasuredTank[] => {
      const substance = facility.tanks.get(sensor.request.file.tank ?? '')?.substance
      return substance === undefined ? [] : [{ substance, tonnes: tonnesOf(sensor, plant) }]
    })
  return Map.groupBy(measured, ({ substance }) => substance.cas)
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

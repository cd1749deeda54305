import { liveState, priorityOf, shownState } from '../../alarm-record.ts'
import type { RegisterPlace } from '../context.ts'
import { alarmColour, type MappedAlarm, type MappedIntensity, type MappedInventory } from './colour-table.ts'

/** What instruments of seismic intensity call what they measure. */
const INTENSITIES: readonly string[] = ['intensity', 'jma', 'gbt17742', 'jma-intensity']

/** What a plant says of itself now, by its areas. */
export interface LiveEvidence {
  /** Key: area id. Those that colour nothing are left out. */
  readonly alarms: ReadonlyMap<string, readonly MappedAlarm[]>
  /** Key: area id; what belongs to no area has the empty one. */
  readonly inventories: ReadonlyMap<string, readonly MappedInventory[]>
  /** An earthquake is everywhere in a plant. */
  readonly intensities: readonly MappedIntensity[]
}

/** Major-hazard sources of a facility, with the area each stands in. */
export type InventoryPort = (
  place: RegisterPlace,
) => readonly (MappedInventory & { readonly area?: string | undefined })[]

export function liveEvidence(place: RegisterPlace, inventories: InventoryPort): LiveEvidence {
  return {
    alarms: standingAlarms(place),
    inventories: Map.groupBy(inventories(place), ({ area }) => area ?? ''),
    intensities: intensitiesOf(place),
  }
}

function standingAlarms({ alarms }: RegisterPlace): Map<string, MappedAlarm[]> {
  const standing = new Map<string, MappedAlarm[]>()
  for (const { config, sensor, record } of alarms.entries()) {
    const shown = shownState(record)
    // Who shelves an alarm has heard of it; the danger is there all the same.
    const state = shown === 'SHLVD' ? liveState(record) : shown
    if (state === 'NORM') continue
    const { lifeSafety } = config.class
    const alarm = { id: config.id, state, priority: priorityOf(config, record), lifeSafety }
    if (alarmColour(alarm) === 'grey') continue
    const others = standing.get(sensor.area)
    if (others === undefined) standing.set(sensor.area, [alarm])
    else others.push(alarm)
  }
  return standing
}

/** A reading that is no measurement says nothing; alarms of its quality do. */
function intensitiesOf({ facility, plant }: RegisterPlace): MappedIntensity[] {
  const intensities: MappedIntensity[] = []
  for (const { id, kind, quantity } of facility.sensors.values()) {
    if (kind !== 'seismic' || !INTENSITIES.includes(quantity.toLowerCase())) continue
    const reading = plant.latest(id)
    if (reading?.value === undefined || reading.quality === 'bad') continue
    intensities.push({ sensor: id, value: reading.value })
  }
  return intensities
}

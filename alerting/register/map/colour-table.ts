import { type AlarmState, isActive, isAnnunciated } from '../../../contracts/alarm.ts'
import type { Priority } from '../../../contracts/facility-words.ts'
import type { CurrentInventory } from '../../../contracts/register/inventory-api.ts'
import { MAP_COLOURS, type MapColour, type MapReason } from '../../../contracts/register/map-api.ts'
import type { HazardGrade, RiskColour } from '../../../contracts/register/words.ts'

/** Reasons that a feature names. */
const MOST_REASONS = 20

/** Hazards that are open and alike. */
export interface OpenHazards {
  readonly grade: HazardGrade
  /** Null before they are assessed. */
  readonly colour: RiskColour | null
  readonly isOverdue: boolean
  readonly count: number
}

export interface MappedAlarm {
  readonly id: string
  /** The state shown. */
  readonly state: AlarmState
  readonly priority: Priority
  readonly lifeSafety: boolean
}

/** A major-hazard source by GB 18218-2018. */
export interface MappedInventory {
  readonly id: string
  /** At design maximum, as the legal grade goes by it. */
  readonly R: number
  /** 1 is the highest; null: what is stored makes no major-hazard installation. */
  readonly grade: 1 | 2 | 3 | 4 | null
  /** What it holds now; null where nothing measures it. */
  readonly current: CurrentInventory | null
}

export interface MappedIntensity {
  readonly sensor: string
  /** Of the scale of the instrument. */
  readonly value: number
}

/** All that may colour a place. */
export interface PlaceEvidence {
  readonly hazards: readonly OpenHazards[]
  readonly alarms: readonly MappedAlarm[]
  readonly inventories: readonly MappedInventory[]
  readonly intensities: readonly MappedIntensity[]
}

/** Once a hazard is overdue, it is no milder than this. */
const OVERDUE: Readonly<Record<HazardGrade, MapColour>> = { general: 'yellow', major: 'red' }
/** Nor than this in time. What is not assessed has this alone. */
const AT_LEAST: Readonly<Record<HazardGrade, MapColour>> = { general: 'blue', major: 'orange' }

export function hazardColour({ grade, colour, isOverdue }: OpenHazards): MapColour {
  return worst([AT_LEAST[grade], colour ?? 'grey', isOverdue ? OVERDUE[grade] : 'grey'])
}

const OF_PRIORITY: Readonly<Record<Priority, MapColour>> = {
  low: 'blue',
  medium: 'yellow',
  high: 'orange',
  critical: 'red',
}

/** Active: by priority, those of life safety red. Returned or latched: one step milder. Set aside or normal: grey. */
export function alarmColour({ state, priority, lifeSafety }: MappedAlarm): MapColour {
  if (!isAnnunciated(state)) return 'grey'
  const active = lifeSafety ? 'red' : OF_PRIORITY[priority]
  return isActive(state) ? active : milder(active)
}

const OF_GRADE = { 1: 'red', 2: 'orange', 3: 'yellow', 4: 'blue' } as const satisfies Record<
  number,
  MapColour
>

export function inventoryColour({ grade }: MappedInventory): MapColour {
  return grade === null ? 'grey' : OF_GRADE[grade]
}

/** Least intensity of each colour: felt; things fall; damage; heavy damage. */
const INTENSITIES = [
  { from: 7, colour: 'red' },
  { from: 6, colour: 'orange' },
  { from: 5, colour: 'yellow' },
  { from: 4, colour: 'blue' },
] as const satisfies readonly { from: number; colour: MapColour }[]

export function intensityColour({ value }: MappedIntensity): MapColour {
  return INTENSITIES.find(({ from }) => value >= from)?.colour ?? 'grey'
}

/** The colour of a place, and why; what is grey is no reason. */
export function colourOf(evidence: PlaceEvidence): { colour: MapColour; why: MapReason[] } {
  const { hazards, alarms, inventories, intensities } = evidence
  const reasons: MapReason[] = [
    ...alarms.map((alarm) => ({
      cause: 'alarm' as const,
      colour: alarmColour(alarm),
      text: `${alarm.id} ${alarm.priority}, ${alarm.state}`,
    })),
    ...hazards.map((hazard) => ({
      cause: 'hazard' as const,
      colour: hazardColour(hazard),
      text: textOf(hazard),
    })),
    ...inventories.map((source) => ({
      cause: 'inventory' as const,
      colour: inventoryColour(source),
      text: inventoryText(source),
    })),
    ...intensities.map((intensity) => ({
      cause: 'intensity' as const,
      colour: intensityColour(intensity),
      text: `${intensity.sensor}: intensity ${intensity.value.toFixed(1)}`,
    })),
  ].filter(({ colour }) => colour !== 'grey')
  return { colour: worst(reasons.map(({ colour }) => colour)), why: worstFirst(reasons) }
}

/** Grey of nothing. */
export function worst(colours: readonly MapColour[]): MapColour {
  return MAP_COLOURS[Math.max(0, ...colours.map((colour) => MAP_COLOURS.indexOf(colour)))] ?? 'grey'
}

export function worstFirst(reasons: readonly MapReason[]): MapReason[] {
  const rank = ({ colour }: MapReason) => MAP_COLOURS.indexOf(colour)
  return [...reasons].sort((a, b) => rank(b) - rank(a)).slice(0, MOST_REASONS)
}

function milder(colour: MapColour): MapColour {
  return MAP_COLOURS[Math.max(1, MAP_COLOURS.indexOf(colour) - 1)] ?? 'blue'
}

function inventoryText({ id, R, grade, current }: MappedInventory): string {
  const now = current === null ? '' : `; now R ${current.R.toFixed(1)}`
  return `${id}: R ${R.toFixed(1)} at design maximum, grade ${grade ?? 'none'}${now}`
}

function textOf({ grade, colour, isOverdue, count }: OpenHazards): string {
  const risk = colour === null ? 'not assessed' : `risk ${colour}`
  return `${count} ${grade} ${count === 1 ? 'hazard' : 'hazards'}, ${risk}${isOverdue ? ', overdue' : ''}`
}

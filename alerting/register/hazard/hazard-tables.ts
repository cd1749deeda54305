import type { Generated, Insertable, Selectable } from 'kysely'
import type {
  HazardGrade,
  HazardKind,
  HazardSource,
  HazardStatus,
  RiskColour,
} from '../../../contracts/register/words.ts'

/** Times in epoch ms; booleans are 0 or 1. */
export interface HazardTables {
  hazard: {
    number: Generated<number>
    facility: string
    /** Nodes of the region tree that the plant stood in when it changed last, each with its whole path. */
    city: string | null
    county: string | null
    town: string | null
    grid: string | null
    area: string | null
    source: HazardSource
    rule: string | null
    /** What it came of: one open hazard of a facility has it. Null: it came of nothing that can come again. */
    cause: string | null
    sensor: string | null
    alarm: string | null
    title: string
    description: string
    /** Tokens of title and description. */
    search: string
    kind: HazardKind
    grade: HazardGrade
    colour: RiskColour | null
    status: HazardStatus
    is_open: number
    is_supervised: number
    version: number
    found: number
    deadline: number | null
    responsible: string | null
    closed: number | null
    reopens: number | null
    reopened_as: number | null
    occurrences: number
    updated: number
    /** JSON of {@link HazardBody}: what nobody searches by. */
    body: string
  }
  /** Occurrences of alarms that belong to a hazard. */
  hazard_occurrence: {
    facility: string
    occurrence: string
    number: number
    alarm: string
    time: number
  }
}

export type HazardRow = Selectable<HazardTables['hazard']>
export type NewHazardRow = Insertable<HazardTables['hazard']>

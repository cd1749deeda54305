import type { Generated } from 'kysely'
import type { HazardGrade, HazardKind, HazardSource } from '../../../contracts/register/words.ts'

/** What hazards of one cell have in common. */
interface Cell {
  /** Of the calendar of the facility, in which they were found: 2026-11. */
  month: string
  grade: HazardGrade
  kind: HazardKind
  source: HazardSource
}

/** What is counted of them. */
interface Counts {
  identified: number
  closed: number
  closed_on_time: number
  /** From found to closed, of all that are closed, s. */
  seconds: number
}

/** Counts of hazards, kept up with every change of one. */
export interface FigureTables {
  /** Sums for every node of the region tree down to towns; the top has the empty path. */
  hazard_tally: Cell & Counts & { node: string; parent: string }
  /** What has changed since it was added in there: rows are only ever added, so that nobody waits for another. */
  hazard_tally_change: Cell & Counts & { id: Generated<number>; node: string }
}

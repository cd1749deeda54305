import type { LocatedProblem } from '../config-error.ts'
import type { Problem } from '../config-problems.ts'
import type { FacilityFile } from '../facility-schema.ts'
import type { ReviewedSensor } from './reviewed-sensor.ts'

/** A refusal fails `check`; advice is said and no more. A server starts with either. */
export const LEVELS = ['refusal', 'advice'] as const
export type Level = (typeof LEVELS)[number]

/** One thing that is looked at: a row of docs/reference/checks.md. */
export interface Rule {
  /** What the finding is called, and counted by. */
  readonly id: string
  readonly level: Level
  /** Where it comes from. */
  readonly clause: string
  /** What has to be so. */
  readonly demands: string
  /** What a person does about it. */
  readonly remedy: string
}

/** A rule about one sensor and its alarms. */
export interface SensorRule extends Rule {
  find(sensor: ReviewedSensor): Iterable<Problem>
}

/** A rule about a facility as a whole. */
export interface FacilityRule extends Rule {
  /** `origin` is the path of the facility file. */
  find(file: FacilityFile, origin: string): Iterable<Problem>
}

/** What a rule has found, where it was written. */
export interface Finding extends LocatedProblem, Pick<Rule, 'level' | 'clause' | 'remedy'> {
  readonly rule: string
  /** So many sensors have it from there: more than one when it stands in a template. */
  readonly sensors: number
}

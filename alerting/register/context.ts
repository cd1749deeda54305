import type { Logger } from '../../contracts/logger.ts'
import type { StepView } from '../../contracts/register/hazard-api.ts'
import type { HazardGrade, HazardKind, HazardSource, Subject } from '../../contracts/register/words.ts'
import type { FacilityPort } from '../api/ports.ts'
import type { HazardRow } from './hazard/hazard-tables.ts'
import type { RegisterDb, RegisterTrx } from './store/tables.ts'

/** A facility that this server evaluates, as the register needs it. */
export interface RegisterPlace extends Pick<FacilityPort, 'facility' | 'plant' | 'roster' | 'detectors'> {
  readonly alarms: Pick<FacilityPort['alarms'], 'view' | 'entries' | 'config' | 'tests'> & {
    /** A sensor of the system about itself. */
    report?(sensor: string, value: number): Promise<void>
  }
}

/** Something that was done, on its way into history and journal. */
export interface NewStep {
  readonly subject: Subject
  readonly number: number
  readonly facility: string
  /** Epoch ms. */
  readonly time: number
  readonly by: string
  /** From where, with sign-in. */
  readonly address?: string | undefined
  readonly event: string
  readonly from: string | null
  readonly to: string | null
  readonly detail: Readonly<Record<string, unknown>>
}

/** The history of everything in the register. */
export interface Steps {
  /** Within the transaction of what was done. */
  add(trx: RegisterTrx, step: NewStep): Promise<void>
  /**
   * After the transaction: what waits is entered into the journals. Resolves when it stands there, or when that takes
   * too long: it is entered later then.
   */
  entered(): Promise<void>
  /** Oldest first. */
  of(subject: Subject, number: number, timezone: string): Promise<StepView[]>
}

/** Something that somebody, or a rule, found. */
export interface HazardFinding {
  readonly facility: string
  readonly source: HazardSource
  readonly rule?: string
  /** What it came of, such as `alarm:GT-101.HH`: while a hazard of the same cause is open, this belongs to it. */
  readonly cause?: string
  readonly area?: string | undefined
  readonly sensor?: string | undefined
  /** While it stands active the hazard cannot be closed. */
  readonly alarm?: string | undefined
  readonly occurrence?: { readonly id: string; readonly alarm: string; readonly time: number }
  readonly title: string
  readonly description: string
  readonly kind: HazardKind
  readonly grade: HazardGrade
  /** Epoch ms. */
  readonly found: number
  /** The person; or the rule. */
  readonly by: string
  readonly address?: string | undefined
  /** Kept with the step, such as the round and item of an inspection. */
  readonly detail?: Readonly<Record<string, unknown>>
}

/** Makes hazards of findings. */
export interface HazardOpener {
  /** Within the transaction of its caller. `isNew`: false when it was added to one that is open. */
  open(trx: RegisterTrx, finding: HazardFinding): Promise<{ number: number; isNew: boolean }>
}

/** What follows every change of a hazard, in its transaction. `before` is null for a new one. */
export type HazardFollower = (
  trx: RegisterTrx,
  change: { readonly before: HazardRow | null; readonly after: HazardRow },
) => Promise<void>

/** What every part of the register works with. */
export interface RegisterContext {
  readonly db: RegisterDb
  readonly dialect: 'sqlite' | 'postgresql'
  /** Those that this server evaluates; of others it reads only. Key: facility id. */
  readonly places: () => ReadonlyMap<string, RegisterPlace>
  readonly steps: Steps
  readonly hazards: HazardOpener
  /** Epoch ms. */
  readonly now: () => number
  readonly random: (bytes: number) => Buffer
  readonly logger: Logger
}

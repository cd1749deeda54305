import type { ReportActor } from './report-lifecycle.ts'

/** Who asks, as the route knows them. */
export interface ReportReader extends ReportActor {
  /** From where, with sign-in. */
  readonly address?: string
  /** Of what they may not see they do not hear whether it is there. @throws CodedError OUT_OF_SCOPE */
  readonly refuse: (facility: string) => void
}

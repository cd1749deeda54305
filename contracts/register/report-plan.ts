import { ms, optional } from '../resolve-parts.ts'
import type { ReportsFile } from './report-schema.ts'
import type { AccidentGrade } from './report-words.ts'

/** How much the reporter of what turns out to be so is paid; CNY. */
export interface RewardRules {
  /** Of the fine. */
  readonly percent: number
  readonly minimum: number
  /** Whatever the rest comes to. */
  readonly maximum: number
  /** What somebody who works in the plant gets on top. */
  readonly employeePercent: number
  /** For each death that was concealed, by the grade of the accident. */
  readonly perDeath: Readonly<Record<AccidentGrade, number>>
}

/** What public reports to a facility go by. Durations in ms. */
export interface ReportPlan {
  readonly isOpen: boolean
  /** Of the plant, as the public knows it. Default: its name. */
  readonly title?: string
  readonly hotline: string
  /** Relative to the facility file. */
  readonly keyFile?: string
  readonly previousKeyFiles: readonly string[]
  readonly perAddress: { readonly count: number; readonly perMs: number }
  readonly perDay: number
  readonly proofBits: number
  /** A contact is deleted so long after its report was closed. */
  readonly contactForMs: number
  readonly reward: RewardRules
}

export function resolveReports({
  open,
  title,
  keyFile,
  perAddress,
  contactFor,
  ...file
}: ReportsFile): ReportPlan {
  return {
    ...file,
    isOpen: open,
    perAddress: { count: perAddress.count, perMs: ms(perAddress.per) },
    contactForMs: ms(contactFor),
    ...optional('title', title),
    ...optional('keyFile', keyFile),
  }
}

import type { NewAbsence } from './notify-api-client.ts'
import { plantTimeIso } from './plant-time.ts'
import type { TextKey } from './texts.ts'

/** An absence as the form has it; times as inputs give them, in the time of the plant. */
export interface AskedAbsence {
  person: string
  from: string
  to: string
  substitute: string
  reason: string
}

/** What is wrong with each field. */
export type AbsenceProblems = { [K in keyof AskedAbsence]?: TextKey | undefined }

/** In the order of the form; empty when it can be sent. */
export function absenceProblems(asked: AskedAbsence, timezone: string): AbsenceProblems {
  const problems: AbsenceProblems = {}
  const [from, to] = [plantTimeIso(asked.from, timezone), plantTimeIso(asked.to, timezone)]
  const person = asked.person.trim()
  if (person === '') problems.person = 'needAbsent'
  if (from === undefined) problems.from = 'needTime'
  if (to === undefined) problems.to = 'needTime'
  else if (from !== undefined && Date.parse(to) <= Date.parse(from)) problems.to = 'needLater'
  if (person !== '' && asked.substitute.trim() === person) problems.substitute = 'needOther'
  if (asked.reason.trim() === '') problems.reason = 'needAbsenceReason'
  return problems
}

/** As the API takes it; only of what {@link absenceProblems} finds nothing wrong with. */
export function absenceOf(asked: AskedAbsence, timezone: string): NewAbsence {
  const substitute = asked.substitute.trim()
  return {
    person: asked.person.trim(),
    from: plantTimeIso(asked.from, timezone) ?? '',
    to: plantTimeIso(asked.to, timezone) ?? '',
    ...(substitute === '' ? {} : { substitute }),
    reason: asked.reason.trim(),
  }
}

import { RESPONSE_FORM_TEXTS } from './response/forms.ts'
import { INCIDENT_TEXTS } from './response/incidents.ts'
import { INSPECTION_TEXTS } from './response/inspections.ts'
import { REPORT_TEXTS } from './response/reports.ts'

export {
  CLOCK_STATE_TEXTS,
  INCIDENT_ACTION_TEXTS,
  INCIDENT_KIND_TEXTS,
  INCIDENT_STATUS_TEXTS,
  LEVEL_TEXTS,
  LEVEL_WORDS,
  TEAM_ACTION_TEXTS,
  TEAM_KIND_TEXTS,
} from './response/incident-words.ts'
export {
  APPOINTMENT_TEXTS,
  DUE_TEXTS,
  INSPECTION_KIND_TEXTS,
  POST_TEXTS,
  RESULT_SIGNS,
  RESULT_TEXTS,
  ROUND_STATE_TEXTS,
  SOURCE_KIND_TEXTS,
} from './response/inspection-words.ts'
export {
  ACCIDENT_TEXTS,
  REPORT_ACTION_TEXTS,
  REPORT_STATE_TEXTS,
  REWARD_TEXTS,
} from './response/report-words.ts'
export { HISTORY_STATE_TEXTS, RESPONSE_EVENT_TEXTS } from './response/step-words.ts'

/** What the pages of inspections, incidents, public reports and exports say; it is loaded with them. */
export const RESPONSE_TEXTS = {
  ...RESPONSE_FORM_TEXTS,
  ...INSPECTION_TEXTS,
  ...INCIDENT_TEXTS,
  ...REPORT_TEXTS,
} as const

export type ResponseTextKey = keyof typeof RESPONSE_TEXTS

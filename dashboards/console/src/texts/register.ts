import { HAZARD_FORM_TEXTS } from './register/actions.ts'
import { REGION_TEXTS } from './register/figures.ts'
import { HAZARD_TEXTS } from './register/hazard.ts'
import { LIST_TEXTS } from './register/list.ts'
import { MAP_TEXTS } from './register/map.ts'

export { CAUSE_TEXTS } from './register/map.ts'
export {
  COLOUR_LETTERS,
  COLOUR_TEXTS,
  GRADE_TEXTS,
  HAZARD_ACTION_TEXTS,
  HAZARD_EVENT_TEXTS,
  KIND_TEXTS,
  SOURCE_TEXTS,
  STATUS_CHOICE_TEXTS,
  STATUS_TEXTS,
} from './register/words.ts'

/** What the pages of the register say; it is loaded with them. */
export const REGISTER_TEXTS = {
  ...LIST_TEXTS,
  ...HAZARD_TEXTS,
  ...HAZARD_FORM_TEXTS,
  ...REGION_TEXTS,
  ...MAP_TEXTS,
} as const

export type RegisterTextKey = keyof typeof REGISTER_TEXTS

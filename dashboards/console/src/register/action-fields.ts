import type { HazardDetail, HazardView, Transition } from '../../../../contracts/register/hazard-api.ts'
import type { HazardAction } from '../../../../contracts/register/words.ts'
import type { RegisterTextKey } from '../texts/register.ts'
import { nextOf } from './status-next.ts'

/** Fields of the forms, as the API names them. */
export type FieldName = Exclude<keyof Transition, 'action' | 'version' | 'by'>

export interface ActionField {
  readonly name: FieldName
  readonly input: 'line' | 'text' | 'number' | 'time' | 'check' | 'kind' | 'grade' | 'area' | 'risk'
  readonly label: RegisterTextKey
  readonly hint?: RegisterTextKey
  readonly isNeeded: boolean
  readonly maxLength?: number
}

const COMMENT: ActionField = { name: 'comment', input: 'text', label: 'comment', isNeeded: false }
const REASON: ActionField = { name: 'reason', input: 'text', label: 'reason', isNeeded: true }

/** What each action asks for. */
const FIELDS: Readonly<Record<HazardAction, readonly ActionField[]>> = {
  register: [
    { name: 'area', input: 'area', label: 'areaName', isNeeded: false },
    { name: 'kind', input: 'kind', label: 'kind', isNeeded: true },
    COMMENT,
  ],
  assess: [
    { name: 'likelihood', input: 'risk', label: 'risk', isNeeded: true },
    { name: 'grade', input: 'grade', label: 'grade', isNeeded: true },
    { name: 'kind', input: 'kind', label: 'kind', isNeeded: true },
    { name: 'needsShutdown', input: 'check', label: 'shutdown', isNeeded: false },
    COMMENT,
  ],
  assign: [
    { name: 'measures', input: 'text', label: 'measures', isNeeded: true },
    {
      name: 'responsible',
      input: 'line',
      label: 'responsible',
      hint: 'responsibleHint',
      isNeeded: true,
      maxLength: 64,
    },
    { name: 'funds', input: 'number', label: 'funds', isNeeded: true },
    { name: 'deadline', input: 'time', label: 'deadline', isNeeded: true },
    { name: 'contingency', input: 'text', label: 'contingency', isNeeded: true },
  ],
  'approve-plan': [COMMENT],
  start: [COMMENT],
  'request-extension': [{ name: 'until', input: 'time', label: 'until', isNeeded: true }, REASON],
  'approve-extension': [COMMENT],
  'refuse-extension': [REASON],
  rectify: [{ name: 'evidence', input: 'text', label: 'evidence', hint: 'evidenceHint', isNeeded: true }],
  verify: [COMMENT],
  reject: [REASON],
  close: [COMMENT],
  reopen: [REASON],
  supervise: [
    { name: 'authority', input: 'line', label: 'authority', isNeeded: true, maxLength: 200 },
    COMMENT,
  ],
  'end-supervision': [REASON],
  comment: [{ ...COMMENT, label: 'commentNeeded', isNeeded: true }],
}

const MAJOR: readonly ActionField[] = [
  { name: 'leader', input: 'line', label: 'leader', hint: 'leaderHint', isNeeded: true, maxLength: 64 },
  { name: 'plan', input: 'text', label: 'plan', hint: 'planHint', isNeeded: true, maxLength: 10_000 },
]

/** Exactly what the action takes of this hazard. */
export function fieldsOf(action: HazardAction, { grade }: Pick<HazardView, 'grade'>): readonly ActionField[] {
  const isPlanned = action === 'assign' && grade === 'major'
  return isPlanned ? [...FIELDS.assign, ...MAJOR] : FIELDS[action]
}

/** In the order in which they are offered; `leads`: the first brings the hazard on. */
export function offered(hazard: Pick<HazardDetail, 'status' | 'grade' | 'plan' | 'extension' | 'actions'>): {
  actions: HazardAction[]
  leads: boolean
} {
  const { actions } = hazard
  const leading = [nextOf(hazard), nextOf({ ...hazard, extension: null })].find((next) =>
    actions.includes(next),
  )
  // A hazard that is closed is done: nothing has to follow.
  if (leading === undefined || hazard.status === 'closed') return { actions: [...actions], leads: false }
  return { actions: [leading, ...actions.filter((action) => action !== leading)], leads: true }
}

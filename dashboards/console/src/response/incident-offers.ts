import type { IncidentDetail, PlanView } from '../../../../contracts/register/incident-api.ts'
import {
  GRAVE_LEVEL,
  INCIDENT_LEVELS,
  type IncidentAction,
} from '../../../../contracts/register/incident-words.ts'
import { INCIDENT_ACTION_TEXTS, LEVEL_TEXTS, TEAM_KIND_TEXTS } from '../texts/response.ts'
import type { FormField } from './form-field.ts'
import type { Offer } from './offer.ts'
import type { ResponseWords } from './response-words.ts'

/** What brings it on, from open to closed. */
const ON: readonly IncidentAction[] = ['respond', 'contain', 'close']

/** What may be done, with what each asks for; what brings it on comes first. */
export function incidentOffers(
  incident: Pick<IncidentDetail, 'actions' | 'level' | 'clocks'>,
  plans: readonly Pick<PlanView, 'id' | 'name'>[],
  words: ResponseWords,
): { offers: Offer[]; leads: boolean } {
  const leading = ON.find((action) => incident.actions.includes(action))
  const rest = incident.actions.filter((action) => action !== leading)
  const actions = leading === undefined ? rest : [leading, ...rest]
  return {
    offers: actions.map((action) => ({
      name: action,
      text: words.of(INCIDENT_ACTION_TEXTS[action]),
      fields: fieldsOf(action, incident, plans, words),
    })),
    leads: leading !== undefined,
  }
}

function fieldsOf(
  action: IncidentAction,
  { level, clocks }: Pick<IncidentDetail, 'level' | 'clocks'>,
  plans: readonly Pick<PlanView, 'id' | 'name'>[],
  words: ResponseWords,
): readonly FormField[] {
  const reason: FormField = { name: 'reason', label: words.text('reason'), input: 'text', isNeeded: true }
  const comment: FormField = { name: 'comment', label: words.text('comment'), input: 'text' }
  switch (action) {
    case 'respond':
    case 'contain':
      return [comment]
    case 'close': {
      const isGrave = level <= GRAVE_LEVEL
      const hint = isGrave ? words.text('reviewHint') : undefined
      return [
        {
          name: 'review',
          label: words.text('review'),
          input: 'text',
          isNeeded: isGrave,
          maxLength: 10_000,
          hint,
        },
        comment,
      ]
    }
    case 'command':
      return [
        { name: 'commander', label: words.text('commander'), input: 'line', isNeeded: true, maxLength: 64 },
      ]
    case 'set-level':
      return [
        {
          name: 'level',
          label: words.text('level'),
          input: 'choice',
          value: String(level),
          choices: INCIDENT_LEVELS.map((known) => ({
            value: String(known),
            text: words.of(LEVEL_TEXTS[known]),
          })),
        },
        reason,
      ]
    case 'choose-plan':
      return [
        {
          name: 'plan',
          label: words.text('emergencyPlan'),
          input: 'choice',
          isNeeded: true,
          choices: plans.map(({ id, name }) => ({ value: id, text: name })),
        },
      ]
    case 'waive-clock':
      return [
        {
          name: 'clock',
          label: words.text('clock'),
          input: 'choice',
          isNeeded: true,
          choices: clocks
            .filter(({ state }) => state === 'running')
            .map(({ kind }) => ({ value: kind, text: words.of(TEAM_KIND_TEXTS[kind]) })),
        },
        reason,
      ]
    case 'resume':
    case 'false-alarm':
    case 'reopen':
      return [reason]
  }
}

/** As the request has it: a level is a number there. */
export function transitionOf(
  action: string,
  version: number,
  said: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const level = typeof said.level === 'string' ? { level: Number(said.level) } : {}
  return { action, version, ...said, ...level }
}

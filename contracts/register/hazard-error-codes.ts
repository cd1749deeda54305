import type { ErrorRow } from '../error-row.ts'

/** Codes of the register of hazards. Key: as in {@link ERROR_GROUPS}. */
export const HAZARD_ERROR_GROUPS = {
  'The hazard register': {
    HAZARD_UNKNOWN: {
      status: 404,
      duty: 'refused',
      remedy: 'GET /api/v1/hazards lists those of the facilities that you may see.',
    },
    HAZARD_TRANSITION_ILLEGAL: {
      status: 409,
      duty: 'refused',
      remedy:
        'The hazard does not stand where this step begins: docs/reference/hazard-lifecycle.md has the table.',
    },
    HAZARD_CHANGED: {
      status: 409,
      duty: 'refused',
      remedy:
        'Somebody else has changed it meanwhile: look at it as it is now, and do it again if it still fits.',
    },
    HAZARD_SAME_PERSON: {
      status: 403,
      duty: 'refused',
      remedy: 'It takes another person: nobody judges what they did or answer for themselves.',
    },
    HAZARD_NOT_YOURS: {
      status: 403,
      duty: 'refused',
      remedy: 'It is for the responsible person of the hazard, or for an engineer.',
    },
    HAZARD_ROLE_REQUIRED: {
      status: 403,
      duty: 'refused',
      remedy:
        'Ask somebody with the role that the message names: docs/reference/hazard-lifecycle.md has the table.',
    },
    HAZARD_INCOMPLETE: {
      status: 422,
      duty: 'refused',
      remedy: 'Give what the message names: the step needs it.',
    },
    HAZARD_DEADLINE: {
      status: 422,
      duty: 'refused',
      remedy: 'The deadline lies in the past, or later than register.deadline allows for its grade.',
    },
    HAZARD_PLAN_UNAPPROVED: {
      status: 409,
      duty: 'refused',
      remedy: 'A major hazard needs a named leader and a plan that another person has approved.',
    },
    HAZARD_CAUSE_STANDS: {
      status: 409,
      duty: 'refused',
      remedy:
        'What the hazard came of is still there: put it right, and wait until its alarm has returned to normal.',
    },
    HAZARD_SUPERVISED: {
      status: 409,
      duty: 'refused',
      remedy: 'It is listed for supervision: the authority ends that before it is closed.',
    },
    HAZARD_RISK_INVALID: {
      status: 422,
      duty: 'refused',
      remedy: 'Use the scales of the method that register.risk names: docs/hazards.md lists them.',
    },
  },
} as const satisfies Record<string, Record<string, ErrorRow>>

import type { ErrorRow } from '../error-row.ts'

/** Codes of incidents and response. Key: as in {@link ERROR_GROUPS}. */
export const INCIDENT_ERROR_GROUPS = {
  'Incidents and response': {
    INCIDENT_UNKNOWN: {
      status: 404,
      duty: 'refused',
      remedy: 'GET /api/v1/incidents lists those of the facilities that you may see.',
    },
    INCIDENT_TRANSITION_ILLEGAL: {
      status: 409,
      duty: 'refused',
      remedy: 'The incident does not stand where this step begins: docs/incidents.md has the table.',
    },
    INCIDENT_CHANGED: {
      status: 409,
      duty: 'refused',
      remedy:
        'Somebody else has changed it meanwhile: look at it as it is now, and do it again if it still fits.',
    },
    INCIDENT_OVER: {
      status: 409,
      duty: 'refused',
      remedy: 'It is closed: reopen it when it goes on, and enter this with the new one.',
    },
    INCIDENT_INCOMPLETE: {
      status: 422,
      duty: 'refused',
      remedy: 'Give what the message names: the step needs it.',
    },
    INCIDENT_ROLE_REQUIRED: {
      status: 403,
      duty: 'refused',
      remedy: 'Ask somebody with the role that the message names; docs/incidents.md has the table.',
    },
    INCIDENT_SAME_PERSON: {
      status: 403,
      duty: 'refused',
      remedy: 'An incident of level I or II is ended by an engineer who did not command it.',
    },
    INCIDENT_TIME: {
      status: 422,
      duty: 'refused',
      remedy:
        'Times lie between the beginning of the incident and now, and in order: dispatched, arrived, released.',
    },
    INCIDENT_CLOCK_OVER: {
      status: 409,
      duty: 'refused',
      remedy: 'Only a clock that still runs is waived: one that has run out stays a breach.',
    },
    INCIDENT_STEP_UNKNOWN: {
      status: 404,
      duty: 'refused',
      remedy: 'GET /api/v1/incidents/{number} lists the steps of its checklist.',
    },
    INCIDENT_STEP_DONE: {
      status: 409,
      duty: 'refused',
      remedy: 'It is done already: add a note when there is more to say.',
    },
    PLAN_UNKNOWN: {
      status: 422,
      duty: 'refused',
      remedy: 'GET /api/v1/plans lists the emergency plans of a facility.',
    },
    TEAM_UNKNOWN: {
      status: 422,
      duty: 'refused',
      remedy: 'GET /api/v1/teams lists the teams of a facility.',
    },
    TEAM_BUSY: {
      status: 409,
      duty: 'refused',
      remedy: 'The team is at an incident: release it there before it is dispatched.',
    },
    TEAM_ELSEWHERE: {
      status: 409,
      duty: 'refused',
      remedy: 'The team is not under way to this incident: enter first that it was dispatched.',
    },
    STOCK_UNKNOWN: {
      status: 422,
      duty: 'refused',
      remedy: 'GET /api/v1/stock lists what the facility has.',
    },
    STOCK_SHORT: {
      status: 409,
      duty: 'refused',
      remedy: 'There is not that much: look at GET /api/v1/stock, and correct it there if more was found.',
    },
    STOCK_UNTAKEN: {
      status: 409,
      duty: 'refused',
      remedy: 'No more can be returned than the incident has taken.',
    },
  },
} as const satisfies Record<string, Record<string, ErrorRow>>

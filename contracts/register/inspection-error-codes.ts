import type { ErrorRow } from '../error-row.ts'

/** Codes of inspections and of major-hazard sources. Key: as in {@link ERROR_GROUPS}. */
export const INSPECTION_ERROR_GROUPS = {
  Inspections: {
    INSPECTION_UNKNOWN: {
      status: 404,
      duty: 'refused',
      remedy: 'GET /api/v1/inspections lists the plans of the facilities that you may see.',
    },
    INSPECTION_NOT_YOURS: {
      status: 403,
      duty: 'refused',
      remedy: 'The plan says whose round it is; an engineer may stand in for them.',
    },
    ROUND_UNKNOWN: {
      status: 404,
      duty: 'refused',
      remedy: 'GET /api/v1/rounds lists those of the facilities that you may see.',
    },
    ROUND_RUNNING: {
      status: 409,
      duty: 'refused',
      remedy: 'Go on with the round that the message names, or abandon it: a plan has one at a time.',
    },
    ROUND_ENDED: {
      status: 409,
      duty: 'refused',
      remedy: 'What is finished or abandoned stays as it is: start another round.',
    },
    ROUND_CHANGED: {
      status: 409,
      duty: 'refused',
      remedy:
        'Somebody else has changed it meanwhile: look at the round as it is now, and do it again if it still fits.',
    },
    ROUND_ITEM_UNKNOWN: {
      status: 422,
      duty: 'refused',
      remedy: 'Answer the items of the checklist that the round was started with.',
    },
    ROUND_ANSWER_INVALID: {
      status: 422,
      duty: 'refused',
      remedy: 'Put right what the message names; docs/inspections.md says what an answer needs.',
    },
    ROUND_INCOMPLETE: {
      status: 422,
      duty: 'refused',
      remedy: 'Answer every item, and add a photo where the checklist asks for one.',
    },
    SUBSTANCE_UNKNOWN: {
      status: 422,
      duty: 'refused',
      remedy:
        'Give the category of the substance (J1 to W11, GB 18218-2018): docs/inspections.md lists them.',
    },
  },
} as const satisfies Record<string, Record<string, ErrorRow>>

import type { ErrorRow } from '../error-row.ts'

/** Codes of what is sent to outside registers; CHANNEL_* of the way there. Key: as in {@link ERROR_GROUPS}. */
export const OUTBOUND_ERROR_GROUPS = {
  'Outside registers': {
    OUTBOUND_UNKNOWN: {
      status: 404,
      duty: 'refused',
      remedy: 'GET /api/v1/exports lists them; they stand in register.exports of the facility file.',
    },
    OUTBOUND_REFUSED: {
      status: 422,
      duty: 'refused',
      remedy:
        'The outside register does not take the item: settle with whoever runs it what its answer says, then retry.',
    },
    OUTBOUND_ANSWER_INVALID: {
      status: 502,
      duty: 'retry',
      remedy:
        'The outside register says neither that it has taken the items nor that it has not: docs/outbound.md has the answers.',
    },
    OUTBOUND_HEADERS_INVALID: {
      status: 500,
      duty: 'retry',
      remedy: 'Give one `Name: value` a line in headersFile, none of the names that are sent anyway.',
    },
    OUTBOUND_FOLDER: {
      status: 503,
      duty: 'retry',
      remedy: 'The folder has to be there, with room, and this user has to be allowed to write in it.',
    },
  },
} as const satisfies Record<string, Record<string, ErrorRow>>

import type { ErrorRow } from '../error-row.ts'

/** Codes of public reports. Key: as in {@link ERROR_GROUPS}. */
export const REPORT_ERROR_GROUPS = {
  'Public reports': {
    REPORT_KEY_INVALID: {
      status: 500,
      duty: 'fatal',
      remedy:
        'Give register.reports.keyFile 32 bytes as base64 or hex; `openssl rand -base64 32` makes them. A key that was in use belongs to previousKeyFiles.',
    },
    REPORT_CLOSED: {
      status: 404,
      duty: 'refused',
      remedy: 'This plant takes no reports here: call the hotline.',
    },
    REPORT_CHALLENGE: {
      status: 400,
      duty: 'refused',
      remedy:
        'GET /api/v1/public/reports/form gives a challenge: solve that, within two hours, and send it once.',
    },
    REPORT_TOO_FAST: {
      status: 429,
      duty: 'retry',
      remedy: 'Nobody fills the form in so fast: wait a few seconds and send it again.',
    },
    REPORT_REFUSED: {
      status: 422,
      duty: 'refused',
      remedy: 'Leave the field empty that people do not see.',
    },
    REPORT_TOO_MANY: {
      status: 429,
      duty: 'retry',
      remedy: 'Reports came too often: wait as Retry-After says, or call the hotline.',
    },
    REPORT_REPEATED: {
      status: 409,
      duty: 'refused',
      remedy:
        'The same words came before, and are looked at. If something is to be added, say it in words of its own.',
    },
    REPORT_INCOMPLETE: {
      status: 422,
      duty: 'refused',
      remedy: 'Give what the message names.',
    },
    REPORT_UNKNOWN: {
      status: 404,
      duty: 'refused',
      remedy:
        'Look at the receipt again, letter by letter; for staff, GET /api/v1/reports lists the reports.',
    },
    REPORT_TRANSITION_ILLEGAL: {
      status: 409,
      duty: 'refused',
      remedy: 'The report does not stand where this step begins: docs/public-reports.md has the table.',
    },
    REPORT_CHANGED: {
      status: 409,
      duty: 'refused',
      remedy:
        'Somebody else has changed it meanwhile: look at it as it is now, and do it again if it still fits.',
    },
    REPORT_ROLE_REQUIRED: {
      status: 403,
      duty: 'refused',
      remedy: 'Ask somebody with the role that the message names; docs/public-reports.md has the table.',
    },
    REPORT_SAME_PERSON: {
      status: 403,
      duty: 'refused',
      remedy: 'It takes another person: who proposed a reward does not approve it.',
    },
    REPORT_HAZARD_UNKNOWN: {
      status: 422,
      duty: 'refused',
      remedy: 'Give the number of a hazard of the same facility: GET /api/v1/hazards lists them.',
    },
    REPORT_CONTACT_NONE: {
      status: 404,
      duty: 'refused',
      remedy: 'The reporter gave no contact, or it was deleted when its time was over.',
    },
    REPORT_CONTACT_SEALED: {
      status: 500,
      duty: 'refused',
      remedy:
        'None of the keys opens it: list the key that was in use then in register.reports.previousKeyFiles.',
    },
  },
} as const satisfies Record<string, Record<string, ErrorRow>>

import type { ErrorRow } from './error-row.ts'

/** Codes that the HTTP API answers with. Key: as in {@link ERROR_GROUPS}. */
export const API_ERROR_GROUPS = {
  'The API': {
    NOT_FOUND: { status: 404, duty: 'refused', remedy: 'Check the path; /docs lists them.' },
    REQUEST_INVALID: { status: 400, duty: 'refused', remedy: 'Send what /docs describes for this path.' },
    BODY_NOT_JSON: {
      status: 415,
      duty: 'refused',
      remedy: 'Send a JSON body with content-type application/json.',
    },
    HOST_REFUSED: { status: 421, duty: 'refused', remedy: 'Use an address that server.hosts allows.' },
    ORIGIN_REFUSED: {
      status: 403,
      duty: 'refused',
      remedy: 'Open the console from the address of the server itself.',
    },
    FORWARDED_REFUSED: {
      status: 400,
      duty: 'refused',
      remedy: 'Forwarded headers are refused unless a proxy is configured.',
    },
    FACILITY_UNKNOWN: {
      status: 404,
      duty: 'refused',
      remedy: 'GET /api/v1/facilities lists the facilities.',
    },
    ALARM_UNKNOWN: {
      status: 404,
      duty: 'refused',
      remedy: 'Alarm ids are {sensor}.{key}; GET /api/v1/facilities/{f} lists the sensors.',
    },
    OCCURRENCE_PAST: {
      status: 409,
      duty: 'refused',
      remedy: 'The alarm occurred again since: look at it as it is now and acknowledge that occurrence.',
    },
    ALREADY_ACKNOWLEDGED: {
      status: 409,
      duty: 'refused',
      remedy: 'Nothing to do: this occurrence is acknowledged already.',
    },
    NOT_ACTIVE: {
      status: 409,
      duty: 'refused',
      remedy: 'The alarm is normal: there is nothing to acknowledge.',
    },
    STILL_ACTIVE: {
      status: 409,
      duty: 'refused',
      remedy: 'The condition is still there: reset once it has returned to normal.',
    },
    NOT_ACKNOWLEDGED: { status: 409, duty: 'refused', remedy: 'Acknowledge the alarm first, then reset it.' },
    NOT_LATCHED: { status: 409, duty: 'refused', remedy: 'Nothing to reset: the alarm is not latched.' },
    NOT_SHELVED: { status: 409, duty: 'refused', remedy: 'Nothing to do: the alarm is not shelved.' },
    NOT_SUPPRESSED: {
      status: 409,
      duty: 'refused',
      remedy: 'Nothing to do: the alarm is not suppressed by hand.',
    },
    NOT_OUT_OF_SERVICE: { status: 409, duty: 'refused', remedy: 'Nothing to do: the alarm is in service.' },
    NOT_UNACKNOWLEDGED: {
      status: 409,
      duty: 'refused',
      remedy: 'Nothing to silence: the alarm is acknowledged or normal.',
    },
    ALREADY_SILENCED: { status: 409, duty: 'refused', remedy: 'Nothing to do: it is silent already.' },
    SHELVING_FORBIDDEN: {
      status: 403,
      duty: 'refused',
      remedy: 'Alarms of this class are never shelved: see `classes` in the facility file.',
    },
    SHELVE_TOO_LONG: {
      status: 400,
      duty: 'refused',
      remedy: 'Shelve it for no longer than maxShelve of its class, and once more if need be.',
    },
    SECOND_PERSON_REQUIRED: {
      status: 403,
      duty: 'refused',
      remedy: 'This needs two people: give approvedBy, somebody other than who acts.',
    },
    REASON_REQUIRED: { status: 400, duty: 'refused', remedy: 'Say why, who, and until when.' },
    KPI_BUSY: {
      status: 503,
      duty: 'retry',
      remedy: 'Others have alarm figures computed, one after the other: ask again in a few seconds.',
    },
    JOURNAL_UNWRITABLE: {
      status: 503,
      duty: 'retry',
      remedy: 'The journal cannot be written: free the disk of server.data at once.',
    },
    INTERNAL: {
      status: 500,
      duty: 'fatal',
      remedy: 'This is a defect: report it with the log lines around it.',
    },
  },
} as const satisfies Record<string, Record<string, ErrorRow>>

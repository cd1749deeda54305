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
    SETTING_PAST: {
      status: 409,
      duty: 'refused',
      remedy: 'Somebody changed the settings since: look at them as they are now and ask again.',
    },
    SETTING_SAME: {
      status: 409,
      duty: 'refused',
      remedy: 'Nothing to do: the settings are what you ask for.',
    },
    SETTING_INVALID: {
      status: 400,
      duty: 'refused',
      remedy: 'The rules are those of the facility file: see docs/reference/config.md, alarm.',
    },
    SETTING_FIXED: {
      status: 403,
      duty: 'refused',
      remedy: 'Alarms of the system itself stand in no facility file and are not changed.',
    },
    AREA_UNKNOWN: {
      status: 404,
      duty: 'refused',
      remedy: 'Name an area that has sensors; GET /api/v1/facilities/{f} lists them.',
    },
    TEST_LENGTH: { status: 400, duty: 'refused', remedy: 'Let a test last from 1m to 8h.' },
    TEST_RUNNING: {
      status: 409,
      duty: 'refused',
      remedy: 'The sensor is under test already: wait for the end of that test, or end it first.',
    },
    TEST_UNKNOWN: {
      status: 404,
      duty: 'refused',
      remedy: 'GET /api/v1/facilities/{f}/tests lists the tests.',
    },
    TEST_ENDED: { status: 409, duty: 'refused', remedy: 'Nothing to do: the test has ended.' },
    CALIBRATION_TIME: {
      status: 400,
      duty: 'refused',
      remedy: 'Say when it was done: a time that is past, and no longer ago than ten years.',
    },
    CALIBRATION_NOTE: { status: 400, duty: 'refused', remedy: 'Say in `note` what was wrong with it.' },
    CALIBRATION_FACTS: {
      status: 400,
      duty: 'refused',
      remedy:
        'Mend what the detail names: adjusted needs asFound and asLeft, t90 is no shorter than t50, a day is one.',
    },
    SENSOR_NOT_FIELD: {
      status: 409,
      duty: 'refused',
      remedy: 'It stands nowhere in the field: name the sensors that it is computed from.',
    },
    INHIBIT_LENGTH: {
      status: 400,
      duty: 'refused',
      remedy: 'Give `for` or `until`, from 1m up to facility.maxInhibit (8h unless the file says otherwise).',
    },
    INHIBIT_RUNNING: {
      status: 409,
      duty: 'refused',
      remedy: 'The sensor is inhibited already: release it first, then inhibit it anew.',
    },
    NOT_INHIBITED: { status: 409, duty: 'refused', remedy: 'Nothing to do: the sensor is not inhibited.' },
    RELOAD_NEEDS_RESTART: {
      status: 409,
      duty: 'refused',
      remedy:
        'Restart the server, which takes the new file as a whole; or put back what cannot change while it runs, and reload.',
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

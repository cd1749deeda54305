import type { ErrorRow } from './error-row.ts'
import { WAVEFORM_ERROR_GROUPS } from './waveform-error-codes.ts'

/** Codes of what gateways and devices send. Key: as in {@link ERROR_GROUPS}. */
export const WIRE_ERROR_GROUPS = {
  'What arrives over MQTT': {
    PAYLOAD_TOO_LARGE: {
      status: 413,
      duty: 'refused',
      remedy:
        'A batch holds at most 1,000 readings and 256 KiB, a waveform 1 MiB, a message of a foreign device 64 KiB: send smaller ones.',
    },
    PAYLOAD_NOT_JSON: {
      status: 400,
      duty: 'refused',
      remedy:
        'Send UTF-8 JSON as docs/reference/wire.md describes it; for foreign devices see docs/foreign-devices.md.',
    },
    PAYLOAD_INVALID: {
      status: 400,
      duty: 'refused',
      remedy:
        'Send the fields that docs/reference/wire.md describes; for foreign devices see docs/foreign-devices.md.',
    },
    TOPIC_UNKNOWN: {
      status: 400,
      duty: 'refused',
      remedy: 'Publish on the topics that docs/reference/wire.md lists.',
    },
    GATEWAY_UNKNOWN: {
      status: 404,
      duty: 'refused',
      remedy: 'Add the gateway to the facility file, or correct its id.',
    },
    SENSOR_UNKNOWN: {
      status: 404,
      duty: 'refused',
      remedy:
        'Add the sensor to the facility file of the server, or correct its id; `npm run ingest -- rejects --requeue` then takes what was quarantined.',
    },
    SENSOR_FOREIGN: {
      status: 403,
      duty: 'refused',
      remedy: 'A gateway publishes its own sensors only: check which gateway the file gives the sensor to.',
    },
    READING_INVALID: {
      status: 400,
      duty: 'refused',
      remedy:
        'A reading has a sensor, a whole time in ms, and a finite value unless its quality is bad; for foreign devices see docs/foreign-devices.md.',
    },
    READING_AHEAD: {
      status: 400,
      duty: 'refused',
      remedy:
        'The reading is dated after its batch was sent, or long after its message came: mend the clock of the gateway or device.',
    },
  },
  ...WAVEFORM_ERROR_GROUPS,
} as const satisfies Record<string, Record<string, ErrorRow>>

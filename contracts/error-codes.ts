import { ANALYTICS_ERROR_GROUPS } from './analytics/error-codes.ts'
import { ANNUNCIATOR_ERROR_GROUPS } from './annunciator-error-codes.ts'
import { API_ERROR_GROUPS } from './api-error-codes.ts'
import { DEPLOYMENT_ERROR_GROUPS } from './deployment-error-codes.ts'
import type { ErrorRow } from './error-row.ts'
import { GRAFANA_ERROR_GROUPS } from './grafana-error-codes.ts'
import { NOTIFY_ERROR_GROUPS } from './notify/error-codes.ts'
import { PEOPLE_ERROR_GROUPS } from './people-error-codes.ts'
import { REGISTER_ERROR_GROUPS } from './register/error-codes.ts'
import { TLS_ERROR_GROUPS } from './tls/error-codes.ts'

/**
 * Every error code there is, in groups as docs/reference/errors.md shows them. Codes are never reused.
 * Key: what the codes of a group are about; within it, the code.
 */
export const ERROR_GROUPS = {
  'The facility file': {
    CONFIG_UNREADABLE: {
      status: 400,
      duty: 'fatal',
      remedy: 'Check the path given with --config and that the file can be read.',
    },
    CONFIG_SYNTAX: { status: 400, duty: 'fatal', remedy: 'The file is not valid YAML: mend the line named.' },
    CONFIG_INVALID: {
      status: 400,
      duty: 'fatal',
      remedy: 'Mend the lines named; docs/reference/config.md lists every key.',
    },
    CONFIG_CONFLICT: {
      status: 400,
      duty: 'fatal',
      remedy: 'Give mqtt, store and server once, or the same in all facility files.',
    },
    CONFIG_NOT_BUILT: {
      status: 400,
      duty: 'fatal',
      remedy: 'This release does not do that yet; the CHANGELOG says what it does.',
    },
    AUTH_OFF_NOT_LOOPBACK: {
      status: 400,
      duty: 'fatal',
      remedy: 'auth: off is accepted on a loopback address only, such as 127.0.0.1:8080.',
    },
    TLS_REQUIRED: {
      status: 400,
      duty: 'fatal',
      remedy: 'Beyond loopback the server speaks HTTPS only: give server.tls a certificate and its key.',
    },
    TABLE_UNREADABLE: {
      status: 400,
      duty: 'fatal',
      remedy: 'Check the path of the table, and save it as CSV in UTF-8.',
    },
    TABLE_INVALID: {
      status: 400,
      duty: 'refused',
      remedy: 'Nothing was changed: mend the rows named and import the table again.',
    },
    FILE_UNWRITABLE: {
      status: 500,
      duty: 'fatal',
      remedy: 'Give a path in a folder that exists and that this user may write to.',
    },
    USAGE: { status: 400, duty: 'fatal', remedy: 'Run the command with --help.' },
  },
  'Starting and connecting': {
    PORT_TAKEN: {
      status: 500,
      duty: 'fatal',
      remedy: 'Stop the program that listens there, or give another address in the facility file.',
    },
    LISTEN_FAILED: {
      status: 500,
      duty: 'fatal',
      remedy: 'Give an address of this machine that this user may listen on.',
    },
    NOT_LOOPBACK: {
      status: 500,
      duty: 'fatal',
      remedy:
        'Simulated devices and the built-in broker listen on loopback only; use an address such as 127.0.0.1.',
    },
    BROKER_UNREACHABLE: {
      status: 503,
      duty: 'retry',
      remedy: 'Start the broker or correct mqtt.url; the connection is tried again by itself.',
    },
    BROKER_REFUSED: {
      status: 503,
      duty: 'retry',
      remedy: 'The broker refuses this client: check its user name, password and ACL.',
    },
    BROKER_UNTRUSTED: {
      status: 503,
      duty: 'retry',
      remedy:
        'TLS failed: check mqtt.ca against the certificate of the broker, the name in mqtt.url, and mqtt.cert and mqtt.key.',
    },
    SERVER_UNREACHABLE: {
      status: 503,
      duty: 'retry',
      remedy:
        'Start the server, or run the command where it runs with its facility file, or give its address with --server; the log of the server says more.',
    },
    DATA_UNWRITABLE: {
      status: 500,
      duty: 'fatal',
      remedy: 'Make the data folder writable, or give another one in the facility file.',
    },
    DATA_IN_USE: {
      status: 500,
      duty: 'fatal',
      remedy:
        'Another server uses this data folder, or another gateway this outbox: each belongs to one process.',
    },
    DATA_NEWER: {
      status: 500,
      duty: 'fatal',
      remedy: 'The data was written by a newer release: run that one, or restore a backup.',
    },
    DATA_DAMAGED: {
      status: 500,
      duty: 'fatal',
      remedy: 'The database file is damaged: set it aside and restore a backup.',
    },
    DATA_UNREADABLE: {
      status: 503,
      duty: 'retry',
      remedy: 'The disk of server.data does not give the data back: look at the disk.',
    },
    THREAD_ENDED: {
      status: 500,
      duty: 'fatal',
      remedy: 'A part of the program has ended: the log lines before say why. Start it again.',
    },
  },
  ...TLS_ERROR_GROUPS,
  'Backup of the state': {
    DATA_MISSING: {
      status: 500,
      duty: 'fatal',
      remedy: 'Run the command where the server runs, with its facility file: server.data names the folder.',
    },
    BACKUP_EXISTS: {
      status: 409,
      duty: 'fatal',
      remedy: 'Give a file that does not exist: a backup never takes the place of another.',
    },
    BACKUP_FAILED: {
      status: 500,
      duty: 'fatal',
      remedy: 'Nothing was left behind: look at the detail, then make the backup again.',
    },
  },
  'The chain of the journal': {
    JOURNAL_UNCHAINED: {
      status: 500,
      duty: 'fatal',
      remedy: 'A release without a chain wrote this: start the server of this release on it once.',
    },
    SIGNING_KEY_INVALID: {
      status: 500,
      duty: 'fatal',
      remedy: 'Give an Ed25519 key as PEM; `npm run journal -- key FILE` makes one.',
    },
    EXPORT_INVALID: {
      status: 400,
      duty: 'fatal',
      remedy:
        'This is no export of `npm run journal -- export`, or not as it was written: export the journal again.',
    },
    EXPORT_FAILED: {
      status: 500,
      duty: 'fatal',
      remedy: 'Give a file that does not exist, in a folder that exists and has room.',
    },
  },
  Reports: {
    REPORT_UNWRITABLE: {
      status: 500,
      duty: 'fatal',
      remedy: 'Give --output a file in a folder that is there and that this user may write.',
    },
  },
  'The outbox of a gateway': {
    DISK_FULL: {
      status: 503,
      duty: 'retry',
      remedy:
        'Free the disk of the outbox: until then it takes no more room, and what does not fit is dropped and counted.',
    },
    DISK_STALLED: {
      status: 503,
      duty: 'retry',
      remedy:
        'The disk of the outbox does not answer: check it. Readings are kept in memory as far as they fit.',
    },
  },
  'The time-series store': {
    STORE_UNREACHABLE: {
      status: 503,
      duty: 'retry',
      remedy:
        'Start the database or correct store.url: readings wait in the log of the server and are written later.',
    },
    STORE_BUSY: {
      status: 503,
      duty: 'retry',
      remedy: 'The database asks for patience; writing goes on by itself.',
    },
    STORE_UNAUTHORIZED: {
      status: 503,
      duty: 'retry',
      remedy:
        'The database refuses the token or password: check DAVYLAMP_STORE_TOKEN or DAVYLAMP_STORE_PASSWORD.',
    },
    STORE_MISSING: {
      status: 503,
      duty: 'retry',
      remedy: 'The bucket or database does not exist: run `npm run ingest -- setup`.',
    },
    STORE_REFUSED: {
      status: 400,
      duty: 'refused',
      remedy: 'The database will not take this reading; the detail is its own reason.',
    },
    STORE_QUERY_FAILED: {
      status: 502,
      duty: 'retry',
      remedy: 'The database could not answer; the detail is its own reason.',
    },
  },
  ...GRAFANA_ERROR_GROUPS,
  'The log of the server': {
    LOG_UNWRITABLE: {
      status: 503,
      duty: 'retry',
      remedy:
        'Free the disk of server.data: readings are evaluated but not confirmed until it can be written.',
    },
    LOG_FULL: {
      status: 503,
      duty: 'retry',
      remedy: 'The store has been away for long: get it back, or allow a larger server.log.maxSize.',
    },
  },
  'The field': {
    DEVICE_UNREACHABLE: {
      status: 503,
      duty: 'retry',
      remedy:
        'Check the cable, the address and that the device is on; a running gateway tries again by itself.',
    },
  },
  'The port of a gateway': {
    GATEWAY_UNREACHABLE: {
      status: 503,
      duty: 'retry',
      remedy: 'Run the command on the machine of the gateway, while `gateway run` runs there.',
    },
    GATEWAY_STALLED: {
      status: 503,
      duty: 'retry',
      remedy: 'The gateway runs and does not do its work: its log says more; start it again.',
    },
    GATEWAY_PATH_UNKNOWN: {
      status: 404,
      duty: 'refused',
      remedy: 'There are GET /metrics, GET /healthz, GET /latches and POST /latches/{sensor}/release.',
    },
    GATEWAY_HOST_REFUSED: {
      status: 421,
      duty: 'refused',
      remedy: 'Ask for the gateway by its IP address, by localhost, or by the host of gateways[].metrics.',
    },
    NOT_LOCAL: {
      status: 403,
      duty: 'refused',
      remedy: 'A latch is released on the machine of the gateway: run `gateway release` there.',
    },
    RELEASE_INVALID: {
      status: 400,
      duty: 'refused',
      remedy: 'Send a JSON body with `by` and `reason`, both texts that say something; at most 4 kB.',
    },
    LATCH_NOT_CLOSED: {
      status: 409,
      duty: 'refused',
      remedy: 'Nothing to release: GET /latches lists the sensors whose over-range latch is closed.',
    },
  },
  Simulation: {
    DEVICE_UNKNOWN: {
      status: 404,
      duty: 'refused',
      remedy: 'Use the id of a device or bus of the facility file.',
    },
    SCENARIO_UNKNOWN: {
      status: 500,
      duty: 'fatal',
      remedy: 'Use one of the scenarios listed, or the path of a scenario file.',
    },
    SCENARIO_INVALID: {
      status: 500,
      duty: 'fatal',
      remedy: 'Mend the lines named; simulators/scenarios holds examples.',
    },
    FAULT_UNSUITED: {
      status: 400,
      duty: 'refused',
      remedy: 'Choose another device or fault; docs/reference/faults.md says what each fault needs.',
    },
    SERIAL_PATH_EXISTS: {
      status: 500,
      duty: 'fatal',
      remedy:
        'A simulated serial line never takes the place of a real one: give a path that does not exist, or remove the link that a killed simulator left.',
    },
    SOCAT_MISSING: {
      status: 500,
      duty: 'fatal',
      remedy: 'Simulated serial lines need socat: apt-get install socat.',
    },
    PTY_FAILED: {
      status: 500,
      duty: 'fatal',
      remedy: 'Give a path in a folder that exists and that this user may write to.',
    },
    PATTERN_NOT_RENDERED: {
      status: 500,
      duty: 'fatal',
      remedy:
        'The simulator writes patterns of literal text, character classes, repetitions and groups only; simplify the pattern, or use a separator.',
    },
  },
  'What arrives over MQTT': {
    PAYLOAD_TOO_LARGE: {
      status: 413,
      duty: 'refused',
      remedy:
        'A batch holds at most 1,000 readings and 256 KiB, a message of a foreign device 64 KiB: send smaller ones.',
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
  ...DEPLOYMENT_ERROR_GROUPS,
  ...API_ERROR_GROUPS,
  ...PEOPLE_ERROR_GROUPS,
  ...NOTIFY_ERROR_GROUPS,
  ...REGISTER_ERROR_GROUPS,
  ...ANNUNCIATOR_ERROR_GROUPS,
  ...ANALYTICS_ERROR_GROUPS,
} as const satisfies Record<string, Record<string, ErrorRow>>

type Groups = typeof ERROR_GROUPS
export type ErrorCode = { [Group in keyof Groups]: keyof Groups[Group] }[keyof Groups]

/** The same without the groups. Key: the code. */
export const ERRORS: Readonly<Record<ErrorCode, ErrorRow>> = Object.assign({}, ...Object.values(ERROR_GROUPS))

import type { ErrorRow } from './error-row.ts'

/** Codes of the facility file, of tables and of command lines. Key: as in {@link ERROR_GROUPS}. */
export const CONFIG_ERROR_GROUPS = {
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
} as const satisfies Record<string, Record<string, ErrorRow>>

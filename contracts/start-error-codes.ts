import type { ErrorRow } from './error-row.ts'

/** What keeps a server or a gateway from starting, or from connecting. Key: the code. */
export const START_ERRORS = {
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
  SECRET_UNREADABLE: {
    status: 500,
    duty: 'fatal',
    remedy:
      'The facility file or the environment names a file of secrets: check that it is there, not empty, and that this user may read it.',
  },
  CERTIFICATE_UNREADABLE: {
    status: 500,
    duty: 'fatal',
    remedy: 'Give a PEM file that holds the certificate, and nothing that is damaged.',
  },
  CERTIFICATE_EXPIRED: {
    status: 500,
    duty: 'fatal',
    remedy:
      'Put a renewed certificate and its key in the place of the old ones, then start again, or reload with SIGHUP.',
  },
  CERTIFICATE_NOT_YET_VALID: {
    status: 500,
    duty: 'fatal',
    remedy: 'Set the clock of this machine; if it is right, give a certificate that is in force.',
  },
  CERTIFICATE_EXPIRES_SOON: {
    status: 500,
    duty: 'retry',
    remedy: 'Renew it before then: put the new one in its place; the server takes its own with SIGHUP.',
  },
  KEY_UNREADABLE: {
    status: 500,
    duty: 'fatal',
    remedy: 'Give the private key as PEM and without a passphrase, in a file that this user alone may read.',
  },
  KEY_MISMATCH: {
    status: 500,
    duty: 'fatal',
    remedy: 'Give a certificate and the key that it was made with.',
  },
  SERVER_UNREACHABLE: {
    status: 503,
    duty: 'retry',
    remedy: 'Run the command where the server runs, with its facility file; the log of the server says more.',
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
} as const satisfies Record<string, ErrorRow>

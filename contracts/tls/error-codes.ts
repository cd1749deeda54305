import type { ErrorRow } from '../error-row.ts'

/** Codes of what a program shows others to be let in. Key: as in {@link ERROR_GROUPS}. */
export const TLS_ERROR_GROUPS = {
  'Secrets and certificates': {
    SECRET_UNREADABLE: {
      status: 500,
      duty: 'fatal',
      remedy:
        'The facility file or the environment names a file of secrets: check that it is there, not empty, and that this user may read it.',
    },
    CERTIFICATE_UNREADABLE: {
      status: 500,
      duty: 'fatal',
      remedy:
        'Give a PEM file that holds the certificate, and nothing that is damaged; what `npm run deploy -- init` made is deleted with its key, and made anew by it.',
    },
    CERTIFICATE_EXPIRED: {
      status: 500,
      duty: 'fatal',
      remedy:
        'Put a renewed certificate and its key in the place of the old ones (in a folder that `npm run deploy -- init` made, `npm run deploy -- certificates --renew` does it, with --ca when it is the CA), then start again, or reload with SIGHUP.',
    },
    CERTIFICATE_NOT_YET_VALID: {
      status: 500,
      duty: 'fatal',
      remedy: 'Set the clock of this machine; if it is right, give a certificate that is in force.',
    },
    CERTIFICATE_EXPIRES_SOON: {
      status: 500,
      duty: 'retry',
      remedy:
        'Renew it before then (in a folder that `npm run deploy -- init` made, `npm run deploy -- certificates --renew` does it, with --ca when it is the CA): put the new one in its place; the server takes its own with SIGHUP.',
    },
    KEY_UNREADABLE: {
      status: 500,
      duty: 'fatal',
      remedy:
        'Give the private key as PEM and without a passphrase, in a file that this user alone may read.',
    },
    KEY_MISMATCH: {
      status: 500,
      duty: 'fatal',
      remedy:
        'Give a certificate and the key that it was made with; what `npm run deploy -- init` made is deleted, both of them, and made anew by it.',
    },
  },
} as const satisfies Record<string, Record<string, ErrorRow>>

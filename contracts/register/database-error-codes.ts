import type { ErrorRow } from '../error-row.ts'

/** Codes of the hazard register. Key: as in {@link ERROR_GROUPS}. */
export const DATABASE_ERROR_GROUPS = {
  'The database of the register': {
    REGISTER_UNREACHABLE: {
      status: 503,
      duty: 'retry',
      remedy:
        'Start PostgreSQL or correct server.register.url; the connection is tried again with the next request.',
    },
    REGISTER_UNTRUSTED: {
      status: 503,
      duty: 'retry',
      remedy:
        'TLS failed: check server.register.ca against the certificate of PostgreSQL, and the name in server.register.url.',
    },
    REGISTER_UNAUTHORIZED: {
      status: 503,
      duty: 'retry',
      remedy:
        'PostgreSQL refuses the user: check the one in server.register.url, its rights, and DAVYLAMP_REGISTER_PASSWORD.',
    },
    REGISTER_MISSING: {
      status: 503,
      duty: 'retry',
      remedy: 'The database that server.register.url names does not exist: create it.',
    },
    REGISTER_BUSY: {
      status: 503,
      duty: 'retry',
      remedy: 'Others were faster or the database takes too long: try again.',
    },
    REGISTER_CONFLICT: {
      status: 409,
      duty: 'refused',
      remedy: 'It contradicts what is kept already: read it again, then decide.',
    },
  },
  Attachments: {
    ATTACHMENT_TOO_LARGE: {
      status: 413,
      duty: 'refused',
      remedy: 'Send a smaller file: a photo of lower resolution, or a document in parts.',
    },
    ATTACHMENT_TOO_MANY: {
      status: 409,
      duty: 'refused',
      remedy: 'The entry has as many files as it may have: put several photos into one document.',
    },
    ATTACHMENT_TYPE: {
      status: 415,
      duty: 'refused',
      remedy:
        'Send a JPEG, PNG, WebP, GIF, HEIC, PDF, MP4 or plain UTF-8 text under a name with the extension of what it is.',
    },
    ATTACHMENT_UNKNOWN: {
      status: 404,
      duty: 'refused',
      remedy: 'The list of attachments of the entry says which there are.',
    },
  },
} as const satisfies Record<string, Record<string, ErrorRow>>

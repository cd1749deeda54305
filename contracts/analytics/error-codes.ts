import type { ErrorRow } from '../error-row.ts'

/** Codes of `npm run analyse` and of miniSEED. Key: as in {@link ERROR_GROUPS}. */
export const ANALYTICS_ERROR_GROUPS = {
  'Records that are analysed': {
    RECORD_UNREADABLE: {
      status: 400,
      duty: 'fatal',
      remedy: 'Check the path of the record and that this user may read it.',
    },
    RECORD_INVALID: {
      status: 400,
      duty: 'fatal',
      remedy: 'Mend the lines named; `npm run analyse -- COMMAND --help` says which columns it reads.',
    },
  },
  miniSEED: {
    MINISEED_INVALID: {
      status: 400,
      duty: 'refused',
      remedy:
        'The bytes are no miniSEED 2 as docs/seismic.md says: look at what the instrument or the gateway sends.',
    },
  },
} as const satisfies Record<string, Record<string, ErrorRow>>

import type { ErrorRow } from './error-row.ts'

/** Codes of annunciators. Key: as in {@link ERROR_GROUPS}. */
export const ANNUNCIATOR_ERROR_GROUPS = {
  Annunciators: {
    ANNUNCIATOR_UNKNOWN: {
      status: 404,
      duty: 'refused',
      remedy: 'Annunciators stand in the facility file, under `annunciators`; correct the id.',
    },
    ANNUNCIATOR_UNCONFIRMED: {
      status: 409,
      duty: 'fatal',
      remedy:
        'Nothing is driven before a person has checked wiring and effect of every output: try it with --dry-run, then write confirmed: { by, on } to the file.',
    },
    ANNUNCIATOR_UNREACHABLE: {
      status: 503,
      duty: 'fatal',
      remedy:
        'Start the annunciator on this machine, or give --config of the facility file that it runs with.',
    },
    ANNUNCIATOR_FAILING: {
      status: 503,
      duty: 'retry',
      remedy: 'An output does not do what it is told: look at its module, the line and the wiring.',
    },
    OUTPUT_UNREACHABLE: {
      status: 503,
      duty: 'retry',
      remedy:
        'Its module does not answer: check power, cable, address and unit. It is tried again all the time.',
    },
    OUTPUT_REFUSED: {
      status: 502,
      duty: 'retry',
      remedy: 'Its module refuses the register: check table, address and value against its manual.',
    },
    OUTPUT_MISMATCH: {
      status: 502,
      duty: 'retry',
      remedy: 'It was told and reads back otherwise: look at relay, fuse, contact and wiring.',
    },
    OUTPUTS_NOT_SAFE: {
      status: 500,
      duty: 'fatal',
      remedy:
        'Go and look: the program has ended and its outputs stand as they were, unless the module has a watchdog.',
    },
  },
} as const satisfies Record<string, Record<string, ErrorRow>>

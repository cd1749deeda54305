import type { ErrorRow } from './error-row.ts'

/** Codes of recorded seismic events. Key: as in {@link ERROR_GROUPS}. */
export const WAVEFORM_ERROR_GROUPS = {
  'Seismic waveforms': {
    WAVEFORM_INVALID: {
      status: 400,
      duty: 'refused',
      remedy:
        'Send the fields that docs/reference/wire.md describes for waveforms; the id follows from device and onset.',
    },
    WAVEFORM_TIME: {
      status: 400,
      duty: 'refused',
      remedy:
        'The event is dated in the future, too long ago, or takes longer than an event may: mend the clock of the gateway.',
    },
    WAVEFORM_FOREIGN: {
      status: 403,
      duty: 'refused',
      remedy:
        'A gateway sends events of its own devices only: check that server and gateway have the same facility file.',
    },
    WAVEFORM_SAMPLES: {
      status: 400,
      duty: 'refused',
      remedy: 'The samples have to be miniSEED 2 of three channels of one length, as its head says.',
    },
    WAVEFORM_UNKNOWN: {
      status: 404,
      duty: 'refused',
      remedy:
        'GET /api/v1/facilities/{f}/waveforms lists the events; those past their retention are removed.',
    },
  },
} as const satisfies Record<string, Record<string, ErrorRow>>

import type { ErrorRow } from '../error-row.ts'

/** Codes of figures, reports and the risk map. Key: as in {@link ERROR_GROUPS}. */
export const FIGURES_ERROR_GROUPS = {
  'Figures of the hazard register': {
    REGION_UNKNOWN: {
      status: 404,
      duty: 'refused',
      remedy: 'GET /api/v1/regions lists the nodes of the region tree; name one by its whole path.',
    },
    FIGURES_PERIOD: {
      status: 422,
      duty: 'refused',
      remedy:
        'Give one of month=2026-11, quarter=2026-Q4, year=2026, or from and to: docs/regions-and-figures.md.',
    },
    FIGURES_TOO_WIDE: {
      status: 422,
      duty: 'refused',
      remedy: 'Too many facilities to be told apart in one answer: name a smaller region, or one facility.',
    },
    LIST_TOO_LONG: {
      status: 422,
      duty: 'refused',
      remedy: 'The list is longer than its format bears: choose a shorter period, or take CSV.',
    },
  },
} as const satisfies Record<string, Record<string, ErrorRow>>

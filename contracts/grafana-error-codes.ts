import type { ErrorRow } from './error-row.ts'

/** Codes of what is done with Grafana. Key: as in {@link ERROR_GROUPS}. */
export const GRAFANA_ERROR_GROUPS = {
  Grafana: {
    GRAFANA_NO_STORE: {
      status: 400,
      duty: 'fatal',
      remedy: 'Grafana reads InfluxDB: set store.kind to influxdb in the facility file, and store.url.',
    },
    GRAFANA_UNREACHABLE: {
      status: 503,
      duty: 'retry',
      remedy: 'Start Grafana, or correct --url: the address that people open in a browser.',
    },
    GRAFANA_UNAUTHORIZED: {
      status: 401,
      duty: 'fatal',
      remedy:
        'Grafana does not know the token: make one for a service account, and give it as DAVYLAMP_GRAFANA_TOKEN or _FILE.',
    },
    GRAFANA_FORBIDDEN: {
      status: 403,
      duty: 'fatal',
      remedy: 'The service account may not do this: give it the role Editor.',
    },
    GRAFANA_NOT_FOUND: {
      status: 404,
      duty: 'fatal',
      remedy:
        'There is no such interface at --url: give the address of Grafana, with its sub-path if it has one.',
    },
    GRAFANA_REFUSED: {
      status: 400,
      duty: 'refused',
      remedy: 'Grafana will not take this; the detail is its own reason.',
    },
    GRAFANA_FAILED: {
      status: 502,
      duty: 'retry',
      remedy: 'Grafana failed at its own: look at its log. It is tried again.',
    },
    SERVER_REFUSED: {
      status: 403,
      duty: 'fatal',
      remedy:
        'The Davylamp server does not let this command read: give a token as DAVYLAMP_API_TOKEN or _FILE.',
    },
    SERVER_FAILED: {
      status: 502,
      duty: 'retry',
      remedy: 'The Davylamp server could not answer; the detail is its own reason. It is tried again.',
    },
    PLACE_DAMAGED: {
      status: 500,
      duty: 'fatal',
      remedy:
        'The file that keeps the place cannot be read: delete it, and the command goes on from now, or from --since.',
    },
  },
} as const satisfies Record<string, Record<string, ErrorRow>>

import type { ErrorRow } from './error-row.ts'

/** Codes of `npm run deploy`. Key: as in {@link ERROR_GROUPS}. */
export const DEPLOYMENT_ERROR_GROUPS = {
  Deployment: {
    DEPLOY_MISSING: {
      status: 400,
      duty: 'fatal',
      remedy: 'Make the folder with `npm run deploy -- init --config F`, or name another one with --folder.',
    },
    DEPLOY_USER_CLASH: {
      status: 400,
      duty: 'fatal',
      remedy:
        'Give one of the facilities or gateways another id: facility.gateway is the user at the broker.',
    },
    DEPLOY_FILE_MISSING: {
      status: 500,
      duty: 'fatal',
      remedy: 'Run `npm run deploy -- init` again: it writes what is missing and leaves the rest.',
    },
    DEPLOY_FILE_OPEN: {
      status: 500,
      duty: 'fatal',
      remedy:
        'Others may read a secret: chmod 600 the file, and replace what was in it if others were there.',
    },
    DEPLOY_FILE_CHANGED: {
      status: 500,
      duty: 'fatal',
      remedy:
        'The file is not what init writes: bring the change into the facility file of the plant, delete this one, and run `npm run deploy -- init`.',
    },
    DEPLOY_GIVEN_MISSING: {
      status: 500,
      duty: 'fatal',
      remedy:
        'A secret or CA that the facility file names comes from others: put it there, or where the file of the plant has it and run `npm run deploy -- init` again.',
    },
    DEPLOY_SECRET_WEAK: {
      status: 500,
      duty: 'fatal',
      remedy: 'Delete the file and run `npm run deploy -- init`: it writes a random secret.',
    },
    DEPLOY_AUTHORITY_KEY: {
      status: 500,
      duty: 'fatal',
      remedy:
        'Bring ca/ca.key back for this run, and take it away again. If it is lost, move ca/ away: then everything is made anew, and everybody has to be brought the new ca.crt.',
    },
    DEPLOY_CERTIFICATE_FOREIGN: {
      status: 500,
      duty: 'fatal',
      remedy: 'Another CA signed it: delete the certificate and its key and run `npm run deploy -- init`.',
    },
    DEPLOY_CERTIFICATE_NAMES: {
      status: 500,
      duty: 'fatal',
      remedy:
        'The certificate is not for the names listed: run `npm run deploy -- certificates --renew --all`.',
    },
    DEPLOY_FACILITY_INVALID: {
      status: 400,
      duty: 'fatal',
      remedy: 'Mend the facility file of the plant, and run `npm run deploy -- init` again.',
    },
    DEPLOY_FACILITY_DIFFERS: {
      status: 500,
      duty: 'fatal',
      remedy:
        'Gateway and server have different files: run `npm run deploy -- init`, then bring its folder to the gateway.',
    },
    DEPLOY_BROKER_USERS: {
      status: 500,
      duty: 'fatal',
      remedy:
        'Passwords or ACL of the broker do not fit the gateways of the facility files: run `npm run deploy -- init`, and have the broker read them (SIGHUP).',
    },
    DEPLOY_COMPOSE_INVALID: {
      status: 500,
      duty: 'fatal',
      remedy: 'Take docker-compose.yml of this release, or mend what is named.',
    },
    DEPLOY_IMAGE_UNPINNED: {
      status: 500,
      duty: 'fatal',
      remedy: 'Name an exact version of the image, or its digest: another one would come with the next pull.',
    },
    DEPLOY_VARIABLE_MISSING: {
      status: 500,
      duty: 'fatal',
      remedy: 'Run `npm run deploy -- init` again: it writes .env of the folder.',
    },
    DEPLOY_GRAFANA_DRIFTED: {
      status: 500,
      duty: 'fatal',
      remedy:
        'Limits or panels are not those of the facility files: run `npm run deploy -- init`, and start Grafana again.',
    },
  },
} as const satisfies Record<string, Record<string, ErrorRow>>

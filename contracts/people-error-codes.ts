import type { ErrorRow } from './error-row.ts'

/** Codes of people and sign-in. Key: as in {@link ERROR_GROUPS}. */
export const PEOPLE_ERROR_GROUPS = {
  'People and sign-in': {
    AUTH_REQUIRED: {
      status: 401,
      duty: 'refused',
      remedy:
        'Sign in, or send a token as `Authorization: Bearer ...`; sessions and tokens end: docs/people.md.',
    },
    SIGN_IN_FAILED: {
      status: 401,
      duty: 'refused',
      remedy: 'Name or password is wrong, or the person is disabled: an administrator can send a new link.',
    },
    SIGN_IN_WAIT: {
      status: 429,
      duty: 'retry',
      remedy:
        'Too many wrong passwords came: wait as Retry-After says, or sign in where you have signed in before.',
    },
    SIGN_IN_BUSY: {
      status: 429,
      duty: 'retry',
      remedy: 'Very many sign in at once: try again in a few seconds.',
    },
    ROLE_REQUIRED: {
      status: 403,
      duty: 'refused',
      remedy: 'Ask somebody who may, or an administrator for another role.',
    },
    OUT_OF_SCOPE: {
      status: 403,
      duty: 'refused',
      remedy: 'It is none of your facilities: GET /api/v1/facilities lists them.',
    },
    SESSION_LOCKED: {
      status: 403,
      duty: 'refused',
      remedy: 'The screen is locked: unlock it with your password.',
    },
    PERSON_REQUIRED: {
      status: 403,
      duty: 'refused',
      remedy: 'This is for people who are signed in: a token has no password and no session.',
    },
    NOT_OWN_NAME: {
      status: 403,
      duty: 'refused',
      remedy: 'Leave `by` out: what is done stands under the name of who is signed in.',
    },
    APPROVAL_UNPROVEN: {
      status: 403,
      duty: 'refused',
      remedy: 'Who approves types their own password: send it as approverPassword.',
    },
    APPROVAL_REFUSED: {
      status: 403,
      duty: 'refused',
      remedy: 'Who approves needs the right password, the role that the action takes, and the facility.',
    },
    AUTH_IS_OFF: {
      status: 409,
      duty: 'refused',
      remedy: 'This server runs without sign-in (server.auth: off): there are no people here.',
    },
    PERSON_UNKNOWN: { status: 404, duty: 'refused', remedy: 'GET /api/v1/people lists the people.' },
    PERSON_EXISTS: {
      status: 409,
      duty: 'refused',
      remedy: 'Choose another name: names are never given again, for what was done stands under them.',
    },
    LAST_ADMIN: {
      status: 409,
      duty: 'refused',
      remedy: 'Make somebody else an administrator of all facilities first.',
    },
    PASSWORD_TOO_SHORT: {
      status: 400,
      duty: 'refused',
      remedy:
        'Take a longer one, such as four words: 12 characters for engineers and administrators, 8 for others.',
    },
    PASSWORD_TOO_EASY: {
      status: 400,
      duty: 'refused',
      remedy:
        'It is one that everybody tries first: take another, such as four words that have nothing in common.',
    },
    LINK_INVALID: {
      status: 404,
      duty: 'refused',
      remedy: 'The link was used, replaced, or is too old: ask an administrator for a new one.',
    },
    SESSION_UNKNOWN: { status: 404, duty: 'refused', remedy: 'GET /api/v1/sessions lists your sessions.' },
    TOKEN_UNKNOWN: { status: 404, duty: 'refused', remedy: 'GET /api/v1/tokens lists the tokens.' },
    TOKEN_EXISTS: {
      status: 409,
      duty: 'refused',
      remedy: 'Choose another name, or revoke that token first.',
    },
    TOKEN_LENGTH: { status: 400, duty: 'refused', remedy: 'Let a token be good for 1h to 400d.' },
    PEOPLE_CHANGED: {
      status: 409,
      duty: 'retry',
      remedy: 'Somebody changed people at the same moment: look at them as they are now and ask again.',
    },
    OIDC_IS_OFF: {
      status: 409,
      duty: 'refused',
      remedy: 'This server has no provider of sign-in (server.oidc): sign in with name and password.',
    },
    OIDC_TOO_MANY: {
      status: 429,
      duty: 'retry',
      remedy: 'Very many sign-ins began at this address: try again in a minute, or sign in with a password.',
    },
    OIDC_UNREACHABLE: {
      status: 503,
      duty: 'retry',
      remedy: 'The provider of sign-in does not answer: try again, or sign in with a password.',
    },
    OIDC_UNTRUSTED: {
      status: 503,
      duty: 'retry',
      remedy:
        'The certificate of the provider is not trusted: check its name and dates, or give its CA in server.oidc.ca.',
    },
    OIDC_MISCONFIGURED: {
      status: 503,
      duty: 'retry',
      remedy:
        'Provider and server.oidc do not fit each other (issuer, client, secret, redirectUrl): the log of the server says what.',
    },
    OIDC_ATTEMPT_UNKNOWN: {
      status: 400,
      duty: 'refused',
      remedy:
        'The sign-in took more than 10 minutes, came twice, or began in another browser or at another address: begin again.',
    },
    OIDC_REFUSED: {
      status: 401,
      duty: 'refused',
      remedy: 'The provider did not let you in: begin again, or ask who administers it.',
    },
    OIDC_TOKEN_INVALID: {
      status: 401,
      duty: 'refused',
      remedy:
        'What the provider sent does not hold (signature, audience, time or nonce): compare the clocks, then look at the log.',
    },
    OIDC_NOT_FRESH: {
      status: 401,
      duty: 'refused',
      remedy:
        'The provider did not ask for credentials again, or does not say when it did (auth_time): see reauthenticate in docs/people.md.',
    },
    OIDC_CLAIM_INVALID: {
      status: 401,
      duty: 'refused',
      remedy: 'The provider gives no name that a person may have here: see server.oidc.nameClaim.',
    },
    OIDC_PERSON_REFUSED: {
      status: 403,
      duty: 'refused',
      remedy: 'Nobody of this name was entered here, or they are disabled: ask an administrator.',
    },
    OIDC_OTHER_IDENTITY: {
      status: 403,
      duty: 'refused',
      remedy:
        'This name belonged to another account of the provider: an administrator makes sure who it is, and unlinks it.',
    },
    ROUTE_UNDECLARED: {
      status: 500,
      duty: 'fatal',
      remedy: 'This is a defect: a route of the API does not say who may use it.',
    },
  },
} as const satisfies Record<string, Record<string, ErrorRow>>

import type { ErrorRow } from '../error-row.ts'

/** Codes of notification, the roster and answers from messages. Key: as in {@link ERROR_GROUPS}. */
export const NOTIFY_ERROR_GROUPS = {
  'Telling people': {
    CHANNEL_UNREACHABLE: {
      status: 503,
      duty: 'retry',
      remedy:
        'The mail server or webhook does not answer: check its address, the network and whether it runs.',
    },
    CHANNEL_TIMEOUT: {
      status: 503,
      duty: 'retry',
      remedy:
        'It took the connection and did not answer in time: look at the other side, or give it more timeout.',
    },
    CHANNEL_CERTIFICATE: {
      status: 503,
      duty: 'retry',
      remedy: 'Its certificate is not trusted: check its name and dates, or give the CA with `ca`.',
    },
    CHANNEL_BUSY: {
      status: 503,
      duty: 'retry',
      remedy: 'It asks for fewer messages: give the channel a limit, or another channel as fallback.',
    },
    CHANNEL_FAILED: {
      status: 503,
      duty: 'retry',
      remedy: 'It could not take the message just now; look at its own log.',
    },
    CHANNEL_REFUSED: {
      status: 502,
      duty: 'refused',
      remedy: 'It refuses the message: check address, user, password, secret and whom it may send to.',
    },
    CHANNEL_UNKNOWN: { status: 404, duty: 'refused', remedy: 'GET /api/v1/channels lists them.' },
    RECEIVER_UNREACHED: {
      status: 422,
      duty: 'refused',
      remedy: 'The responder has no address for this channel: add it to `responders` in the facility file.',
    },
  },
  'The watchdog': {
    ALARM_PATH_BROKEN: {
      status: 503,
      duty: 'retry',
      remedy:
        'Have panels and console watched, then follow docs/runbooks/watchdog-late.md: alarms may reach nobody.',
    },
    WATCHDOG_UNREACHABLE: {
      status: 503,
      duty: 'retry',
      remedy:
        'Start the watchdog (npm run watchdog), or run the command where it runs, with its facility file.',
    },
    WATCHDOG_STALLED: {
      status: 503,
      duty: 'retry',
      remedy: 'Its rounds have stopped: keep its log, and start it again.',
    },
  },
  'The roster': {
    DUTY_UNKNOWN: { status: 404, duty: 'refused', remedy: 'GET /api/v1/roster lists the duties.' },
    RESPONDER_UNKNOWN: { status: 404, duty: 'refused', remedy: 'Responders stand in the facility file.' },
    ABSENCE_UNKNOWN: { status: 404, duty: 'refused', remedy: 'It has ended, or was taken back already.' },
    ABSENCE_INVALID: {
      status: 422,
      duty: 'refused',
      remedy:
        'It ends after it begins and after now, within 400 days, and the substitute is another responder who is there then.',
    },
    ABSENCE_NOT_OWN: {
      status: 403,
      duty: 'refused',
      remedy: 'Operators enter their own absences; an engineer enters those of others.',
    },
    ROSTER_FULL: {
      status: 422,
      duty: 'refused',
      remedy: 'Take back absences that are over; 1,000 are kept for a facility.',
    },
    ROSTER_DAMAGED: {
      status: 500,
      duty: 'fatal',
      remedy:
        'The plan of the facility file holds alone: enter absences again, or restore a backup of server.data.',
    },
  },
  'Answers from messages': {
    ANSWER_INVALID: {
      status: 404,
      duty: 'refused',
      remedy: 'The link is not whole, or not of this server: open the console and acknowledge there.',
    },
    ANSWER_ENDED: {
      status: 410,
      duty: 'refused',
      remedy: 'The link has ended: open the console and acknowledge there.',
    },
    ANSWER_USED: { status: 410, duty: 'refused', remedy: 'The link was used: it is good once.' },
    ANSWER_NOT_YOURS: {
      status: 403,
      duty: 'refused',
      remedy: 'The message was for somebody else: sign in as yourself and acknowledge in the console.',
    },
  },
} as const satisfies Record<string, Record<string, ErrorRow>>

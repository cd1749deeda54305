import Type from 'typebox'
import { ADDRESS_PATTERN } from '../address.ts'
import { PRIORITIES } from '../facility-words.ts'
import { ALARM_KEY_PATTERN } from '../ids.ts'
import { NAME_PATTERN } from '../people-api.ts'
import { closed, Duration, Id } from '../schema-parts.ts'
import { CHANNEL_KINDS, LANGUAGES, MAIL_SECURITIES, WEBHOOK_FORMATS } from './words.ts'

const PersonId = (description: string) =>
  Type.String({ pattern: NAME_PATTERN, title: 'a name to sign in with', description })

export const ResponderSchema = Type.Object(
  {
    id: PersonId('The name that they sign in with; unique in the facility.'),
    name: Type.Optional(
      Type.String({ maxLength: 100, description: 'As people call them. Default: the id.' }),
    ),
    language: Type.Optional(
      Type.Enum(LANGUAGES, { description: 'Of their messages. Default: `notify.language`.' }),
    ),
    email: Type.Optional(
      Type.String({
        pattern: '^[^@\\s<>,;"]+@[^@\\s<>,;"]+$',
        maxLength: 254,
        title: 'an address such as li.wei@plant.example',
        description: 'Channels of kind email reach them there.',
      }),
    ),
    mobile: Type.Optional(
      Type.String({
        pattern: '^\\+?[0-9]{5,15}$',
        title: 'a number such as +8613800000000',
        description: 'By it chat services mention them in a group.',
      }),
    ),
  },
  { ...closed, title: 'responder' },
)

export const DutySchema = Type.Object(
  {
    id: Id('Unique among the duties.'),
    name: Type.Optional(Type.String({ maxLength: 100, description: 'As people call it. Default: the id.' })),
    always: Type.Array(PersonId('A responder.'), {
      default: [],
      description: 'Responders who have it at all times, beside those of the shift.',
    }),
    teams: Type.Record(
      Type.String({ pattern: '^[A-Za-z0-9_]{1,16}$' }),
      Type.Array(PersonId('A responder.')),
      {
        ...closed,
        default: {},
        title: 'teams by name, each a list of responders',
        description: 'Who works together.',
      },
    ),
    cycle: Type.Array(Type.String({ title: 'a team, or - for nobody' }), {
      default: [],
      maxItems: 1000,
      description:
        'The team of each shift, one after the other, over and over; `-` is nobody. Whole days: as many as there are shifts a day, or a multiple of it.',
    }),
    start: Type.Optional(
      Type.String({
        pattern: '^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$',
        title: 'a date such as 2026-11-30',
        description: 'A day whose first shift is the first of the cycle. Needed with a cycle.',
      }),
    ),
    shifts: Type.Optional(
      Type.Array(
        Type.String({ pattern: '^([01][0-9]|2[0-3]):[0-5][0-9]$', title: 'a time of day such as 08:00' }),
        {
          minItems: 1,
          maxItems: 6,
          description: 'When its shifts begin, local time, in order. Default: those of the facility.',
        },
      ),
    ),
  },
  { ...closed, title: 'duty' },
)

const LimitSchema = Type.Object(
  {
    count: Type.Integer({ minimum: 1, maximum: 10_000, description: 'So many messages ...' }),
    per: Duration(
      '... in so long. What is beyond is put together and sent later; of life safety nothing is.',
    ),
  },
  { ...closed, title: 'limit' },
)

export const ChannelSchema = Type.Object(
  {
    id: Id('Unique among the channels. Its failure is the alarm sys.notify.{id}.FAIL.'),
    kind: Type.Enum(CHANNEL_KINDS, { description: 'Mail by SMTP, or an HTTP request.' }),
    host: Type.Optional(Type.String({ minLength: 1, description: 'email: host of the mail server.' })),
    port: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 65535,
        description: 'email: its port. Default: 465 with tls, else 587.',
      }),
    ),
    security: Type.Optional(
      Type.Enum(MAIL_SECURITIES, {
        description:
          'email: `tls` from the first byte, `starttls`, or `none`, on a loopback address only. Default: starttls.',
      }),
    ),
    username: Type.Optional(
      Type.String({ minLength: 1, description: 'email: user name at the mail server.' }),
    ),
    passwordFile: Type.Optional(
      Type.String({
        minLength: 1,
        description: 'email: file that holds the password, relative to this file.',
      }),
    ),
    from: Type.Optional(
      Type.String({ minLength: 3, maxLength: 300, description: 'email: whose address messages bear.' }),
    ),
    url: Type.Optional(
      Type.String({
        pattern: '^https?://[^/]',
        title: 'an http:// or https:// URL',
        description: 'webhook: where it is sent; http:// on a loopback address only.',
      }),
    ),
    urlFile: Type.Optional(
      Type.String({
        minLength: 1,
        description:
          'webhook: or a file that holds the URL, relative to this file: those of chat services are secrets.',
      }),
    ),
    format: Type.Optional(
      Type.Enum(WEBHOOK_FORMATS, { description: 'webhook: what it is sent. Default: davylamp.' }),
    ),
    secretFile: Type.Optional(
      Type.String({
        minLength: 1,
        description:
          'webhook: file with the secret that signs it: of format davylamp the header Davylamp-Signature, of dingtalk the sign in the URL.',
      }),
    ),
    ca: Type.Optional(
      Type.String({
        minLength: 1,
        description: 'PEM file of the CA that is trusted instead of those of the system.',
      }),
    ),
    timeout: Duration('A message that is not taken within so long has failed, and is tried again.', '10s'),
    limit: Type.Optional(LimitSchema),
    fallback: Type.Optional(Id('Channel that takes its messages when it fails.')),
    language: Type.Optional(
      Type.Enum(LANGUAGES, { description: 'Of what it sends to a group. Default: `notify.language`.' }),
    ),
  },
  { ...closed, title: 'channel' },
)

export const MatchSchema = Type.Object(
  {
    lifeSafety: Type.Optional(
      Type.Boolean({ description: 'Whether the class of the alarm is of life safety.' }),
    ),
    priorities: Type.Optional(
      Type.Array(Type.Enum(PRIORITIES), { minItems: 1, description: 'Any of these.' }),
    ),
    classes: Type.Optional(Type.Array(Type.String(), { minItems: 1, description: 'Any of these classes.' })),
    areas: Type.Optional(
      Type.Array(Type.String(), {
        minItems: 1,
        description: 'Any of these areas; `system` is that of what the system says of itself.',
      }),
    ),
    sensors: Type.Optional(Type.Array(Type.String(), { minItems: 1, description: 'Any of these sensors.' })),
    keys: Type.Optional(
      Type.Array(Type.String({ pattern: ALARM_KEY_PATTERN }), {
        minItems: 1,
        description: 'Any of these keys, such as FAULT.',
      }),
    ),
  },
  {
    ...closed,
    title: 'match',
    default: {},
    description: 'All that is given has to hold; nothing given: every alarm.',
  },
)

const StepSchema = Type.Object(
  {
    after: Duration('So long after it was raised, while nobody has acknowledged it.', '0s'),
    to: Type.Array(Id('A duty.'), { minItems: 1, description: 'Who has these duties then.' }),
    by: Type.Array(Id('A channel.'), { minItems: 1, description: 'All of these channels, at once.' }),
  },
  { ...closed, title: 'step' },
)

const PolicySchema = Type.Object(
  {
    id: Id('Unique among the policies.'),
    match: MatchSchema,
    steps: Type.Array(StepSchema, {
      description:
        'Escalation, in order of time. The next step is taken early when a step reaches nobody. None: nobody is told.',
    }),
    repeat: Type.Optional(
      Duration('After the last step it is told to everybody again every so often until it is acknowledged.'),
    ),
    returns: Type.Boolean({
      default: false,
      description: 'Who was told that it was raised is told too that it has returned to normal.',
    }),
    group: Duration('What comes within so long is put together in one message; life safety never is.', '0s'),
  },
  { ...closed, title: 'policy' },
)

const WatchdogSchema = Type.Object(
  {
    sensor: Type.String({
      description:
        'The synthetic sensor: one of this facility, on a device that the watchdog plays, with one alarm of condition high and class watchdog.',
    }),
    device: Type.String({
      pattern: ADDRESS_PATTERN,
      title: 'an address such as 127.0.0.1:5029',
      description: 'Where the watchdog plays its Modbus device; the bus of the sensor connects to it.',
    }),
    listen: Type.String({
      pattern: ADDRESS_PATTERN,
      title: 'an address such as 127.0.0.1:9467',
      description:
        'Where the watchdog takes the messages that end its waiting, and answers /metrics and /health; with `tls` where that is not a loopback address.',
    }),
    tls: Type.Optional(
      Type.Object(
        {
          cert: Type.String({
            description:
              'PEM file of its certificate, those of its authorities behind it, relative to this file.',
          }),
          key: Type.String({
            description: 'PEM file of its key, without a passphrase, relative to this file.',
          }),
        },
        { ...closed, title: 'tls', description: 'It listens by HTTPS instead of HTTP.' },
      ),
    ),
    channel: Id('The webhook channel, of format davylamp, that leads to it.'),
    every: Duration('It drives its alarm through the whole path so often.', '5m'),
    within: Duration('The message has to arrive within so long; else the path is broken.', '30s'),
    tell: Type.Array(Id('A channel.'), {
      minItems: 1,
      description: 'Channels by which the watchdog itself tells that the path is broken, without the server.',
    }),
    to: Type.Array(PersonId('A responder.'), {
      default: [],
      description: 'Whom it tells by channels of kind email.',
    }),
  },
  { ...closed, title: 'watchdog' },
)

export const NotifySchema = Type.Object(
  {
    language: Type.Enum(LANGUAGES, {
      default: 'en',
      description: 'Of messages, where nothing else is said.',
    }),
    url: Type.Optional(
      Type.String({
        pattern: '^https?://[^/]',
        title: 'an http:// or https:// URL',
        description: 'Where responders open the console: messages have links to it. Default: no links.',
      }),
    ),
    linkFor: Duration('A link to acknowledge by is good for so long, and once.', '24h'),
    channels: Type.Array(ChannelSchema, { default: [], description: 'Ways to reach people.' }),
    policies: Type.Array(PolicySchema, {
      default: [],
      description: 'Who is told of which alarm; the first that matches.',
    }),
    watchdog: Type.Optional(WatchdogSchema),
  },
  { ...closed, default: {}, title: 'notify', description: 'Who is told of alarms, and how.' },
)

export type ResponderFile = Type.Static<typeof ResponderSchema>
export type DutyFile = Type.Static<typeof DutySchema>
export type ChannelFile = Type.Static<typeof ChannelSchema>
export type NotifyFile = Type.Static<typeof NotifySchema>

import Type from 'typebox'
import { ADDRESS_PATTERN } from './address.ts'
import { OidcSchema } from './oidc-schema.ts'
import { RegisterDatabaseSchema } from './register/database-schema.ts'
import { closed, Duration, Size } from './schema-parts.ts'

export const MqttSchema = Type.Object(
  {
    url: Type.String({
      pattern: '^(embedded|mqtts?://.+)$',
      default: 'embedded',
      title: 'embedded, or mqtt:// or mqtts:// and a host',
      description: '`embedded` runs a broker inside the server; else the URL of a broker.',
    }),
    listen: Type.String({
      pattern: ADDRESS_PATTERN,
      title: 'an address and port such as 127.0.0.1:1883',
      default: '127.0.0.1:1883',
      description: 'Where the embedded broker listens; loopback only.',
    }),
    prefix: Type.String({
      pattern: '^[^+#\\s/]+(/[^+#\\s/]+)*$',
      title: 'levels of a topic, without + and #',
      default: 'davylamp/v1',
      description: 'First levels of every topic.',
    }),
    username: Type.Optional(Type.String({ description: 'User name at the broker.' })),
    passwordFile: Type.Optional(
      Type.String({ description: 'File that holds the password, relative to this file.' }),
    ),
    ca: Type.Optional(Type.String({ description: 'PEM file of the CA of the broker.' })),
    cert: Type.Optional(Type.String({ description: 'PEM file of the client certificate.' })),
    key: Type.Optional(Type.String({ description: 'PEM file of the key of the client certificate.' })),
  },
  { ...closed, default: {}, title: 'mqtt', description: 'The message broker.' },
)

export const StoreSchema = Type.Object(
  {
    kind: Type.Enum(['embedded', 'influxdb'], {
      default: 'embedded',
      description: '`embedded` is a SQLite file of the server; `influxdb` is InfluxDB 1.x, 2.x or 3.x.',
    }),
    url: Type.Optional(Type.String({ description: 'URL of InfluxDB.' })),
    org: Type.Optional(Type.String({ description: 'Organisation (InfluxDB 2).' })),
    bucket: Type.Optional(Type.String({ description: 'Bucket (InfluxDB 2 and 3).' })),
    api: Type.Enum(['v1', 'v2'], {
      default: 'v2',
      description: 'Which write path to use: v2 with a token, or v1 (InfluxDB 1.x) with user and password.',
    }),
    database: Type.Optional(
      Type.String({ description: 'Database: of api v1; of v2 the name queries use. Default: the bucket.' }),
    ),
    username: Type.Optional(Type.String({ description: 'User name (api v1).' })),
    mirror: Type.Optional(
      Type.String({
        description:
          'URL of a VictoriaMetrics that gets every value too: numbers only, as far as it keeps up.',
      }),
    ),
    retention: Duration('Raw readings are kept this long; never under 30d.', '400d'),
    rollUpRetention: Duration('One-minute roll-ups and alarms are kept this long.', '1100d'),
  },
  { ...closed, default: {}, title: 'store', description: 'The time-series store.' },
)

export const ServerSchema = Type.Object(
  {
    listen: Type.String({
      pattern: ADDRESS_PATTERN,
      title: 'an address and port such as 127.0.0.1:8080',
      default: '127.0.0.1:8080',
      description: 'Address and port of the API and the console.',
    }),
    data: Type.String({
      default: 'data/server',
      description: 'Folder of journal, states, log and embedded store, relative to the working directory.',
    }),
    auth: Type.Enum(['required', 'off'], {
      default: 'required',
      description:
        '`required`: people sign in, machines have tokens (docs/people.md). `off` on a loopback address only: the demo.',
    }),
    sessions: Type.Object(
      {
        idle: Duration('A session ends when nobody uses it for so long; an open console uses it.', '30m'),
        absolute: Duration('A session ends after so long whatever happens: a shift.', '12h'),
        lock: Duration(
          'A console that nobody touches locks its screen after so long; its alarms stay in sight.',
          '15m',
        ),
      },
      { ...closed, default: {}, title: 'sessions', description: 'How long a sign-in lasts.' },
    ),
    oidc: Type.Optional(OidcSchema),
    log: Type.Object(
      {
        maxSize: Size(
          'Readings that wait for the store take at most so much; beyond, gateways keep theirs.',
          '4GB',
        ),
      },
      {
        ...closed,
        default: {},
        title: 'log',
        description: 'What has been taken and is not in the store yet.',
      },
    ),
    journal: Type.Object(
      {
        retention: Duration('The record of alarms and actions is kept this long; never under 400d.', '1100d'),
        signingKeyFile: Type.Optional(
          Type.String({
            description:
              'PEM file of an Ed25519 private key, relative to this file: it signs segments and published heads.',
          }),
        ),
      },
      { ...closed, default: {}, title: 'journal', description: 'The record, which is chained by hashes.' },
    ),
    register: RegisterDatabaseSchema,
    hosts: Type.Array(Type.String(), {
      default: [],
      description: 'Further host names under which browsers may open the console (host or host:port).',
    }),
    tls: Type.Optional(
      Type.Object(
        {
          cert: Type.String({
            description:
              'PEM file of the certificate, those of its authorities behind it, relative to this file. Its names are allowed as those of `hosts`.',
          }),
          key: Type.String({
            description: 'PEM file of its key, without a passphrase, relative to this file.',
          }),
        },
        {
          ...closed,
          title: 'tls',
          description:
            'Serve HTTPS (TLS 1.2 and 1.3) instead of HTTP. A renewed pair is taken at a reload (SIGHUP).',
        },
      ),
    ),
  },
  { ...closed, default: {}, title: 'server', description: 'The server: ingest, alarms, API and console.' },
)

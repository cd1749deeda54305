import Type, { type Static } from 'typebox'
import { closed } from '../schema-parts.ts'

export const RegisterDatabaseSchema = Type.Object(
  {
    kind: Type.Enum(['sqlite', 'postgresql'], {
      default: 'sqlite',
      description:
        '`sqlite` is a file in server.data; `postgresql` is one database for several servers (docs/operations.md).',
    }),
    url: Type.Optional(
      Type.String({
        maxLength: 500,
        description: 'Of PostgreSQL: user, host, port and database; without a password.',
        examples: ['postgres://davylamp@db.plant.example:5432/davylamp'],
      }),
    ),
    passwordFile: Type.Optional(
      Type.String({
        description:
          'File that holds the password at PostgreSQL, relative to this file; DAVYLAMP_REGISTER_PASSWORD wins over it.',
      }),
    ),
    ca: Type.Optional(
      Type.String({
        description:
          'PEM file of the CA of PostgreSQL, relative to this file. With it the connection is TLS; without it nothing is encrypted.',
      }),
    ),
  },
  { ...closed, default: {}, title: 'register database', description: 'The database of the hazard register.' },
)

export type RegisterConfig = Static<typeof RegisterDatabaseSchema>

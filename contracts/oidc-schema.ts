import Type from 'typebox'
import { closed } from './schema-parts.ts'

/** Where the provider sends people back to, at the address of the console. */
export const OIDC_CALLBACK = '/api/v1/sign-in/oidc/callback'

export const OidcSchema = Type.Object(
  {
    issuer: Type.String({
      maxLength: 500,
      description:
        'URL of the provider, as its discovery document says it; https, or http on a loopback address.',
    }),
    clientId: Type.String({
      minLength: 1,
      maxLength: 200,
      description: 'As the provider knows this server.',
    }),
    clientSecretFile: Type.Optional(
      Type.String({
        description:
          'File that holds the secret of the client, relative to this file; a public client has none.',
      }),
    ),
    scopes: Type.Array(Type.String({ pattern: '^[!#-\\[\\]-~]{1,100}$' }), {
      maxItems: 20,
      default: ['openid', 'profile'],
      description: 'What is asked for; `openid` is among them.',
    }),
    nameClaim: Type.String({
      pattern: '^[A-Za-z0-9_.:/-]{1,100}$',
      title: 'the name of a claim',
      default: 'preferred_username',
      description:
        'Claim of the ID token that is the name of the person here. It must be one that people cannot choose themselves.',
    }),
    label: Type.String({
      minLength: 1,
      maxLength: 40,
      default: 'Single sign-on',
      description: 'What the button says.',
    }),
    ca: Type.Optional(
      Type.String({
        description:
          'PEM file of the CA of the provider, relative to this file, instead of those that Node.js brings.',
      }),
    ),
    redirectUrl: Type.String({
      maxLength: 500,
      description: `Address of the console with ${OIDC_CALLBACK} behind it, as the provider has it for this client.`,
      examples: [`https://plant.example:8443${OIDC_CALLBACK}`],
    }),
    reauthenticate: Type.Boolean({
      default: true,
      description:
        'The provider asks for credentials at every sign-in. With `false` its own session lets people in; a locked screen still takes credentials.',
    }),
  },
  {
    ...closed,
    title: 'oidc',
    description: 'People may sign in at an OpenID Connect provider too (docs/people.md).',
  },
)
/** Paths are absolute once the file is resolved. */
export type OidcConfig = Type.Static<typeof OidcSchema>

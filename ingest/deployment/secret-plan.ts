import { generateKeyPairSync } from 'node:crypto'
import { clientFolder } from './certificate-plan.ts'
import { FILES } from './layout.ts'
import type { MqttUser } from './mqtt-users.ts'
import type { DeploymentOptions } from './options.ts'

/** Something that is made once, and that nobody but its owner may read. */
export interface PlannedSecret {
  /** From the folder of the deployment. */
  readonly path: string
  readonly make: (random: (bytes: number) => Buffer) => string
}

/** 192 bits, in characters that need no quotes anywhere. */
const PASSWORD_BYTES = 24

/** @param signingKey of the plant, PEM; one is made where it has none */
export function plannedSecrets(
  options: DeploymentOptions,
  users: readonly MqttUser[],
  signingKey?: string,
): PlannedSecret[] {
  const password = (path: string): PlannedSecret => ({
    path,
    make: (random) => random(PASSWORD_BYTES).toString('base64url'),
  })
  const { grafana, influxdb, server, storePassword, postgresql } = FILES
  return [
    ...users.map((user) => password(passwordFile(user))),
    { path: server.signingKey, make: () => signingKey ?? newSigningKey() },
    password(grafana.adminPassword),
    password(grafana.secretKey),
    password(influxdb.adminPassword),
    ...(options.influxdb === 1
      ? [password(storePassword), password(grafana.storePassword)]
      : [password(influxdb.adminToken)]),
    ...(options.native ? [] : [password(postgresql)]),
  ]
}

export function passwordFile(user: MqttUser): string {
  return `${clientFolder(user)}/mqtt-password`
}

/** Ed25519, as `npm run journal -- key` makes it. */
function newSigningKey(): string {
  return generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
}

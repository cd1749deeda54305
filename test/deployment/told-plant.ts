import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { EXAMPLE } from './deployed.ts'

const SERVER = `server:
  listen: "127.0.0.1:8080"
  sessions: { idle: 20m }
  oidc:
    issuer: https://id.plant.example/realms/plant
    clientId: davylamp
    clientSecretFile: own/oidc-secret
    redirectUrl: https://plant.example:8443/api/v1/sign-in/oidc/callback
`

const SECTIONS = `
notify:
  url: https://plant.example:8443
  channels:
    # The relay of the company.
    - { id: mail, kind: email, host: relay.plant.example, username: davylamp, passwordFile: own/mail, from: davylamp@plant.example }
    - id: group # of the shift
      kind: webhook
      format: dingtalk
      urlFile: own/group-url
      secretFile: own/group-secret
      ca: own/proxy.pem
  policies:
    - id: all
      match: &serious { priorities: [high, critical] }
      steps: [{ to: [operators], by: [mail, group] }]

# Two modules.
annunciators:
  - id: horns
    bus: { driver: modbus-tcp, host: 192.0.2.40 }
    unit: 1
    confirmed: { by: Wang Fang, on: "2026-11-20" }
    outputs:
      - { id: horn, register: { table: coil, address: 0 }, safe: off, shows: unacknowledged, match: *serious }
  - id: lamps
    bus: { driver: modbus-tcp, host: 192.0.2.41 }
    unit: 1
    outputs:
      - { id: lamp, register: { table: coil, address: 0 }, safe: off, shows: active, match: *serious }
`

/** The example with people who are told, a provider of sign-in and annunciators. Its secrets are in `own/`. */
export function toldPlant(root: string): string {
  const file = join(root, 'plant.yaml')
  const example = readFileSync(EXAMPLE, 'utf8').replace(/^server: .*\n/m, SERVER)
  writeFileSync(file, example + SECTIONS)
  mkdirSync(join(root, 'own'), { recursive: true })
  return file
}

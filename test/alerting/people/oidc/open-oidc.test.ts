import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openPeople } from '../../../../alerting/people/open-people.ts'
import { parseFacility } from '../../../../contracts/facility-load.ts'
import { silentLogger } from '../../../../contracts/logger.ts'
import { temporaryFolder } from '../../../temporary-folder.ts'
import { DirectStates } from '../../direct-states.ts'

const PLANT = `facility: { id: plant }
server: { oidc: { issuer: "https://id.example", clientId: davylamp, clientSecretFile: secret, ca: ca.crt, redirectUrl: "https://plant.example/api/v1/sign-in/oidc/callback" } }
gateways:
  - id: gw-1
    buses: [ { id: b, driver: modbus-tcp, host: 127.0.0.1, devices: [ { id: d, sensors: [ { id: T-1, kind: temperature, unit: degC, register: { address: 0 } } ] } ] } ]
`

test('a start reads the files of the provider beside the facility file, and says which is missing', async () => {
  const folder = temporaryFolder()
  const states = new DirectStates(temporaryFolder())
  const open = async () => {
    await using stack = new AsyncDisposableStack()
    const people = await openPeople(stack, {
      main: parseFacility(PLANT, join(folder, 'plant.yaml')),
      states,
      places: { all: new Map() },
      stream: { credentials: () => new Set(), end: () => undefined },
      steady: { now: () => 0 },
      random: randomBytes,
      logger: silentLogger,
    })
    return people?.oidc?.label
  }
  await expect(open()).rejects.toMatchObject({
    code: 'SECRET_UNREADABLE',
    detail: expect.stringContaining('server.oidc.clientSecretFile'),
  })
  writeFileSync(join(folder, 'secret'), 'x\n')
  await expect(open()).rejects.toMatchObject({ detail: expect.stringContaining('server.oidc.ca') })
  writeFileSync(join(folder, 'ca.crt'), 'pem')
  expect(await open()).toBe('Single sign-on')
  await states.close()
})

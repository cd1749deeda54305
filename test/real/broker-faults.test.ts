import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, test, vi } from 'vitest'
import type { GivenCredentials } from '../../contracts/broker-credentials.ts'
import { systemClock } from '../../contracts/clock.ts'
import { parseFacility } from '../../contracts/facility-load.ts'
import { type Logger, silentLogger } from '../../contracts/logger.ts'
import { EdgeGateway } from '../../gateway/edge-gateway.ts'
import { randomId, startServer } from '../../ingest/main.ts'
import { keepCertificate, makeCertificate } from '../contracts/certificates.ts'
import { takePort } from '../ports.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { unlessReal } from './unless-real.ts'

const BROKER = '/usr/sbin/mosquitto'
const PASSWD = '/usr/bin/mosquitto_passwd'
const needed = unlessReal(BROKER, PASSWD)
const DAY = 86_400_000
const authority = makeCertificate({ name: 'plant CA', isAuthority: true })
const made = (name: string, days: number) =>
  makeCertificate({
    name,
    names: ['127.0.0.1'],
    by: authority,
    from: Date.now() - 30 * DAY,
    until: Date.now() + days * DAY,
  })

const running: { stop(): unknown }[] = []
afterEach(async () => {
  for (const one of running.splice(0).reverse()) await one.stop()
})

/** What one of ours said in its log, and the means to start it against a broker of these lines. */
async function scene(broker: (folder: string) => string[]) {
  const folder = temporaryFolder()
  const port = await takePort()
  const said: Record<string, unknown>[] = []
  const note = (fields: object, message: string) => void said.push({ ...fields, message })
  const logger: Logger = { ...silentLogger, info: note, warn: note, error: note, child: () => logger }
  keepCertificate(folder, 'ca', authority)
  const config = join(folder, 'mosquitto.conf')
  writeFileSync(config, [`listener ${port} 127.0.0.1`, 'user root', ...broker(folder), ''].join('\n'))
  const child: ChildProcess = spawn(BROKER, ['-c', config], { stdio: 'ignore' })
  running.push({ stop: () => child.kill('SIGKILL') })
  const facility = (mqtt: string) =>
    parseFacility(
      `facility: { id: plant }
mqtt: { url: "${mqtt.includes('ca:') ? 'mqtts' : 'mqtt'}://127.0.0.1:${port}", ${mqtt} }
server: { auth: off, data: ${join(folder, 'server')} }
gateways: [ { id: gw-1, outbox: { path: memory }, buses: [] } ]
`,
      join(folder, 'plant.yaml'),
    )
  const common = { clock: systemClock, random: () => 0, randomId, logger }
  return {
    folder,
    said,
    async gateway(mqtt: string, credentials: GivenCredentials = {}) {
      const gateway = new EdgeGateway({ ...common, facility: facility(mqtt), gateway: 'gw-1', credentials })
      running.push(gateway)
      await gateway.start()
    },
    async server(mqtt: string, credentials: GivenCredentials = {}) {
      const listen = { http: '127.0.0.1:0' }
      running.push(await startServer({ ...common, facilities: [facility(mqtt)], credentials, listen }))
    },
    /** Waits until it is said, and answers with all that was of this code. */
    async told(expected: object, code?: string) {
      await vi.waitFor(() => expect(said).toContainEqual(expect.objectContaining(expected)), {
        timeout: 60_000,
      })
      return said.filter((line) => line.code === code)
    },
  }
}

function tls(folder: string, days: number, more: string[] = []): string[] {
  keepCertificate(folder, 'broker', made('broker', days))
  const files = { cafile: 'ca.pem', certfile: 'broker.pem', keyfile: 'broker.key' }
  const lines = Object.entries(files).map(([key, file]) => `${key} ${join(folder, file)}`)
  return [...lines, 'allow_anonymous true', ...more]
}

function withPasswords(folder: string): string[] {
  const file = join(folder, 'passwords')
  execFileSync(PASSWD, ['-b', '-c', file, 'plant.gw-1', 'right'])
  return [`password_file ${file}`, 'allow_anonymous false']
}

describe.skipIf(needed.skip)(`what is wrong at a broker${needed.reason}`, () => {
  test.each(['gateway', 'server'] as const)(
    'its certificate has expired: the %s waits and says so once',
    async (who) => {
      const scenery = await scene((folder) => tls(folder, -1))
      await scenery[who]('ca: ca.pem')
      const code = 'BROKER_UNTRUSTED'
      const detail = expect.stringContaining('the certificate of the broker, or of its CA, has expired')
      await scenery.told({ code, detail, message: expect.stringContaining('check mqtt.ca') })
      await new Promise((resolve) => setTimeout(resolve, 3_000))
      expect(scenery.said.filter((line) => line.code === code)).toHaveLength(1)
    },
    60_000,
  )

  test.each(['gateway', 'server'] as const)(
    'the user is refused: the %s waits and says so once',
    async (who) => {
      const scenery = await scene(withPasswords)
      await scenery[who]('username: plant.gw-1', { password: 'wrong' })
      const code = 'BROKER_REFUSED'
      await scenery.told({ code, message: expect.stringContaining('check its user name, password and ACL') })
      await new Promise((resolve) => setTimeout(resolve, 3_000))
      expect(scenery.said.filter((line) => line.code === code)).toHaveLength(1)
    },
    60_000,
  )

  test('a user name of the environment wins over that of the file', async () => {
    const scenery = await scene(withPasswords)
    await scenery.gateway('username: nobody', { username: 'plant.gw-1', password: 'right' })
    await scenery.told({ message: 'connected to the broker' })
  })

  test('our certificate has expired: the gateway waits, and connects once it is renewed on the disk', async () => {
    const scenery = await scene((folder) => tls(folder, 30, ['require_certificate true']))
    const { folder } = scenery
    keepCertificate(folder, 'own', made('plant.gw-1', -1))
    const files = { certFile: join(folder, 'own.pem'), keyFile: join(folder, 'own.key') }
    await scenery.gateway('ca: ca.pem', files)
    await scenery.told({
      code: 'CERTIFICATE_EXPIRED',
      what: 'DAVYLAMP_MQTT_CERT_FILE',
      subject: 'CN=plant.gw-1',
    })
    await scenery.told({ code: 'BROKER_UNTRUSTED' })
    keepCertificate(folder, 'own', made('plant.gw-1', 90))
    await scenery.told({ message: 'connected to the broker' })
  })
})

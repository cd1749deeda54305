import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { systemClock } from '../../contracts/clock.ts'
import { parseFacility } from '../../contracts/facility-load.ts'
import { type Logger, silentLogger } from '../../contracts/logger.ts'
import { EdgeGateway } from '../../gateway/edge-gateway.ts'
import { takePort } from '../ports.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { unlessReal } from './unless-real.ts'

const BROKER = '/usr/sbin/mosquitto'
const OPENSSL = '/usr/bin/openssl'
const needed = unlessReal(BROKER, OPENSSL)

/** A broker that shows a certificate of a CA of its own and asks every client for one. */
describe.skipIf(needed.skip)(`a broker over TLS${needed.reason}`, () => {
  let folder: string
  let port: number
  let broker: ChildProcess

  beforeAll(async () => {
    folder = temporaryFolder()
    port = await takePort()
    for (const name of ['ca', 'other']) authority(name)
    for (const name of ['broker', 'gw-1']) certificate(name, 'ca')
    certificate('stranger', 'other')
    writeFileSync(
      join(folder, 'mosquitto.conf'),
      [
        `listener ${port} 127.0.0.1`,
        `cafile ${join(folder, 'ca.pem')}`,
        `certfile ${join(folder, 'broker.pem')}`,
        `keyfile ${join(folder, 'broker.key')}`,
        // Started by root it would read the key as somebody else.
        'user root',
        'require_certificate true',
        'use_identity_as_username true',
        'allow_anonymous false',
        '',
      ].join('\n'),
    )
    broker = spawn(BROKER, ['-c', join(folder, 'mosquitto.conf')], { stdio: 'ignore' })
  })
  afterAll(() => void broker?.kill('SIGKILL'))

  function openssl(...args: string[]): void {
    execFileSync(OPENSSL, args, { cwd: folder, stdio: 'ignore' })
  }

  function authority(name: string): void {
    const subject = ['-subj', `/CN=${name}`, '-days', '90', '-nodes', '-newkey', 'rsa:2048']
    openssl('req', '-x509', ...subject, '-keyout', `${name}.key`, '-out', `${name}.pem`)
  }

  function certificate(name: string, ca: string): void {
    openssl(
      'req',
      '-nodes',
      '-newkey',
      'rsa:2048',
      '-subj',
      `/CN=${name}`,
      '-keyout',
      `${name}.key`,
      '-out',
      `${name}.csr`,
    )
    writeFileSync(join(folder, 'names.cnf'), 'subjectAltName=IP:127.0.0.1\n')
    const by = [
      '-CA',
      `${ca}.pem`,
      '-CAkey',
      `${ca}.key`,
      '-CAcreateserial',
      '-extfile',
      'names.cnf',
      '-days',
      '90',
    ]
    openssl('x509', '-req', '-in', `${name}.csr`, '-out', `${name}.pem`, ...by)
  }

  /** What a gateway with these files logs until it is connected or tells why it is not. */
  async function attempt(files: {
    ca?: string
    cert?: string
  }): Promise<{ code?: unknown; message: string }> {
    const lines: { code?: unknown; message: string }[] = []
    const note = (fields: object, message: string) => void lines.push({ ...fields, message })
    const logger: Logger = { ...silentLogger, info: note, warn: note, child: () => silentLogger }
    const keys = [
      ...(files.ca === undefined ? [] : [`ca: ${files.ca}.pem`]),
      ...(files.cert === undefined ? [] : [`cert: ${files.cert}.pem`, `key: ${files.cert}.key`]),
    ]
    const facility = parseFacility(
      `
facility: { id: plant }
mqtt: { ${[`url: "mqtts://127.0.0.1:${port}"`, ...keys].join(', ')} }
gateways: [ { id: gw-1, outbox: { path: memory }, buses: [] } ]
`,
      join(folder, 'plant.yaml'),
    )
    const gateway = new EdgeGateway({
      facility,
      gateway: 'gw-1',
      clock: systemClock,
      random: Math.random,
      randomId: () => 'id',
      logger,
    })
    await gateway.start()
    await vi.waitFor(() => expect(lines).not.toEqual([]), { timeout: 60_000 })
    await gateway.stop()
    const [line] = lines
    if (line === undefined) throw new Error('it says nothing')
    return line
  }

  test('takes a gateway that knows its CA and shows a certificate of it', async () => {
    await vi.waitFor(
      async () => expect((await attempt({ ca: 'ca', cert: 'gw-1' })).message).toBe('connected to the broker'),
      { timeout: 60_000 },
    )
  })

  test.each([
    ['without the CA', { cert: 'gw-1' }],
    ['with another CA', { ca: 'other', cert: 'gw-1' }],
    ['without a certificate', { ca: 'ca' }],
    ['with a certificate of another CA', { ca: 'ca', cert: 'stranger' }],
  ] as const)('%s the gateway says what is wrong', async (_, files) => {
    const { code, message } = await attempt(files)
    expect(code).toBe('BROKER_UNTRUSTED')
    expect(message).toContain('check mqtt.ca')
  })
})

import { X509Certificate } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { ServerInfo } from '../../contracts/api.ts'
import { systemClock } from '../../contracts/clock.ts'
import { readFacilities } from '../../contracts/facility-reader.ts'
import { loadFacilities } from '../../contracts/facility-set.ts'
import { type Logger, silentLogger } from '../../contracts/logger.ts'
import { type RunningServer, randomId, startServer } from '../../ingest/main.ts'
import { keepCertificate, makeCertificate } from '../contracts/certificates.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { ask, opened } from './https.ts'

const DAY = 86_400_000
const authority = makeCertificate({ name: 'plant CA', isAuthority: true })
const own = (days = 90) =>
  makeCertificate({
    name: 'server',
    names: ['127.0.0.1', 'console.plant.example'],
    by: authority,
    until: Date.now() + days * DAY,
  })
const { pem: ca } = authority

/** A plant in a folder of its own, served over TLS. */
function plantIn(folder: string): { start: (logger?: Logger) => Promise<RunningServer> } {
  const file = join(folder, 'plant.yaml')
  writeFileSync(
    file,
    `facility: { id: plant }
server: { auth: off, data: ${join(folder, 'server')}, tls: { cert: own.pem, key: own.key } }
gateways: [ { id: gw-1, buses: [] } ]
`,
  )
  const start = (logger: Logger = silentLogger) =>
    startServer({
      facilities: loadFacilities([file]),
      read: (known) => readFacilities([file], known),
      clock: systemClock,
      randomId,
      random: Math.random,
      logger,
      listen: { http: '127.0.0.1:0', mqtt: '127.0.0.1:0' },
    })
  return { start }
}

describe('a server with TLS', () => {
  const folder = temporaryFolder()
  const said: Record<string, unknown>[] = []
  const note = (fields: object, message: string) => void said.push({ ...fields, message })
  let server: RunningServer
  let port: number

  beforeAll(async () => {
    keepCertificate(folder, 'own', own())
    const { start } = plantIn(folder)
    server = await start({ ...silentLogger, info: note, warn: note, error: note })
    port = server.http.port
  })
  afterAll(() => server.stop())

  test('answers to its own name and those of its certificate, and to no other', async () => {
    expect(server.http.isTls).toBe(true)
    for (const host of [`127.0.0.1:${port}`, `console.plant.example:${port}`]) {
      const origin = `https://${host}`
      expect((await ask(port, '/healthz', { ca, headers: { host, origin } })).status, host).toBe(200)
    }
    const foreign = await ask(port, '/healthz', { ca, headers: { host: 'evil.example' } })
    expect(JSON.parse(foreign.body)).toMatchObject({ code: 'HOST_REFUSED' })
    const plain = await ask(port, '/healthz', { ca, headers: { origin: `http://127.0.0.1:${port}` } })
    expect(JSON.parse(plain.body)).toMatchObject({ code: 'ORIGIN_REFUSED' })
  })

  test('serves the console, and speaks neither plain HTTP nor old TLS', async () => {
    expect((await ask(port, '/', { ca })).body).toContain('<!doctype html>')
    await expect(fetch(`http://127.0.0.1:${port}/healthz`)).rejects.toThrow()
    await expect(ask(port, '/healthz', { ca, maxVersion: 'TLSv1.1' })).rejects.toThrow(/protocol|version/i)
    expect((await ask(port, '/healthz', { ca, maxVersion: 'TLSv1.2' })).status).toBe(200)
  })

  test('says when its certificate ends', async () => {
    const { certificates } = JSON.parse((await ask(port, '/api/v1/server', { ca })).body) as ServerInfo
    expect(certificates).toMatchObject([
      { what: 'server.tls.cert', file: join(folder, 'own.pem'), subject: 'CN=server', state: 'valid' },
    ])
    const { body } = await ask(port, '/metrics', { ca })
    const seconds = Number(
      /^davylamp_certificate_expiry_seconds\{certificate="server.tls.cert"\} (\d+)$/m.exec(body)?.[1],
    )
    expect(seconds).toBeGreaterThan(89.9 * 86_400)
    expect(seconds).toBeLessThanOrEqual(90 * 86_400)
  })

  test('takes a renewed certificate at a reload, and cuts no connection', async () => {
    const stream = await opened(port, '/api/v1/stream', { ca })
    let heard = ''
    stream.setEncoding('utf8').on('data', (text: string) => {
      heard += text
    })
    const renewed = own(20)
    keepCertificate(folder, 'own', renewed)
    expect((await ask(port, '/healthz', { ca })).fingerprint).not.toBe(printOf(renewed.pem))
    expect((await ask(port, '/api/v1/reload', post())).status).toBe(200)
    expect((await ask(port, '/healthz', { ca })).fingerprint).toBe(printOf(renewed.pem))
    expect(said).toContainEqual(
      expect.objectContaining({
        message: expect.stringMatching(/renewed certificate .* was taken/),
        subject: 'CN=server',
      }),
    )
    expect(said).toContainEqual(expect.objectContaining({ code: 'CERTIFICATE_EXPIRES_SOON', days: 19 }))
    const before = heard.length
    await vi.waitFor(() => expect(heard.slice(before)).toContain('event: heartbeat'), { timeout: 5_000 })
    stream.destroy()
  })

  test('goes on with what it has when the renewed one is half written', async () => {
    const { fingerprint } = await ask(port, '/healthz', { ca })
    said.length = 0
    writeFileSync(join(folder, 'own.pem'), own().pem.slice(0, 90))
    await server.reload()
    expect(said).toContainEqual(
      expect.objectContaining({
        code: 'CERTIFICATE_UNREADABLE',
        message: expect.stringContaining('stays as it was'),
      }),
    )
    expect((await ask(port, '/healthz', { ca })).fingerprint).toBe(fingerprint)
  })
})

test('a start with a certificate that has ended fails, and leaves nothing behind', async () => {
  const folder = temporaryFolder()
  const { start } = plantIn(folder)
  keepCertificate(folder, 'own', own(-1))
  await expect(start()).rejects.toMatchObject({
    code: 'CERTIFICATE_EXPIRED',
    detail: expect.stringContaining(join(folder, 'own.pem')),
  })
  keepCertificate(folder, 'own', own())
  await (await start()).stop()
})

function post() {
  return { ca, method: 'POST', headers: { 'content-type': 'application/json' } }
}

function printOf(pem: string): string {
  return new X509Certificate(pem).fingerprint256
}

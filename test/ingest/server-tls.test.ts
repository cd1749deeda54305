import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parseFacility } from '../../contracts/facility-load.ts'
import { type Logger, silentLogger } from '../../contracts/logger.ts'
import { ServerTls } from '../../ingest/tls/server-tls.ts'
import { keepCertificate, makeCertificate } from '../contracts/certificates.ts'
import { temporaryFolder } from '../temporary-folder.ts'

const NOON = Date.UTC(2026, 10, 29, 12)
const DAY = 86_400_000
const authority = makeCertificate({ name: 'plant CA', isAuthority: true })
const made = (from: number, until: number) =>
  makeCertificate({ name: 'server', names: ['plant.example'], by: authority, from, until })
const own = made(NOON - DAY, NOON + 90 * DAY)

function open(folder: string, logger: Logger = silentLogger): ServerTls | undefined {
  const facility = parseFacility(
    `facility: { id: plant }
server: { tls: { cert: own.pem, key: own.key } }
gateways: [ { id: gw-1, buses: [] } ]
`,
    join(folder, 'plant.yaml'),
  )
  return ServerTls.open(facility, { now: () => NOON, logger })
}

describe('the certificate of the server', () => {
  test('is taken with its chain, from beside the facility file', () => {
    const folder = temporaryFolder()
    keepCertificate(folder, 'own', { ...own, pem: own.pem + authority.pem })
    const pair = open(folder)?.pair
    expect(pair?.cert.toString()).toBe(own.pem + authority.pem)
    expect(pair?.names).toEqual(['plant.example'])
  })

  const cases: [string, (folder: string) => void, string][] = [
    ['is not there', () => undefined, 'SECRET_UNREADABLE'],
    ['has no key', (folder) => writeFileSync(join(folder, 'own.pem'), own.pem), 'SECRET_UNREADABLE'],
    ['has ended', (folder) => keepCertificate(folder, 'own', made(0, NOON)), 'CERTIFICATE_EXPIRED'],
    [
      'is not valid yet',
      (folder) => keepCertificate(folder, 'own', made(NOON + 1_000, NOON + DAY)),
      'CERTIFICATE_NOT_YET_VALID',
    ],
    ['is none', (folder) => keepCertificate(folder, 'own', { ...own, pem: 'x' }), 'CERTIFICATE_UNREADABLE'],
    [
      'has a key that is none',
      (folder) => keepCertificate(folder, 'own', { ...own, keyPem: 'x' }),
      'KEY_UNREADABLE',
    ],
    [
      'has the key of another',
      (folder) => keepCertificate(folder, 'own', { ...own, keyPem: authority.keyPem }),
      'KEY_MISMATCH',
    ],
  ]
  test.each(cases)('is refused when it %s', (_, prepare, code) => {
    const folder = temporaryFolder()
    prepare(folder)
    const detail = expect.stringContaining(join(folder, 'own.'))
    expect(() => open(folder)).toThrow(expect.objectContaining({ code, detail }))
  })

  test.each(cases)('stays as it was when a renewed one %s', (_, prepare, code) => {
    const folder = temporaryFolder()
    keepCertificate(folder, 'own', own)
    const said: object[] = []
    const tls = open(folder, { ...silentLogger, error: (fields) => void said.push(fields) })
    for (const file of ['own.pem', 'own.key']) rmSync(join(folder, file))
    prepare(folder)
    tls?.renew(() => expect.fail('nothing is to be applied'))
    expect(said).toMatchObject([{ code }])
    expect(tls?.pair.cert.toString()).toBe(own.pem)
  })

  test('is applied once when it was renewed', () => {
    const folder = temporaryFolder()
    keepCertificate(folder, 'own', own)
    const tls = open(folder)
    const applied: string[] = []
    const renew = () => tls?.renew(({ cert }) => void applied.push(cert.toString()))
    renew()
    const renewed = made(NOON, NOON + 365 * DAY)
    keepCertificate(folder, 'own', renewed)
    renew()
    renew()
    expect(applied).toEqual([renewed.pem])
    expect(tls?.source.read().toString()).toBe(renewed.pem)
  })
})

import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { Logger } from '../../contracts/logger.ts'
import { silentLogger } from '../../contracts/logger.ts'
import { certificatesIn, requireInForce, requirePair } from '../../contracts/tls/certificate.ts'
import { CertificateWatch, EXPIRING_MS } from '../../contracts/tls/certificate-watch.ts'
import { makeCertificate } from './certificates.ts'

const NOON = Date.UTC(2026, 10, 29, 12)
const DAY = 86_400_000
const authority = makeCertificate({ name: 'plant CA', isAuthority: true, from: NOON, until: NOON + 10 * DAY })
const server = makeCertificate({
  name: 'server',
  names: ['Console.plant.example', '10.0.0.5', '*.plant.example'],
  from: NOON,
  until: NOON + 5 * DAY,
  by: authority,
})
const pem = (...made: { pem: string }[]) => Buffer.from(made.map((one) => one.pem).join('some words\n'))
const coded = (code: string, detail: RegExp) =>
  expect.objectContaining({ code, detail: expect.stringMatching(detail) })

describe('certificates', () => {
  it('are read with all that matters of them, whatever stands between them', () => {
    const [first, second, ...others] = certificatesIn(pem(server, authority), 'server.pem')
    expect(others).toEqual([])
    expect(first).toMatchObject({ subject: 'CN=server', from: NOON, until: NOON + 5 * DAY })
    expect(second).toMatchObject({ subject: 'CN=plant CA', names: [] })
  })

  it('are for the names that they list, but for a wildcard', () => {
    expect(certificatesIn(pem(server), 'server.pem')[0]?.names).toEqual(['console.plant.example', '10.0.0.5'])
  })

  it.each([
    ['nothing', '', /server\.pem: there is no certificate/],
    ['a key', server.keyPem, /there is no certificate/],
    ['a damaged one', server.pem.replace(/\n.{20}/, '\nAAAA'), /server\.pem: /],
    [
      'a damaged one behind a sound one',
      server.pem + authority.pem.replace(/\n.{20}/, '\nAAAA'),
      /certificate 2: /,
    ],
  ])('are refused when there is %s', (_, text, detail) => {
    expect(() => certificatesIn(Buffer.from(text), 'server.pem')).toThrow(
      coded('CERTIFICATE_UNREADABLE', detail),
    )
  })

  it.each([
    ['before', NOON - 1, 'CERTIFICATE_NOT_YET_VALID'],
    ['at the beginning', NOON, undefined],
    ['just before the end', NOON + 5 * DAY - 1, undefined],
    ['at the end', NOON + 5 * DAY, 'CERTIFICATE_EXPIRED'],
  ])('%s they are in force or not', (_, now, code) => {
    const [certificate] = certificatesIn(pem(server), 'server.pem')
    if (certificate === undefined) throw new Error('none')
    const check = () => requireInForce(certificate, 'server.pem', now)
    if (code === undefined) expect(check).not.toThrow()
    else expect(check).toThrow(coded(code, /server\.pem \(CN=server\).*2026-1[12]-\d\dT12:00:00Z/))
  })
})

describe('a certificate and its key', () => {
  const pair = (cert: { pem: string }, key: string) => () =>
    requirePair({ pem: pem(cert), where: 'a.pem' }, { pem: Buffer.from(key), where: 'a.key' })
  const encrypted = String(
    generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({
      format: 'pem',
      type: 'pkcs8',
      cipher: 'aes-256-cbc',
      passphrase: 'x',
    }),
  )

  it('belong together', () => expect(pair(server, server.keyPem)).not.toThrow())

  it.each([
    ['of another', authority.keyPem, 'KEY_MISMATCH', /a\.key is not the key of a\.pem \(CN=server\)/],
    ['that is none', 'nonsense', 'KEY_UNREADABLE', /a\.key: /],
    ['with a passphrase', encrypted, 'KEY_UNREADABLE', /a\.key: it wants a passphrase/],
  ])('a key %s is refused', (_, key, code, detail) => expect(pair(server, key)).toThrow(coded(code, detail)))
})

describe('the watch over certificates', () => {
  function watched(sources: { what: string; pem: () => Buffer; isAuthority?: boolean }[]) {
    const said: object[] = []
    const note = (level: string) => (fields: object) => void said.push({ level, ...fields })
    const logger: Logger = { ...silentLogger, warn: note('warn'), error: note('error') }
    const clock = { now: NOON }
    const watch = new CertificateWatch({
      sources: sources.map(({ what, pem: read, isAuthority = false }) => ({
        what,
        file: `/etc/${what}`,
        isAuthority,
        read,
      })),
      now: () => clock.now,
      logger,
    })
    return { watch, said, clock }
  }

  it('warns from thirty days before the end, then calls it an error', () => {
    const made = makeCertificate({ name: 'server', from: NOON, until: NOON + EXPIRING_MS + DAY })
    const { watch, said, clock } = watched([{ what: 'server.tls.cert', pem: () => pem(made) }])
    watch.look()
    expect(said).toEqual([])
    clock.now += DAY
    watch.look()
    expect(said).toEqual([
      {
        level: 'warn',
        code: 'CERTIFICATE_EXPIRES_SOON',
        what: 'server.tls.cert',
        file: '/etc/server.tls.cert',
        subject: 'CN=server',
        until: '2026-12-30T12:00:00Z',
        days: 30,
      },
    ])
    clock.now += EXPIRING_MS
    expect(watch.certificates()).toMatchObject([{ state: 'expired', until: NOON + EXPIRING_MS + DAY }])
    watch.look()
    expect(said.at(-1)).toMatchObject({ level: 'error', code: 'CERTIFICATE_EXPIRED', days: 0 })
    clock.now = NOON - 1
    watch.look()
    expect(said.at(-1)).toMatchObject({ level: 'error', code: 'CERTIFICATE_NOT_YET_VALID' })
  })

  it('takes the first end of a chain and the last of authorities', () => {
    const both = () => pem(authority, server)
    const { watch } = watched([
      { what: 'chain', pem: both },
      { what: 'ca', pem: both, isAuthority: true },
    ])
    watch.look()
    expect(watch.certificates()).toMatchObject([
      { what: 'chain', subject: 'CN=server' },
      { what: 'ca', subject: 'CN=plant CA' },
    ])
  })

  it('tells one that cannot be read, and sees what was renewed at the next look', () => {
    let content = Buffer.from('half written')
    const { watch, said } = watched([{ what: 'mqtt.cert', pem: () => content }])
    watch.look()
    expect(said).toMatchObject([{ level: 'error', code: 'CERTIFICATE_UNREADABLE', what: 'mqtt.cert' }])
    expect(watch.certificates()).toEqual([])
    content = pem(makeCertificate({ name: 'renewed', from: NOON, until: NOON + 90 * DAY }))
    watch.look()
    expect(watch.certificates()).toMatchObject([{ subject: 'CN=renewed', state: 'valid' }])
  })
})

import { randomBytes, X509Certificate } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addressBytes } from '../../ingest/deployment/address-bytes.ts'
import { certificateProblems } from '../../ingest/deployment/certificate-check.ts'
import { issueAuthority, issueCertificate } from '../../ingest/deployment/certificates.ts'
import { DAY, NOW } from './deployed.ts'

const tools = { now: NOW, random: randomBytes }
const ca = issueAuthority('Davylamp CA', tools)
const names = ['mosquitto', 'plant.example', '10.0.0.5', '::1', 'fe80::1:2']

describe('certificates', () => {
  it('a CA signs certificates and no other CA', () => {
    const authority = new X509Certificate(ca.cert)
    expect(authority.ca).toBe(true)
    expect(authority.checkIssued(authority)).toBe(true)
    expect(authority.toString()).toMatch(/^-----BEGIN CERTIFICATE-----\n/)
  })

  it('a server has the names that it was asked for, and the purpose', () => {
    const pair = issueCertificate({ commonName: 'mosquitto', usage: 'server', names }, ca, tools)
    const certificate = new X509Certificate(pair.cert)
    expect(certificate.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1'])
    expect(certificate.ca).toBe(false)
    for (const name of names) {
      const found =
        name.includes(':') || /^\d/.test(name) ? certificate.checkIP(name) : certificate.checkHost(name)
      expect(found, name).toBe(name)
    }
    expect(
      certificateProblems({ ...pair, commonName: 'mosquitto', usage: 'server', names }, ca.cert, NOW),
    ).toEqual([])
  })

  it('ends when it should, beyond 2049 too', () => {
    const far = Date.UTC(2049, 5, 1)
    const late = issueAuthority('Davylamp CA', { ...tools, now: far })
    expect(new X509Certificate(late.cert).validToDate.getTime()).toBe(far + 3_650 * DAY)
    const { cert } = issueCertificate({ commonName: 'x', usage: 'client', names: [] }, ca, tools)
    expect(new X509Certificate(cert).validToDate.getTime()).toBe(NOW + 397 * DAY)
    expect(new X509Certificate(cert).validFromDate.getTime()).toBe(NOW - DAY)
  })

  it('a renewed CA with the key of the old one stands for what that signed, and the other way round', () => {
    const renewed = issueAuthority('Davylamp CA', { ...tools, now: NOW + 3_000 * DAY }, ca.key)
    const request = { commonName: 'x', usage: 'server', names: ['x'] } as const
    for (const [signer, known] of [
      [ca, renewed],
      [renewed, ca],
    ] as const) {
      const pair = issueCertificate(request, signer, tools)
      expect(certificateProblems({ ...request, ...pair }, known.cert, NOW)).toEqual([])
    }
  })

  it('serial numbers are positive and as long as they are said to be', () => {
    for (const byte of [0x00, 0x7f, 0x80, 0xff]) {
      const odd = { now: NOW, random: (size: number) => Buffer.alloc(size, byte) }
      const { serialNumber } = new X509Certificate(issueAuthority('x', odd).cert)
      expect(serialNumber).toMatch(/^[4-7][0-9A-F]{31}$/)
    }
  })
})

describe('bytes of an address', () => {
  it('are those that Node finds in a certificate', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (address) => {
        const bytes = addressBytes(address)
        expect(bytes.length).toBe(address.includes(':') ? 16 : 4)
        const pair = issueCertificate({ commonName: 'x', usage: 'server', names: [address] }, ca, tools)
        expect(new X509Certificate(pair.cert).checkIP(address)).toBe(address)
      }),
      { numRuns: 50 },
    )
  })
})

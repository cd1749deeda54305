import { writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  brokerCertificates,
  brokerCredentials,
  freshCredentials,
  givenCredentials,
  withoutSecrets,
} from '../../contracts/broker-credentials.ts'
import type { Facility } from '../../contracts/facility.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { keepCertificate, makeCertificate } from './certificates.ts'

function facility(given: Partial<Facility['mqtt']>): Pick<Facility, 'mqtt' | 'file'> {
  const mqtt = { url: 'mqtt://plant:1883', listen: '127.0.0.1:1883', prefix: 'davylamp/v1', ...given }
  return { mqtt, file: join(folder, 'plant.yaml') }
}

const folder = temporaryFolder()
const authority = makeCertificate({ name: 'plant CA', isAuthority: true })
const gateway = makeCertificate({ name: 'gw-1', by: authority })
const other = makeCertificate({ name: 'gw-2', by: authority })
keepCertificate(folder, 'ca', authority)
keepCertificate(folder, 'gw', gateway)
keepCertificate(folder, 'other', other)

describe('broker credentials', () => {
  it('are none when the file gives none', () => {
    expect(brokerCredentials(facility({}))).toEqual({})
  })

  it('read files relative to the facility file, as they stand', () => {
    expect(
      brokerCredentials(facility({ ca: 'ca.pem', cert: './gw.pem', key: join(folder, 'gw.key') })),
    ).toEqual({
      ca: Buffer.from(authority.pem),
      cert: Buffer.from(gateway.pem),
      key: Buffer.from(gateway.keyPem),
    })
  })

  it.each([
    ['secret\n', 'secret'],
    ['secret\r\n', 'secret'],
    ['secret', 'secret'],
    [' secret \n', ' secret '],
    ['secret\n\n', 'secret\n'],
  ])('take %j of a password file for %j', (text, password) => {
    writeFileSync(join(folder, 'password'), text)
    expect(brokerCredentials(facility({ username: 'server', passwordFile: 'password' }))).toEqual({
      username: 'server',
      password,
    })
  })

  it('prefer the password that is given, and then read no file', () => {
    expect(brokerCredentials(facility({ passwordFile: 'none' }), { password: 'given' })).toEqual({
      password: 'given',
    })
  })

  it('prefer what the environment says, with paths from the working directory', () => {
    const env = {
      DAVYLAMP_MQTT_USERNAME: 'plant.gw-1',
      DAVYLAMP_MQTT_PASSWORD: 'given',
      DAVYLAMP_MQTT_CERT_FILE: relative('.', join(folder, 'gw.pem')),
      DAVYLAMP_MQTT_KEY_FILE: relative('.', join(folder, 'gw.key')),
    }
    const mqtt = { username: 'server', passwordFile: 'none', cert: 'none', key: 'none' }
    expect(brokerCredentials(facility(mqtt), givenCredentials(env))).toEqual({
      username: 'plant.gw-1',
      password: 'given',
      cert: Buffer.from(gateway.pem),
      key: Buffer.from(gateway.keyPem),
    })
    expect(brokerCertificates(facility({ ca: 'ca.pem' }), givenCredentials(env))).toMatchObject([
      { what: 'mqtt.ca', file: join(folder, 'ca.pem'), isAuthority: true },
      { what: 'DAVYLAMP_MQTT_CERT_FILE', file: join(folder, 'gw.pem'), isAuthority: false },
    ])
  })

  it.each(['CERT', 'KEY'])('want both files of the environment, not %s alone', (name) => {
    expect(() => givenCredentials({ [`DAVYLAMP_MQTT_${name}_FILE`]: 'a.pem' })).toThrow(/USAGE: give both/)
  })

  it('are nothing of an empty environment', () => {
    const names = ['USERNAME', 'PASSWORD', 'CERT_FILE', 'KEY_FILE'].map((name) => [
      `DAVYLAMP_MQTT_${name}`,
      '',
    ])
    expect(givenCredentials(Object.fromEntries(names))).toEqual({})
  })

  it.each([
    ['a CA that does not parse', { ca: 'other.key' }, 'CERTIFICATE_UNREADABLE'],
    ['a certificate that does not parse', { cert: 'gw.key', key: 'gw.key' }, 'CERTIFICATE_UNREADABLE'],
    ['a key that is none', { cert: 'gw.pem', key: 'gw.pem' }, 'KEY_UNREADABLE'],
    ['the key of another', { cert: 'gw.pem', key: 'other.key' }, 'KEY_MISMATCH'],
    ['a certificate without its key', { cert: 'gw.pem' }, 'CONFIG_INVALID'],
    ['an empty password file', { passwordFile: 'empty' }, 'SECRET_UNREADABLE'],
  ])('refuse %s', (_, mqtt, code) => {
    writeFileSync(join(folder, 'empty'), '\n')
    expect(() => brokerCredentials(facility(mqtt))).toThrow(expect.objectContaining({ code }))
  })

  it('are taken although they have ended: a client goes on trying, and its clock may be wrong', () => {
    keepCertificate(folder, 'old', makeCertificate({ name: 'gw', from: 0, until: 86_400_000 }))
    expect(() => brokerCredentials(facility({ cert: 'old.pem', key: 'old.key' }))).not.toThrow()
  })

  it('are read again for every connection, and as they were while they cannot be', () => {
    keepCertificate(folder, 'own', gateway)
    const credentials = freshCredentials(facility({ cert: 'own.pem', key: 'own.key' }))
    writeFileSync(join(folder, 'own.pem'), other.pem)
    expect(credentials().cert?.toString()).toBe(gateway.pem)
    writeFileSync(join(folder, 'own.key'), other.keyPem)
    expect(credentials()).toEqual({ cert: Buffer.from(other.pem), key: Buffer.from(other.keyPem) })
  })

  it.each(['passwordFile', 'ca', 'cert', 'key'] as const)('name a %s that cannot be read', (key) => {
    const pair = { cert: { key: 'gw.key' }, key: { cert: 'gw.pem' }, ca: {}, passwordFile: {} }[key]
    expect(() => brokerCredentials(facility({ ...pair, [key]: 'none' }))).toThrow(
      expect.objectContaining({
        code: 'SECRET_UNREADABLE',
        detail: expect.stringContaining(join(folder, 'none')),
      }),
    )
  })

  it.each([
    ['mqtt://plant:1883', 'mqtt://plant:1883'],
    ['mqtts://user@plant', 'mqtts://plant'],
    ['mqtts://user:secret@plant:8883/path', 'mqtts://plant:8883/path'],
    ['mqtt://user:p@ss@plant', 'mqtt://plant'],
  ])('leave %s as %s in a log', (url, shown) => {
    expect(withoutSecrets(url)).toBe(shown)
  })
})

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { brokerCredentials, withoutSecrets } from '../../contracts/broker-credentials.ts'
import type { Facility } from '../../contracts/facility.ts'
import { temporaryFolder } from '../temporary-folder.ts'

function facility(given: Partial<Facility['mqtt']>): Pick<Facility, 'mqtt' | 'file'> {
  const mqtt = { url: 'mqtt://plant:1883', listen: '127.0.0.1:1883', prefix: 'davylamp/v1', ...given }
  return { mqtt, file: join(folder, 'plant.yaml') }
}

const folder = temporaryFolder()

describe('broker credentials', () => {
  it('are none when the file gives none', () => {
    expect(brokerCredentials(facility({}))).toEqual({})
  })

  it('read files relative to the facility file, as they stand', () => {
    writeFileSync(join(folder, 'ca.pem'), 'ca\n')
    writeFileSync(join(folder, 'cert.pem'), 'cert\n')
    writeFileSync(join(folder, 'key.pem'), 'key\n')
    expect(
      brokerCredentials(facility({ ca: 'ca.pem', cert: './cert.pem', key: join(folder, 'key.pem') })),
    ).toEqual({
      ca: Buffer.from('ca\n'),
      cert: Buffer.from('cert\n'),
      key: Buffer.from('key\n'),
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
    expect(brokerCredentials(facility({ passwordFile: 'none' }), 'given')).toEqual({ password: 'given' })
  })

  it.each(['passwordFile', 'ca', 'cert', 'key'] as const)('name a %s that cannot be read', (key) => {
    expect(() => brokerCredentials(facility({ [key]: 'none' }))).toThrow(
      expect.objectContaining({
        code: 'CONFIG_UNREADABLE',
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

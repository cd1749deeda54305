import { describe, expect, it } from 'vitest'
import { parseFacility } from '../../contracts/facility-load.ts'
import { isSafeUrl } from '../../contracts/oidc-rules.ts'
import { PLANT, problemsOf } from './plant-text.ts'

const CALLBACK = 'https://plant.example:8443/api/v1/sign-in/oidc/callback'

function plant(oidc: object, server: object = {}): string {
  const given = { issuer: 'https://id.example/realm', clientId: 'davylamp', redirectUrl: CALLBACK, ...oidc }
  return `facility: { id: plant }\nserver: ${JSON.stringify({ ...server, oidc: given })}\ngateways:
  - id: gw-1
    buses: [ { id: b, driver: modbus-tcp, host: 127.0.0.1, devices: [ { id: d, sensors: [ { id: T-1, kind: temperature, unit: degC, register: { address: 0 } } ] } ] } ]
`
}

describe('server.oidc', () => {
  it('has defaults, and paths that are absolute', () => {
    const facility = parseFacility(
      plant({ clientSecretFile: 'secret', ca: '../ca.crt' }),
      '/etc/davylamp/plant.yaml',
    )
    expect(facility.server.oidc).toEqual({
      issuer: 'https://id.example/realm',
      clientId: 'davylamp',
      clientSecretFile: '/etc/davylamp/secret',
      ca: '/etc/ca.crt',
      scopes: ['openid', 'profile'],
      nameClaim: 'preferred_username',
      label: 'Single sign-on',
      redirectUrl: CALLBACK,
      reauthenticate: true,
    })
    expect(parseFacility(PLANT, 'p.yaml').server.oidc).toBeUndefined()
  })

  it.each([
    ['http://127.0.0.1:9000', 'http://localhost:8080/api/v1/sign-in/oidc/callback'],
    ['http://[::1]:9000/x', 'http://127.0.0.1:8080/api/v1/sign-in/oidc/callback'],
  ])('may be http on this machine: %s', (issuer, redirectUrl) => {
    expect(parseFacility(plant({ issuer, redirectUrl }), 'p.yaml').server.oidc).toMatchObject({ issuer })
  })

  it.each([
    ['issuer', 'http://id.example'],
    ['issuer', 'id.example'],
    ['issuer', 'javascript:alert(1)'],
    ['issuer', 'https://user:word@id.example'],
    ['redirectUrl', 'http://plant.example/api/v1/sign-in/oidc/callback'],
    ['redirectUrl', 'https://plant.example'],
    ['redirectUrl', `${CALLBACK}?x=1`],
    ['redirectUrl', `${CALLBACK}/`],
  ])('refuses as %s %s', (key, value) => {
    expect(problemsOf(plant({ [key]: value })).lines).toEqual([
      expect.stringContaining(`server.oidc.${key}: "${value}": expected`),
    ])
  })

  it('needs the scope openid, sign-in, and texts that fit', () => {
    expect(problemsOf(plant({ scopes: ['profile'] })).lines).toEqual([
      expect.stringContaining('server.oidc.scopes: openid is missing'),
    ])
    expect(problemsOf(plant({}, { auth: 'off' })).lines).toEqual([
      expect.stringContaining('server.oidc: takes auth: required'),
    ])
    expect(problemsOf(plant({ label: '', nameClaim: 'a b', other: 1 })).lines).toHaveLength(3)
  })
})

describe('an address that is safe', () => {
  it.each(['https://a', 'https://a:1/b?c', 'http://127.9.9.9', 'http://localhost:1', 'http://[::1]'])(
    '%s',
    (url) => {
      expect(isSafeUrl(url)).toBe(true)
    },
  )
  it.each([
    'http://a',
    'ftp://a',
    '//a',
    '',
    'http://127.0.0.1.evil.example',
    'https://a#b',
    'http://u@localhost',
  ])('is not %s', (url) => {
    expect(isSafeUrl(url)).toBe(false)
  })
})

import { request } from 'node:https'
import { expect, test } from 'vitest'
import { ApiServer } from '../../../alerting/api/server.ts'
import { silentLogger } from '../../../contracts/logger.ts'
import { makeCertificate } from '../../contracts/certificates.ts'
import { PASSWORD, PeopleScene } from './people-scene.ts'

test('over HTTPS the cookie is Secure, has the prefix that no other host can set, and the other name counts for nothing', async () => {
  // What it says does not matter here: the browser is sent off.
  const provider = {
    address: async () => 'https://id.example/',
    claims: () => Promise.reject(new Error('no')),
  }
  const scene = await PeopleScene.open({ oidc: { provider, label: 'Plant account', reauthenticate: true } })
  await scene.enter('li', 'viewer')
  const { pem, keyPem } = makeCertificate({ name: 'server', names: ['127.0.0.1'] })
  const server = new ApiServer({
    ports: scene.ports(),
    listen: { host: '127.0.0.1', port: 0 },
    hosts: [],
    tls: { cert: Buffer.from(pem), key: Buffer.from(keyPem), names: ['127.0.0.1'] },
    logger: silentLogger,
  })
  const port = await server.start()
  const ask = (path: string, headers: Record<string, string>, body?: string) => {
    const { promise, resolve, reject } = Promise.withResolvers<{ status: number; cookie: string }>()
    const method = body === undefined ? 'GET' : 'POST'
    const asked = request({ host: '127.0.0.1', port, path, method, headers, ca: pem }, (response) => {
      response.resume()
      resolve({ status: response.statusCode ?? 0, cookie: response.headers['set-cookie']?.[0] ?? '' })
    })
    asked.on('error', reject)
    asked.end(body)
    return promise
  }
  const { status, cookie } = await ask(
    '/api/v1/login',
    { 'content-type': 'application/json' },
    JSON.stringify({ name: 'li', password: PASSWORD }),
  )
  expect(status).toBe(200)
  expect(cookie).toMatch(/^__Host-davylamp=[A-Za-z0-9_-]{43}; Path=\/; HttpOnly; SameSite=Strict; Secure$/)
  const [pair = ''] = cookie.split(';')
  expect((await ask('/api/v1/session', { cookie: pair })).status).toBe(200)
  expect((await ask('/api/v1/session', { cookie: pair.replace('__Host-', '') })).status).toBe(401)
  const attempt = await ask('/api/v1/sign-in/oidc', {})
  expect(attempt.status).toBe(303)
  expect(attempt.cookie).toMatch(
    /^__Host-davylamp-sign-in=[A-Za-z0-9_-]{43}; Path=\/; HttpOnly; SameSite=Lax; Max-Age=600; Secure$/,
  )
  await server.stop()
  await scene.close()
})

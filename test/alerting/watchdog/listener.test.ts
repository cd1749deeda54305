import { get } from 'node:https'
import { connect } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { Figures } from '../../../alerting/watchdog/figures.ts'
import type { HeardAlarm } from '../../../alerting/watchdog/heard.ts'
import { LARGEST_BODY, Listener, type ListenerOptions } from '../../../alerting/watchdog/listener.ts'
import { silentLogger } from '../../../contracts/logger.ts'
import { makeCertificate } from '../../contracts/certificates.ts'
import { post, webhookMessage } from './webhook-message.ts'

const listeners: Listener[] = []
afterEach(async () => {
  for (const listener of listeners.splice(0)) await listener.stop()
})

async function scene(given: Partial<ListenerOptions> = {}) {
  const alarms: HeardAlarm[] = []
  const figures = new Figures('plant')
  const state = { healthy: true }
  const listener = new Listener({
    address: { host: '127.0.0.1', port: 0 },
    secret: async () => undefined,
    onAlarm: (alarm) => alarms.push(alarm),
    health: () => state,
    figures,
    now: () => Date.now(),
    logger: silentLogger,
    ...given,
  })
  await listener.start()
  listeners.push(listener)
  const refused = async (why: string) =>
    Number(
      new RegExp(`refused_total\\{facility="plant",why="${why}"\\} (\\d+)`).exec(await figures.text())?.[1],
    )
  return { alarms, listener, state, url: `http://127.0.0.1:${listener.port}`, refused }
}

describe('the port of the watchdog', () => {
  it('takes a message of the server', async () => {
    const { alarms, url } = await scene()
    expect(
      (await post(`${url}/any`, webhookMessage({ occurrence: 'WD-1.H#7', value: 63, time: 5 }))).status,
    ).toBe(200)
    expect(alarms).toEqual([
      { facility: 'plant', alarm: 'WD-1.H', occurrence: 'WD-1.H#7', cause: 'raised', value: 63, time: 5 },
    ])
  })

  it('takes only what is signed, and not long ago, where there is a secret', async () => {
    const { alarms, url, refused } = await scene({ secret: async () => 'secret' })
    const body = webhookMessage({})
    const statuses = [
      (await post(url, body)).status,
      (await post(url, body, 'other')).status,
      (await post(url, body, 'secret', Date.now() - 600_000)).status,
    ]
    expect(statuses).toEqual([401, 401, 401])
    expect([alarms.length, await refused('signature')]).toEqual([0, 3])
    expect((await post(url, body, 'secret')).status).toBe(200)
    expect(alarms).toHaveLength(1)
  })

  it('takes nothing while its secret cannot be read, so that it is sent again', async () => {
    const { alarms, url } = await scene({ secret: () => Promise.reject(new Error('no file')) })
    expect([(await post(url, webhookMessage({}))).status, alarms.length]).toEqual([503, 0])
  })

  it.each([
    'no json',
    '[]',
    '{"version":2,"alarms":[]}',
    '{"version":1,"alarms":[{"alarm":null}]}',
    '{"version":1,"alarms":[{"cause":"raised","time":1,"facility":{"id":"plant"},"alarm":{"id":7}}]}',
  ])('refuses %s', async (body) => {
    const { alarms, url, refused } = await scene()
    expect([(await post(url, body)).status, alarms.length, await refused('body')]).toEqual([400, 0, 1])
  })

  it('reads no more than a message can be', async () => {
    const { alarms, url, refused } = await scene()
    const status = await post(url, ' '.repeat(LARGEST_BODY + 1)).then(
      (response) => response.status,
      () => 413,
    )
    expect([status, alarms.length, await refused('size')]).toEqual([413, 0, 1])
  })

  it('says how it is, and how rounds went', async () => {
    const { url, state } = await scene()
    expect((await fetch(`${url}/health`)).status).toBe(200)
    state.healthy = false
    const ill = await fetch(`${url}/health`)
    expect([ill.status, await ill.json()]).toEqual([503, { healthy: false }])
    const metrics = await (await fetch(`${url}/metrics`)).text()
    expect(metrics).toContain('davylamp_watchdog_rounds_total{facility="plant",result="ok"} 0')
    expect(metrics).toContain(
      'davylamp_watchdog_leg_seconds_bucket{facility="plant",leg="whole",le="+Inf"} 0',
    )
    expect((await fetch(`${url}/other`)).status).toBe(404)
    expect((await fetch(`${url}/metrics`, { method: 'HEAD' })).status).toBe(200)
  })

  it('outlives who hangs up in the middle', async () => {
    const { url, listener, alarms } = await scene()
    const socket = connect(listener.port, '127.0.0.1')
    socket.write('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{')
    await new Promise((resolve) => setTimeout(resolve, 50))
    socket.destroy()
    expect((await post(url, webhookMessage({}))).status).toBe(200)
    expect(alarms).toHaveLength(1)
  })

  it('says whose address it is when that is taken', async () => {
    const { listener } = await scene()
    const second = scene({ address: { host: '127.0.0.1', port: listener.port } })
    await expect(second).rejects.toMatchObject({ code: 'PORT_TAKEN' })
  })

  it('speaks HTTPS with a certificate', async () => {
    const made = makeCertificate({ name: 'dog', names: ['127.0.0.1'] })
    const { listener } = await scene({ tls: { cert: Buffer.from(made.pem), key: Buffer.from(made.keyPem) } })
    await expect(fetch(`https://127.0.0.1:${listener.port}/health`)).rejects.toThrow()
    const status = await new Promise((resolve, reject) => {
      get(`https://127.0.0.1:${listener.port}/health`, { ca: made.pem }, ({ statusCode }) =>
        resolve(statusCode),
      ).on('error', reject)
    })
    expect(status).toBe(200)
  })
})

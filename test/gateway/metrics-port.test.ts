import { once } from 'node:events'
import { type ClientRequestArgs, request as httpRequest } from 'node:http'
import { connect } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { CodedError, ERRORS, type ErrorCode } from '../../contracts/errors.ts'
import type { Gateway } from '../../contracts/facility.ts'
import type { Logger } from '../../contracts/logger.ts'
import { silentLogger } from '../../contracts/logger.ts'
import type { EdgeGatewayHealth } from '../../gateway/edge-gateway-health.ts'
import { releaseLatch } from '../../gateway/metrics/latch-client.ts'
import { parseRelease } from '../../gateway/metrics/latch-release.ts'
import { MetricsPort } from '../../gateway/metrics/metrics-port.ts'
import { isLocalPeer, isTrustedHost } from '../../gateway/metrics/request-guard.ts'
import { bus, device } from './plant.ts'

const HEALTH: EdgeGatewayHealth = {
  epoch: 'e',
  session: 's',
  time: 1_000,
  buses: { plc: { connected: true, reconnects: 0 }, rtu: { connected: false, reconnects: 0 } },
  devices: { panel: { requests: 1, errors: {}, overruns: 0, roundTripMs: 1, online: true } },
  outbox: {
    batches: 2,
    readings: 3,
    oldest: null,
    evictedReadings: 0,
    setAside: 0,
    refusedReadings: 0,
    gaps: { full: 4, expired: 2, restart: 5, damaged: 0 },
    commits: 9,
  },
  clock: { drift: 0, steps: 0 },
}

function gateway(metrics?: { host: string; port: number }): Gateway {
  return {
    id: 'gw-1',
    name: 'gw-1',
    heartbeatMs: 2_000,
    outbox: { maxBytes: 1e9, maxAgeMs: 1e9 },
    buses: [bus({ devices: [device()] })],
    ...(metrics === undefined ? {} : { metrics }),
  }
}

let port: MetricsPort
let latched: Set<string>
let log: { fields: object; message: string }[]
const logger: Logger = {
  ...silentLogger,
  warn: (fields, message) => void log.push({ fields, message }),
}

beforeEach(async () => {
  latched = new Set(['GT-1', 'GT 2/x'])
  log = []
  port = new MetricsPort({
    address: { host: '127.0.0.1', port: 0 },
    facility: 'plant',
    gateway: gateway(),
    health: () => HEALTH,
    latches: { latched: () => [...latched], release: (sensor) => latched.delete(sensor) },
    logger,
  })
  await port.start()
})

afterEach(() => port.stop())

interface Answer {
  status: number
  type: string | undefined
  body: string
  problem: { code?: string; detail?: string; status?: number; remedy?: string; type?: string }
}

async function ask(path: string, given: ClientRequestArgs & { body?: string } = {}): Promise<Answer> {
  const { body, ...options } = given
  const request = httpRequest({ host: '127.0.0.1', port: port.port, path, agent: false, ...options })
  request.end(body)
  const [response] = await once(request, 'response')
  let text = ''
  for await (const chunk of response) text += chunk
  const type = response.headers['content-type']
  return {
    status: response.statusCode,
    type,
    body: text,
    problem: type === 'application/problem+json' ? JSON.parse(text) : {},
  }
}

function release(sensor: string, given: ClientRequestArgs & { body?: string } = {}): Promise<Answer> {
  return ask(`/latches/${sensor}/release`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ by: 'A. Turner', reason: 'calibrated' }),
    ...given,
  })
}

describe('the metrics port', () => {
  it('answers scrapes', async () => {
    const { status, type, body } = await ask('/metrics?x=1')
    expect(status).toBe(200)
    expect(type).toBe('text/plain; version=0.0.4; charset=utf-8')
    expect(body).toContain(
      'davylamp_gateway_requests_total{facility="plant",gateway="gw-1",bus="plc",device="panel"} 1',
    )
  })

  it('says in short how it is', async () => {
    const { status, type, body } = await ask('/healthz')
    expect({ status, type }).toEqual({ status: 200, type: 'application/json' })
    expect(JSON.parse(body)).toEqual({
      status: 'ok',
      gateway: 'gw-1',
      buses: { connected: 1, of: 2 },
      devices: { online: 1, of: 1 },
      outbox: { batches: 2, readings: 3 },
    })
    expect((await ask('/healthz', { method: 'HEAD' })).body).toBe('')
  })

  it('lists what is latched', async () => {
    expect(JSON.parse((await ask('/latches')).body)).toEqual({ latched: ['GT-1', 'GT 2/x'] })
  })

  it('opens a latch for somebody with a reason, and logs both', async () => {
    const { status, body } = await release('GT-1')
    expect(status).toBe(200)
    expect(JSON.parse(body)).toEqual({ released: 'GT-1', by: 'A. Turner', reason: 'calibrated' })
    expect([...latched]).toEqual(['GT 2/x'])
    expect(log).toEqual([
      {
        fields: { sensor: 'GT-1', by: 'A. Turner', reason: 'calibrated' },
        message: 'an over-range latch was released by hand',
      },
    ])
    expect((await release('GT%202%2Fx')).status).toBe(200)
  })

  const jsonType = { 'content-type': 'application/json' }
  const refusals: [string, () => Promise<Answer>, ErrorCode][] = [
    ['another path', () => ask('/'), 'GATEWAY_PATH_UNKNOWN'],
    ['another method', () => ask('/metrics', { method: 'DELETE' }), 'GATEWAY_PATH_UNKNOWN'],
    ['a release that is only looked at', () => ask('/latches/GT-1/release'), 'GATEWAY_PATH_UNKNOWN'],
    ['a broken escape', () => release('GT%E0%A4%A'), 'GATEWAY_PATH_UNKNOWN'],
    ['a sensor that is not latched', () => release('GT-9'), 'LATCH_NOT_CLOSED'],
    ['a body that is no JSON', () => release('GT-1', { body: 'by=me' }), 'RELEASE_INVALID'],
    ['a body that is a list', () => release('GT-1', { body: '[]' }), 'RELEASE_INVALID'],
    ['no body', () => release('GT-1', { body: '' }), 'RELEASE_INVALID'],
    ['nobody', () => release('GT-1', { body: '{"reason":"x"}' }), 'RELEASE_INVALID'],
    ['no reason', () => release('GT-1', { body: '{"by":"me","reason":"  "}' }), 'RELEASE_INVALID'],
    ['a name that is no text', () => release('GT-1', { body: '{"by":1,"reason":"x"}' }), 'RELEASE_INVALID'],
    [
      'a form, which a page of any site may send',
      () => release('GT-1', { headers: { 'content-type': 'text/plain' } }),
      'RELEASE_INVALID',
    ],
    ['a giant', () => release('GT-1', { body: `{"by":"${'x'.repeat(5_000)}"}` }), 'RELEASE_INVALID'],
    [
      'a name that was rebound to us',
      () => ask('/metrics', { headers: { host: 'evil.example:9464' } }),
      'GATEWAY_HOST_REFUSED',
    ],
    [
      'a release by such a name',
      () => release('GT-1', { headers: { ...jsonType, host: 'evil.example' } }),
      'GATEWAY_HOST_REFUSED',
    ],
  ]
  it.each(refusals)('refuses %s', async (_name, send, code) => {
    const { status, type, problem } = await send()
    expect(problem).toMatchObject({ code, status, remedy: ERRORS[code].remedy })
    expect(problem.type).toBe(`urn:davylamp:error:${code}`)
    expect(status).toBe(ERRORS[code].status)
    expect(type).toBe('application/problem+json')
    expect(latched.size).toBe(2)
    expect(log).toEqual([])
  })

  it('says which port is taken', async () => {
    const second = new MetricsPort({
      address: { host: '127.0.0.1', port: port.port },
      facility: 'plant',
      gateway: gateway(),
      health: () => HEALTH,
      latches: { latched: () => [], release: () => false },
      logger,
    })
    await expect(second.start()).rejects.toMatchObject({ code: 'PORT_TAKEN' })
    await second.stop()
    expect(second.port).toBe(0)
  })

  it('stops at once, whoever is connected', async () => {
    const socket = connect(port.port, '127.0.0.1')
    // Cut off without a word, or with a reset.
    socket.on('error', () => undefined)
    await once(socket, 'connect')
    socket.write('POST /latches/GT-1/release HTTP/1.1\r\n')
    const closed = new Promise((resolve) => socket.on('close', resolve))
    const before = performance.now()
    await port.stop()
    // By itself Node.js ends such a request after 5 s at the earliest.
    expect(performance.now() - before).toBeLessThan(4_000)
    await closed
    await port.stop()
  })
})

describe('gateway release', () => {
  const request = { by: 'me', reason: 'calibrated' }

  it('opens the latch through the port', async () => {
    await releaseLatch(gateway({ host: '127.0.0.1', port: port.port }), 'GT 2/x', request)
    expect([...latched]).toEqual(['GT-1'])
  })

  it('goes over loopback to a gateway that listens everywhere', async () => {
    await releaseLatch(gateway({ host: '0.0.0.0', port: port.port }), 'GT-1', request)
    expect([...latched]).toEqual(['GT 2/x'])
  })

  it('passes on what the gateway refuses it with', async () => {
    const releasing = releaseLatch(gateway({ host: '127.0.0.1', port: port.port }), 'GT-9', request)
    await expect(releasing).rejects.toMatchObject({
      code: 'LATCH_NOT_CLOSED',
      detail: 'sensor GT-9 is not latched',
    })
  })

  it('says what to do when there is no port, or nobody behind it', async () => {
    await expect(releaseLatch(gateway(), 'GT-1', request)).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
    const address = { host: '127.0.0.1', port: port.port }
    await port.stop()
    await expect(releaseLatch(gateway(address), 'GT-1', request)).rejects.toMatchObject({
      code: 'GATEWAY_UNREACHABLE',
    })
  })
})

describe('who may ask', () => {
  it.each([
    ['127.0.0.1:9464', true],
    ['10.1.2.3', true],
    ['[::1]:9464', true],
    ['localhost', true],
    ['LOCALHOST:80', true],
    ['gw-1.plant:9464', true],
    ['GW-1.PLANT', true],
    ['evil.example', false],
    ['127.0.0.1.evil.example:9464', false],
    ['localhost.evil.example', false],
    ['gw-1.plant.evil.example', false],
    ['', false],
    [undefined, false],
    ['a b', false],
    ['[::1', false],
  ])('the host %s: %s', (host, isTrusted) => {
    expect(isTrustedHost(host, 'gw-1.plant')).toBe(isTrusted)
  })

  it('no host is ours when we have no name', () => {
    expect(isTrustedHost('', '')).toBe(false)
  })

  it.each([
    ['127.0.0.1', true],
    ['127.8.9.1', true],
    ['::1', true],
    ['::ffff:127.0.0.1', true],
    ['10.0.0.5', false],
    ['::ffff:10.0.0.5', false],
    ['fe80::1', false],
    [undefined, false],
  ])('a peer at %s: %s', (address, isLocal) => {
    expect(isLocalPeer(address)).toBe(isLocal)
  })
})

describe('what a release says', () => {
  it('is trimmed', () => {
    expect(parseRelease('{"by":" me ","reason":" because\\n","more":1}')).toEqual({
      by: 'me',
      reason: 'because',
    })
  })

  it.each([
    ['a long name', { by: 'x'.repeat(101), reason: 'y' }],
    ['a long reason', { by: 'x', reason: 'y'.repeat(1_001) }],
  ])('is refused with %s', (_name, body) => {
    expect(() => parseRelease(JSON.stringify(body))).toThrow(CodedError)
  })
})

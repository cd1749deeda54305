import { readFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { AlarmService } from '../../alerting/alarm-service.ts'
import { openApiDocument } from '../../alerting/api/document.ts'
import { OriginGuard } from '../../alerting/api/origin-guard.ts'
import type { ApiPorts } from '../../alerting/api/ports.ts'
import type { Api } from '../../alerting/api/routes.ts'
import { buildApi } from '../../alerting/api/server.ts'
import { Stream } from '../../alerting/api/stream.ts'
import type { AlarmView, JournalHeadView, JournalItem, Problem } from '../../contracts/api.ts'
import { SteadyClock, systemClock } from '../../contracts/clock.ts'
import { ERRORS } from '../../contracts/errors.ts'
import { silentLogger } from '../../contracts/logger.ts'
import type { Bucket } from '../../contracts/store.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { absentFacility, absentNotices } from './absent-ports.ts'
import { evidenceBatch, smallFacility } from './alarm-fixtures.ts'
import { DirectStates } from './direct-states.ts'

const facility = smallFacility(
  '{ H: { when: high, limit: 20, deadband: 2 }, HH: { when: high, limit: 40, latching: true, priority: critical } }',
)
const HOST = { host: '127.0.0.1:8080' }
const bucket: Bucket = { time: 0, min: 1, mean: 2, max: 3, count: 4, quality: 'good', reason: null }

let app: Api
let service: AlarmService
let states: DirectStates
let asked: object[]
let time = 0

beforeEach(async () => {
  asked = []
  time = systemClock.wall()
  states = new DirectStates(temporaryFolder())
  const clock = new SteadyClock(systemClock)
  service = await AlarmService.start({ facility, states, clock, tell: () => undefined, logger: silentLogger })
  const ports: ApiPorts = {
    facilities: new Map([
      [
        'plant',
        {
          ...absentFacility(facility),
          alarms: service,
          plant: {
            latest: (sensor) =>
              sensor === 'T-1' ? { sensor, time: 1_000, value: 12.5, quality: 'good' } : undefined,
            gateways: () => [],
            derived: () => undefined,
          },
        },
      ],
    ]),
    ...absentNotices(),
    states,
    store: {
      range: async () => [],
      buckets: async (query) => {
        asked.push(query)
        return [bucket]
      },
    },
    stream: new Stream({ now: () => 'now' }),
    people: undefined,
    iso: (ms) => new Date(ms).toISOString(),
    console: new Map([
      ['/index.html', { body: Buffer.from('<p>console</p>'), type: 'text/html', immutable: false }],
    ]),
    now: () => 10_000_000,
    config: { loaded: () => [], reload: () => Promise.reject(new Error('not asked for')) },
    info: () => ({ version: '0', auth: 'off', time: 'now', started: 'then' }),
    unready: () => [],
    metrics: async () => 'davylamp_up 1\n',
  }
  const guard = new OriginGuard({ host: '127.0.0.1', port: 8080, hosts: ['console.plant.example'] })
  app = await buildApi(ports, silentLogger, () => guard)
})

afterEach(async () => {
  await app.close()
  await service.stop()
  await states.close()
})

/** T-1 (or another sensor) reports, a second after it did before. */
async function report(value: number, sensor = 'T-1'): Promise<void> {
  time += 1_000
  const readings = [{ sensor, time, value, quality: 'good' as const }]
  await service.evaluate(evidenceBatch({ readings }), 0)
}

async function get<T>(url: string): Promise<T> {
  const response = await app.inject({ url, headers: HOST })
  return response.json() as T
}

async function post(url: string, payload: object) {
  const response = await app.inject({ method: 'POST', url, headers: HOST, payload })
  return {
    status: response.statusCode,
    type: response.headers['content-type'],
    body: response.json() as AlarmView & Problem,
  }
}

const acknowledgePath = '/api/v1/facilities/plant/alarms/T-1.H/acknowledge'

describe('who may speak', () => {
  const cases: [string, Record<string, string>, number, string | undefined][] = [
    ['own address', HOST, 200, undefined],
    ['localhost by name', { host: 'localhost:8080' }, 200, undefined],
    ['a name that is configured', { host: 'console.plant.example' }, 200, undefined],
    ['own page', { ...HOST, origin: 'http://127.0.0.1:8080' }, 200, undefined],
    ['another host (DNS rebinding)', { host: 'evil.example:8080' }, 421, 'HOST_REFUSED'],
    ['another port', { host: '127.0.0.1:9999' }, 421, 'HOST_REFUSED'],
    ['a foreign page', { ...HOST, origin: 'http://evil.example' }, 403, 'ORIGIN_REFUSED'],
    ['a sandboxed page', { ...HOST, origin: 'null' }, 403, 'ORIGIN_REFUSED'],
    ['own host on another port', { ...HOST, origin: 'http://127.0.0.1:3000' }, 403, 'ORIGIN_REFUSED'],
    ['a forwarded request', { ...HOST, 'x-forwarded-for': '10.0.0.1' }, 400, 'FORWARDED_REFUSED'],
  ]
  test.each(cases)('%s', async (_name, headers, status, code) => {
    const response = await app.inject({ url: '/healthz', headers })
    expect(response.statusCode).toBe(status)
    if (code !== undefined) {
      expect(response.headers['content-type']).toContain('application/problem+json')
      expect(response.json()).toMatchObject({ code, status })
    }
  })

  test.each([
    [{ host: '127.0.0.2', port: 8080 }, '127.0.0.2:8080'],
    [{ host: '::1', port: 8080 }, '[::1]:8080'],
    // A browser leaves port 80 out.
    [{ host: '127.0.0.1', port: 80 }, 'localhost'],
  ])('the address it listens on, %o, is its own', (listen, host) => {
    const own = new OriginGuard({ ...listen, hosts: [] })
    expect(own.refuse({ host, origin: `http://${host}` })).toBeUndefined()
  })

  test.each([
    ['loopback, where it listens everywhere', 'localhost:443', 'https://localhost'],
    ['a name of its own without the usual port', 'plant.example', 'https://plant.example'],
    ['the same with it', 'plant.example:443', 'https://plant.example'],
  ])('over TLS: %s', (_, host, origin) => {
    const own = new OriginGuard({ host: '0.0.0.0', port: 443, hosts: ['plant.example'], isTls: true })
    expect(own.refuse({ host, origin })).toBeUndefined()
    expect(own.refuse({ host, origin: origin.replace('https', 'http') })).toMatchObject({
      code: 'ORIGIN_REFUSED',
    })
  })

  test('a form of a foreign page cannot act: JSON bodies only', async () => {
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
    ]) {
      const response = await app.inject({
        method: 'POST',
        url: acknowledgePath,
        headers: { ...HOST, 'content-type': type },
        payload: '{"occurrence":"T-1.H#1"}',
      })
      expect(response.json()).toMatchObject({ code: 'BODY_NOT_JSON', status: 415 })
    }
  })
})

test('every problem has its code, its status and what to do', async () => {
  const response = await app.inject({ url: '/api/v1/nowhere', headers: HOST })
  expect(response.json()).toEqual({
    type: 'urn:davylamp:error:NOT_FOUND',
    title: 'NOT_FOUND',
    status: 404,
    code: 'NOT_FOUND',
    detail: 'GET /api/v1/nowhere',
    remedy: ERRORS.NOT_FOUND.remedy,
  })
})

test('health, readiness, metrics, server, console', async () => {
  expect(await get('/healthz')).toEqual({ status: 'ok' })
  expect(await get('/readyz')).toEqual({ status: 'ok' })
  expect((await app.inject({ url: '/metrics', headers: HOST })).body).toBe('davylamp_up 1\n')
  expect(await get('/api/v1/server')).toMatchObject({ auth: 'off' })
  const page = await app.inject({ url: '/', headers: HOST })
  expect(page.body).toBe('<p>console</p>')
  expect(page.headers['content-security-policy']).toContain("default-src 'self'")
})

test('facilities and the tree with the latest readings, in the time zone of the plant', async () => {
  await report(25)
  expect(await get('/api/v1/facilities')).toMatchObject({
    items: [{ id: 'plant', sensors: 3, activeAlarms: 1 }],
  })
  const tree = await get<{ sensors: object[]; areas: object[]; devices: object[] }>(
    '/api/v1/facilities/plant',
  )
  expect(tree.sensors[0]).toMatchObject({
    id: 'T-1',
    reading: { time: '1970-01-01T08:00:01+08:00', value: 12.5, quality: 'good', reason: null },
    limits: [
      { alarm: 'T-1.H', limit: 20 },
      { alarm: 'T-1.HH', limit: 40 },
      { alarm: 'T-1.FAULT', limit: null },
    ],
  })
  expect(tree.sensors[1]).toMatchObject({ id: 'T-2', reading: null })
  expect(await get('/api/v1/facilities/other')).toMatchObject({ code: 'FACILITY_UNKNOWN', status: 404 })
})

describe('readings', () => {
  const path = '/api/v1/facilities/plant/sensors/T-1/readings'

  test('takes ISO times with an offset, epoch milliseconds and a bucket', async () => {
    const answer = await get(`${path}?from=1970-01-01T08:00:00%2B08:00&to=600000&every=10s`)
    expect(asked).toEqual([{ facility: 'plant', sensor: 'T-1', from: 0, to: 600_000, everyMs: 10_000 }])
    expect(answer).toEqual({ items: [{ ...bucket, time: '1970-01-01T08:00:00+08:00' }] })
  })

  test('is the last hour in about 500 points when nothing is asked', async () => {
    await get(path)
    expect(asked).toEqual([
      { facility: 'plant', sensor: 'T-1', from: 6_400_000, to: 10_000_000, everyMs: 10_000 },
    ])
  })

  test.each([
    ['from=yesterday', 'REQUEST_INVALID'],
    ['from=2026-01-01T00:00:00', 'REQUEST_INVALID'],
    ['every=often', 'REQUEST_INVALID'],
    ['every=0s', 'REQUEST_INVALID'],
    ['from=2000000000&to=1000000000', 'REQUEST_INVALID'],
    ['from=0&to=1000000000000&every=1ms', 'REQUEST_INVALID'],
    ['evry=10s', 'REQUEST_INVALID'],
  ])('%s is refused', async (query, code) => {
    expect(await get(`${path}?${query}`)).toMatchObject({ code, status: 400 })
    expect(asked).toEqual([])
  })

  test('an unknown sensor', async () => {
    expect(await get('/api/v1/facilities/plant/sensors/X-1/readings')).toMatchObject({
      code: 'SENSOR_UNKNOWN',
      status: 404,
    })
  })
})

describe('alarms', () => {
  test('lists what is not normal, filtered, most urgent first', async () => {
    expect(await get('/api/v1/alarms')).toEqual({ items: [] })
    await report(25)
    await report(25, 'T-2')
    await post('/api/v1/facilities/plant/alarms/T-2.H/acknowledge', { occurrence: 'T-2.H#1' })
    const ids = async (query: string) =>
      (await get<{ items: AlarmView[] }>(`/api/v1/alarms${query}`)).items.map(({ id }) => id)
    expect(await ids('')).toEqual(['T-1.H', 'T-2.H'])
    expect(await ids('?state=ACKED')).toEqual(['T-2.H'])
    expect(await ids('?facility=plant&area=yard&priority=medium')).toEqual(['T-1.H', 'T-2.H'])
    expect(await ids('?area=elsewhere')).toEqual([])
    expect(await get('/api/v1/alarms?state=LOUD')).toMatchObject({ code: 'REQUEST_INVALID' })
    expect(await get('/api/v1/alarms?facility=other')).toMatchObject({ code: 'FACILITY_UNKNOWN' })
  })

  test('shows an alarm as the contract has it', async () => {
    await report(25)
    const { items } = await get<{ items: AlarmView[] }>('/api/v1/alarms')
    expect(items[0]).toMatchObject({
      facility: 'plant',
      id: 'T-1.H',
      sensor: 'T-1',
      area: 'yard',
      priority: 'medium',
      state: 'UNACK',
      live: 'UNACK',
      condition: 'active',
      ack: 'unacked',
      latched: false,
      occurrence: 'T-1.H#1',
      value: 25,
      limit: 20,
      journalled: true,
    })
    expect(items[0]?.since).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?\+08:00$/)
  })
})

describe('acknowledging', () => {
  test('answers with the alarm and stands in the journal with who and why', async () => {
    await report(25)
    const { status, body } = await post(acknowledgePath, { occurrence: 'T-1.H#1', comment: 'crew sent' })
    expect(status).toBe(200)
    expect(body).toMatchObject({ id: 'T-1.H', state: 'ACKED', acknowledgedBy: 'demo', comment: 'crew sent' })
    const { items } = await get<{ items: JournalItem[] }>('/api/v1/journal?alarm=T-1.H')
    expect(items.map(({ event, by, from, alarm }) => [event, by, from, alarm.state])).toEqual([
      ['acknowledged', 'demo', 'UNACK', 'ACKED'],
      ['raised', null, 'NORM', 'UNACK'],
    ])
  })

  test('a late one of an occurrence before cannot touch the present one', async () => {
    await report(25)
    await report(5)
    await report(25)
    const { status, type, body } = await post(acknowledgePath, { occurrence: 'T-1.H#1' })
    expect([status, body.code]).toEqual([409, 'OCCURRENCE_PAST'])
    expect(type).toContain('application/problem+json')
    expect(service.view('T-1.H')).toMatchObject({ state: 'UNACK', occurrence: 'T-1.H#2' })
  })

  test.each([
    ['nothing raised yet', acknowledgePath, { occurrence: 'T-1.H#1' }, 409, 'OCCURRENCE_PAST'],
    ['an occurrence of another alarm', acknowledgePath, { occurrence: 'T-2.H#1' }, 409, 'OCCURRENCE_PAST'],
    ['no occurrence', acknowledgePath, {}, 400, 'REQUEST_INVALID'],
    ['a field nobody knows', acknowledgePath, { occurrence: 'T-1.H#1', hurry: true }, 400, 'REQUEST_INVALID'],
    [
      'an unknown alarm',
      '/api/v1/facilities/plant/alarms/X.H/acknowledge',
      { occurrence: 'X.H#1' },
      404,
      'ALARM_UNKNOWN',
    ],
    [
      'an unknown facility',
      '/api/v1/facilities/x/alarms/T-1.H/acknowledge',
      { occurrence: 'x' },
      404,
      'FACILITY_UNKNOWN',
    ],
  ])('%s', async (_name, url, payload, status, code) => {
    const answer = await post(url, payload)
    expect([answer.status, answer.body.code]).toEqual([status, code])
  })

  test('twice is told', async () => {
    await report(25)
    await post(acknowledgePath, { occurrence: 'T-1.H#1' })
    expect((await post(acknowledgePath, { occurrence: 'T-1.H#1' })).body.code).toBe('ALREADY_ACKNOWLEDGED')
    await report(5)
    expect((await post(acknowledgePath, { occurrence: 'T-1.H#1' })).body.code).toBe('NOT_ACTIVE')
  })

  test('many answers per item, and one that is refused stops no other', async () => {
    await report(25)
    await report(25, 'T-2')
    const item = (alarm: string, occurrence: string, place = 'plant') => ({
      facility: place,
      alarm,
      occurrence,
    })
    const response = await app.inject({
      method: 'POST',
      url: '/api/v1/alarms/acknowledge',
      headers: HOST,
      payload: {
        items: [
          item('T-1.H', 'T-1.H#1'),
          item('T-1.H', 'T-1.H#9'),
          item('X.H', 'X.H#1'),
          item('T-2.H', 'T-2.H#1'),
          item('T-2.H', 'T-2.H#1', 'other'),
        ],
        comment: 'drill',
      },
    })
    const { items } = response.json() as {
      items: { ok: boolean; problem: Problem | null; state: AlarmView | null }[]
    }
    expect(response.statusCode).toBe(200)
    expect(items.map(({ ok, problem }) => problem?.code ?? ok)).toEqual([
      true,
      'OCCURRENCE_PAST',
      'ALARM_UNKNOWN',
      true,
      'FACILITY_UNKNOWN',
    ])
    expect(service.view('T-2.H')).toMatchObject({ state: 'ACKED', comment: 'drill' })
  })
})

describe('reset', () => {
  const path = '/api/v1/facilities/plant/alarms/T-1.HH/reset'
  const of = (occurrence: string) => ({ occurrence })

  test('releases a latch that has returned and is acknowledged, and nothing else', async () => {
    expect((await post(path, of('T-1.HH#1'))).body.code).toBe('NOT_LATCHED')
    await report(45)
    expect((await post(path, of('T-1.HH#1'))).body.code).toBe('STILL_ACTIVE')
    await report(5)
    expect((await post(path, of('T-1.HH#1'))).body.code).toBe('NOT_ACKNOWLEDGED')
    await post('/api/v1/facilities/plant/alarms/T-1.HH/acknowledge', of('T-1.HH#1'))
    expect((await post(path, of('T-1.HH#2'))).body.code).toBe('OCCURRENCE_PAST')
    const { status, body } = await post(path, of('T-1.HH#1'))
    expect([status, body.state]).toEqual([200, 'NORM'])
    const { items } = await get<{ items: JournalItem[] }>('/api/v1/journal?alarm=T-1.HH')
    expect(items[0]).toMatchObject({ event: 'reset', by: 'demo', from: 'LATCH_ACK' })
  })

  test('refuses an unknown alarm and a body without the occurrence', async () => {
    expect((await post('/api/v1/facilities/plant/alarms/X.H/reset', of('X.H#1'))).body.code).toBe(
      'ALARM_UNKNOWN',
    )
    expect((await post(path, {})).body.code).toBe('REQUEST_INVALID')
  })
})

describe('journal', () => {
  test('pages newest first', async () => {
    for (let i = 0; i < 5; i++) await report(i % 2 === 0 ? 25 : 5)
    const first = await get<{ items: JournalItem[]; next: string }>('/api/v1/journal?limit=2')
    const second = await get<{ items: JournalItem[]; next: string }>(
      `/api/v1/journal?limit=2&before=${first.next}`,
    )
    const third = await get<{ items: JournalItem[]; next?: string }>(
      `/api/v1/journal?limit=2&before=${second.next}`,
    )
    expect([first, second, third].map(({ items }) => items.map(({ seq }) => seq))).toEqual([
      [5, 4],
      [3, 2],
      [1],
    ])
    expect(third.next).toBeUndefined()
  })

  test('says how far its chain goes', async () => {
    const empty = { facility: 'plant', n: 0, head: `0:${'0'.repeat(64)}`, time: null }
    expect(await get('/api/v1/journal/head')).toEqual({ items: [empty] })
    await report(25)
    await report(5)
    const { items } = await get<{ items: JournalHeadView[] }>('/api/v1/journal/head?facility=plant')
    const { items: entries } = await get<{ items: JournalItem[] }>('/api/v1/journal?limit=1')
    expect(items).toEqual([
      {
        facility: 'plant',
        n: 2,
        head: expect.stringMatching(/^2:[0-9a-f]{64}$/),
        time: entries[0]?.recorded,
      },
    ])
    expect(await get('/api/v1/journal/head?facility=other')).toMatchObject({ code: 'FACILITY_UNKNOWN' })
  })

  test('refuses what it does not know', async () => {
    expect(await get('/api/v1/journal?facility=other')).toMatchObject({ code: 'FACILITY_UNKNOWN' })
    expect(await get('/api/v1/journal?limit=0')).toMatchObject({ code: 'REQUEST_INVALID' })
    expect(await get('/api/v1/journal?from=x')).toMatchObject({ code: 'REQUEST_INVALID' })
  })
})

test('docs/reference/openapi.json is the document that the server gives (npm run docs)', async () => {
  const committed = readFileSync(new URL('../../docs/reference/openapi.json', import.meta.url), 'utf8')
  expect(JSON.parse(committed)).toEqual(await get('/docs/json'))
  expect(JSON.parse(committed)).toEqual(JSON.parse(JSON.stringify(await openApiDocument())))
})

test('the page that shows the OpenAPI document needs no other server', async () => {
  const document = await get<{ openapi: string; paths: object }>('/docs/json')
  expect(document.openapi).toBe('3.1.0')
  // Which they are, and for whom, stands in people/access-table.test.ts.
  expect(Object.keys(document.paths)).toEqual(expect.arrayContaining(['/api/v1/alarms', '/healthz']))
  const page = (await app.inject({ url: '/docs', headers: HOST })).body
  expect(page).not.toMatch(/(src|href)="(https?:)?\/\//)
})

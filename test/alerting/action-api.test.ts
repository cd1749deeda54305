import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { AlarmService } from '../../alerting/alarm-service.ts'
import { actionRoutes } from '../../alerting/api/action-routes.ts'
import { OriginGuard } from '../../alerting/api/origin-guard.ts'
import type { ApiPorts } from '../../alerting/api/ports.ts'
import type { Api } from '../../alerting/api/routes.ts'
import { buildApi } from '../../alerting/api/server.ts'
import { Stream } from '../../alerting/api/stream.ts'
import { ALARM_ACTIONS } from '../../contracts/alarm.ts'
import type { ActionResult, AlarmView, Problem } from '../../contracts/api.ts'
import { SteadyClock, systemClock } from '../../contracts/clock.ts'
import { silentLogger } from '../../contracts/logger.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { evidenceBatch, smallFacility } from './alarm-fixtures.ts'
import { DirectStates } from './direct-states.ts'

/** What people do to alarms through the API; the stories of test/golden hold what comes of it. */
const facility = smallFacility(
  '{ H: { when: high, limit: 20, deadband: 2 }, HH: { when: high, limit: 40, class: safety } }',
)
const HOST = { host: '127.0.0.1:8080' }

let app: Api
let service: AlarmService
let states: DirectStates
let time = 0

beforeEach(async () => {
  time = systemClock.wall()
  states = new DirectStates(temporaryFolder())
  const clock = new SteadyClock(systemClock)
  service = await AlarmService.start({ facility, states, clock, tell: () => undefined, logger: silentLogger })
  const ports: ApiPorts = {
    facilities: new Map([
      ['plant', { facility, alarms: service, plant: { latest: () => undefined, gateways: () => [] } }],
    ]),
    states,
    store: { range: async () => [], buckets: async () => [] },
    stream: new Stream({ now: () => 'now' }),
    console: new Map(),
    now: () => 10_000_000,
    info: () => ({ version: '0', auth: 'off', time: 'now', started: 'then' }),
    unready: () => [],
    metrics: async () => '',
  }
  app = await buildApi(
    ports,
    silentLogger,
    () => new OriginGuard({ host: '127.0.0.1', port: 8080, hosts: [] }),
  )
})

afterEach(async () => {
  await app.close()
  await service.stop()
  await states.close()
})

async function report(value: number): Promise<void> {
  time += 1_000
  await service.evaluate(evidenceBatch({ readings: [{ sensor: 'T-1', time, value, quality: 'good' }] }), 0)
}

async function act(action: string, body: object, alarm = 'T-1.H') {
  const url = `/api/v1/facilities/plant/alarms/${alarm}/${action}`
  const response = await app.inject({ method: 'POST', url, headers: HOST, payload: body })
  return { status: response.statusCode, body: response.json() as AlarmView & Problem }
}

const lastEntry = async () => (await states.journal({ facility: 'plant', limit: 1 }))[0]

test('every action that there is has a path', () => {
  const paths: string[] = []
  const listed = { post: (path: string) => paths.push(path) } as unknown as Api
  actionRoutes(listed, {} as ApiPorts)
  for (const action of ALARM_ACTIONS)
    expect(paths).toContain(`/api/v1/facilities/:facility/alarms/:alarm/${action}`)
})

describe('each action answers with the alarm, and stands in the journal under its person', () => {
  const cases: [action: string, body: object, state: string, event: string, undo: string | null][] = [
    ['silence', { occurrence: 'T-1.H#1' }, 'UNACK', 'silenced', null],
    ['acknowledge', { occurrence: 'T-1.H#1', comment: 'seen' }, 'ACKED', 'acknowledged', null],
    ['shelve', { reason: 'work', for: '30m' }, 'SHLVD', 'shelved', 'unshelve'],
    ['shelve', { reason: 'work', oneShot: true }, 'SHLVD', 'shelved', 'unshelve'],
    ['suppress', { reason: 'work' }, 'DSUPR', 'suppressed', 'unsuppress'],
    ['out-of-service', { reason: 'exchanged', for: '8h' }, 'OOSRV', 'out-of-service', 'return-to-service'],
  ]
  test.each(cases)('%s %j', async (action, body, state, event, undo) => {
    await report(25)
    const done = await act(action, { ...body, by: 'li' })
    expect([done.status, done.body.state]).toEqual([200, state])
    expect(await lastEntry()).toMatchObject({ event, by: 'li' })
    if (undo === null) return
    const undone = await act(undo, { by: 'wang' })
    expect([undone.status, undone.body.state]).toEqual([200, 'UNACK'])
    expect(await lastEntry()).toMatchObject({ from: state, by: 'wang' })
  })

  test('nobody named is the demo', async () => {
    await act('shelve', { reason: 'work', for: '30m' })
    expect(await lastEntry()).toMatchObject({
      by: 'demo',
      alarm: { shelved: { by: 'demo', oneShot: false } },
    })
  })

  test('a flag says until when, who approved it, and that it ends with the return', async () => {
    const { body } = await act('shelve', {
      reason: 'work',
      for: '30m',
      oneShot: true,
      by: 'li',
      approvedBy: 'wang',
    })
    expect(body.shelved).toMatchObject({
      by: 'li',
      reason: 'work',
      cause: null,
      approvedBy: 'wang',
      oneShot: true,
    })
    expect(body.shelved?.until).toMatch(/\+08:00$/)
  })
})

describe('what is refused changes nothing', () => {
  const cases: [action: string, alarm: string, body: object, status: number, code: string][] = [
    ['shelve', 'T-1.H', { for: '30m' }, 400, 'REQUEST_INVALID'],
    ['shelve', 'T-1.H', { reason: ' ', for: '30m' }, 400, 'REASON_REQUIRED'],
    ['shelve', 'T-1.H', { reason: 'work' }, 400, 'REASON_REQUIRED'],
    ['shelve', 'T-1.H', { reason: 'work', for: 'long' }, 400, 'REQUEST_INVALID'],
    ['shelve', 'T-1.H', { reason: 'work', for: '0s' }, 400, 'REQUEST_INVALID'],
    ['shelve', 'T-1.H', { reason: 'work', for: '25h' }, 400, 'SHELVE_TOO_LONG'],
    ['shelve', 'T-1.HH', { reason: 'work', for: '1m', approvedBy: 'wang' }, 403, 'SHELVING_FORBIDDEN'],
    ['suppress', 'T-1.HH', { reason: 'work' }, 403, 'SECOND_PERSON_REQUIRED'],
    ['suppress', 'T-1.HH', { reason: 'work', by: 'li', approvedBy: ' LI ' }, 403, 'SECOND_PERSON_REQUIRED'],
    ['out-of-service', 'T-1.HH', { reason: 'work', for: '1h' }, 403, 'SECOND_PERSON_REQUIRED'],
    ['out-of-service', 'T-1.H', { reason: 'work' }, 400, 'REQUEST_INVALID'],
    ['unshelve', 'T-1.H', {}, 409, 'NOT_SHELVED'],
    ['unsuppress', 'T-1.H', {}, 409, 'NOT_SUPPRESSED'],
    ['return-to-service', 'T-1.H', {}, 409, 'NOT_OUT_OF_SERVICE'],
    ['silence', 'T-1.H', { occurrence: 'T-1.H#1' }, 409, 'OCCURRENCE_PAST'],
    ['shelve', 'X-1.H', { reason: 'work', for: '1m' }, 404, 'ALARM_UNKNOWN'],
    ['explode', 'T-1.H', {}, 404, 'NOT_FOUND'],
  ]
  test.each(cases)('%s of %s with %j: %i %s', async (action, alarm, body, status, code) => {
    const before = service.view(alarm)
    const answer = await act(action, body, alarm)
    expect([answer.status, answer.body.code]).toEqual([status, code])
    expect(service.view(alarm)).toEqual(before)
    expect(await lastEntry()).toBeUndefined()
  })
})

test('two operators at once: one is first, the other is told', async () => {
  await report(25)
  const both = await Promise.all(
    ['li', 'wang'].map((by) => act('acknowledge', { occurrence: 'T-1.H#1', by })),
  )
  expect(both.map(({ status }) => status)).toEqual([200, 409])
  expect(both[1]?.body.code).toBe('ALREADY_ACKNOWLEDGED')
  expect(service.view('T-1.H')).toMatchObject({ state: 'ACKED', acknowledgedBy: 'li' })
})

test('many are silenced at once, each with its own result', async () => {
  await report(45)
  const items = ['T-1.H', 'T-1.HH', 'T-2.H'].map((alarm) => ({
    facility: 'plant',
    alarm,
    occurrence: `${alarm}#1`,
  }))
  const response = await app.inject({
    method: 'POST',
    url: '/api/v1/alarms/silence',
    headers: HOST,
    payload: { items, by: 'li' },
  })
  const results = (response.json() as { items: ActionResult[] }).items
  expect(results.map(({ ok, problem }) => [ok, problem?.code])).toEqual([
    [true, undefined],
    [true, undefined],
    [false, 'OCCURRENCE_PAST'],
  ])
  expect(service.view('T-1.HH')).toMatchObject({ state: 'UNACK', silenced: true })
})

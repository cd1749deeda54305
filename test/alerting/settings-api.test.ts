import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { AlarmService } from '../../alerting/alarm-service.ts'
import type { Api } from '../../alerting/api/routes.ts'
import type { AlarmView, FacilityTree, JournalItem, Problem } from '../../contracts/api.ts'
import { SteadyClock, systemClock } from '../../contracts/clock.ts'
import { silentLogger } from '../../contracts/logger.ts'
import type { SettingsView } from '../../contracts/settings-api.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { absentFacility, testApi } from './absent-ports.ts'
import { evidenceBatch, smallFacility } from './alarm-fixtures.ts'
import { DirectStates } from './direct-states.ts'

const HOST = { host: '127.0.0.1:8080' }
const PATH = '/api/v1/facilities/plant/alarms/T-1.H/settings'
const SAID = { reason: 'HAZOP 12', by: 'li', approvedBy: 'wang' }

let app: Api
let service: AlarmService
let states: DirectStates
let folder: string

beforeEach(async () => {
  folder = temporaryFolder()
  await open()
})
afterEach(close)

async function open(limit = 20): Promise<void> {
  const facility = smallFacility(`{ H: { when: high, limit: ${limit}, deadband: 2, onDelay: 2s } }`)
  states = new DirectStates(folder)
  const clock = new SteadyClock(systemClock)
  service = await AlarmService.start({ facility, states, clock, tell: () => undefined, logger: silentLogger })
  service.live()
  app = await testApi([{ ...absentFacility(facility), alarms: service }], { states, now: () => clock.now() })
}

async function close(): Promise<void> {
  await app.close()
  await service.stop()
  await states.close()
}

async function get<T>(url: string): Promise<T> {
  return (await app.inject({ url, headers: HOST })).json() as T
}

async function post(payload: object, url = PATH) {
  const response = await app.inject({ method: 'POST', url, headers: HOST, payload })
  return { status: response.statusCode, body: response.json() as SettingsView & Problem }
}

test('what was never changed shows what the file says', async () => {
  const values = { limit: 20, deadband: 2, onDelay: '2s', offDelay: '0ms', priority: 'medium' }
  expect(await get(PATH)).toEqual({
    alarm: 'T-1.H',
    revision: 0,
    file: values,
    current: values,
    differs: false,
    history: [],
  })
  expect(await get(PATH.replace('T-1.H', 'T-1.FAULT'))).toMatchObject({ current: { limit: null } })
})

test('a change shows everywhere beside what the file says', async () => {
  const { status, body } = await post({ revision: 0, changes: { limit: 15, onDelay: '0s' }, ...SAID })
  expect(status).toBe(200)
  expect(body).toMatchObject({
    revision: 1,
    file: { limit: 20, onDelay: '2s' },
    current: { limit: 15, onDelay: '0ms' },
    history: [{ revision: 1, by: 'li', approvedBy: 'wang', reason: 'HAZOP 12', settled: null }],
  })
  expect(body.history[0]?.time).toMatch(/^20..-.*\+08:00$/)
  expect(await get(PATH)).toEqual(body)
  const shown = { limit: 15, revision: 1, fileLimit: 20 }
  const { sensors } = await get<FacilityTree>('/api/v1/facilities/plant')
  expect(sensors.find(({ id }) => id === 'T-1')?.limits).toMatchObject([shown, { limit: null, revision: 0 }])
  expect(sensors.find(({ id }) => id === 'T-2')?.limits[0]).toMatchObject({
    limit: 20,
    revision: 0,
    fileLimit: null,
  })
  await service.evaluate(
    evidenceBatch({ readings: [{ sensor: 'T-1', time: systemClock.wall(), value: 16, quality: 'good' }] }),
    0,
  )
  const { items } = await get<{ items: AlarmView[] }>('/api/v1/alarms')
  expect(items).toMatchObject([{ id: 'T-1.H', state: 'UNACK', value: 16, ...shown }])
  const journal = await get<{ items: JournalItem[] }>('/api/v1/journal?alarm=T-1.H')
  expect(journal.items).toMatchObject([
    { event: 'raised', alarm: shown },
    {
      event: 'changed',
      from: 'NORM',
      by: 'li',
      change: {
        revision: 1,
        reason: 'HAZOP 12',
        approvedBy: 'wang',
        settled: null,
        changes: { limit: [20, 15], onDelay: ['2s', '0ms'] },
      },
      alarm: shown,
    },
  ])
})

test('history is newest first, and who asks is demo until there is sign-in', async () => {
  await post({ revision: 0, changes: { limit: 15 }, ...SAID })
  const { by, ...unsigned } = SAID
  const { body } = await post({ revision: 1, changes: { priority: 'high' }, ...unsigned })
  expect(body.history.map((item) => [item.revision, item.by, item.changes])).toEqual([
    [2, 'demo', { priority: ['medium', 'high'] }],
    [1, by, { limit: [20, 15] }],
  ])
})

describe('is refused', () => {
  const whole = { revision: 0, changes: { limit: 15 }, ...SAID }
  const cases: [string, object, number, string, string?][] = [
    ['without changes', { ...whole, changes: undefined }, 400, 'REQUEST_INVALID'],
    ['without the revision that was seen', { ...whole, revision: undefined }, 400, 'REQUEST_INVALID'],
    ['without a reason', { ...whole, reason: undefined }, 400, 'REQUEST_INVALID'],
    ['with a blank reason', { ...whole, reason: ' ' }, 400, 'REASON_REQUIRED'],
    ['without a second person', { ...whole, approvedBy: undefined }, 400, 'REQUEST_INVALID'],
    ['by one person alone', { ...whole, approvedBy: 'LI' }, 403, 'SECOND_PERSON_REQUIRED'],
    ['with a setting nobody knows', { ...whole, changes: { latching: true } }, 400, 'REQUEST_INVALID'],
    ['with a negative deadband', { ...whole, changes: { deadband: -1 } }, 400, 'REQUEST_INVALID'],
    ['with no duration', { ...whole, changes: { onDelay: 'soon' } }, 400, 'REQUEST_INVALID'],
    ['where it changes nothing', { ...whole, changes: { limit: 20 } }, 409, 'SETTING_SAME'],
    ['after a change that was not seen', { ...whole, revision: 7 }, 409, 'SETTING_PAST'],
    ['of a fault that has no limit', whole, 400, 'SETTING_INVALID', 'T-1.FAULT'],
    ['of the system itself', whole, 403, 'SETTING_FIXED', 'sys.log.FAIL'],
    ['of an alarm nobody knows', whole, 404, 'ALARM_UNKNOWN', 'T-9.H'],
  ]
  test.each(cases)('%s', async (_, payload, status, code, alarm = 'T-1.H') => {
    const answer = await post(payload, PATH.replace('T-1.H', alarm))
    expect(answer).toMatchObject({ status, body: { code, status } })
    expect(await get(PATH)).toMatchObject({ revision: 0, current: { limit: 20 } })
  })

  test('a number that is none: 1e999', async () => {
    const response = await app.inject({
      method: 'POST',
      url: PATH,
      headers: { ...HOST, 'content-type': 'application/json' },
      payload: JSON.stringify(whole).replace('"limit":15', '"limit":1e999'),
    })
    expect(response.statusCode).toBe(400)
  })

  test('settling where nothing stands against the file', async () => {
    const answer = await post({ revision: 0, take: 'kept', ...SAID }, `${PATH}/settle`)
    expect(answer).toMatchObject({ status: 409, body: { code: 'SETTING_SAME' } })
  })
})

test.each([
  ['file', 25, null],
  ['kept', 15, 25],
] as const)('an edited file is settled: %s', async (take, limit, fileLimit) => {
  await post({ revision: 0, changes: { limit: 15 }, ...SAID })
  await close()
  await open(25)
  expect(await get(PATH)).toMatchObject({ differs: true, file: { limit: 25 }, current: { limit: 15 } })
  const { items } = await get<{ items: AlarmView[] }>('/api/v1/alarms')
  expect(items).toMatchObject([{ id: 'sys.config.DIFF', priority: 'low' }])
  const { status, body } = await post({ revision: 1, take, ...SAID }, `${PATH}/settle`)
  expect(status).toBe(200)
  expect(body).toMatchObject({
    revision: 2,
    differs: false,
    current: { limit },
    history: [{ settled: take }, {}],
  })
  expect(service.view('T-1.H')).toMatchObject({ limit, fileLimit, revision: 2 })
})

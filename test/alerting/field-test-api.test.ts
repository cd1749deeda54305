import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { AlarmService } from '../../alerting/alarm-service.ts'
import type { Api } from '../../alerting/api/routes.ts'
import { keptTests } from '../../alerting/field-tests/test-desk.ts'
import type { Told } from '../../alerting/journal/journal-queue.ts'
import type { JournalItem, Problem } from '../../contracts/api.ts'
import { SteadyClock } from '../../contracts/clock.ts'
import { CodedError } from '../../contracts/errors.ts'
import { silentLogger } from '../../contracts/logger.ts'
import type { TestView } from '../../contracts/test-api.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { absentFacility, testApi } from './absent-ports.ts'
import { evidenceBatch, smallFacility } from './alarm-fixtures.ts'
import { DirectStates } from './direct-states.ts'

const facility = smallFacility(
  '{ H: { when: high, limit: 20, deadband: 2 }, HH: { when: high, limit: 40, class: safety } }',
)
const T0 = Date.parse('2026-11-28T10:00:00+08:00')
const PATH = '/api/v1/facilities/plant/tests'
const ORDER = { kind: 'bump', sensors: ['T-1'], for: '10m', reason: 'monthly', by: 'li', approvedBy: 'wang' }

let states: DirectStates
let service: AlarmService
let told: Told[]
let app: Api

beforeEach(async () => {
  vi.useFakeTimers({ now: T0, toFake: ['Date', 'performance', 'setInterval', 'clearInterval'] })
  states = new DirectStates(temporaryFolder())
  await start()
})
afterEach(async () => {
  await stop()
  await states.close()
  vi.useRealTimers()
})

async function start(): Promise<void> {
  told = []
  const clock = new SteadyClock({ wall: () => Date.now(), monotonic: () => performance.now() })
  service = await AlarmService.start({
    facility,
    states,
    clock,
    tell: (item) => told.push(item),
    logger: silentLogger,
  })
  service.live()
  app = await testApi([{ ...absentFacility(facility), alarms: service }], { states, now: () => clock.now() })
}

async function stop(): Promise<void> {
  await app.close()
  await service.stop()
}

/** Two seconds go by, and T-1 reports. */
async function read(value: number): Promise<void> {
  vi.advanceTimersByTime(2_000)
  const readings = [{ sensor: 'T-1', time: Date.now(), value, quality: 'good' as const }]
  await service.evaluate(evidenceBatch({ readings }), 0)
}

async function ask<T = TestView & Problem>(
  url: string,
  payload?: object,
): Promise<{ status: number; body: T }> {
  const method = payload === undefined ? 'GET' : 'POST'
  const headers = { host: '127.0.0.1:8080' }
  const response = await app.inject({ method, url, headers, ...(payload === undefined ? {} : { payload }) })
  return { status: response.statusCode, body: response.json() as T }
}

async function list(query = ''): Promise<{ items: TestView[]; next?: string }> {
  return (await ask<{ items: TestView[]; next?: string }>(`${PATH}${query}`)).body
}

async function journal(alarm: string): Promise<JournalItem[]> {
  return (await ask<{ items: JournalItem[] }>(`/api/v1/journal?alarm=${alarm}`)).body.items.toReversed()
}

describe('when a sensor was tested', () => {
  test('is known while a test runs, when it has ended, and after a restart', async () => {
    const begin = Date.now()
    const running = [{ from: begin, to: Number.POSITIVE_INFINITY }]
    await ask(PATH, ORDER)
    expect(await service.tests.spans('T-1', begin)).toEqual(running)
    await read(25)
    await ask(`${PATH}/1/end`, { by: 'zhao' })
    const ended = [{ from: begin, to: begin + 2_000 }]
    expect(await service.tests.spans('T-1', begin)).toEqual(ended)
    await stop()
    await start()
    expect(await service.tests.spans('T-1', begin)).toEqual(ended)
    expect(await service.tests.spans('T-1', begin + 2_000)).toEqual([])
    expect(await service.tests.spans('T-2', begin)).toEqual([])
  })
})

describe('a test', () => {
  test('is started, seen while it runs, ended, and then found with its evidence', async () => {
    const { status, body } = await ask(PATH, ORDER)
    expect(status).toBe(200)
    expect(body).toMatchObject({
      facility: 'plant',
      id: '1',
      kind: 'bump',
      sensors: ['T-1'],
      area: null,
      by: 'li',
      approvedBy: 'wang',
      reason: 'monthly',
      started: '2026-11-28T10:00:00+08:00',
      until: '2026-11-28T10:10:00+08:00',
      ended: null,
      endedBy: null,
    })
    expect(service.view('T-1.H')).toMatchObject({
      state: 'DSUPR',
      suppressed: [
        {
          by: 'li',
          cause: 'test.1',
          reason: 'bump test by li: monthly',
          until: '2026-11-28T10:10:00+08:00',
          approvedBy: 'wang',
        },
      ],
    })
    await read(12)
    await read(25)
    const evidence = { sensor: 'T-1', alarm: 'T-1.H', responded: true, returned: null, peak: 25 }
    expect((await list('?running=true')).items).toMatchObject([
      { id: '1', evidence: expect.arrayContaining([expect.objectContaining(evidence)]) },
    ])
    await read(10)
    expect((await ask(`${PATH}/1/end`, { by: 'zhao' })).body).toMatchObject({
      ended: '2026-11-28T10:00:06+08:00',
      endedBy: 'zhao',
    })
    const { items } = await list()
    expect(items).toMatchObject([
      {
        readings: [
          {
            sensor: 'T-1',
            count: 3,
            first: { time: '2026-11-28T10:00:02+08:00', value: 12, quality: 'good', reason: null },
            last: { time: '2026-11-28T10:00:06+08:00', value: 10 },
          },
        ],
      },
    ])
    expect(items[0]?.evidence).toContainEqual({
      ...evidence,
      raised: '2026-11-28T10:00:04+08:00',
      returned: '2026-11-28T10:00:06+08:00',
    })
    expect(items[0]?.evidence).toContainEqual({
      ...{ sensor: 'T-1', alarm: 'T-1.HH', responded: false, raised: null, returned: null, peak: 25 },
    })
    expect(await list('?running=true')).toEqual({ items: [] })
    expect(await list('?running=false')).toEqual({ items })
  })

  test('stands in the journal, from its beginning to its evidence', async () => {
    await ask(PATH, ORDER)
    await read(25)
    await ask(`${PATH}/1/end`, {})
    const entries = await journal('T-1.H')
    expect(entries.map(({ event, by, alarm }) => [event, by, alarm.state])).toEqual([
      ['suppressed', 'li', 'DSUPR'],
      ['raised', null, 'DSUPR'],
      ['unsuppressed', 'demo', 'UNACK'],
    ])
    expect(entries.map((entry) => entry.test)).toEqual([
      undefined,
      undefined,
      {
        id: '1',
        kind: 'bump',
        by: 'li',
        approvedBy: 'wang',
        reason: 'monthly',
        started: '2026-11-28T10:00:00+08:00',
        responded: true,
        raised: '2026-11-28T10:00:02+08:00',
        returned: null,
        peak: 25,
        readings: {
          count: 1,
          first: { time: '2026-11-28T10:00:02+08:00', value: 25, quality: 'good', reason: null },
          last: { time: '2026-11-28T10:00:02+08:00', value: 25, quality: 'good', reason: null },
        },
      },
    ])
  })

  test('outlives a restart, and ends at its time', async () => {
    await ask(PATH, { ...ORDER, area: 'yard', sensors: undefined, kind: 'proof' })
    await read(25)
    await stop()
    vi.advanceTimersByTime(60_000)
    await start()
    expect((await list()).items).toMatchObject([
      { id: '1', area: 'yard', sensors: ['T-1', 'T-2'], ended: null },
    ])
    expect(service.view('T-1.H')).toMatchObject({ state: 'DSUPR', live: 'UNACK' })
    await vi.advanceTimersByTimeAsync(T0 + 599_999 - Date.now())
    expect(service.view('T-1.H')?.state).toBe('DSUPR')
    await vi.advanceTimersByTimeAsync(51)
    expect(service.view('T-1.H')?.state).toBe('UNACK')
    expect(told.map(({ event, time, by }) => [event, time, by])).toContainEqual([
      'unsuppressed',
      '2026-11-28T10:10:00+08:00',
      null,
    ])
    const { items } = await list()
    expect(items).toMatchObject([{ ended: '2026-11-28T10:10:00+08:00', endedBy: null }])
    expect(items[0]?.evidence.find(({ alarm }) => alarm === 'T-1.H')).toMatchObject({
      raised: '2026-11-28T10:00:02+08:00',
    })
    await stop()
    await start()
    expect((await list()).items).toEqual(items)
    expect((await ask(PATH, ORDER)).body.id).toBe('2')
  })

  test('is listed page by page, newest first, running or not', async () => {
    for (const id of ['1', '2', '3']) {
      expect((await ask(PATH, ORDER)).body.id).toBe(id)
      if (id !== '3') await ask(`${PATH}/${id}/end`, {})
    }
    const first = await list('?limit=2')
    expect(first.items.map(({ id, ended }) => [id, ended === null])).toEqual([
      ['3', true],
      ['2', false],
    ])
    const second = await list(`?limit=2&before=${first.next}`)
    expect(second.items.map(({ id }) => id)).toEqual(['1'])
    expect(second.next).toBeUndefined()
  })
})

describe('what is refused', () => {
  test.each([
    ['an unknown kind', { ...ORDER, kind: 'smoke' }, 400, 'REQUEST_INVALID'],
    ['a field too many', { ...ORDER, tag: 'x' }, 400, 'REQUEST_INVALID'],
    ['no reason', { ...ORDER, reason: undefined }, 400, 'REQUEST_INVALID'],
    ['no duration', { ...ORDER, for: 'long' }, 400, 'REQUEST_INVALID'],
    ['too long', { ...ORDER, for: '9h' }, 400, 'TEST_LENGTH'],
    ['too short', { ...ORDER, for: '59s' }, 400, 'TEST_LENGTH'],
    ['sensors and area', { ...ORDER, area: 'yard' }, 400, 'REQUEST_INVALID'],
    ['no sensor', { ...ORDER, sensors: [] }, 400, 'REQUEST_INVALID'],
    ['an unknown sensor', { ...ORDER, sensors: ['T-9'] }, 404, 'SENSOR_UNKNOWN'],
    ['an unknown area', { ...ORDER, sensors: undefined, area: 'roof' }, 404, 'AREA_UNKNOWN'],
    ['one person', { ...ORDER, approvedBy: undefined }, 403, 'SECOND_PERSON_REQUIRED'],
    ['one person twice', { ...ORDER, approvedBy: 'LI ' }, 403, 'SECOND_PERSON_REQUIRED'],
  ])('%s', async (_name, payload, status, code) => {
    expect(await ask(PATH, payload)).toMatchObject({ status, body: { code } })
    expect(await list()).toEqual({ items: [] })
  })

  test('a second test of a sensor, and the end of what does not run', async () => {
    await ask(PATH, ORDER)
    expect(await ask(PATH, ORDER)).toMatchObject({ status: 409, body: { code: 'TEST_RUNNING' } })
    await ask(`${PATH}/1/end`, {})
    expect(await ask(`${PATH}/1/end`, {})).toMatchObject({ status: 409, body: { code: 'TEST_ENDED' } })
    for (const id of ['2', '0', '1.5', 'x'])
      expect(await ask(`${PATH}/${id}/end`, {})).toMatchObject({
        status: 404,
        body: { code: 'TEST_UNKNOWN' },
      })
    expect(await ask('/api/v1/facilities/moon/tests')).toMatchObject({ body: { code: 'FACILITY_UNKNOWN' } })
  })

  test('leaves what had fallen due before it as it happened', async () => {
    vi.advanceTimersByTime(10)
    await ask(PATH, { ...ORDER, for: '1m' })
    // Between two looks at what is due.
    vi.advanceTimersByTime(60_010)
    expect((await list()).items).toMatchObject([{ ended: null }])
    await ask(PATH, { ...ORDER, sensors: ['T-9'] })
    expect((await list()).items).toMatchObject([{ ended: '2026-11-28T10:01:00.010+08:00' }])
    expect((await journal('T-1.H')).map(({ event }) => event)).toEqual(['suppressed', 'unsuppressed'])
  })
})

test('a journal that fails has the test, with its evidence, once it works again', async () => {
  const { commit } = states
  states.commit = async () => {
    throw new CodedError('JOURNAL_UNWRITABLE', 'disk full')
  }
  expect(await ask(PATH, ORDER)).toMatchObject({ status: 503, body: { code: 'JOURNAL_UNWRITABLE' } })
  // It runs, and is seen to: nobody is left to wonder why an alarm is suppressed.
  expect((await list()).items).toMatchObject([{ id: '1', ended: null }])
  await read(25).catch(() => undefined)
  expect(await keptTests(states, 'plant')).toEqual({ newest: 0, running: [] })
  states.commit = commit
  await vi.waitFor(async () =>
    expect(await keptTests(states, 'plant')).toMatchObject({ newest: 1, running: [{ number: 1 }] }),
  )
  const { running } = await keptTests(states, 'plant')
  expect(running[0]?.sensors[0]?.alarms).toContainEqual(
    expect.objectContaining({ alarm: 'T-1.H', raised: T0 + 2_000, peak: 25 }),
  )
})

import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Api } from '../../../alerting/api/routes.ts'
import type { FacilityTree, Problem } from '../../../contracts/api.ts'
import type { CalibrationView, DueView } from '../../../contracts/calibration-api.ts'
import type { InhibitView } from '../../../contracts/inhibit-api.ts'
import { absentFacility, testApi } from '../absent-ports.ts'
import { DAY, DetectorScene } from './detector-plant.ts'

const BASE = '/api/v1/facilities/plant'

let scene: DetectorScene
let app: Api

beforeEach(async () => {
  scene = await DetectorScene.open()
  const port = { ...absentFacility(scene.facility), detectors: scene.detectors }
  app = await testApi([port], { now: () => scene.time.now })
})
afterEach(async () => {
  await app.close()
  await scene[Symbol.asyncDispose]()
})

async function ask<T>(path: string, payload?: object): Promise<{ status: number; body: T }> {
  const method = payload === undefined ? 'GET' : 'POST'
  const headers = { host: '127.0.0.1:8080' }
  const given = payload === undefined ? {} : { payload }
  const response = await app.inject({ method, url: `${BASE}${path}`, headers, ...given })
  return { status: response.statusCode, body: response.json() as T }
}

const due = async (query = '') =>
  (await ask<{ items: DueView[] }>(`/calibrations${query}`)).body.items.map(
    ({ sensor, kind, state }) => `${sensor} ${kind} ${state}`,
  )

test('the due list: all of it, of one sensor, what is overdue, and what becomes so', async () => {
  scene.time.now += 31 * DAY
  expect(await due()).toEqual(['GT-1 bump overdue', 'GT-1 calibration never', 'GT-2 calibration never'])
  expect(await due('?sensor=GT-2')).toEqual(['GT-2 calibration never'])
  expect(await due('?sensor=GT-3')).toEqual([])
  expect(await due('?due=overdue')).toEqual(['GT-1 bump overdue'])
  expect(await due('?due=148d')).toEqual(['GT-1 bump overdue'])
  expect(await due('?due=149d')).toHaveLength(3)
  const { body } = await ask<{ items: DueView[] }>('/calibrations?sensor=GT-1&due=overdue')
  expect(body.items).toEqual([
    {
      facility: 'plant',
      sensor: 'GT-1',
      sensorName: 'GT-1',
      area: 'yard',
      kind: 'bump',
      everyMs: 30 * DAY,
      lastDone: null,
      lastResult: null,
      due: '2026-12-28T10:00:00+08:00',
      overdueByMs: DAY,
      state: 'overdue',
    },
  ])
})

test('a record is entered, as who is signed in, and listed with a cursor', async () => {
  const path = '/sensors/GT-1/calibrations'
  const entered = await ask<CalibrationView>(path, { kind: 'bump', result: 'pass', t90: 12.5 })
  expect(entered).toMatchObject({ status: 200, body: { by: 'demo', kind: 'bump', t90: 12.5 } })
  await ask(path, { kind: 'bump', result: 'pass', by: 'li', time: '2026-11-20T10:00:00+08:00' })
  const first = await ask<{ items: CalibrationView[]; next: string }>(`${path}?limit=1`)
  expect(first.body).toEqual({ items: [entered.body], next: '2026-11-28T10:00:00+08:00' })
  const second = await ask<{ items: CalibrationView[] }>(
    `${path}?limit=2&before=${encodeURIComponent(first.body.next)}`,
  )
  expect(second.body).toMatchObject({ items: [{ id: '2', by: 'li' }] })
})

test('a detector is inhibited, shown with owner and end, and released', async () => {
  const shown = async () =>
    (await ask<FacilityTree>('')).body.sensors.map(({ id, inhibit }) => [id, inhibit?.owner ?? null])
  const order = { reason: 'filter', for: '30m', owner: 'wang', by: 'li' }
  const begun = await ask<InhibitView>('/sensors/GT-1/inhibit', order)
  expect(begun).toMatchObject({ status: 200, body: { owner: 'wang', until: '2026-11-28T10:30:00+08:00' } })
  expect(await shown()).toEqual([
    ['GT-1', 'wang'],
    ['GT-2', null],
    ['GT-3', null],
    ['GT.v', null],
  ])
  const until = await ask<InhibitView>('/sensors/GT-3/inhibit', {
    reason: 'filter',
    until: '2026-11-28T18:00:00+08:00',
  })
  expect(until.body).toMatchObject({ by: 'demo', owner: 'demo', until: '2026-11-28T18:00:00+08:00' })
  expect(await ask('/sensors/GT-1/release', {})).toEqual({
    status: 200,
    body: { sensor: 'GT-1', inhibit: null },
  })
  expect((await shown())[0]).toEqual(['GT-1', null])
})

test.each([
  ['/sensors/GT-9/inhibit', undefined, 404, 'SENSOR_UNKNOWN'],
  ['/calibrations?due=soon', undefined, 400, 'REQUEST_INVALID'],
  ['/calibrations?sensor=GT-9', undefined, 404, 'SENSOR_UNKNOWN'],
  ['/sensors/GT-9/calibrations', undefined, 404, 'SENSOR_UNKNOWN'],
  ['/sensors/GT-1/calibrations?before=yesterday', undefined, 400, 'REQUEST_INVALID'],
  ['/sensors/GT-1/calibrations', { kind: 'bump' }, 400, 'REQUEST_INVALID'],
  ['/sensors/GT-1/calibrations', { kind: 'bump', result: 'pass', colour: 'red' }, 400, 'REQUEST_INVALID'],
  ['/sensors/GT-1/calibrations', { kind: 'bump', result: 'pass', time: 'today' }, 400, 'REQUEST_INVALID'],
  ['/sensors/GT-1/calibrations', { kind: 'bump', result: 'fail' }, 400, 'CALIBRATION_NOTE'],
  ['/sensors/GT.v/calibrations', { kind: 'bump', result: 'pass' }, 409, 'SENSOR_NOT_FIELD'],
  ['/sensors/GT-1/inhibit', { reason: 'x', for: '9h' }, 400, 'INHIBIT_LENGTH'],
  ['/sensors/GT-1/inhibit', { reason: 'x' }, 400, 'INHIBIT_LENGTH'],
  ['/sensors/GT-2/inhibit', { reason: 'x', for: '1h' }, 403, 'SECOND_PERSON_REQUIRED'],
  ['/sensors/GT-1/release', {}, 409, 'NOT_INHIBITED'],
])('%s %o answers %i %s', async (path, payload, status, code) => {
  const answer = await ask<Problem>(path, payload)
  expect([answer.status, answer.body.code]).toEqual([status, code])
})

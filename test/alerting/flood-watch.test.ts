import { afterEach, beforeEach, expect, test } from 'vitest'
import { AlarmService } from '../../alerting/alarm-service.ts'
import { FloodWatch } from '../../alerting/flood-watch.ts'
import type { FloodView } from '../../contracts/api.ts'
import { SteadyClock } from '../../contracts/clock.ts'
import { silentLogger } from '../../contracts/logger.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { absentFacility, testApi } from './absent-ports.ts'
import { evidenceBatch, smallFacility } from './alarm-fixtures.ts'
import { DirectStates } from './direct-states.ts'

const facility = smallFacility('{ H: { when: high, limit: 20, deadband: 2 } }')
const MINUTE = 60_000

let now: number
let states: DirectStates
let service: AlarmService
let floods: FloodWatch
let told: FloodView[]

const open = () =>
  FloodWatch.open({ facility: () => facility, states, now: () => now, tell: (view) => told.push(view) })

beforeEach(async () => {
  now = Date.UTC(2026, 10, 22, 2)
  told = []
  states = new DirectStates(temporaryFolder())
  floods = await open()
  const clock = new SteadyClock({ wall: () => now, monotonic: () => now })
  service = await AlarmService.start({
    facility,
    states,
    clock,
    tell: (item) => floods.note(item),
    logger: silentLogger,
  })
})
afterEach(async () => {
  await service.stop()
  await states.close()
})

/** T-1 goes beyond its limit and back, so fast that nothing is silent meanwhile. */
async function alarms(count: number): Promise<void> {
  for (let turn = 0; turn < 2 * count; turn += 1) {
    now += 100
    const readings = [{ sensor: 'T-1', time: now, value: turn % 2 === 0 ? 25 : 5, quality: 'good' as const }]
    await service.evaluate(evidenceBatch({ readings }), 0)
  }
}

test('the eleventh alarm of ten minutes is a flood, and it ends when they hold fewer than five', async () => {
  await alarms(10)
  expect(floods.view()).toMatchObject({ isFlood: false, last10Minutes: 10, since: null })
  await alarms(1)
  expect(floods.view()).toEqual({
    facility: 'plant',
    isFlood: true,
    since: '2026-11-22T10:00:02.100+08:00',
    last10Minutes: 11,
    peak: 11,
  })
  now += 10 * MINUTE - 1_000
  expect(floods.view()).toMatchObject({ isFlood: true, last10Minutes: 5 })
  now += 200
  expect(floods.view()).toMatchObject({ isFlood: false, last10Minutes: 4 })
})

test('what is shelved is heard by nobody and makes no flood', async () => {
  const flag = { by: 'li', cause: null, reason: 'work', until: now + 60 * MINUTE }
  await service.act('T-1.H', (time) => ({ kind: 'shelve', time, flag }))
  await alarms(30)
  expect(floods.view()).toMatchObject({ isFlood: false, last10Minutes: 0 })
})

test('a start finds the flood in the journal, since the same time', async () => {
  await alarms(20)
  const before = floods.view()
  expect((await open()).view()).toEqual(before)
})

test('is told when it has changed, and not again', async () => {
  floods.look()
  expect(told).toEqual([])
  await alarms(12)
  floods.look()
  floods.look()
  expect(told).toMatchObject([{ isFlood: true, last10Minutes: 12 }])
  now += 20 * MINUTE
  floods.look()
  expect(told.at(-1)).toMatchObject({ isFlood: false, last10Minutes: 0 })
})

test('the API gives it for every facility, or one', async () => {
  await alarms(11)
  const app = await testApi([{ ...absentFacility(facility), floods }])
  const headers = { host: '127.0.0.1:8080' }
  const all = await app.inject({ url: '/api/v1/floods', headers })
  expect(all.json()).toMatchObject({ items: [{ facility: 'plant', isFlood: true, last10Minutes: 11 }] })
  const none = await app.inject({ url: '/api/v1/floods?facility=mill', headers })
  expect(none.json()).toMatchObject({ code: 'FACILITY_UNKNOWN' })
  await app.close()
})

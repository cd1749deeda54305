import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import {
  analyticsFacility,
  analyticsScenario,
  derived,
  entered,
  multiplied,
  raised,
  shortened,
} from './analytics-plant.ts'
import { Line } from './line.ts'

/**
 * Scenario slow-leak with thirty times the leak and the sun, and a thirtieth of all times, from Modbus registers to
 * the journal. What T-3 is filled and emptied at stays, so that its meters tell the truth.
 */
const FACTOR = 30
let line: Line

beforeAll(async () => {
  const facility = analyticsFacility(shortened(['onDelay', 'offDelay', 'window', 'period'], FACTOR))
  const scenario = analyticsScenario('slow-leak', facility, (text) =>
    multiplied(['rate'], FACTOR)(shortened(['at'], FACTOR)(text)),
  )
  line = await Line.start({ facility, scenario })
})
afterAll(() => line?.[Symbol.asyncDispose]())

test('both tanks are watched: one rests, the other keeps an account', async () => {
  await vi.waitFor(
    async () => {
      expect((await derived(line, 'T-2.MOVED')).detail).toMatchObject({ phase: 'resting' })
      expect((await derived(line, 'T-3.CUSUM')).detail.periods).toBeGreaterThan(0)
    },
    { timeout: 90_000, interval: 50 },
  )
})

test('the account of the balanced tank misses what leaks', async () => {
  const loss = await entered(line, 'T-3.CUSUM.LOSS', 'raised')
  expect(loss.alarm).toMatchObject({ unit: 'm3', priority: 'high', area: 'tank-farm' })
  expect(loss.alarm.value).toBeGreaterThanOrEqual(0.12)
  const { detail } = await derived(line, 'T-3.CUSUM')
  expect(detail.cusumLow).toBeLessThan(0.12)
})

test('the resting tank has lost what nobody let out', async () => {
  const lost = await entered(line, 'T-2.MOVED.LOST', 'raised', 40_000)
  expect(lost.alarm.value).toBeLessThanOrEqual(-0.25)
})

test('no level alarm came near, and nothing else was raised', async () => {
  const planned = /^T-3\.CUSUM\.LOSS$|^T-2\.MOVED\.LOST$/
  expect((await raised(line)).filter((id) => !planned.test(id))).toEqual([])
  // The sun makes up for much of what leaks: the level alone tells little.
  expect(line.simulation.value('LT-2')).toBeGreaterThan(8.38)
})

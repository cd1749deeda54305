import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { FacilityTree } from '../../contracts/api.ts'
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
 * Scenario overfill-predicted with twenty times the flow and a twentieth of all times, from Modbus registers to the
 * journal. The receipt begins higher and is ended earlier, so that it does not take a minute.
 */
const FACTOR = 20
/** A receipt of 14 s after 12 s at rest. */
const laterAndShorter = (text: string) =>
  text
    .replace('start: 6.2', 'start: 7.4')
    .replace('at: 60s\n    duration: 1170s', 'at: 240s\n    duration: 280s')
let line: Line

beforeAll(async () => {
  const facility = analyticsFacility((text) =>
    multiplied(
      ['maxFlow'],
      FACTOR,
    )(shortened(['onDelay', 'offDelay', 'window'], FACTOR)(text)).replaceAll(
      'category: 3',
      'response: 45s # category 3, a twentieth of it:',
    ),
  )
  const scenario = analyticsScenario('overfill-predicted', facility, (text) =>
    multiplied(['flow'], FACTOR)(shortened(['at', 'duration'], FACTOR)(laterAndShorter(text))),
  )
  line = await Line.start({ facility, scenario })
})
afterAll(() => line?.[Symbol.asyncDispose]())

async function value(sensor: string): Promise<number> {
  const tree = await line.get<FacilityTree>('/api/v1/facilities/analytics-plant')
  return tree.sensors.find(({ id }) => id === sensor)?.reading?.value ?? Number.NaN
}

test('a tank at rest has all the time in the world', async () => {
  await vi.waitFor(async () => expect(await value('T-1.OVERFILL')).toBeGreaterThan(60), {
    timeout: 90_000,
    interval: 50,
  })
})

test('the margin runs out while the level is far below HH, and below H', async () => {
  const low = await entered(line, 'T-1.OVERFILL.LOW', 'raised')
  expect(low.alarm).toMatchObject({ unit: 'min', priority: 'high', quality: 'good', area: 'tank-farm' })
  expect(low.alarm.value).toBeLessThanOrEqual(0)
  // The response time has not passed yet: there is time to end the receipt.
  expect(low.alarm.value).toBeGreaterThan(-0.75)
  expect(await value('LT-1')).toBeLessThan(9.8)
  const { detail } = await derived(line, 'T-1.OVERFILL')
  expect(detail).toMatchObject({ tank: 'T-1', response: 0.75 })
  expect(detail.flow).toBeGreaterThan(6_000)
})

test('the second gauge sticks: the two deviate', async () => {
  const deviating = await entered(line, 'T-1.DEV.H', 'raised')
  expect(deviating.alarm.value).toBeGreaterThan(0.02)
})

test('the receipt is ended in time: the margin is back, and no level alarm ever came', async () => {
  await entered(line, 'T-1.OVERFILL.LOW', 'returned')
  expect(await value('LT-1')).toBeLessThan(9.8)
  const planned = /^T-1\.(OVERFILL\.LOW|DEV\.H)$/
  expect((await raised(line)).filter((id) => !planned.test(id))).toEqual([])
})

import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import {
  analyticsFacility,
  analyticsScenario,
  derived,
  entered,
  raised,
  shortened,
} from './analytics-plant.ts'
import { Line } from './line.ts'

/**
 * Scenario gas-release-2oo3, ten times as fast, from Modbus registers to the journal: of three detectors one fails,
 * the groups degrade and trip nevertheless. The tests follow the timeline and run in its order.
 */
const FACTOR = 10
/** The leak ends 70 s earlier: both groups have tripped long before. */
const shorter = (text: string) =>
  text
    .replaceAll('duration: 235s', 'duration: 165s')
    .replace('duration: 260s', 'duration: 190s')
    .replace('at: 250s', 'at: 180s')
let line: Line

beforeAll(async () => {
  const facility = analyticsFacility(shortened(['onDelay', 'offDelay', 'window'], FACTOR))
  const scenario = analyticsScenario('gas-release-2oo3', facility, shorter)
  line = await Line.start({ facility, scenario, speed: FACTOR })
})
afterAll(() => line?.[Symbol.asyncDispose]())

/** Waits for a group to show an architecture. */
function shows(group: string, live: string): Promise<void> {
  return vi.waitFor(
    async () => expect((await derived(line, group)).detail).toMatchObject({ configured: '2oo3', live }),
    { timeout: 90_000, interval: 50 },
  )
}

test('three healthy detectors vote 2oo3', async () => {
  await shows('GAS.TRIP', '2oo3')
  await shows('GAS.ALERT', '2oo3')
})

test('one fails: its fault is a vote in one group, and drops out of the other', async () => {
  await entered(line, 'GT-3.FAULT', 'raised')
  await shows('GAS.TRIP', '1oo2')
  await shows('GAS.ALERT', '2oo2')
  const degraded = await entered(line, 'GAS.HEALTHY.DEG', 'raised')
  expect(degraded.alarm).toMatchObject({ value: 2, quality: 'good', area: 'compressor-hall' })
})

test('1oo2 trips by the first detector alone, 2oo2 by both', async () => {
  const trip = await entered(line, 'GAS.TRIP.TRIP', 'raised')
  expect(trip.alarm).toMatchObject({ value: 1, state: 'UNACK', priority: 'critical' })
  // Who had a say in it stands in the record, long after the detector is mended.
  expect(trip.alarm.ballot).toMatchObject({
    configured: '2oo3',
    live: '1oo2',
    channels: [
      { id: 'GT-1', state: 'alarm', votes: true },
      { id: 'GT-2', state: 'normal', votes: false },
      { id: 'GT-3', state: 'fault', votes: true, value: null },
    ],
  })
  const alert = await entered(line, 'GAS.ALERT.ON', 'raised')
  expect(alert.seq).toBeGreaterThan(trip.seq)
  const order = await raised(line)
  // The trip takes 40 %LEL at GT-1, the alert 20 %LEL at both: GT-2 sees them last.
  expect(order.indexOf('GAS.TRIP.TRIP')).toBeGreaterThan(order.indexOf('GT-1.H'))
  expect(order.indexOf('GT-2.H')).toBeGreaterThan(order.indexOf('GT-1.H'))
  expect((await derived(line, 'GAS.ALERT')).detail).toMatchObject({ live: '2oo2', votes: 2, tripped: true })
})

test('when it has been blown clear the alert is over, and the trip stays latched', async () => {
  await entered(line, 'GAS.ALERT.ON', 'returned')
  await vi.waitFor(
    async () => {
      const trip = (await line.alarms()).find(({ id }) => id === 'GAS.TRIP.TRIP')
      expect(trip).toMatchObject({ state: 'LATCH_UNACK', latched: true })
    },
    { timeout: 90_000, interval: 100 },
  )
})

test('the detector is mended and the groups are whole again', async () => {
  await entered(line, 'GAS.HEALTHY.DEG', 'returned')
  await shows('GAS.TRIP', '2oo3')
})

test('nothing else was raised', async () => {
  const planned = /^(GT-[12]|HS-1)\.H$|^GT-3\.FAULT$|^GAS\.|^GT-1\.RATE\.FAST$/
  expect((await raised(line)).filter((id) => !planned.test(id))).toEqual([])
})

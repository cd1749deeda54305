import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { AlarmView, FacilityTree, GatewayView, HistoryPoint, JournalItem } from '../../contracts/api.ts'
import { EventStream } from './event-stream.ts'
import { exampleFacility, Line, tenTimesFaster } from './line.ts'

/**
 * The tour of `npm start`, ten times as fast, through real Modbus TCP, real MQTT and the real API. The
 * tests follow the timeline of simulators/scenarios/tour.yaml and run in its order.
 */
let line: Line
let stream: EventStream

beforeAll(async () => {
  line = await Line.start({ facility: exampleFacility(tenTimesFaster), scenario: 'tour', speed: 10 })
  stream = await EventStream.open(line.url)
})
afterAll(async () => {
  await stream[Symbol.asyncDispose]()
  await line[Symbol.asyncDispose]()
})

/** Waits for the journal to have an event of an alarm. */
function entered(alarm: string, event: string, timeout = 30_000): Promise<JournalItem> {
  return vi.waitFor(
    async () => {
      const found = (await line.journal()).find((item) => item.alarm.id === alarm && item.event === event)
      if (found === undefined) throw new Error(`${alarm} ${event} is not in the journal`)
      return found
    },
    { timeout, interval: 50 },
  )
}

async function view(alarm: string): Promise<AlarmView | undefined> {
  return (await line.alarms()).find(({ id }) => id === alarm)
}

test('first readings of every sensor that is polled, all good, within seconds', async () => {
  await vi.waitFor(
    async () => {
      const tree = await line.get<FacilityTree>('/api/v1/facilities/demo-plant')
      const polled = tree.sensors.filter(({ derived }) => derived === null)
      expect(polled.map(({ reading }) => reading?.quality)).toEqual(polled.map(() => 'good'))
    },
    { timeout: 90_000, interval: 50 },
  )
  const { items } = await line.get<{ items: GatewayView[] }>('/api/v1/facilities/demo-plant/gateways')
  expect(items).toMatchObject([
    { id: 'gw-1', state: 'online', configMatches: true },
    { id: 'gw-2', state: 'online', configMatches: true },
  ])
})

describe('the leak', () => {
  test('raises GT-101.H and GT-101.HH, on the stream as in the journal', async () => {
    const raised = await entered('GT-101.H', 'raised')
    expect(raised.alarm).toMatchObject({
      state: 'UNACK',
      priority: 'high',
      limit: 20,
      unit: '%LEL',
      area: 'tank-farm',
    })
    expect(raised.alarm.value).toBeGreaterThanOrEqual(20)
    await entered('GT-101.HH', 'raised')
    const told = stream
      .of('alarm')
      .find(({ data }) => data.alarm.id === 'GT-101.H' && data.event === 'raised')
    expect(told).toMatchObject({
      id: String(raised.seq),
      data: { seq: raised.seq, alarm: { occurrence: 'GT-101.H#1' } },
    })
  })

  test('is acknowledged by the occurrence that was seen', async () => {
    const seen = await view('GT-101.H')
    const response = await fetch(`${line.url}/api/v1/facilities/demo-plant/alarms/GT-101.H/acknowledge`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ occurrence: seen?.occurrence, comment: 'crew sent' }),
    })
    expect(await response.json()).toMatchObject({ acknowledgedBy: 'demo', comment: 'crew sent' })
    expect(await entered('GT-101.H', 'acknowledged')).toMatchObject({ by: 'demo' })
  })

  test('disperses: H is normal again, HH stays latched', async () => {
    await entered('GT-101.H', 'returned')
    await entered('GT-101.HH', 'returned')
    expect(await view('GT-101.H')).toBeUndefined()
    expect(await view('GT-101.HH')).toMatchObject({ state: 'LATCH_UNACK', latched: true })
  })
})

test('the overfill raises LT-202.H, then HH, and trips the switch; then it is drained', async () => {
  const high = await entered('LT-202.H', 'raised')
  const highHigh = await entered('LT-202.HH', 'raised')
  const trip = await entered('LS-202.TRIP', 'raised')
  expect([high.seq, highHigh.seq, trip.seq].toSorted((a, b) => a - b)).toEqual([
    high.seq,
    highHigh.seq,
    trip.seq,
  ])
  await entered('LT-202.H', 'returned')
})

test('the overfill margin was low before the level was high-high', async () => {
  const low = await entered('T-202.OVERFILL.LOW', 'raised')
  const highHigh = await entered('LT-202.HH', 'raised')
  expect(low.alarm.value).toBeLessThanOrEqual(5)
  expect(low.alarm.unit).toBe('min')
  expect(low.seq).toBeLessThan(highHigh.seq)
})

test('the earthquake is felt by all three accelerographs', async () => {
  for (const id of ['SE-401.H', 'SE-402.H', 'SE-403.H', 'SE-402.HH']) await entered(id, 'raised')
})

test('the detector that dies raises its FAULT, shows no value, and recovers', async () => {
  const fault = await entered('GT-105.FAULT', 'raised')
  expect(fault.alarm).toMatchObject({ quality: 'bad', reason: 'not-a-number', value: null })
  await entered('GT-105.FAULT', 'returned')
})

test('the device that falls silent raises the FAULT of its sensors only, and never a value', async () => {
  for (const id of ['CL-301', 'CL-302', 'CL-303', 'CL-304', 'TT-301', 'WT-301']) {
    const { alarm } = await entered(`${id}.FAULT`, 'raised')
    expect(alarm).toMatchObject({ quality: 'bad', reason: 'timeout', value: null })
  }
  // Of the vote over them nothing is left, and that is told too.
  expect((await entered('CL.VOTE.FAULT', 'raised')).alarm).toMatchObject({ reason: 'no-protection' })
  await entered('CL-301.FAULT', 'returned')
  const raised = (await line.journal()).filter(({ event }) => event === 'raised').map(({ alarm }) => alarm.id)
  expect(raised.filter((id) => id.startsWith('SE-') && id.endsWith('FAULT'))).toEqual([])
})

test('nothing was raised that the timeline does not plan, and no reading was lost or refused', async () => {
  const planned =
    /^(GT-101|LT-202|SE-40\d)\.HH?$|^LS-202\.TRIP$|^T-202\.OVERFILL\.LOW$|^(GT-105|CL-30\d|CL\.VOTE|TT-301|WT-301)\.FAULT$/
  const raised = (await line.journal()).filter(({ event }) => event === 'raised').map(({ alarm }) => alarm.id)
  expect(raised.filter((id) => !planned.test(id))).toEqual([])
  const { items } = await line.get<{ items: GatewayView[] }>('/api/v1/facilities/demo-plant/gateways')
  for (const { counters } of items) {
    expect(counters).toMatchObject({ rejected: 0, lost: 0, missing: 0 })
    // What was sampled more than once before the first snapshot could go is sent after it.
    expect(counters.late).toBeLessThan(60)
  }
})

test('the history holds the leak, down-sampled', async () => {
  const { items } = await line.get<{ items: HistoryPoint[] }>(
    '/api/v1/facilities/demo-plant/sensors/GT-101/readings?every=1s',
  )
  const peak = Math.max(...items.map(({ max }) => max ?? 0))
  expect(peak).toBeGreaterThan(40)
  for (const { min, mean, max } of items) {
    if (min === null || mean === null || max === null) throw new Error('GT-101 was good throughout')
    expect(min).toBeLessThanOrEqual(mean)
    expect(mean).toBeLessThanOrEqual(max)
  }
})

test('the stream resumes after an event: every later one, once, in order', async () => {
  const journal = await line.journal()
  const middle = journal[Math.floor(journal.length / 2)]?.seq ?? 0
  await using resumed = await EventStream.open(line.url, String(middle))
  const expected = journal.filter(({ seq }) => seq > middle).map(({ seq }) => seq)
  // The plant goes on meanwhile.
  const seqs = () => resumed.of('alarm').map(({ data }) => data.seq)
  await vi.waitFor(() => expect(seqs().slice(0, expected.length)).toEqual(expected), 5_000)
})

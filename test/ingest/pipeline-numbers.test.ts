import { describe, expect, it } from 'vitest'
import { systemSensorId, systemSensors } from '../../alerting/system-sensors.ts'
import { facilityNumbers } from '../../ingest/status/pipeline-numbers.ts'
import { measuredServer } from './measured-server.ts'
import { plant } from './plant.ts'

describe('what the pipeline is measured by', () => {
  it('is the server as it is now, and lags since the last look', async () => {
    const { server, lags, clock } = measuredServer()
    lags.live.evaluated.add(15, 100)
    clock.now += 60_000
    const numbers = await server.take()
    expect(numbers).toMatchObject({
      logBytes: 1_000,
      logMaxBytes: 9_000,
      behind: 2,
      rssBytes: 400,
      heapBytes: 200,
      eventLoopP99Ms: 1.5,
      streamClients: 2,
      uptimeSeconds: 60,
      lagP50Ms: 15,
      storedLagP99Ms: Number.NaN,
    })
    expect(numbers.diskFreeBytes).toBeGreaterThan(0)
    expect(numbers.diskTotalBytes).toBeGreaterThanOrEqual(numbers.diskFreeBytes ?? 0)
    expect((await server.take()).lagP50Ms).toBeNaN()
  })

  it('is the sum of the gateways of a facility', () => {
    const { place } = measuredServer()
    expect(facilityNumbers(place, ({ state }) => (state === 'online' ? 8 : 0))).toMatchObject({
      received: 200,
      refused: 8,
      dropped: 10,
      missing: 2,
      gateways: 2,
      gatewaysOnline: 1,
      gatewaysLost: 1,
      credit: 8,
      storeWorking: 1,
      journalWorking: 0,
    })
  })

  it('says nothing of an alarm that it does not find', () => {
    const { place, live } = measuredServer()
    live.clear()
    expect(facilityNumbers(place, () => 0).storeWorking).toBeNaN()
  })

  it('looks for alarms that there are', () => {
    const ids = systemSensors(plant()).flatMap(({ alarms }) => alarms.map(({ id }) => id))
    expect(ids).toEqual(expect.arrayContaining(['sys.store.FAIL', 'sys.journal.FAIL']))
    expect([systemSensorId.store(), systemSensorId.journal()]).toEqual(['sys.store', 'sys.journal'])
  })
})

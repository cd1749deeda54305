import { expect, test, vi } from 'vitest'
import type { AlarmView } from '../../contracts/api.ts'
import { systemClock } from '../../contracts/clock.ts'
import { ERRORS } from '../../contracts/errors.ts'
import { parseFacility } from '../../contracts/facility-load.ts'
import { silentLogger } from '../../contracts/logger.ts'
import { randomId, startServer } from '../../ingest/main.ts'
import { FakeInfluxV2 } from '../ingest/fake-influx-v2.ts'
import { MqttPeer } from '../ingest/mqtt-peer.ts'
import { temporaryFolder } from '../temporary-folder.ts'

// A database that will not take this server is no reason for it not to start: alarms come before storage.
test.each([
  ['with a token that the database refuses', 'STORE_UNAUTHORIZED', { token: 'wrong' }],
  ['without the bucket', 'STORE_MISSING', { token: FakeInfluxV2.token }],
] as const)(
  '%s the server starts, raises alarms, and says what it waits for',
  async (_, code, store) => {
    await using influx = await FakeInfluxV2.started()
    const facility = parseFacility(
      `facility: { id: plant }
server: { auth: off, data: ${temporaryFolder()} }
store: { kind: influxdb, url: "${influx.url}", org: davylamp, bucket: plant }
gateways: [ { id: gw-1, buses: [ { id: plc, driver: modbus-tcp, host: h, devices: [ { id: d, sensors: [
  { id: GT-101, kind: gas, unit: "%LEL", register: { address: 0 }, alarms: { H: { when: high, limit: 20 } } } ] } ] } ] } ]
`,
      'plant.yaml',
    )
    const said: Record<string, unknown>[] = []
    const note = (fields: object, message: string) => void said.push({ ...fields, message })
    const server = await startServer({
      facilities: [facility],
      clock: systemClock,
      randomId,
      random: Math.random,
      logger: { ...silentLogger, warn: note, error: note },
      store,
      listen: { http: '127.0.0.1:0', mqtt: '127.0.0.1:0' },
    })
    const peer = await MqttPeer.connect(server.broker?.port ?? 0)
    try {
      const sent = systemClock.wall()
      const readings = [{ sensor: 'GT-101', time: sent, value: 30 }]
      const batch = { epoch: 'e1', seq: 1, sent, total: 1, readings }
      await peer.publish('davylamp/v1/plant/gateways/gw-1/readings', JSON.stringify(batch))
      const alarms = async () => {
        const response = await fetch(`http://127.0.0.1:${server.http.port}/api/v1/alarms`)
        return ((await response.json()) as { items: AlarmView[] }).items
      }
      await vi.waitFor(
        async () => {
          const ids = (await alarms()).filter(({ state }) => state === 'UNACK').map(({ id }) => id)
          expect(ids).toEqual(expect.arrayContaining(['GT-101.H', 'sys.store.FAIL']))
        },
        { timeout: 90_000, interval: 200 },
      )
      const told = said.filter((line) => line.code === code)
      const message = 'the store does not take readings'
      expect(told).toContainEqual(expect.objectContaining({ message, remedy: ERRORS[code].remedy }))
      // Once by whoever has something to write, however often it is tried again.
      const messages = told.map((line) => line.message)
      expect(messages.length).toBe(new Set(messages).size)
    } finally {
      await server.stop()
    }
  },
  60_000,
)

import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { JournalItem, LedgerItem } from '../../contracts/api.ts'
import { exampleFacility, Line, tenTimesFaster } from '../e2e/line.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { INFLUXD, Influxd } from './influxd.ts'
import { unlessReal } from './unless-real.ts'

const influx = unlessReal(INFLUXD)

/** The whole line with its history in an InfluxDB, which goes and comes back. */
describe.skipIf(influx.skip)(`the line into InfluxDB${influx.reason}`, () => {
  let influxd: Influxd
  let line: Line

  beforeAll(async () => {
    influxd = await Influxd.started(temporaryFolder())
    await influxd.createDatabase('plant')
    const store = `{ kind: influxdb, api: v1, url: "${influxd.url}", database: plant }`
    const facility = exampleFacility((text) => tenTimesFaster(text).replace('{ kind: embedded }', store))
    line = await Line.start({ facility, scenario: 'tour', speed: 10 })
  })
  afterAll(async () => {
    await line?.[Symbol.asyncDispose]()
    await influxd?.[Symbol.asyncDispose]()
  })

  const soon = (look: () => Promise<void>) => vi.waitFor(look, { timeout: 30_000, interval: 200 })
  const rows = (q: string) => influxd.rows(q, { db: 'plant' })
  const count = async (q: string) => Number((await rows(q))[0]?.[1] ?? 0)
  const journal = async (alarm: string) =>
    (await line.get<{ items: JournalItem[] }>(`/api/v1/journal?alarm=${alarm}`)).items

  test('readings, alarms, gateways, lines, devices and the pipeline are there under their names', async () => {
    await soon(async () => {
      expect(await count('SELECT count("value") FROM "gas" WHERE "sensor" = \'GT-101\'')).toBeGreaterThan(3)
      expect(await count('SELECT count("active") FROM "alarm" WHERE "alarm" = \'GT-101.H\'')).toBeGreaterThan(
        0,
      )
      for (const health of ['gateway', 'bus', 'device', 'pipeline'])
        expect(await rows(`SELECT * FROM "${health}" LIMIT 1`), health).not.toEqual([])
    })
    expect(await rows('SELECT last("online") FROM "gateway" WHERE "gateway" = \'gw-1\'')).toMatchObject([
      [expect.anything(), 1],
    ])
  })

  test('it goes: alarms are told, the loss of the store is one, and nothing is missing when it is back', async () => {
    await influxd.kill()
    await soon(async () => expect(await journal('sys.store.FAIL')).toMatchObject([{ event: 'raised' }]))
    const before = (await line.journal()).length
    await soon(async () => expect((await line.journal()).length).toBeGreaterThan(before))
    await influxd.start()
    await soon(async () => expect((await journal('sys.store.FAIL'))[0]).toMatchObject({ event: 'returned' }))
    for (const gateway of line.gateways.values()) await gateway.stop()
    line.gateways.clear()
    await soon(async () => {
      const { items } = await line.get<{ items: LedgerItem[] }>('/api/v1/ledger')
      const received = items.reduce((sum, item) => sum + item.received, 0)
      expect(received).toBeGreaterThan(100)
      expect(items.reduce((sum, item) => sum + item.stored, 0)).toBe(received)
      expect(items.map(({ missing, dropped }) => [missing, dropped])).toEqual(items.map(() => [0, 0]))
      const kinds = [
        'gas',
        'level',
        'seismic',
        'temperature',
        'pressure',
        'flow',
        'electrical',
        'state',
        'other',
      ]
      const counts = await Promise.all(
        kinds.map((kind) => count(`SELECT count("quality") FROM "plant".."${kind}"`)),
      )
      expect(counts.reduce((sum, of) => sum + of, 0)).toBe(received)
    })
    const entries = (await line.journal()).length
    await soon(async () => expect(await count('SELECT count("active") FROM "alarm"')).toBe(entries))
  })
})

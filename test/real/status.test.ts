import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { exampleFacility, Line } from '../e2e/line.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { INFLUXD, Influxd } from './influxd.ts'
import { scenarioFile } from './scenario-file.ts'
import { unlessReal } from './unless-real.ts'

const influx = unlessReal(INFLUXD)

const LEAK = `description: A leak in the pump bay, and then none.
plant:
  wind: { speed: 2, from: 225 }
  sources: { pump-seal: { at: [-3, -3], gas: CH4 } }
  detectors: { GT-101: { at: [0, 0], t90: 8s } }
timeline:
  - { at: 60s, duration: 160s, leak: { source: pump-seal, rate: 0.45 } }
`

/** The query of docs/reference/store.md, with what the first columns of a table need. */
const STANDING =
  'SELECT * FROM (SELECT last("rank") AS "rank", last("state") AS "state", last("active") AS "active" ' +
  'FROM "alarm_standing" WHERE time > now() - 2m GROUP BY "facility", "area", "sensor", "alarm") WHERE "rank" > 0'

/** What dashboards are drawn from, as a real InfluxDB answers while a leak begins, is acknowledged and ends. */
describe.skipIf(influx.skip)(`what dashboards ask of InfluxDB${influx.reason}`, () => {
  let influxd: Influxd
  let line: Line

  beforeAll(async () => {
    influxd = await Influxd.started(temporaryFolder())
    await influxd.createDatabase('plant')
    const store = `{ kind: influxdb, api: v1, url: "${influxd.url}", database: plant }`
    const facility = exampleFacility((text) => text.replace('{ kind: embedded }', store))
    line = await Line.start({ facility, scenario: scenarioFile(LEAK), speed: 10 })
  })
  afterAll(async () => {
    await line?.[Symbol.asyncDispose]()
    await influxd?.[Symbol.asyncDispose]()
  })

  /** Rows by the names of their columns. */
  async function rows(q: string): Promise<Record<string, unknown>[]> {
    const answer = (await influxd.ask(q, { db: 'plant' })) as {
      results: { series?: { columns: string[]; values: unknown[][] }[]; error?: string }[]
    }
    expect(answer.results[0]?.error).toBeUndefined()
    return (answer.results[0]?.series ?? []).flatMap(({ columns, values }) =>
      values.map((row) => Object.fromEntries(columns.map((column, index) => [column, row[index]]))),
    )
  }
  const standing = async (alarm: string) => (await rows(STANDING)).find((row) => row.alarm === alarm)
  const within = (ms: number, look: () => Promise<void>) => vi.waitFor(look, { timeout: ms, interval: 100 })
  const alarm = async (id: string) => (await line.alarms()).find((one) => one.id === id)

  test('limits are there for trends', async () => {
    await within(10_000, async () => {
      const limits = await rows('SELECT * FROM "alarm_limit" WHERE "sensor" = \'GT-101\'')
      expect(limits.map(({ alarm: id, limit, when, rank }) => [id, limit, when, rank])).toEqual(
        expect.arrayContaining([
          ['GT-101.H', 20, 'high', 3],
          ['GT-101.HH', 40, 'high', 4],
        ]),
      )
    })
  })

  test('an alarm stands within 2 s of being raised, and colours its area', async () => {
    await within(60_000, async () => expect((await alarm('GT-101.H'))?.state).toBe('UNACK'))
    await within(2_000, async () =>
      expect(await standing('GT-101.H')).toMatchObject({
        facility: 'demo-plant',
        state: 'UNACK',
        active: 1,
        rank: 3,
      }),
    )
    const { area = '' } = (await alarm('GT-101.H')) ?? {}
    await within(4_000, async () => {
      const [seen] = await rows(
        `SELECT last("worst") AS "worst", last("worstAlarm") AS "alarm", last("lat") AS "lat" FROM "area" WHERE "area" = '${area}'`,
      )
      expect(Number(seen?.worst)).toBeGreaterThanOrEqual(3)
      expect(String(seen?.alarm)).toMatch(/^GT-101\./)
      expect(typeof seen?.lat).toBe('number')
    })
  })

  test('an acknowledgement shows, and what has returned stands no more', async () => {
    const acknowledge = async (id: string) => {
      const { occurrence } = (await alarm(id)) ?? {}
      const body = JSON.stringify({ occurrence })
      const headers = { 'content-type': 'application/json' }
      const path = `${line.url}/api/v1/facilities/demo-plant/alarms/${id}/acknowledge`
      expect((await fetch(path, { method: 'POST', body, headers })).status).toBe(200)
    }
    await acknowledge('GT-101.H')
    await within(2_000, async () => expect(await standing('GT-101.H')).toMatchObject({ state: 'ACKED' }))
    await within(120_000, async () => expect(await alarm('GT-101.H')).toBeUndefined())
    await within(2_000, async () => expect(await standing('GT-101.H')).toBeUndefined())
  })

  test('a hazard that is entered shows in the register of the dashboards, and colours its area on the map', async () => {
    const body = {
      facility: 'demo-plant',
      area: 'seismic-unit',
      title: 'Anchor of the instrument is loose',
      description: 'Seen on the round',
      grade: 'major',
      by: 'li.wei',
    }
    const entered = await fetch(`${line.url}/api/v1/hazards`, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    })
    expect(entered.status).toBe(200)
    await within(10_000, async () => {
      const [seen] = await rows(
        'SELECT last("count") AS "count", last("open") AS "open" FROM "hazard" WHERE "grade" = \'major\' AND "status" = \'found\' AND "region" = \'Heze/Juancheng/Chengguan/Grid 7\'',
      )
      expect(Number(seen?.count)).toBeGreaterThanOrEqual(1)
      expect(seen?.open).toBe(seen?.count)
    })
    await within(40_000, async () => {
      const [seen] = await rows(
        'SELECT last("colour") AS "colour", last("why") AS "why", last("lat") AS "lat" FROM "risk" WHERE "area" = \'seismic-unit\'',
      )
      expect(Number(seen?.colour)).toBeGreaterThanOrEqual(3)
      expect(Number(seen?.lat)).toBeCloseTo(35.2405, 3)
    })
  })

  test('the server tells of itself and of its gateways what panels show', async () => {
    await within(20_000, async () => {
      const [own] = await rows('SELECT * FROM "pipeline" ORDER BY time DESC LIMIT 1')
      for (const field of [
        'rssBytes',
        'heapBytes',
        'diskFreeBytes',
        'diskTotalBytes',
        'logMaxBytes',
        'lagP99Ms',
      ])
        expect(Number(own?.[field]), field).toBeGreaterThan(0)
      expect(own).toMatchObject({ storeWorking: 1, journalWorking: 1, gatewaysOnline: 2, deadLetters: 0 })
      const [gateway] = await rows(
        'SELECT * FROM "gateway" WHERE "gateway" = \'gw-1\' ORDER BY time DESC LIMIT 1',
      )
      expect(gateway).toMatchObject({ state: 'online', dayDropped: 0, lost: 0 })
      expect(Number(gateway?.daySent)).toBeGreaterThan(0)
      expect(Number(gateway?.secondsSinceHeard)).toBeLessThan(6)
    })
  })
})

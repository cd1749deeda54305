import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { systemClock } from '../../contracts/clock.ts'
import type { AlarmConfig, Facility, Sensor } from '../../contracts/facility.ts'
import { parseFacility } from '../../contracts/facility-load.ts'
import type { Quality } from '../../contracts/quality.ts'
import { InfluxStore } from '../../ingest/store/influx/influx-store.ts'
import { plantWith } from '../contracts/plant-text.ts'
import { examplePlant, rulesOf, withInfluxDb } from '../dashboards/grafana-plant.ts'
import { evaluated, type Firing } from '../dashboards/rule-evaluator.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { askInflux } from './influx-series.ts'
import { INFLUXD, Influxd, storeConfig } from './influxd.ts'
import { unlessReal } from './unless-real.ts'

const influxdb = unlessReal(INFLUXD)

/** A database in which a facility is calm: each sensor within its limits, everybody alive. */
class CalmPlant {
  readonly facility: Facility
  readonly #store: InfluxStore
  readonly #database: string
  readonly #influxd: Influxd
  /** Of the newest point, epoch ms: each one is a millisecond after the one before. */
  #time = Date.now() - 20_000

  constructor(influxd: Influxd, database: string, facility: Facility) {
    this.facility = facility
    this.#influxd = influxd
    this.#database = database
    this.#store = new InfluxStore({
      plan: { config: storeConfig(influxd.url, database) },
      clock: systemClock,
    })
  }

  async calm(): Promise<void> {
    for (const sensor of this.facility.sensors.values()) await this.reads(sensor, { value: within(sensor) })
    await this.says('pipeline', {}, PIPELINE)
    for (const gateway of this.facility.gateways) await this.says('gateway', { gateway: gateway.id }, GATEWAY)
  }

  async reads(
    sensor: Sensor,
    { ago, ...reading }: { value?: number; quality?: Quality; reason?: string; ago?: number },
  ): Promise<void> {
    this.#time += 1
    const { kind, area, gateway, device, quantity, unit } = sensor
    const series = {
      kind,
      facility: this.facility.id,
      area,
      gateway,
      device,
      sensor: sensor.id,
      quantity,
      unit,
    }
    const time = ago === undefined ? this.#time : Date.now() - ago
    const point = {
      series,
      reading: { quality: 'good' as const, ...reading, sensor: sensor.id, time },
      fold: 0,
    }
    expect(await this.#store.write([point])).toEqual([])
  }

  async says(
    measurement: string,
    tags: Record<string, string>,
    fields: Record<string, number | bigint | string>,
    ago?: number,
  ): Promise<void> {
    this.#time += 1
    const time = ago === undefined ? this.#time : Date.now() - ago
    const point = { measurement, tags: { facility: this.facility.id, ...tags }, fields, time }
    expect(await this.#store.writeStatus([point])).toEqual([])
  }

  /** What of the rules whose title has this text fires. */
  async firing(title: string | RegExp = ''): Promise<Firing[]> {
    const rules = rulesOf(this.facility).filter((rule) => rule.title.search(title) >= 0)
    expect(rules.length).toBeGreaterThan(0)
    const ask = askInflux(this.#influxd, this.#database)
    const all: Firing[] = []
    for (const rule of rules) all.push(...(await evaluated(rule, ask)))
    return all
  }

  close(): Promise<void> {
    return this.#store.close()
  }
}

const PIPELINE = {
  behind: 0,
  logBytes: 1_000,
  diskFreeBytes: 50e9,
  diskTotalBytes: 100e9,
  storeWorking: 1,
  journalWorking: 1,
}
const GATEWAY = { state: 'online', online: 1n, outboxBytes: 1_000n, evictedReadings: 0n, skewMs: 12.5 }

/** A value that no high or low alarm of the sensor is about. */
function within(sensor: Sensor): number {
  const limits = (when: string) =>
    sensor.alarms.filter((alarm) => alarm.when === when).map(({ limit }) => limit)
  const [low, high] = [Math.max(...limits('low')), Math.min(...limits('high'))]
  if (Number.isFinite(low) && Number.isFinite(high)) return (low + high) / 2
  return Number.isFinite(high) ? high - 1 : Number.isFinite(low) ? low + 1 : 0
}

/** The next number on the way back to normal. */
function justWithin({ when, limit }: AlarmConfig): number {
  const bits = new BigInt64Array(new Float64Array([limit]).buffer)
  const away = (when === 'high') === limit > 0 ? -1n : 1n
  return new Float64Array(new BigInt64Array([(bits[0] ?? 0n) + away]).buffer)[0] ?? Number.NaN
}

describe.skipIf(influxdb.skip)(`alert rules of Grafana on InfluxDB 1.6${influxdb.reason}`, () => {
  let influxd: Influxd
  let databases = 0
  const plants: CalmPlant[] = []

  beforeAll(async () => {
    influxd = await Influxd.started(temporaryFolder())
  })
  afterAll(async () => {
    for (const plant of plants) await plant.close()
    await influxd?.kill()
  })

  async function calmPlant(facility = examplePlant()): Promise<CalmPlant> {
    databases += 1
    const database = `rules-${databases}`
    await influxd.createDatabase(database)
    const plant = new CalmPlant(influxd, database, facility)
    plants.push(plant)
    await plant.calm()
    return plant
  }

  const sensorOf = ({ facility }: CalmPlant, id: string): Sensor => {
    const sensor = facility.sensors.get(id)
    if (sensor === undefined) throw new Error(`no sensor ${id}`)
    return sensor
  }

  it('are all quiet while the plant is calm', async () => {
    const plant = await calmPlant()
    expect(await plant.firing()).toEqual([])
  })

  it('fire at every limit of the facility file, and not a hair within it', async () => {
    const plant = await calmPlant()
    let limits = 0
    for (const sensor of plant.facility.sensors.values()) {
      for (const alarm of sensor.alarms) {
        if (alarm.when !== 'high' && alarm.when !== 'low') continue
        limits += 1
        const about = new RegExp(`: ${sensor.kind} ${alarm.key} at or .* ${alarm.limit} ${sensor.unit},`)
        await plant.reads(sensor, { value: alarm.limit })
        const { id, area } = sensor
        const labels = { sensor: id, area, key: alarm.key, severity: alarm.priority, facility: 'demo-plant' }
        expect(await plant.firing(about), `${alarm.id} at ${alarm.limit}`).toEqual([
          { labels: expect.objectContaining(labels), value: alarm.limit },
        ])
        const value = justWithin(alarm)
        expect(value === alarm.limit).toBe(false)
        await plant.reads(sensor, { value })
        expect(await plant.firing(about), `${alarm.id} at ${value}`).toEqual([])
        await plant.reads(sensor, { value: within(sensor) })
      }
    }
    expect(limits).toBeGreaterThan(40)
  })

  it('take the newest measured reading: uncertain ones count, bad ones do not, silence changes nothing', async () => {
    const plant = await calmPlant()
    const [gas, rule] = [sensorOf(plant, 'GT-101'), 'gas H at or above 20 %LEL']
    await plant.reads(gas, { value: 90, quality: 'bad', reason: 'device-fault' })
    expect(await plant.firing(rule)).toEqual([])
    await plant.reads(gas, { value: 25, quality: 'uncertain', reason: 'clock' })
    expect(await plant.firing(rule)).toHaveLength(1)
    await plant.reads(gas, { quality: 'bad', reason: 'timeout' })
    expect(await plant.firing(rule)).toHaveLength(1)
    await plant.reads(gas, { value: 3 })
    expect(await plant.firing(rule)).toEqual([])
    // The other sensors of the rule have nothing to do with it.
    await plant.reads(sensorOf(plant, 'GT-102'), { value: 20 })
    expect((await plant.firing(rule)).map(({ labels }) => labels.sensor)).toEqual(['GT-102'])
  })

  it('remember what a sensor said before it fell silent, for ten minutes', async () => {
    const facility = withInfluxDb(parseFacility(plantWith({}), 'plant.yaml'))
    const plant = new CalmPlant(influxd, 'silent', facility)
    plants.push(plant)
    await influxd.createDatabase('silent')
    const gas = sensorOf(plant, 'GT-2')
    await plant.reads(gas, { value: 20, ago: 590_000 })
    expect(await plant.firing('gas H at or above')).toHaveLength(1)
    const older = new CalmPlant(influxd, 'older', facility)
    plants.push(older)
    await influxd.createDatabase('older')
    await older.reads(gas, { value: 20, ago: 610_000 })
    expect(await older.firing('gas H at or above')).toEqual([])
  })

  it.each(['above-range', 'ne43-high', 'over-range-latched'])(
    'take %s as beyond every high limit',
    async (reason) => {
      const plant = await calmPlant()
      const gas = sensorOf(plant, 'GT-101')
      await plant.reads(gas, { quality: 'bad', reason })
      const keys = (firing: Firing[]) => firing.map(({ labels }) => `${labels.sensor}.${labels.key}`).sort()
      expect(keys(await plant.firing(/(above|below) its range/))).toEqual(['GT-101.H', 'GT-101.HH'])
      // Other bad readings say nothing, and what was evidence before them still is.
      await plant.reads(gas, { quality: 'bad', reason: 'timeout' })
      expect(keys(await plant.firing(/its range/))).toEqual(['GT-101.H', 'GT-101.HH'])
      await plant.reads(gas, { value: 2 })
      expect(await plant.firing(/its range/)).toEqual([])
    },
    60_000,
  )

  it.each(['below-range', 'ne43-low'])(
    'take %s as beyond every low limit, and no high one',
    async (reason) => {
      const plant = await calmPlant()
      const tank = [...plant.facility.sensors.values()].find(({ kind }) => kind === 'level')
      if (tank === undefined) throw new Error('no level')
      await plant.reads(tank, { quality: 'bad', reason })
      const firing = await plant.firing(/(above|below) its range/)
      expect(firing.map(({ labels }) => `${labels.sensor}.${labels.key}`)).toEqual([`${tank.id}.LL`])
    },
    60_000,
  )

  it('take any bad reading as beyond where the alarm says so, but for those of somebody at work', async () => {
    const alarms = 'H: { when: high, limit: 20 }'
    const text = plantWith({ [alarms]: 'H: { when: high, limit: 20, onBad: alarm }' })
    const plant = await calmPlant(withInfluxDb(parseFacility(text, 'plant.yaml')))
    const gas = sensorOf(plant, 'GT-2')
    for (const reason of ['inhibited', 'calibrating', 'warm-up', 'testing']) {
      await plant.reads(gas, { quality: 'bad', reason })
      expect(await plant.firing('bad, as if above its range'), reason).toEqual([])
    }
    await plant.reads(gas, { quality: 'bad', reason: 'exception-4' })
    expect(await plant.firing('bad, as if above its range')).toHaveLength(1)
  })

  it('tell sensors whose readings are bad, but for those of somebody at work', async () => {
    const plant = await calmPlant()
    const gas = sensorOf(plant, 'GT-101')
    await plant.reads(gas, { quality: 'bad', reason: 'calibrating' })
    expect(await plant.firing('readings are bad')).toEqual([])
    await plant.reads(gas, { quality: 'bad', reason: 'timeout' })
    expect((await plant.firing('readings are bad')).map(({ labels }) => labels.sensor)).toEqual(['GT-101'])
  })

  it('miss a sensor that has no readings, a gateway that is lost or not told of, and the server', async () => {
    const facility = examplePlant()
    databases += 1
    const database = `rules-${databases}`
    await influxd.createDatabase(database)
    const plant = new CalmPlant(influxd, database, facility)
    plants.push(plant)
    const titles = async () => {
      const firing = await plant.firing('silent')
      const names = firing.map(({ labels }) => [labels.rule, labels.gateway].join(' ').trim())
      return [...new Set(names)].sort()
    }
    // Nothing at all is in the database.
    const everybody = [
      'gateway-silent gw-1',
      'gateway-silent gw-2',
      'sensor-silent derived',
      'sensor-silent gw-1',
      'sensor-silent gw-2',
    ]
    expect(await titles()).toEqual([...everybody, 'server-silent'])
    await plant.calm()
    expect(await titles()).toEqual([])
    await plant.says('gateway', { gateway: 'gw-2' }, { ...GATEWAY, state: 'lost', online: 0n })
    expect(await titles()).toEqual(['gateway-silent gw-2'])
  })

  it('miss the server after a minute without its status, and are not deceived by a clock that was ahead', async () => {
    const facility = examplePlant()
    databases += 1
    const database = `rules-${databases}`
    await influxd.createDatabase(database)
    const plant = new CalmPlant(influxd, database, facility)
    plants.push(plant)
    await plant.says('pipeline', {}, PIPELINE, 61_000)
    await plant.says('pipeline', {}, PIPELINE, -3_600_000)
    expect(await plant.firing('server silent')).toHaveLength(1)
    await plant.says('pipeline', {}, PIPELINE, 50_000)
    expect(await plant.firing('server silent')).toEqual([])
  })

  it('count the sensors that report: one less is too few', async () => {
    const plant = await calmPlant(withInfluxDb(parseFacility(plantWith({}), 'plant.yaml')))
    const title = 'gas sensors of gw-1 silent'
    expect(await plant.firing(title)).toEqual([])
    const fewer = new CalmPlant(influxd, 'fewer', plant.facility)
    plants.push(fewer)
    await influxd.createDatabase('fewer')
    await fewer.reads(sensorOf(fewer, 'GT-1'), { value: 1 })
    expect(await fewer.firing(title)).toMatchObject([{ value: 1 }])
  })

  it.each([
    ['disk of the server nearly full', { diskFreeBytes: 10e9 - 1 }, { diskFreeBytes: 10e9 }],
    ['log of the server nearly full', { logBytes: 3.2e9 }, { logBytes: 3.2e9 - 1 }],
    ['database takes nothing', { storeWorking: 0 }, { storeWorking: 1 }],
    ['journal cannot be written', { journalWorking: 0 }, { journalWorking: 1 }],
  ])(
    'tell: %s',
    async (title, bad, fine) => {
      const plant = await calmPlant()
      await plant.says('pipeline', {}, { ...PIPELINE, ...bad })
      expect(await plant.firing(title)).toHaveLength(1)
      await plant.says('pipeline', {}, { ...PIPELINE, ...fine })
      expect(await plant.firing(title)).toEqual([])
    },
    30_000,
  )

  it('tell a database that has been behind all the time, and not one that once was', async () => {
    const plant = new CalmPlant(influxd, 'behind', examplePlant())
    plants.push(plant)
    await influxd.createDatabase('behind')
    for (const ago of [290_000, 150_000, 5_000]) await plant.says('pipeline', {}, { behind: 1_000 }, ago)
    expect(await plant.firing('database falls behind')).toHaveLength(1)
    await plant.says('pipeline', {}, { behind: 999 }, 200_000)
    expect(await plant.firing('database falls behind')).toEqual([])
  })

  it('tell a gateway whose outbox fills, that drops readings, or whose clock is off', async () => {
    const plant = await calmPlant()
    const titles = [
      'outbox of a gateway nearly full',
      'gateway drops readings',
      'clock of a gateway off',
    ] as const
    const bad = [{ outboxBytes: 1_600_000_000n }, { evictedReadings: 3n }, { skewMs: -5_000.5 }] as const
    for (const [index, title] of titles.entries()) {
      expect(await plant.firing(title)).toEqual([])
      await plant.says('gateway', { gateway: 'gw-2' }, { ...GATEWAY, ...bad[index] })
      expect(
        (await plant.firing(title)).map(({ labels }) => labels.gateway),
        title,
      ).toEqual(['gw-2'])
    }
    // A counter that begins anew has dropped nothing.
    await plant.says('gateway', { gateway: 'gw-1' }, { ...GATEWAY, evictedReadings: 7n }, 250_000)
    const dropped = (await plant.firing('gateway drops readings')).map(({ labels }) => labels.gateway)
    expect(dropped).toEqual(['gw-2'])
  })

  it('tell urgent alarms that nobody acknowledges', async () => {
    const plant = await calmPlant()
    const standing = { rank: 4n, unacknowledged: 1n, setAside: 0n, state: 'UNACK' }
    const tags = { area: 'tank-farm', sensor: 'GT-101', alarm: 'GT-101.HH', kind: 'gas' }
    await plant.says('alarm_standing', tags, standing)
    expect(await plant.firing('unacknowledged for')).toMatchObject([
      { labels: { alarm: 'GT-101.HH', area: 'tank-farm', severity: 'critical' } },
    ])
    await plant.says('alarm_standing', tags, { ...standing, rank: 3n })
    expect(await plant.firing('unacknowledged for')).toMatchObject([{ labels: { severity: 'high' } }])
    for (const change of [{ rank: 2n }, { setAside: 1n }, { unacknowledged: 0n }, { rank: 0n }]) {
      await plant.says('alarm_standing', tags, { ...standing, ...change })
      expect(await plant.firing('unacknowledged for'), JSON.stringify(Object.keys(change))).toEqual([])
    }
  })
})

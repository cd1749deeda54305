import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { InfluxStore } from '../../ingest/store/influx/influx-store.ts'
import { describeStore } from '../ingest/store-suite.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { INFLUXD, Influxd, storeConfig } from './influxd.ts'
import { unlessReal } from './unless-real.ts'

const influxdb = unlessReal(INFLUXD)
/** Times of the suite begin in 1970: nothing of it is beyond retention yet. */
const EPOCH = { wall: () => 0, monotonic: () => 0 }

describe.skipIf(influxdb.skip)(`InfluxDB 1.6${influxdb.reason}`, () => {
  let influxd: Influxd
  let databases = 0

  beforeAll(async () => {
    influxd = await Influxd.started(temporaryFolder())
  })
  afterAll(() => influxd?.kill())

  describeStore('store', async () => {
    databases += 1
    const database = `suite-${databases}`
    await influxd.createDatabase(database)
    const plan = { config: storeConfig(influxd.url, database) }
    return { open: async () => new InfluxStore({ plan, clock: EPOCH }) }
  })

  it('x', () => expect(1).toBe(1))
})

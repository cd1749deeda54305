import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { systemClock } from '../../contracts/clock.ts'
import { Mirror } from '../../ingest/drain/mirror.ts'
import { InfluxClient } from '../../ingest/store/influx/influx-client.ts'
import { good, pointsOf } from '../ingest/store-points.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { storeConfig } from './influxd.ts'
import { unlessReal } from './unless-real.ts'
import { VICTORIA_METRICS, VictoriaMetrics } from './victoria-metrics.ts'

const real = unlessReal(VICTORIA_METRICS)

describe.skipIf(real.skip)(`VictoriaMetrics as a mirror${real.reason}`, () => {
  let victoria: VictoriaMetrics
  let mirror: Mirror
  let client: InfluxClient

  beforeAll(async () => {
    victoria = await VictoriaMetrics.started(temporaryFolder())
    client = new InfluxClient({ config: storeConfig(victoria.url, 'unused') })
    const send = (path: string, lines: string) => client.write(path, lines)
    mirror = new Mirror({ send, clock: systemClock, random: Math.random })
  })
  afterAll(async () => {
    await mirror?.close()
    client?.close()
    await victoria?.kill()
  })

  const soon = (look: () => void | Promise<void>) => vi.waitFor(look, { timeout: 60_000, interval: 50 })

  it('has value and quality of every reading, with its tags, and nothing that is no number', async () => {
    const now = Date.now()
    mirror.offer(
      pointsOf([
        good(now - 2_000, 12.5),
        { sensor: 'GT-101', time: now - 1_000, value: 99, quality: 'bad', reason: 'above-range' },
        { sensor: 'GT-101', time: now, quality: 'bad', reason: 'timeout' },
      ]),
    )
    await soon(() => expect(mirror.counts).toEqual({ sent: 3, dropped: 0 }))
    await soon(async () => {
      expect(await victoria.exported('gas_value')).toEqual([
        {
          labels: {
            __name__: 'gas_value',
            facility: 'plant',
            area: 'tank-farm',
            gateway: 'gw-1',
            device: 'panel',
            sensor: 'GT-101',
            quantity: 'CH4',
            unit: '%LEL',
          },
          values: [12.5, 99],
          timestamps: [now - 2_000, now - 1_000],
        },
      ])
      expect(await victoria.exported('gas_quality')).toMatchObject([{ values: [192, 0, 0] }])
    })
    expect(await victoria.exported('gas_reason')).toEqual([])
  })

  it('killed and started again gets what waited', async () => {
    await victoria.kill()
    const now = Date.now()
    mirror.offer(pointsOf([good(now, 1, 'GT-102')]))
    mirror.offer(pointsOf([good(now + 1, 2, 'GT-102')]))
    await new Promise((resolve) => setTimeout(resolve, 300))
    await victoria.start()
    await soon(() => expect(mirror.counts).toEqual({ sent: 5, dropped: 0 }))
    await soon(async () => {
      const found = await victoria.exported('gas_value{sensor="GT-102"}')
      expect(found).toMatchObject([{ values: [1, 2] }])
    })
  })
})

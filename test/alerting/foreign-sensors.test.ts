import { describe, expect, it } from 'vitest'
import { AlarmEngine } from '../../alerting/alarm-engine.ts'
import { OriginGuard } from '../../alerting/api/origin-guard.ts'
import { buildApi } from '../../alerting/api/server.ts'
import { Stream } from '../../alerting/api/stream.ts'
import type { Evaluation } from '../../alerting/evaluation.ts'
import { systemSensors } from '../../alerting/system-sensors.ts'
import type { FacilityTree } from '../../contracts/api.ts'
import { parseFacility } from '../../contracts/facility-load.ts'
import { silentLogger } from '../../contracts/logger.ts'
import type { Reading } from '../../contracts/reading.ts'
import { evidenceBatch } from './alarm-fixtures.ts'

const facility = parseFacility(
  `facility: { id: plant }
gateways: [ { id: gw-1, buses: [] } ]
foreign:
  - id: shed
    name: Shed
    topic: shed
    staleAfter: 1m
    sensors:
      - { id: F-1, kind: gas, unit: ppm, path: $.gas, alarms: { H: { when: high, limit: 20 } } }
`,
  'plant.yaml',
)

const brief = ({ transitions }: Evaluation) =>
  transitions.map(({ time, config, event }) => `${time} ${config.id} ${event}`)

describe('a sensor of a foreign device', () => {
  const take = (engine: AlarmEngine, now: number, over: Partial<Reading> = {}, isLive = true) => {
    const reading: Reading = { sensor: 'F-1', time: now, value: 25, quality: 'good', ...over }
    return brief(engine.evaluate(evidenceBatch({ gateway: 'foreign', readings: [reading], isLive }), now))
  }

  it('has alarms as any other', () => {
    const engine = new AlarmEngine({ facility, now: 0 })
    expect(take(engine, 1_000)).toEqual(['1000 F-1.H raised'])
    expect(take(engine, 2_000, { value: 5 })).toEqual(['2000 F-1.H returned'])
    expect(take(engine, 3_000, { quality: 'bad', reason: 'device-fault' })).toEqual(['3000 F-1.FAULT raised'])
  })

  it('is stale when it fell silent, or never spoke', () => {
    const engine = new AlarmEngine({ facility, now: 0 })
    expect(brief(engine.advance(60_000))).toEqual(['60000 F-1.FAULT raised'])
    take(engine, 61_000)
    expect(engine.isStale('F-1')).toBe(false)
    expect(brief(engine.advance(121_000))).toEqual(['121000 F-1.FAULT raised'])
  })

  it('may raise an alarm by what the broker had kept, and is no more alive for it', () => {
    const engine = new AlarmEngine({ facility, now: 0 })
    const old = { quality: 'uncertain', reason: 'clock' } as const
    expect(take(engine, 1_000, old, false)).toEqual(['1000 F-1.H raised'])
    expect(take(engine, 2_000, { ...old, value: 5 }, false)).toEqual([])
    expect(brief(engine.advance(60_000))).toEqual(['60000 F-1.FAULT raised'])
  })

  it('keeps the rest of its delays when the clock of the server is stepped', () => {
    const engine = new AlarmEngine({ facility, now: 0 })
    take(engine, 1_000)
    engine.clockStepped(3_600_000)
    const readings = [{ sensor: 'F-1', time: 3_602_000, value: 25, quality: 'good' as const }]
    engine.evaluate(evidenceBatch({ gateway: 'foreign', stepped: true, readings }), 3_602_000)
    expect(engine.isStale('F-1')).toBe(false)
    expect(brief(engine.advance(3_661_999))).toEqual([])
    expect(brief(engine.advance(3_662_000))).toEqual(['3662000 F-1.FAULT raised'])
  })

  it('has no gateway that could be lost', () => {
    expect(systemSensors(facility).filter(({ id }) => id.includes('foreign'))).toEqual([])
  })
})

describe('the tree of the API', () => {
  it('has foreign devices under the gateway foreign', async () => {
    const app = await buildApi(
      {
        facilities: new Map([
          [
            'plant',
            {
              facility,
              alarms: {
                views: () => [],
                view: () => undefined,
                act: () => Promise.reject(new Error('no alarm')),
              },
              plant: { latest: () => undefined, gateways: () => [] },
            },
          ],
        ]),
        states: {
          journal: async () => [],
          after: async () => [],
          ledger: async () => [],
          alarmKpi: () => Promise.reject(new Error('not asked for')),
        },
        store: { range: async () => [], buckets: async () => [] },
        stream: new Stream({ now: () => 'now' }),
        console: new Map(),
        now: () => 0,
        info: () => ({ version: '0', auth: 'off', time: 'now', started: 'then' }),
        unready: () => [],
        metrics: async () => '',
      },
      silentLogger,
      () => new OriginGuard({ host: '127.0.0.1', port: 8080, hosts: [] }),
    )
    const answer = await app.inject({ url: '/api/v1/facilities/plant', headers: { host: '127.0.0.1:8080' } })
    await app.close()
    const tree: FacilityTree = answer.json()
    expect(tree.devices).toEqual([
      { id: 'shed', name: 'Shed', gateway: 'foreign', bus: 'mqtt', sensors: ['F-1'] },
    ])
    expect(tree.sensors).toMatchObject([{ id: 'F-1', gateway: 'foreign', bus: 'mqtt', device: 'shed' }])
    expect(tree.gateways).toEqual([])
  })
})

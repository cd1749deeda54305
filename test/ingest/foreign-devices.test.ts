import { describe, expect, it } from 'vitest'
import { ForeignDevices } from '../../ingest/foreign/foreign-devices.ts'
import { foreignPlant } from './foreign-plant.ts'

const ARRIVED = 1_795_219_200_000
const sensor = (id: string, keys: object = {}) => ({ id, kind: 'other', unit: '1', path: '$.v', ...keys })

const devices = (...given: object[]) => new ForeignDevices(foreignPlant(given as Record<string, unknown>[]))
const message = (content: unknown, over: object = {}) => ({
  payload: Buffer.from(JSON.stringify(content)),
  arrived: ARRIVED,
  isRetained: false,
  ...over,
})

describe('foreign devices', () => {
  it('are listened to where they publish, each topic once', () => {
    const foreign = devices(
      { topic: 'shed/1', sensors: [sensor('A')] },
      { topic: 'shed/1', sensors: [sensor('B', { path: '$.w' })] },
      { topic: 'shed/+', sensors: [sensor('C')] },
      { topic: 'zigbee2mqtt/x', absolute: true, sensors: [sensor('D')] },
      { topic: '+/x', absolute: true, sensors: [sensor('E')] },
      { topic: 'a/+/c', absolute: true, sensors: [sensor('F')] },
      { topic: 'a/b/+', absolute: true, sensors: [sensor('G')] },
    )
    expect(foreign.subscriptions).toEqual(['davylamp/v1/plant/foreign/shed/+', '+/x', 'a/+/c', 'a/b/+'])
    expect(devices().subscriptions).toEqual([])
  })

  it('each take their part of a message', () => {
    const foreign = devices(
      { topic: 'shed/1', sensors: [sensor('A')] },
      { topic: 'shed/1', sensors: [sensor('B', { path: '$.w' })] },
      { topic: '+/1', absolute: true, sensors: [sensor('C')] },
    )
    expect(foreign.take('davylamp/v1/plant/foreign/shed/1', message({ v: 1, w: true }))).toEqual([
      {
        device: 'fd-1',
        isLive: true,
        readings: [{ sensor: 'A', time: ARRIVED, value: 1, quality: 'good' }],
        refused: [],
      },
      {
        device: 'fd-2',
        isLive: true,
        readings: [],
        refused: [{ code: 'READING_INVALID', detail: 'B: true or false, which is not in the map', count: 1 }],
      },
    ])
    expect(foreign.take('shed/1', message({ v: 1 }))?.map(({ device }) => device)).toEqual(['fd-3'])
    for (const topic of ['davylamp/v1/plant/foreign/shed/2', 'davylamp/v1/other/foreign/shed/1', 'shed', ''])
      expect(foreign.take(topic, message({ v: 1 }))).toBeUndefined()
  })

  it('are not alive for what the broker had kept', () => {
    const foreign = devices({ sensors: [sensor('A')] })
    const topic = 'davylamp/v1/plant/foreign/shed/1'
    expect(foreign.take(topic, message({ v: 1 }, { isRetained: true }))).toMatchObject([
      { isLive: false, readings: [{ quality: 'uncertain', reason: 'clock' }] },
    ])
  })

  it('use the prefix that the server has', () => {
    const plant = foreignPlant([{ sensors: [sensor('A')] }])
    const shared = { ...plant, mqtt: { ...plant.mqtt, prefix: 'x/y' } }
    expect(new ForeignDevices(shared).subscriptions).toEqual(['x/y/plant/foreign/shed/1'])
  })
})

describe('readings that arrive in one millisecond', () => {
  const topic = 'davylamp/v1/plant/foreign/shed/1'
  const timesOf = (foreign: ForeignDevices, content: object, arrived: number) =>
    foreign
      .take(topic, message(content, { arrived }))
      ?.flatMap(({ readings }) => readings.map(({ time }) => time))

  it('are kept apart, in order', () => {
    const foreign = devices({ sensors: [sensor('A'), sensor('B', { path: '$.w' })] })
    expect(timesOf(foreign, { v: 1, w: 1 }, ARRIVED)).toEqual([ARRIVED, ARRIVED])
    expect(timesOf(foreign, { v: 2 }, ARRIVED)).toEqual([ARRIVED + 1])
    expect(timesOf(foreign, { v: 3, w: 3 }, ARRIVED)).toEqual([ARRIVED + 2, ARRIVED + 1])
    expect(timesOf(foreign, { v: 4 }, ARRIVED + 1)).toEqual([ARRIVED + 3])
    expect(timesOf(foreign, { v: 5 }, ARRIVED + 10)).toEqual([ARRIVED + 10])
  })

  it('never run far ahead of the clock, and follow it back', () => {
    const foreign = devices({ sensors: [sensor('A')] })
    for (let n = 0; n < 5_000; n++) timesOf(foreign, { v: n }, ARRIVED)
    const [time = 0] = timesOf(foreign, { v: 1 }, ARRIVED) ?? []
    expect(time).toBeGreaterThanOrEqual(ARRIVED)
    expect(time).toBeLessThanOrEqual(ARRIVED + 1_000)
    const back = ARRIVED - 3_600_000
    expect(timesOf(foreign, { v: 1 }, back)).toEqual([back])
    expect(timesOf(foreign, { v: 2 }, back)).toEqual([back + 1])
  })

  it('stay where their device has dated them', () => {
    const foreign = devices({ time: { path: '$.t' }, sensors: [sensor('A')] })
    expect(timesOf(foreign, { v: 1, t: ARRIVED - 5 }, ARRIVED)).toEqual([ARRIVED - 5])
    expect(timesOf(foreign, { v: 1, t: ARRIVED - 5 }, ARRIVED)).toEqual([ARRIVED - 5])
    expect(timesOf(foreign, { v: 1, t: ARRIVED - 9 }, ARRIVED)).toEqual([ARRIVED - 9])
  })
})

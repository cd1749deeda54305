import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { decodeMiniseed } from '../../../contracts/analytics/seismic/miniseed/decode.ts'
import { waveOfMiniseed } from '../../../contracts/analytics/seismic/miniseed/wave-of.ts'
import { systemClock } from '../../../contracts/clock.ts'
import type { Facility } from '../../../contracts/facility.ts'
import { silentLogger } from '../../../contracts/logger.ts'
import { EdgeGateway } from '../../../gateway/edge-gateway.ts'
import { temporaryFolder } from '../../temporary-folder.ts'
import { TestBroker } from '../test-broker.ts'
import { Accelerograph, FRAME } from './accelerograph.ts'
import { shaking } from './frames.ts'
import { quakePlant } from './quake-plant.ts'

const SOON = { interval: 10 }

describe('a gateway with a seismic station', () => {
  let instrument: Accelerograph
  let broker: TestBroker
  let gateway: EdgeGateway | undefined
  let ids = 0

  async function start(facility: Facility): Promise<EdgeGateway> {
    gateway = new EdgeGateway({
      facility,
      gateway: 'gw-1',
      clock: systemClock,
      random: () => 0,
      randomId: () => {
        ids += 1
        return `id-${ids}`
      },
      logger: silentLogger,
      broker: { host: '127.0.0.1', port: broker.port },
      busAddresses: new Map([['quake', { host: '127.0.0.1', port: instrument.port }]]),
    })
    await gateway.start()
    return gateway
  }

  /** What came live, and what came before the first snapshot and so by way of the outbox; in the order of time. */
  const readingsOf = (feature: string) => {
    const all = [...broker.live, ...broker.backlog].flatMap(({ readings }) => readings)
    const byTime = new Map(
      all.filter(({ sensor }) => sensor === `SG-1.${feature}`).map((each) => [each.time, each]),
    )
    return [...byTime.values()].sort((one, other) => one.time - other.time)
  }
  const connected = (times = 1) => vi.waitFor(() => expect(instrument.connects).toBe(times), SOON)
  const online = () => vi.waitFor(() => expect(broker.states.at(-1)?.state).toBe('online'), SOON)
  /** Twenty seconds of rest, a quake of four, and rest until its record is closed. */
  const quake = () => {
    instrument.shake(40, 1)
    instrument.shake(8, 120)
    instrument.shake(16, 1)
  }
  const heardEvents = (count: number) => vi.waitFor(() => expect(broker.waveforms.length).toBe(count), SOON)

  beforeEach(async () => {
    ids = 0
    instrument = new Accelerograph()
    // What it sends is of the last minute: a gateway takes no samples of the future.
    instrument.start = Math.floor(Date.now() / 1_000) * 1_000 - 90_000
    broker = new TestBroker()
    broker.isConfirming = true
    await Promise.all([instrument.listen(), broker.listen()])
  })

  afterEach(async () => {
    await gateway?.stop()
    gateway = undefined
    await Promise.all([instrument.close(), broker.close()])
  })

  it('reads once a second what the waveform says, dated by the instrument', async () => {
    await start(quakePlant())
    await Promise.all([connected(), online()])
    instrument.shake(30, 20)
    await vi.waitFor(() => expect(readingsOf('pga').at(-1)?.time).toBe(instrument.start + 15_000), SOON)
    await vi.waitFor(() => expect(readingsOf('pga').length).toBeGreaterThan(3), SOON)
    const pga = readingsOf('pga')
    // The vector of 20 Gal on one axis and half of it on two: 24.5.
    expect(pga.at(-1)?.value).toBeGreaterThan(23)
    expect(pga.at(-1)?.value).toBeLessThan(26)
    expect(pga.at(-1)?.quality).toBeUndefined()
    expect(readingsOf('event').at(-1)).toMatchObject({ value: 0 })
    // Before its long term average has passed there is no ratio.
    // What came before the first snapshot takes the way of the outbox.
    await vi.waitFor(
      () => expect(readingsOf('staLta')[0]).toMatchObject({ quality: 'bad', reason: 'warm-up' }),
      SOON,
    )
    const polled = broker.live.flatMap((batch) => batch.polled?.['SG-1'] ?? [])
    expect(polled.at(-1)).toBe(instrument.start + 15_000)
  })

  it('says which second is not whole, and counts what was lost', async () => {
    const running = await start(quakePlant())
    await Promise.all([connected(), online()])
    instrument.shake(20, 20)
    instrument.skip()
    instrument.say(Buffer.from('noise on the line'))
    instrument.shake(5, 20)
    // What is live comes before what was in the outbox.
    await vi.waitFor(() => expect(readingsOf('pga').length).toBeGreaterThanOrEqual(13), SOON)
    const bad = readingsOf('pga').filter(({ reason }) => reason === 'comm-lost')
    expect(bad.map(({ time }) => time - instrument.start)).toEqual([11_000])
    const { buses, devices } = running.health()
    expect(devices['SG-1']).toMatchObject({
      online: true,
      requests: 25,
      errors: { lost: 1 },
      waveform: { samples: 25 * FRAME, gaps: 1 },
    })
    expect(buses.quake).toEqual({ connected: true, reconnects: 0, discarded: { noise: 1 } })
  })

  it('makes all sensors bad when the instrument cannot be reached, and good again', async () => {
    await start(quakePlant())
    await Promise.all([connected(), online()])
    instrument.shake(10, 20)
    await vi.waitFor(() => expect(readingsOf('pga').length).toBeGreaterThan(3), SOON)
    await instrument.close()
    await vi.waitFor(() => expect(readingsOf('pga').at(-1)).toMatchObject({ reason: 'comm-lost' }), SOON)
    expect(readingsOf('jma').at(-1)).toMatchObject({ quality: 'bad', reason: 'comm-lost' })
  })

  it('publishes an event over a connection of its own until it is confirmed', async () => {
    const running = await start(quakePlant())
    await Promise.all([connected(), online()])
    quake()
    await heardEvents(1)
    const [event] = broker.waveforms
    expect(event).toMatchObject({ device: 'SG-1', rate: 100 })
    expect((event?.onset ?? 0) - instrument.start).toBeGreaterThanOrEqual(20_000)
    expect((event?.onset ?? 0) - instrument.start).toBeLessThan(20_500)
    expect(event?.features.pga).toBeGreaterThan(120)
    const wave = waveOfMiniseed(Buffer.from(event?.miniseed ?? '', 'base64'))
    expect(wave.time).toBeCloseTo(event?.from ?? 0, 0)
    expect(wave.axes[0].length).toBe(Math.round(((event?.to ?? 0) - (event?.from ?? 0)) / 10))
    expect(broker.clients).toContain('plant.gw-1.waveforms')
    expect(running.health().waveforms).toMatchObject({ waiting: 1, sent: 0 })

    broker.confirm({ epoch: '', waveforms: [event?.id ?? ''] })
    await vi.waitFor(() => expect(running.health().waveforms).toMatchObject({ waiting: 0, sent: 1 }), SOON)
  })

  it('sends an event again after a reconnect, and after a restart, with the same id', async () => {
    const outbox = join(temporaryFolder(), 'gw.db')
    const facility = quakePlant()
    const [config] = facility.gateways
    if (config === undefined) throw new Error('no gateway')
    const stored = { ...facility, gateways: [{ ...config, outbox: { ...config.outbox, path: outbox } }] }
    await start(stored)
    await Promise.all([connected(), online()])
    quake()
    await heardEvents(1)
    expect(readdirSync(`${outbox}.waveforms`)).toHaveLength(2)
    broker.cut()
    await heardEvents(2)

    await gateway?.stop()
    await start(stored)
    await heardEvents(3)
    const [first, ...others] = broker.waveforms
    expect(others).toEqual([first, first])
    broker.confirm({ epoch: '', waveforms: [first?.id ?? ''] })
    await vi.waitFor(() => expect(readdirSync(`${outbox}.waveforms`)).toEqual([]), SOON)
  })

  it('keeps everything as day files where it is told to', async () => {
    const path = temporaryFolder()
    await start(quakePlant({ seismic: { raw: { path, keep: '3d' } } }))
    await Promise.all([connected(), online()])
    instrument.shake(140, 5)
    await vi.waitFor(() => expect(readingsOf('pga').length).toBeGreaterThan(60), SOON)
    await gateway?.stop()
    gateway = undefined
    const names = readdirSync(join(path, 'SG-1'))
    const records = names.flatMap((name) => decodeMiniseed(readFileSync(join(path, 'SG-1', name))))
    const vertical = records.filter(({ channel }) => channel === 'HNZ')
    expect(vertical[0]).toMatchObject({ network: 'XX', station: 'SG1', time: instrument.start })
    const counts = vertical.flatMap(({ samples }) => Array.from(samples))
    // Counts of the instrument as they came: nothing is converted.
    expect(counts).toEqual(shaking(140 * FRAME, { gal: 5 }).map(([, , ud]) => ud))
  })
})

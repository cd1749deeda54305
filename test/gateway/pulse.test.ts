import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { parseFacility } from '../../contracts/facility-load.ts'
import { silentLogger } from '../../contracts/logger.ts'
import type { LinkCounters } from '../../contracts/wire.ts'
import type { EdgeGatewayHealth } from '../../gateway/edge-gateway-health.ts'
import { Heart } from '../../gateway/health/heart.ts'
import { judge, PULSE_MS, SILENT_MS } from '../../gateway/health/pulse.ts'
import { PulseFile, pulsePath, readPulse } from '../../gateway/health/pulse-file.ts'
import { temporaryFolder } from '../temporary-folder.ts'

/** When the gateway was started, ms since the machine was. */
const START = 500_000
const MINUTE = 60_000

/** A gateway of two devices, polled every second and every 30 s. */
function scene() {
  const [gateway] = parseFacility(
    `facility: { id: plant }
gateways: [ { id: gw-1, outbox: { path: outbox.db }, buses: [ { id: plc, driver: modbus-tcp, host: h, devices: [
  { id: a, unitId: 1, poll: 1s, sensors: [ { id: A, kind: gas, unit: ppm, register: { address: 0 } } ] },
  { id: b, unitId: 2, poll: 30s, sensors: [ { id: B, kind: gas, unit: ppm, register: { address: 0 } } ] } ] } ] } ]
`,
    'plant.yaml',
  ).gateways
  if (gateway === undefined) throw new Error('no gateway')
  const device = (requests: number, errors: Record<string, number>): LinkCounters & { online: boolean } => ({
    requests,
    errors,
    overruns: 0,
    roundTripMs: 0,
    online: requests > 0,
  })
  const state = { now: START, requests: 0, unconnected: 0, isOnline: false, trouble: 'BROKER_REFUSED' }
  const health = (): EdgeGatewayHealth => ({
    epoch: 'e',
    session: 's',
    time: 0,
    buses: { plc: { connected: state.requests > 0, reconnects: 0 } },
    devices: { a: device(state.requests, {}), b: device(0, { 'not-connected': state.unconnected }) },
    outbox: {
      batches: 1,
      readings: 40,
      oldest: null,
      evictedReadings: 0,
      setAside: 0,
      refusedReadings: 0,
      gaps: {},
      commits: 0,
    },
    clock: { steps: 0 } as EdgeGatewayHealth['clock'],
  })
  const broker = {
    get isOnline() {
      return state.isOnline
    },
    get trouble() {
      return state.isOnline ? undefined : state.trouble
    },
  }
  const heart = new Heart({ gateway, health, broker, now: () => state.now })
  return { state, heart, verdict: () => judge(heart.pulse(), state.now) }
}

describe('the health of a gateway', () => {
  it('is good from the start, and tells what is no fault of its own', () => {
    const { state, verdict } = scene()
    expect(verdict()).toEqual({
      healthy: true,
      detail:
        '0 of 2 devices answer, 0 of 1 buses are connected, no connection to the broker (BROKER_REFUSED): 40 readings wait, and a restart would not help',
    })
    Object.assign(state, { requests: 5, isOnline: true })
    expect(verdict()).toEqual({ healthy: true, detail: '1 of 2 devices answer, connected to the broker' })
  })

  it('is bad once its writer has been silent, to the millisecond', () => {
    const { heart } = scene()
    const pulse = heart.pulse()
    expect(judge(pulse, START + SILENT_MS)).toMatchObject({ healthy: true })
    expect(judge(pulse, START + SILENT_MS + 1)).toMatchObject({
      healthy: false,
      code: 'GATEWAY_STALLED',
      detail: expect.stringContaining('no sign of life for 20 s'),
    })
  })

  it('is bad when the pulse is of before the machine was started anew', () => {
    const { heart } = scene()
    expect(judge(heart.pulse(), START - 1)).toMatchObject({ healthy: false, code: 'GATEWAY_UNREACHABLE' })
  })

  it('is bad when nothing was polled since the start, for a minute and the slowest poll', () => {
    const { state, verdict } = scene()
    state.now = START + MINUTE + 30_000
    expect(verdict()).toMatchObject({ healthy: true })
    state.now += 1
    expect(verdict()).toMatchObject({
      healthy: false,
      code: 'GATEWAY_STALLED',
      detail: expect.stringContaining('polls nothing since'),
    })
  })

  it('is good while it asks in vain, and bad when it asks no more', () => {
    const { state, verdict } = scene()
    for (let minute = 0; minute < 30; minute += 1) {
      state.now += MINUTE
      state.unconnected += 1
      expect(verdict()).toMatchObject({ healthy: true })
    }
    state.now += 15 * MINUTE
    expect(verdict()).toMatchObject({ healthy: true })
    state.now += 1
    expect(verdict()).toMatchObject({
      healthy: false,
      code: 'GATEWAY_STALLED',
      detail: expect.stringContaining('polls nothing any more'),
    })
  })
})

describe('the file of the pulse', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] }))
  afterEach(() => void vi.useRealTimers())

  it('is written again and again, and gone when the gateway was stopped', async () => {
    const { heart, state } = scene()
    const path = pulsePath({ path: join(temporaryFolder(), 'new', 'gw-1.db') }) ?? ''
    const file = new PulseFile({ path, pulse: () => heart.pulse(), logger: silentLogger })
    file.start()
    await vi.waitFor(() => expect(readPulse(path)).toMatchObject({ at: START, gateway: 'gw-1' }))
    state.now += PULSE_MS
    vi.advanceTimersByTime(PULSE_MS)
    await vi.waitFor(() => expect(readPulse(path)).toMatchObject({ at: START + PULSE_MS }))
    await file.stop()
    expect(existsSync(path)).toBe(false)
  })

  it('is no pulse when it is something else, and there is none for an outbox in memory', () => {
    const path = join(temporaryFolder(), 'a.json')
    expect(readPulse(path)).toBeUndefined()
    for (const text of ['', 'x', 'null', '{"version":2}']) {
      writeFileSync(path, text)
      expect(readPulse(path), text).toBeUndefined()
    }
    expect(pulsePath({})).toBeUndefined()
  })

  it('tells a folder that it may not write once, and goes on', async () => {
    const { heart } = scene()
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'file'), 'no folder')
    const said: string[] = []
    const logger = { ...silentLogger, warn: (_: object, message: string) => void said.push(message) }
    const file = new PulseFile({ path: join(folder, 'file', 'a.json'), pulse: () => heart.pulse(), logger })
    file.start()
    await vi.waitFor(() => expect(said).toEqual(['the pulse of the gateway cannot be written']))
    vi.advanceTimersByTime(PULSE_MS)
    await file.stop()
    expect(said).toHaveLength(1)
    expect(readFileSync(join(folder, 'file'), 'utf8')).toBe('no folder')
  })
})

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { AlarmEngine } from '../../alerting/alarm-engine.ts'
import { shownState } from '../../alerting/alarm-record.ts'
import { AlarmService } from '../../alerting/alarm-service.ts'
import type { Told } from '../../alerting/journal/journal-queue.ts'
import { systemSensors } from '../../alerting/system-sensors.ts'
import { SteadyClock } from '../../contracts/clock.ts'
import { silentLogger } from '../../contracts/logger.ts'
import { SettableClock } from '../gateway/settable-clock.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { evidenceBatch, smallFacility } from './alarm-fixtures.ts'
import { DirectStates } from './direct-states.ts'

const facility = smallFacility()

describe('a sensor that never reported', () => {
  const faults = (engine: AlarmEngine) =>
    Array.from(engine.entries())
      .filter(({ config, record }) => config.key === 'FAULT' && shownState(record) !== 'NORM')
      .map(({ config }) => config.sensor)

  test('is as stale as one that stopped, counted from the start', () => {
    const engine = new AlarmEngine({ facility, now: 0 })
    engine.live(0)
    engine.advance(9_999)
    expect(faults(engine)).toEqual([])
    expect(engine.advance(10_000).transitions.map(({ config, event }) => [config.id, event])).toEqual([
      ['T-1.FAULT', 'raised'],
      ['T-2.FAULT', 'raised'],
      ['T-3.FAULT', 'raised'],
    ])
    expect(engine.isStale('T-1')).toBe(true)
  })

  test('is stale though its device answers and its neighbour reports', () => {
    const engine = new AlarmEngine({ facility, now: 0 })
    engine.live(0)
    for (let now = 1_000; now <= 11_000; now += 1_000) {
      const readings = [{ sensor: 'T-2', time: now, value: 5, quality: 'good' as const }]
      engine.evaluate(evidenceBatch({ readings, polled: { panel: now } }), now)
    }
    expect(faults(engine)).toEqual(['T-1', 'T-3'])
  })

  test.each([-3_600_000, 3_600_000])(
    'is stale at the same time though its gateway is %d ms off',
    (offset) => {
      const engine = new AlarmEngine({ facility, now: 0 })
      engine.live(0)
      for (let now = 1_000; now <= 10_000; now += 1_000) {
        const readings = [{ sensor: 'T-2', time: now - offset, value: 5, quality: 'good' as const }]
        if (now === 10_000) expect(faults(engine)).toEqual([])
        engine.evaluate(evidenceBatch({ readings, offset }), now)
      }
      expect(faults(engine)).toContain('T-1')
      expect(faults(engine)).not.toContain('T-2')
    },
  )

  test('is stale after a restart, counted from there, and one that had been stale stays so', () => {
    const first = new AlarmEngine({ facility, now: 0 })
    first.live(0)
    first.advance(5_000)
    const restart = (engine: AlarmEngine, now: number) => {
      const records = new Map(
        Array.from(engine.entries(), ({ config, record }) => [config.id, { record, position: 0 }]),
      )
      const again = new AlarmEngine({ facility, now, records, snapshot: structuredClone(engine.snapshot()) })
      again.live(now)
      return again
    }
    const second = restart(first, 8_000)
    second.advance(17_999)
    expect(faults(second)).toEqual([])
    second.advance(18_000)
    expect(faults(second)).toEqual(['T-1', 'T-2', 'T-3'])
    const third = restart(second, 20_000)
    expect(faults(third)).toEqual(['T-1', 'T-2', 'T-3'])
    expect(third.advance(60_000).transitions).toEqual([])
  })
})

test('a gateway that was never heard raises its LOST, from a condition that nothing is known of', () => {
  const engine = new AlarmEngine({ facility, now: 0 })
  engine.live(0)
  expect(engine.entry('sys.gw-2.link.LOST')?.record.unknown).toBe(true)
  const { transitions } = engine.gatewayLost('gw-2', 12_000)
  expect(transitions.filter(({ event }) => event === 'raised').map(({ config }) => config.id)).toContain(
    'sys.gw-2.link.LOST',
  )
})

describe("the server's own clock", () => {
  let clock: SettableClock
  let steady: SteadyClock
  let states: DirectStates
  let service: AlarmService
  let told: Told[]

  beforeEach(async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    clock = new SettableClock()
    steady = new SteadyClock(clock)
    states = new DirectStates(temporaryFolder())
    await start()
  })
  afterEach(async () => {
    await service.stop()
    await states.close()
    vi.useRealTimers()
  })

  async function start(): Promise<void> {
    told = []
    service = await AlarmService.start({
      facility,
      states,
      clock: steady,
      tell: (item) => told.push(item),
      logger: silentLogger,
    })
    service.live()
  }

  /** Looks once a second, as the server does. */
  async function go(seconds: number): Promise<void> {
    for (let second = 0; second < seconds; second++) {
      clock.advance(1_000)
      const step = steady.checkStep()
      if (step !== 0) service.clockStepped(step)
      await service.clockLooked(step)
    }
  }

  const news = () =>
    told
      .splice(0)
      .filter(({ alarm }) => alarm.sensor === 'sys.clock')
      .map(({ event, alarm }) => `${event} ${alarm.state} ${alarm.value}`)

  test('is watched: sys.clock.STEP, medium, in seconds', () => {
    const sensor = systemSensors(facility).find(({ id }) => id === 'sys.clock')
    expect(sensor).toMatchObject({ unit: 's', alarms: [{ id: 'sys.clock.STEP', priority: 'medium' }] })
  })

  test.each([
    [1_001, 1.001],
    [-86_400_000, -86_400],
  ])('a step of %d ms is an alarm for ten minutes', async (ms, seconds) => {
    await go(5)
    expect(news()).toEqual([])
    expect(service.view('sys.clock.STEP')).toMatchObject({ state: 'NORM', condition: 'inactive' })
    clock.step(ms)
    await go(1)
    expect(news()).toEqual([`raised UNACK ${seconds}`])
    await go(599)
    expect(news()).toEqual([])
    await go(1)
    expect(news()).toEqual(['returned RTNUN 0'])
  })

  test.each([1_000, -1_000])('%d ms are none', async (ms) => {
    clock.step(ms)
    await go(3)
    expect(news()).toEqual([])
  })

  test('another step begins the ten minutes anew', async () => {
    clock.step(5_000)
    await go(400)
    clock.step(-5_000)
    await go(600)
    expect(news()).toEqual(['raised UNACK 5'])
    await go(1)
    expect(news()).toEqual(['returned RTNUN 0'])
  })

  test('a restart neither forgets it nor tells it again', async () => {
    clock.step(5_000)
    await go(300)
    news()
    await service.stop()
    await start()
    await go(299)
    expect(news()).toEqual([])
    await go(2)
    expect(news()).toEqual(['returned RTNUN 0'])
  })
})

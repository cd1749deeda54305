import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { AlarmEngine } from '../../alerting/alarm-engine.ts'
import { systemSensors } from '../../alerting/system-sensors.ts'
import { silentLogger } from '../../contracts/logger.ts'
import { brokerAcl } from '../../ingest/deployment/broker-acl.ts'
import { mqttUsers } from '../../ingest/deployment/mqtt-users.ts'
import { ANNUNCIATOR_LOST_MS } from '../../ingest/intake/annunciator-watch.ts'
import { Annunciators } from '../../ingest/intake/annunciators.ts'
import { plantWith } from '../gateway/annunciator/annunciator-plant.ts'

const CONFIRMED = plantWith().facility
const UNCONFIRMED = plantWith({ confirmed: undefined }).facility

/** What the server makes of what an annunciator says, in virtual time. */
class Scene {
  readonly reports: [sensor: string, value: number][] = []
  readonly annunciators: Annunciators

  constructor(facility = CONFIRMED) {
    this.annunciators = new Annunciators({
      facility,
      report: async (sensor, value) => void this.reports.push([sensor, value]),
      clock: { monotonic: () => performance.now() },
      logger: silentLogger,
    })
    this.annunciators.start()
  }

  say(message: unknown, retain = false): boolean {
    const payload = Buffer.from(typeof message === 'string' ? message : JSON.stringify(message))
    return this.annunciators.message('horns', { payload, retain })
  }

  online(failing = false, session = 's1', retain = false): boolean {
    return this.say({ state: 'online', session, failing, outputs: {}, fieldOfLater: 1 }, retain)
  }

  get last(): number | undefined {
    return this.reports.at(-1)?.[1]
  }
}

describe('annunciators, as the server sees them', () => {
  let scene: Scene
  beforeEach(() => {
    vi.useFakeTimers()
    scene = new Scene()
  })
  afterEach(() => {
    scene.annunciators.stop()
    vi.useRealTimers()
  })
  const pass = (ms: number) => vi.advanceTimersByTime(ms)

  it('are a sensor of the system each, with an alarm that waits for what passes by itself', () => {
    const sensor = systemSensors(CONFIRMED).find(({ id }) => id === 'sys.horns.annunciator')
    expect(sensor?.alarms).toMatchObject([
      { id: 'sys.horns.annunciator.FAIL', when: 'equals', limit: 1, priority: 'high', onDelayMs: 3_000 },
    ])
  })

  it('are an alarm once they have failed for 3 s', () => {
    const engine = new AlarmEngine({ facility: CONFIRMED, now: 0 })
    const told = (evaluation: ReturnType<AlarmEngine['advance']>) =>
      evaluation.transitions
        .filter(({ config }) => config.sensor === 'sys.horns.annunciator')
        .map(({ time, config, event }) => `${time} ${config.id} ${event}`)
    const report = (value: number, now: number) => told(engine.report('sys.horns.annunciator', value, now))
    expect([report(1, 1_000), report(0, 3_900), told(engine.advance(10_000))]).toEqual([[], [], []])
    expect(report(1, 20_000)).toEqual([])
    expect(told(engine.advance(22_999))).toEqual([])
    expect(told(engine.advance(23_001))).toEqual(['23000 sys.horns.annunciator.FAIL raised'])
    expect(report(0, 30_000)).toEqual(['30000 sys.horns.annunciator.FAIL returned'])
  })

  it('are well while they are heard, and fail after 15 s of silence', () => {
    scene.online()
    expect(scene.reports).toEqual([['sys.horns.annunciator', 0]])
    pass(ANNUNCIATOR_LOST_MS - 1_000)
    scene.online()
    pass(ANNUNCIATOR_LOST_MS - 1_000)
    expect(scene.last).toBe(0)
    pass(2_000)
    expect(scene.last).toBe(1)
    scene.online()
    expect(scene.reports.map(([, value]) => value)).toEqual([0, 1, 0])
  })

  it('fail when they say so, and when their will says offline', () => {
    scene.online(true)
    expect(scene.last).toBe(1)
    scene.online(false)
    expect(scene.last).toBe(0)
    scene.say({ state: 'offline', session: 's1' })
    expect(scene.last).toBe(1)
  })

  it('do not fail for the will of a session that is over', () => {
    scene.online(false, 's1')
    scene.online(false, 's2')
    scene.say({ state: 'offline', session: 's1' })
    expect(scene.last).toBe(0)
  })

  it('are not well because the broker kept that they once were', () => {
    scene.online(false, 's1', true)
    expect(scene.reports).toEqual([])
    pass(ANNUNCIATOR_LOST_MS + 1_000)
    expect(scene.last).toBe(1)
  })

  it('fail at once when the broker kept that they went', () => {
    scene.say({ state: 'offline', session: 's0' }, true)
    expect(scene.last).toBe(1)
  })

  it.each([
    '{',
    '7',
    '{"state":"online"}',
    '{"state":"online","session":"s1"}',
    '{"state":"gone","session":"s1"}',
  ])('are not judged by %s, which is for the dead letters', (message) => {
    expect(scene.say(message)).toBe(false)
    expect(scene.reports).toEqual([])
  })

  it('that nobody has confirmed are no alarm, and need no topic', () => {
    const other = new Scene(UNCONFIRMED)
    expect(other.annunciators.subscriptions).toEqual([])
    expect(systemSensors(UNCONFIRMED).map(({ id }) => id)).not.toContain('sys.horns.annunciator')
    expect(other.online()).toBe(true)
    expect(other.annunciators.message('lamps', { payload: Buffer.from('{}'), retain: false })).toBe(false)
    pass(60_000)
    expect(other.reports).toEqual([])
    other.annunciators.follow(CONFIRMED)
    expect(other.annunciators.subscriptions).toEqual(['davylamp/v1/plant/annunciators/+'])
    pass(ANNUNCIATOR_LOST_MS + 1_000)
    expect(other.last).toBe(1)
    other.annunciators.follow(UNCONFIRMED)
    pass(60_000)
    expect(other.reports).toHaveLength(1)
    other.annunciators.stop()
  })

  it('are never taken for well after 15 s without a live word, whatever comes', () => {
    const step = fc.oneof(
      fc.record({ ms: fc.integer({ min: 1, max: 20_000 }) }),
      fc.record({ failing: fc.boolean(), session: fc.constantFrom('a', 'b'), retain: fc.boolean() }),
      fc.record({ offline: fc.constantFrom('a', 'b'), retain: fc.boolean() }),
      fc.record({ text: fc.json() }),
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const each = new Scene()
        let heard = performance.now()
        for (const one of steps) {
          if ('ms' in one) pass(one.ms)
          else if ('offline' in one) each.say({ state: 'offline', session: one.offline }, one.retain)
          else if ('text' in one) each.say(one.text)
          else {
            each.online(one.failing, one.session, one.retain)
            if (!one.retain) heard = performance.now()
          }
          if (performance.now() - heard > ANNUNCIATOR_LOST_MS + 1_000) expect(each.last).toBe(1)
        }
        each.annunciators.stop()
      }),
    )
  })

  it('have their topics in the access list of the broker', () => {
    const acl = brokerAcl(mqttUsers([CONFIRMED]))
    expect(acl).toContain('topic write davylamp/v1/plant/annunciators/horns\n')
    expect(acl).toContain('topic read davylamp/v1/plant/annunciators/+\n')
  })
})

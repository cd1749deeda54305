import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import { ALARM_STATES } from '../../../contracts/alarm.ts'
import { Topics } from '../../../contracts/topics.ts'
import { Lookout } from '../../../gateway/annunciator/lookout.ts'
import { SETTLE_MS, SILENT_MS } from '../../../gateway/annunciator/server-trust.ts'
import { alarm, output, ROOT } from './annunciator-plant.ts'

const LAMP = output({ shows: 'active', safe: 'off' })
const FAILSAFE = output({ shows: 'active', safe: 'on' })

/** A lookout with a clock of its own. */
class Scene {
  readonly lookout = new Lookout({ facility: 'plant', topics: new Topics('davylamp/v1', 'plant') })
  now = 50_000

  say(topic: string, message: unknown, retain = false): void {
    const text = typeof message === 'string' ? message : JSON.stringify(message)
    this.lookout.hear({ topic: `${ROOT}/${topic}`, payload: Buffer.from(text), retain }, this.now)
  }

  server(state = 'online', session = 's1', retain = false): void {
    this.say('server', { state, session, version: '1', time: 0 }, retain)
  }

  alarm(parts: Parameters<typeof alarm>[0] = {}, retain = false): void {
    this.say(`alarms/${parts.id ?? 'GT-1.H'}`, alarm(parts), retain)
  }

  /** Connected, and the server is heard for long enough. */
  trusted(): void {
    this.lookout.connected()
    this.server()
    this.now += SETTLE_MS
  }

  get reason() {
    return this.lookout.safe(this.now)
  }

  get lamps(): string[] {
    return [LAMP, FAILSAFE].map((each) => this.lookout.wish(each, this.now).state)
  }
}

describe('a lookout', () => {
  let scene: Scene
  beforeEach(() => {
    scene = new Scene()
  })

  it('believes no alarm that the broker keeps before the server itself is heard', () => {
    expect(scene.reason).toBe('starting')
    scene.lookout.connected()
    scene.server('online', 's1', true)
    scene.alarm({}, true)
    scene.now += 3_600_000
    expect(scene.reason).toBe('starting')
    expect(scene.lamps).toEqual(['off', 'on'])
    scene.server()
    expect(scene.reason).toBe('starting')
    scene.now += SETTLE_MS - 1
    expect(scene.reason).toBe('starting')
    expect(scene.lookout.trust.changesAt(scene.now)).toBe(scene.now + 1)
    scene.now += 1
    expect(scene.reason).toBeUndefined()
    expect(scene.lamps).toEqual(['on', 'on'])
  })

  it('is safe after three missed heartbeats, and believes again once the server is back', () => {
    scene.trusted()
    scene.alarm()
    scene.now += SILENT_MS - SETTLE_MS - 1
    expect(scene.reason).toBeUndefined()
    expect(scene.lookout.trust.changesAt(scene.now)).toBe(scene.now + 1)
    scene.now += 1
    expect(scene.reason).toBe('server-silent')
    expect(scene.lamps).toEqual(['off', 'on'])
    scene.server()
    expect(scene.reason).toBe('starting')
    scene.now += SETTLE_MS
    expect(scene.lamps).toEqual(['on', 'on'])
  })

  it('goes on as long as it is heard, also when another server takes over', () => {
    scene.trusted()
    for (const session of ['s1', 's1', 's2', 's2']) {
      scene.server('online', session)
      scene.now += 14_000
      expect(scene.reason).toBeUndefined()
    }
  })

  it('believes a server that says offline, but not the will of one that was replaced', () => {
    scene.trusted()
    scene.server('online', 's2')
    scene.server('offline', 's1')
    expect(scene.reason).toBeUndefined()
    scene.server('offline', 's2')
    expect(scene.reason).toBe('server-offline')
    scene.server('online', 's3', true)
    expect(scene.reason).toBe('server-offline')
    scene.server('online', 's3')
    scene.now += SETTLE_MS
    expect(scene.reason).toBeUndefined()
  })

  it('forgets everything with the connection: an alarm may have been cleared meanwhile', () => {
    scene.trusted()
    scene.alarm()
    expect(scene.lamps).toEqual(['on', 'on'])
    scene.lookout.disconnected()
    expect(scene.reason).toBe('broker-lost')
    expect(scene.lamps).toEqual(['off', 'on'])
    scene.trusted()
    expect(scene.lamps).toEqual(['off', 'off'])
  })

  it('stays safe once it is stopped, whatever is heard', () => {
    scene.trusted()
    scene.lookout.trust.stop()
    scene.server()
    scene.alarm()
    expect(scene.reason).toBe('stopping')
    expect(scene.lamps).toEqual(['off', 'on'])
  })

  it('takes an alarm that the server clears for one that is no more', () => {
    scene.trusted()
    scene.alarm()
    scene.say('alarms/GT-1.H', '')
    expect(scene.lamps).toEqual(['off', 'off'])
    expect(scene.lookout.refused).toBe(0)
  })

  it('keeps the beat of an alarm that stays unacknowledged, and begins anew after an acknowledgement', () => {
    const flashing = output({ shows: 'active', flash: '1s' })
    const change = () => scene.lookout.wish(flashing, scene.now).changesAt
    scene.trusted()
    scene.alarm()
    expect(change()).toBe(scene.now + 500)
    scene.now += 200
    scene.alarm({ state: 'RTNUN' })
    expect(change()).toBe(scene.now + 300)
    scene.alarm({ state: 'ACKED' })
    expect(change()).toBeUndefined()
    scene.alarm()
    expect(change()).toBe(scene.now + 500)
  })

  it.each([
    ['no JSON', '{'],
    ['a list', []],
    ['a state there is none of', alarm({ state: 'FINE' as never })],
    ['another id', alarm({ id: 'GT-2.H', state: 'NORM' })],
    ['another facility', { ...alarm({ state: 'NORM' }), facility: 'other' }],
    ['a priority there is none of', alarm({ state: 'NORM', priority: 'urgent' as never })],
    ['no class', { ...alarm({ state: 'NORM' }), class: undefined }],
    ['a flag that is none', { ...alarm({ state: 'NORM' }), late: 'yes' }],
    ['a text that never ends', { ...alarm({ state: 'NORM' }), sensor: 'x'.repeat(1_000) }],
    ['a message beyond all bounds', JSON.stringify(alarm({ state: 'NORM', message: 'x'.repeat(300_000) }))],
  ])('counts %s as refused and keeps the last good state', (_what, message) => {
    scene.trusted()
    scene.alarm()
    scene.say('alarms/GT-1.H', message)
    expect(scene.lookout.refused).toBe(1)
    expect(scene.lamps).toEqual(['on', 'on'])
  })

  it.each(['', '{}', '{"state":"online"}', '{"state":"well","session":"s1"}', 'null', '7'])(
    'takes %j for no sign of life',
    (message) => {
      scene.trusted()
      scene.now += 14_000
      scene.say('server', message)
      scene.now += 1_000
      expect(scene.reason).toBe('server-silent')
      expect(scene.lookout.refused).toBe(1)
    },
  )

  it('takes nothing from topics that are none of its own', () => {
    scene.trusted()
    scene.say('alarms/GT-1.H/x', alarm())
    scene.say('gateways/gw-1/state', { state: 'offline', session: 's1' })
    scene.lookout.hear({ topic: 'davylamp/v1/other/server', payload: Buffer.from('{}') }, scene.now)
    expect(scene.lookout.refused).toBe(3)
    expect(scene.lamps).toEqual(['off', 'off'])
  })

  type Step =
    | { does: 'pass'; ms: number }
    | { does: 'server'; state: string; session: string; retain: boolean }
    | { does: 'alarm'; state: string }
    | { does: 'garbage'; topic: string; text: string }
    | { does: 'connect' }
    | { does: 'disconnect' }
  const steps: fc.Arbitrary<Step> = fc.oneof(
    fc.record({ does: fc.constant('pass' as const), ms: fc.integer({ min: 1, max: 20_000 }) }),
    fc.record({
      does: fc.constant('server' as const),
      state: fc.constantFrom('online', 'online', 'offline'),
      session: fc.constantFrom('s1', 's2'),
      retain: fc.boolean(),
    }),
    fc.record({ does: fc.constant('alarm' as const), state: fc.constantFrom(...ALARM_STATES) }),
    fc.record({
      does: fc.constant('garbage' as const),
      topic: fc.constantFrom('server', 'alarms/GT-1.H', 'x'),
      text: fc.oneof(fc.string(), fc.json()),
    }),
    fc.constantFrom<Step>({ does: 'connect' }, { does: 'disconnect' }),
  )

  it('shows nothing but the safe state unless the server was heard live in the last 15 s, whatever comes', () => {
    fc.assert(
      fc.property(fc.array(steps, { maxLength: 40 }), (list) => {
        const each = new Scene()
        let heardAt = Number.NEGATIVE_INFINITY
        for (const step of list) {
          if (step.does === 'pass') each.now += step.ms
          else if (step.does === 'alarm') each.alarm({ state: step.state as never })
          else if (step.does === 'garbage') each.say(step.topic, step.text)
          else if (step.does === 'connect') each.lookout.connected()
          else if (step.does === 'disconnect') each.lookout.disconnected()
          else each.server(step.state, step.session, step.retain)
          if (step.does === 'server' && step.state === 'online' && !step.retain) heardAt = each.now
          if (step.does === 'disconnect') heardAt = Number.NEGATIVE_INFINITY
          if (each.now - heardAt < SILENT_MS) continue
          expect(each.lamps).toEqual(['off', 'on'])
          expect(each.reason).toBeDefined()
        }
      }),
      { numRuns: 500 },
    )
  })
})

import { once } from 'node:events'
import { createServer } from 'node:net'
import { Aedes } from 'aedes'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { AlarmView } from '../../contracts/api.ts'
import { systemClock } from '../../contracts/clock.ts'
import { type Logger, silentLogger } from '../../contracts/logger.ts'
import { WAVEFORM_MAX_BYTES } from '../../contracts/waveform.ts'
import type { GatewayLimits } from '../../contracts/wire.ts'
import { EmbeddedBroker } from '../../ingest/broker/embedded-broker.ts'
import { FacilityLink } from '../../ingest/broker/facility-link.ts'
import type { Lane } from '../../ingest/intake/delivery-marks.ts'
import type { Message } from '../../ingest/intake/gateways.ts'
import { DeadLetters } from '../../ingest/rejects/dead-letters.ts'
import { takePort } from '../ports.ts'
import { MqttPeer } from './mqtt-peer.ts'
import { plant } from './plant.ts'

const ROOT = 'davylamp/v1/plant'

function alarm(id: string, state: AlarmView['state'] = 'NORM'): AlarmView {
  return {
    facility: 'plant',
    id,
    sensor: id.slice(0, id.lastIndexOf('.')),
    sensorName: '',
    area: '',
    kind: 'gas',
    unit: '%LEL',
    when: 'high',
    priority: 'high',
    state,
    live: state,
    condition: 'inactive',
    ack: 'acked',
    latched: false,
    class: 'process',
    lifeSafety: false,
    group: null,
    firstInGroup: false,
    silenced: false,
    shelved: null,
    suppressed: [],
    outOfService: null,
    occurrence: null,
    since: '',
    raised: null,
    value: null,
    limit: 20,
    revision: 0,
    fileLimit: null,
    quality: null,
    reason: null,
    message: '',
    acknowledgedBy: null,
    comment: null,
    late: false,
    journalled: true,
  }
}

/** A link between a real broker and an intake that writes down what it is given. */
class LinkScene {
  readonly deadLetters = new DeadLetters()
  readonly batches: { gateway: string; lane: Lane; text: string }[] = []
  readonly states: string[] = []
  readonly healths: string[] = []
  readonly events: string[] = []
  readonly annunciators: string[] = []
  readonly warnings: { fields: Record<string, unknown>; message: string }[] = []
  alarms: AlarmView[] = [alarm('GT-101.H'), alarm('LT-1.FAULT')]
  /** Key: gateway id. */
  limits: Record<string, GatewayLimits['limits']> = {}
  readonly link: FacilityLink

  constructor(url: string, given: { hasStations?: boolean } = {}) {
    const logger: Logger = {
      ...silentLogger,
      warn: (fields, message) => this.warnings.push({ fields: { ...fields }, message }),
      error: (fields, message) => this.warnings.push({ fields: { ...fields }, message }),
    }
    this.link = new FacilityLink({
      ...given,
      facility: plant(),
      url,
      credentials: () => ({}),
      session: 'session-1',
      intake: () => ({
        batch: async (gateway: string, lane: Lane, { payload }: Message) => {
          this.batches.push({ gateway, lane, text: payload.toString() })
        },
        state: (gateway: string, { payload }: Message) => {
          if (payload.toString() === 'throw') throw new Error('an intake that throws')
          this.states.push(`${gateway} ${payload}`)
        },
        health: (gateway: string, { payload }: Message) => this.healths.push(`${gateway} ${payload}`),
      }),
      foreign: () => ({ message: () => false }),
      foreignTopics: [],
      annunciators: () => ({
        message: (annunciator, { payload, retain }) => {
          this.annunciators.push(`${annunciator} ${payload} ${retain}`)
          return payload.toString() !== 'nonsense'
        },
      }),
      waveforms: () => ({
        message: async (gateway: string, { payload }: Message) => {
          this.events.push(`${gateway} ${payload}`)
        },
      }),
      alarms: () => this.alarms,
      limits: (gateway) => this.limits[gateway] ?? {},
      isAlarm: (id) => this.alarms.some((view) => view.id === id),
      deadLetters: this.deadLetters,
      clock: systemClock,
      now: () => 1_000,
      pace: { stateIntervalMs: 50, retryMs: 50 },
      logger,
    })
  }

  async up(): Promise<void> {
    this.link.start()
    await vi.waitFor(() => expect(this.link.isConnected).toBe(true))
  }
}

function states(peer: MqttPeer): string[] {
  return peer.on(`${ROOT}/server`).map((text) => (JSON.parse(text) as { state: string }).state)
}

describe('facility link', () => {
  let broker: EmbeddedBroker
  let port: number
  let scene: LinkScene

  beforeEach(async () => {
    broker = new EmbeddedBroker({ listen: '127.0.0.1:0', logger: silentLogger })
    port = (await broker.start()).port
    scene = new LinkScene(`mqtt://127.0.0.1:${port}`)
  })
  afterEach(async () => {
    await scene.link.stop()
    await broker.stop()
  })

  it('follows a facility file that has changed: what the broker keeps comes again, other topics are heard', async () => {
    const peer = await MqttPeer.connect(port)
    await peer.publish(`${ROOT}/gateways/gw-1/state`, 'birth', true)
    await peer.subscribe(`${ROOT}/alarms/#`)
    await scene.up()
    scene.link.follow(['shed/climate', 'yard/wind'], [])
    await vi.waitFor(() => expect(scene.states).toEqual(['gw-1 birth', 'gw-1 birth']))
    scene.alarms = [alarm('GT-101.H'), alarm('GT-9.H', 'UNACK')]
    scene.link.follow(['yard/wind'], ['LT-1.FAULT'])
    await vi.waitFor(() => expect(scene.states).toHaveLength(3))
    await peer.publish('shed/climate', 'unheard')
    await peer.publish('yard/wind', 'heard')
    await vi.waitFor(() => expect(scene.deadLetters.list().map(({ topic }) => topic)).toEqual(['yard/wind']))
    await vi.waitFor(() => {
      expect(JSON.parse(peer.on(`${ROOT}/alarms/GT-9.H`).at(-1) ?? '{}')).toMatchObject({ state: 'UNACK' })
      expect(peer.on(`${ROOT}/alarms/LT-1.FAULT`).at(-1)).toBe('')
    })
    scene.link.alarm(alarm('LT-1.FAULT'))
    await vi.waitFor(() =>
      expect(peer.on(`${ROOT}/alarms/LT-1.FAULT`).slice(-2)).toEqual([expect.stringContaining('NORM'), '']),
    )
  })

  it('brings each message to where it belongs', async () => {
    await scene.up()
    const peer = await MqttPeer.connect(port)
    await peer.publish(`${ROOT}/gateways/gw-1/readings`, 'live')
    await peer.publish(`${ROOT}/gateways/gw-2/backlog`, 'old')
    await peer.publish(`${ROOT}/gateways/gw-1/state`, 'birth')
    await peer.publish(`${ROOT}/gateways/gw-1/state`, '')
    await peer.publish(`${ROOT}/gateways/gw-1/health`, 'fine')
    await peer.publish(`davylamp/v1/plant-2/gateways/gw-1/readings`, 'of another plant')
    await vi.waitFor(() => expect([scene.batches.length, scene.healths.length]).toEqual([2, 1]))
    expect(scene.batches.toSorted((a, b) => a.gateway.localeCompare(b.gateway))).toEqual([
      { gateway: 'gw-1', lane: 'live', text: 'live' },
      { gateway: 'gw-2', lane: 'backlog', text: 'old' },
    ])
    expect(scene.states).toEqual(['gw-1 birth'])
    expect(scene.healths).toEqual(['gw-1 fine'])
    expect(scene.deadLetters.list()).toEqual([])
  })

  it('hears seismic events where there are stations, and begins and ends with them', async () => {
    const peer = await MqttPeer.connect(port)
    const topic = `${ROOT}/gateways/gw-1/waveforms`
    const mark = async (text: string) => {
      await peer.publish(topic, text)
      await peer.publish(`${ROOT}/gateways/gw-1/backlog`, text)
      await vi.waitFor(() => expect(scene.batches.at(-1)?.text).toBe(text))
    }
    await scene.up()
    await mark('before')
    scene.link.follow([], [], true)
    await vi.waitFor(async () => {
      await peer.publish(topic, 'heard')
      expect(scene.events).toContain('gw-1 heard')
    })
    scene.link.follow([], [], true)
    scene.link.follow([], [], false)
    await vi.waitFor(async () => {
      const count = scene.events.length
      await mark(`after ${count}`)
      expect(scene.events).toHaveLength(count)
    })
    expect(scene.events).not.toContain('gw-1 before')
    expect(scene.deadLetters.list()).toEqual([])
  })

  it('hears them from the first connection on', async () => {
    const stationed = new LinkScene(`mqtt://127.0.0.1:${port}`, { hasStations: true })
    await stationed.up()
    const peer = await MqttPeer.connect(port)
    // As large as a message may be: the broker takes it.
    const event = 'x'.repeat(WAVEFORM_MAX_BYTES)
    await peer.publish(`${ROOT}/gateways/gw-2/waveforms`, event)
    await vi.waitFor(() => expect(stationed.events.map(({ length }) => length)).toEqual([event.length + 5]))
    await stationed.link.stop()
  })

  it('hears annunciators where there are any, and keeps what is none of theirs', async () => {
    const peer = await MqttPeer.connect(port)
    await peer.publish(`${ROOT}/annunciators/horns`, 'kept', true)
    await scene.up()
    scene.link.follow([`${ROOT}/annunciators/+`], [])
    await vi.waitFor(() => expect(scene.annunciators).toEqual(['horns kept true']))
    await peer.publish(`${ROOT}/annunciators/horns`, 'live', true)
    await peer.publish(`${ROOT}/annunciators/lamps`, 'nonsense')
    await vi.waitFor(() =>
      expect(scene.deadLetters.list().map(({ topic }) => topic)).toEqual([`${ROOT}/annunciators/lamps`]),
    )
    expect(scene.annunciators.slice(1)).toEqual(['horns live false', 'lamps nonsense false'])
  })

  it('takes a batch that the broker kept for history', async () => {
    const peer = await MqttPeer.connect(port)
    await peer.publish(`${ROOT}/gateways/gw-1/readings`, 'kept', true)
    await scene.up()
    await vi.waitFor(() =>
      expect(scene.batches).toEqual([{ gateway: 'gw-1', lane: 'backlog', text: 'kept' }]),
    )
  })

  it('survives a message that breaks its reader', async () => {
    await scene.up()
    const peer = await MqttPeer.connect(port)
    await peer.publish(`${ROOT}/gateways/gw-1/state`, 'throw')
    await peer.publish(`${ROOT}/gateways/gw-1/state`, 'next')
    await vi.waitFor(() => expect(scene.states).toEqual(['gw-1 next']))
    expect(scene.warnings).toMatchObject([{ fields: { code: 'INTERNAL' } }])
  })

  it('says that the server lives, retained and again and again', async () => {
    const peer = await MqttPeer.connect(port)
    await peer.subscribe(`${ROOT}/server`)
    await scene.up()
    await vi.waitFor(() => expect(states(peer).length).toBeGreaterThanOrEqual(3))
    expect(new Set(states(peer))).toEqual(new Set(['online']))
    expect(JSON.parse(peer.on(`${ROOT}/server`)[0] ?? '')).toMatchObject({
      session: 'session-1',
      time: 1_000,
    })
    const late = await MqttPeer.connect(port)
    await late.subscribe(`${ROOT}/server`)
    await vi.waitFor(() => expect(late.heard[0]).toMatchObject({ retain: true }))
  })

  it('says goodbye when it stops, and its will speaks when it cannot', async () => {
    await scene.up()
    const peer = await MqttPeer.connect(port)
    await peer.subscribe(`${ROOT}/server`)
    await vi.waitFor(() => expect(states(peer)).toContain('online'))
    await scene.link.stop()
    await vi.waitFor(() => expect(states(peer).at(-1)).toBe('offline'))
    const kept = await MqttPeer.connect(port)
    await kept.subscribe(`${ROOT}/server`)
    await vi.waitFor(() => expect(states(kept)).toEqual(['offline']))
  })

  it('confirms to the gateway that is meant, not retained', async () => {
    await scene.up()
    const peer = await MqttPeer.connect(port)
    await peer.subscribe(`${ROOT}/gateways/+/confirm`)
    scene.link.confirm('gw-2', { epoch: 'e1', seqs: [[1, 1]], time: 5 })
    await vi.waitFor(() =>
      expect(peer.heard).toEqual([
        {
          topic: `${ROOT}/gateways/gw-2/confirm`,
          payload: '{"epoch":"e1","seqs":[[1,1]],"time":5}',
          retain: false,
        },
      ]),
    )
  })

  it('says how far the journal goes, retained, also to a broker that comes later', async () => {
    const head = { head: '3:00', n: 3, time: 7 }
    scene.link.journal(head)
    await scene.up()
    const peer = await MqttPeer.connect(port)
    await peer.subscribe(`${ROOT}/journal`)
    const heard = () => peer.heard.map(({ payload, retain }) => [JSON.parse(payload), retain])
    await vi.waitFor(() => expect(heard()).toEqual([[head, true]]))
    scene.link.journal({ ...head, n: 4 })
    await vi.waitFor(() => expect(heard().slice(1)).toEqual([[{ ...head, n: 4 }, false]]))
  })

  it('publishes every alarm retained, and each change', async () => {
    await scene.up()
    const peer = await MqttPeer.connect(port)
    await peer.subscribe(`${ROOT}/alarms/+`)
    await vi.waitFor(() =>
      expect(peer.heard.map(({ topic, retain }) => [topic, retain]).toSorted()).toEqual([
        [`${ROOT}/alarms/GT-101.H`, true],
        [`${ROOT}/alarms/LT-1.FAULT`, true],
      ]),
    )
    scene.link.alarm(alarm('GT-101.H', 'UNACK'))
    await vi.waitFor(() =>
      expect(JSON.parse(peer.on(`${ROOT}/alarms/GT-101.H`).at(-1) ?? '')).toMatchObject({ state: 'UNACK' }),
    )
  })

  it('tells each gateway its changed limits, retained: on connect, and when an alarm shows a change', async () => {
    scene.limits = { 'gw-1': { 'GT-101': [{ when: 'high', limit: 15, deadband: 1 }] } }
    const peer = await MqttPeer.connect(port)
    await peer.subscribe(`${ROOT}/gateways/+/limits`)
    await scene.up()
    const heard = (gateway: string) => peer.on(`${ROOT}/gateways/${gateway}/limits`)
    await vi.waitFor(() => expect(heard('gw-1')).toHaveLength(1))
    expect(heard('gw-1')).toEqual([
      '{"limits":{"GT-101":[{"when":"high","limit":15,"deadband":1}]},"time":1000}',
    ])
    // What an earlier server left there must not stand for ever.
    expect(heard('gw-2')).toEqual(['{"limits":{},"time":1000}'])

    scene.limits = { 'gw-1': { 'GT-101': [{ when: 'high', limit: 16, deadband: 1 }] } }
    scene.link.alarm(alarm('GT-101.H', 'UNACK'))
    scene.link.alarm({ ...alarm('GT-101.H'), revision: 2 })
    scene.link.alarm({ ...alarm('GT-101.H', 'UNACK'), revision: 2 })
    await vi.waitFor(() => expect(heard('gw-1')).toHaveLength(2))
    expect(heard('gw-1').at(-1)).toContain('"limit":16')
    const late = await MqttPeer.connect(port)
    await late.subscribe(`${ROOT}/gateways/gw-1/limits`)
    await vi.waitFor(() =>
      expect(late.heard).toMatchObject([{ retain: true, payload: heard('gw-1').at(-1) }]),
    )
    expect(heard('gw-2')).toHaveLength(1)

    // Whoever is born just then may have missed them.
    for (const gateway of ['gw-1', 'gw-2']) await peer.publish(`${ROOT}/gateways/${gateway}/state`, 'birth')
    await vi.waitFor(() => expect(heard('gw-1')).toHaveLength(3))
    expect(heard('gw-1').at(-1)).toBe(heard('gw-1').at(-2))
    expect(heard('gw-2')).toHaveLength(1)
  })

  it('clears a retained alarm that the file no longer has, and no other', async () => {
    const peer = await MqttPeer.connect(port)
    await peer.publish(`${ROOT}/alarms/GT-1.OLD`, '{}', true)
    await peer.publish(`${ROOT}/alarms/GT-101.H`, '{"state":"UNACK"}', true)
    await peer.publish('davylamp/v1/plant-2/alarms/GT-1.OLD', 'of another plant', true)
    await scene.up()
    await vi.waitFor(async () => {
      const late = await MqttPeer.connect(port)
      await late.subscribe('davylamp/v1/+/alarms/+', 'end')
      await late.publish('end', 'end')
      await vi.waitFor(() => expect(late.on('end')).toHaveLength(1))
      expect(late.heard.map(({ topic }) => topic).toSorted()).toEqual([
        `${ROOT}-2/alarms/GT-1.OLD`,
        `${ROOT}/alarms/GT-101.H`,
        `${ROOT}/alarms/LT-1.FAULT`,
        'end',
      ])
      expect(JSON.parse(late.on(`${ROOT}/alarms/GT-101.H`)[0] ?? '')).toMatchObject({ state: 'NORM' })
    })
  })

  it('tells more alarms than fit into one window', async () => {
    scene.alarms = Array.from({ length: 2_345 }, (_, n) => alarm(`GT-${n}.H`))
    const peer = await MqttPeer.connect(port)
    await peer.subscribe(`${ROOT}/alarms/+`)
    await scene.up()
    await vi.waitFor(() => expect(peer.heard).toHaveLength(2_345))
    expect(new Set(peer.heard.map(({ topic }) => topic)).size).toBe(2_345)
  })

  it('drops what it is given while there is no connection', async () => {
    scene.link.confirm('gw-1', { epoch: 'e1', seqs: [], time: 5 })
    scene.link.alarm(alarm('GT-101.H', 'UNACK'))
    const peer = await MqttPeer.connect(port)
    await peer.subscribe(`${ROOT}/#`)
    await scene.up()
    await vi.waitFor(() => expect(peer.on(`${ROOT}/alarms/GT-101.H`)).toHaveLength(1))
    expect(peer.on(`${ROOT}/gateways/gw-1/confirm`)).toEqual([])
  })
})

/** A broker that forgets everything when it goes, lets clients be cut off, and refuses what it is told to. */
class MortalBroker {
  readonly clients = new Set<string>()
  refuses: 'nothing' | 'connect' | 'subscribe' = 'nothing'
  port = 0
  #close: () => Promise<void> = async () => undefined
  cut: (clientId: string) => void = () => undefined

  async listen(): Promise<void> {
    const aedes = await Aedes.createBroker({
      authenticate: (client, _user, _password, done) => {
        this.clients.add(client.id)
        done(null, this.refuses !== 'connect')
      },
      authorizeSubscribe: (_client, subscription, done) =>
        done(null, this.refuses === 'subscribe' ? null : subscription),
    })
    this.port ||= await takePort()
    const server = createServer((socket) => aedes.handle(socket)).listen(this.port, '127.0.0.1')
    await once(server, 'listening')
    this.cut = (clientId) => {
      const found = (aedes as unknown as Record<'clients', Record<string, { conn: { destroy(): void } }>>)
        .clients
      found[clientId]?.conn.destroy()
    }
    this.#close = async () => {
      await new Promise<void>((done) => aedes.close(() => done()))
      await new Promise<void>((done) => server.close(() => done()))
    }
  }

  async close(): Promise<void> {
    const close = this.#close
    this.#close = async () => undefined
    await close()
  }
}

describe('facility link, when the broker fails', () => {
  let broker: MortalBroker
  let scene: LinkScene

  beforeEach(async () => {
    broker = new MortalBroker()
    await broker.listen()
    scene = new LinkScene(`mqtt://user:secret@127.0.0.1:${broker.port}`)
  })
  afterEach(async () => {
    await scene.link.stop()
    await broker.close()
  })

  it('warns once while there is none, without the password, and connects when it comes', async () => {
    await broker.close()
    scene.link.start()
    await vi.waitFor(() => expect(scene.warnings.length).toBeGreaterThan(0))
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(scene.warnings).toMatchObject([
      { fields: { code: 'BROKER_UNREACHABLE', broker: `mqtt://127.0.0.1:${broker.port}` } },
    ])
    expect(JSON.stringify(scene.warnings)).not.toContain('secret')
    expect(scene.link.isConnected).toBe(false)
    await broker.listen()
    await vi.waitFor(() => expect(scene.link.isConnected).toBe(true))
    expect(scene.warnings).toHaveLength(1)
  })

  it('tells everything again to a broker that has forgotten it', async () => {
    await scene.up()
    await broker.close()
    await vi.waitFor(() => expect(scene.link.isConnected).toBe(false))
    scene.alarms = [alarm('GT-101.H', 'UNACK'), alarm('LT-1.FAULT')]
    await broker.listen()
    await vi.waitFor(() => expect(scene.link.isConnected).toBe(true))
    const peer = await MqttPeer.connect(broker.port)
    await peer.subscribe(`${ROOT}/alarms/+`, `${ROOT}/server`)
    await vi.waitFor(() => expect(new Set(peer.heard.map(({ topic }) => topic)).size).toBe(3))
    expect(JSON.parse(peer.on(`${ROOT}/alarms/GT-101.H`)[0] ?? '')).toMatchObject({ state: 'UNACK' })
    expect(states(peer)[0]).toBe('online')
  })

  it('whose connection breaks leaves its will: offline, until it is back', async () => {
    await scene.up()
    const peer = await MqttPeer.connect(broker.port)
    await peer.subscribe(`${ROOT}/server`)
    await vi.waitFor(() => expect(states(peer).at(-1)).toBe('online'))
    broker.cut('plant.server.session-1')
    await vi.waitFor(() => expect(states(peer)).toContain('offline'))
    await vi.waitFor(() => expect(states(peer).at(-1)).toBe('online'))
  })

  it.each(['connect', 'subscribe'] as const)(
    'that refuses to %s is BROKER_REFUSED, and tried again',
    async (what) => {
      broker.refuses = what
      scene.link.start()
      await vi.waitFor(() => expect(scene.warnings).toMatchObject([{ fields: { code: 'BROKER_REFUSED' } }]))
      expect(scene.link.isConnected).toBe(false)
      broker.refuses = 'nothing'
      await vi.waitFor(() => expect(scene.link.isConnected).toBe(true))
      expect(scene.warnings).toHaveLength(1)
    },
  )

  it('stops within a second, connected or not', async () => {
    await broker.close()
    scene.link.start()
    await vi.waitFor(() => scene.link.stop(), { timeout: 1_000 })
    await broker.listen()
    const seen = broker.clients.size
    const again = new LinkScene(`mqtt://127.0.0.1:${broker.port}`)
    again.link.start()
    await again.link.stop()
    expect(broker.clients.size - seen).toBeLessThanOrEqual(2)
  })

  it('stops within a second though the broker has fallen silent', async () => {
    // It takes the connection and the subscription, and acknowledges nothing that is published.
    const mute = createServer((socket) => {
      socket.on('error', () => undefined)
      socket.once('data', () => {
        socket.write(Buffer.from([0x20, 2, 0, 0]))
        socket.once('data', (subscribe) => {
          const granted = subscribe.includes('/backlog') ? [1] : [1, 1, 1, 1]
          const header = (subscribe[1] ?? 0) < 0x80 ? 2 : 3
          const id = subscribe.subarray(header, header + 2)
          socket.write(Buffer.concat([Buffer.from([0x90, 2 + granted.length]), id, Buffer.from(granted)]))
        })
      })
    }).listen(0, '127.0.0.1')
    await once(mute, 'listening')
    const address = mute.address()
    const port = typeof address === 'object' ? address?.port : 0
    const deaf = new LinkScene(`mqtt://127.0.0.1:${port}`)
    await deaf.up()
    await vi.waitFor(() => deaf.link.stop(), { timeout: 1_500 })
    await new Promise<void>((done) => mute.close(() => done()))
  })
})

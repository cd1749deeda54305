import { once } from 'node:events'
import { createServer } from 'node:net'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { silentLogger } from '../../contracts/logger.ts'
import { BATCH_MAX_BYTES } from '../../contracts/wire.ts'
import { EmbeddedBroker, MAX_PACKET_BYTES } from '../../ingest/broker/embedded-broker.ts'
import { bareSocket, connectBytes, MqttPeer, subscribeBytes } from './mqtt-peer.ts'

/** Whoever reads lives in this process too: it is not to be taken for deaf while the machine is busy. */
const DRAIN_MS = 2_000

describe('embedded broker', () => {
  let broker: EmbeddedBroker
  let port: number

  beforeEach(async () => {
    broker = new EmbeddedBroker({ listen: '127.0.0.1:0', logger: silentLogger, drainTimeoutMs: DRAIN_MS })
    port = (await broker.start()).port
  })
  afterEach(() => broker.stop())

  it('carries the largest batch there may be, and one that is refused by name', async () => {
    const reader = await MqttPeer.connect(port)
    await reader.subscribe('t')
    const writer = await MqttPeer.connect(port)
    await writer.publish('t', Buffer.alloc(BATCH_MAX_BYTES, 'x'))
    await writer.publish('t', Buffer.alloc(BATCH_MAX_BYTES + 1_000, 'y'))
    await vi.waitFor(() =>
      expect(reader.heard.map(({ payload }) => payload.length)).toEqual([
        BATCH_MAX_BYTES,
        BATCH_MAX_BYTES + 1_000,
      ]),
    )
  })

  it('closes the connection of a client that sends more, and no other', async () => {
    const reader = await MqttPeer.connect(port)
    await reader.subscribe('t')
    const giant = await MqttPeer.connect(port)
    const closed = new Promise<void>((resolve) => giant.client.once('close', () => resolve()))
    giant.client.publish('t', Buffer.alloc(MAX_PACKET_BYTES + 1, 'x'), { qos: 1 })
    await closed
    const other = await MqttPeer.connect(port)
    await other.publish('t', 'still here')
    await vi.waitFor(() => expect(reader.on('t')).toEqual(['still here']))
  })

  it('closes the connection at a header that announces more, before the body comes', async () => {
    const socket = await bareSocket(port)
    const closed = once(socket, 'close')
    socket.write(connectBytes('giant'))
    await once(socket, 'data')
    socket.write(Buffer.from([0x30, 0xff, 0xff, 0xff, 0x7f]))
    await closed
  })

  it('tells the will of a client whose connection broke', async () => {
    const reader = await MqttPeer.connect(port)
    await reader.subscribe('last')
    const will = { topic: 'last', payload: Buffer.from('will'), qos: 1 as const, retain: true }
    const mortal = await MqttPeer.connect(port, { will })
    mortal.client.stream.destroy()
    await vi.waitFor(() => expect(reader.on('last')).toEqual(['will']))
  })

  it('keeps nothing for a client that is away, even if it asks for that', async () => {
    const options = { clientId: 'hoarder', clean: false }
    const hoarder = await MqttPeer.connect(port, options)
    await hoarder.subscribe('t')
    await hoarder.client.endAsync()
    const writer = await MqttPeer.connect(port)
    await writer.publish('t', 'missed')
    const again = await MqttPeer.connect(port, options)
    await writer.publish('t', 'also missed')
    await again.subscribe('t')
    await writer.publish('t', 'heard')
    await vi.waitFor(() => expect(again.on('t')).toEqual(['heard']))
  })

  it('does not stall for a client that never reads longer than the drain timeout', async () => {
    const deaf = await bareSocket(port)
    deaf.write(connectBytes('deaf'))
    await once(deaf, 'data')
    deaf.pause()
    deaf.write(subscribeBytes('flood'))
    const reader = await MqttPeer.connect(port)
    await reader.subscribe('flood')
    const writer = await MqttPeer.connect(port)
    const payload = Buffer.alloc(200_000, 'x')
    // More than the buffers of both ends of the deaf connection hold.
    const count = 200
    for (let n = 0; n < count; n++) writer.client.publish('flood', payload)
    const started = performance.now()
    await vi.waitFor(() => expect(reader.heard).toHaveLength(count))
    expect(performance.now() - started, 'it did stall').toBeGreaterThan(DRAIN_MS - 50)
    await reader.subscribe('after')
    await writer.publish('after', 'x')
    await vi.waitFor(() => expect(reader.on('after')).toEqual(['x']))
  })

  it('stops at once, whatever is connected to it', async () => {
    await bareSocket(port)
    await MqttPeer.connect(port)
    const half = await bareSocket(port)
    half.write(connectBytes('half').subarray(0, 5))
    await vi.waitFor(() => broker.stop(), { timeout: 1_000 })
    await expect(bareSocket(port)).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  })
})

describe('embedded broker, starting', () => {
  it('on a port that is taken is PORT_TAKEN', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    const address = other.address()
    const port = typeof address === 'object' ? address?.port : undefined
    const broker = new EmbeddedBroker({ listen: `127.0.0.1:${port}`, logger: silentLogger })
    await expect(broker.start()).rejects.toMatchObject({ code: 'PORT_TAKEN' })
    await broker.stop()
    other.close()
  })

  it.each(['0.0.0.0:1883', '192.0.2.1:1883', '[::]:1883', 'plant.example:1883'])(
    'on %s is NOT_LOOPBACK',
    async (listen) => {
      const broker = new EmbeddedBroker({ listen, logger: silentLogger })
      await expect(broker.start()).rejects.toMatchObject({ code: 'NOT_LOOPBACK' })
      await broker.stop()
    },
  )

  it('on what is no address is CONFIG_INVALID', async () => {
    const broker = new EmbeddedBroker({ listen: 'here', logger: silentLogger })
    await expect(broker.start()).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
  })
})

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { BrokerLink, type BrokerOutcome } from '../../gateway/delivery/broker-link.ts'
import { MqttPeer } from './mqtt-peer.ts'

const message = (topic: string) => ({ topic, payload: Buffer.from('{}') })

describe('BrokerLink', () => {
  let peer: MqttPeer
  let stopping: AbortController

  function open(): Promise<BrokerOutcome> {
    return BrokerLink.open({
      address: { url: `mqtt://127.0.0.1:${peer.port}`, clientId: 'plant.gw-1' },
      will: message('will'),
      onMessage: () => undefined,
      signal: stopping.signal,
      patienceMs: 300,
    })
  }

  async function opened(): Promise<BrokerLink> {
    const outcome = await open()
    if (!outcome.ok) throw new Error(outcome.detail)
    return outcome.link
  }

  async function lasts(work: Promise<unknown>): Promise<number> {
    const before = performance.now()
    await work
    return performance.now() - before
  }

  beforeEach(async () => {
    peer = new MqttPeer()
    stopping = new AbortController()
    await peer.listen()
  })

  afterEach(async () => {
    stopping.abort()
    await peer.close()
  })

  it('gives up on a broker that accepts the connection and never answers it', async () => {
    peer.answers.connect = false
    expect(await open()).toMatchObject({
      ok: false,
      code: 'BROKER_UNREACHABLE',
      detail: 'connack timeout',
    })
  })

  it('gives up such an attempt at once when it is told to', async () => {
    peer.answers.connect = false
    const attempt = open()
    await expect.poll(() => peer.count('connect')).toBe(1)
    stopping.abort()
    expect(await lasts(attempt)).toBeLessThan(200)
    expect(await attempt).toMatchObject({ ok: false })
  })

  it('is closed, and subscribes to nothing, when the broker drops it', async () => {
    peer.dropsAfterConnect = true
    const link = await opened()
    expect(await lasts(link.subscribe(['a', 'b']))).toBeLessThan(200)
    expect(await link.subscribe(['a', 'b'])).toBe(false)
    await link.closed
    expect(link.isOpen).toBe(false)
    expect(await lasts(link.close(1_000))).toBeLessThan(200)
  })

  it('takes a subscription that is never answered for one that is not granted', async () => {
    peer.answers.subscribe = false
    const link = await opened()
    expect(await link.subscribe(['a', 'b'])).toBe(false)
    expect(link.isOpen).toBe(true)
    await link.close(100)
  })

  it('says when the broker has taken a message', async () => {
    const link = await opened()
    let taken = 0
    link.publish(message('a'), () => {
      taken += 1
    })
    await expect.poll(() => taken).toBe(1)
    expect(await lasts(link.close(1_000))).toBeLessThan(300)
  })

  it('ends within the grace though the broker never takes what was sent', async () => {
    peer.answers.publish = false
    const link = await opened()
    link.publish(message('a'))
    await expect.poll(() => peer.count('publish')).toBe(1)
    const ms = await lasts(link.close(300))
    expect(ms).toBeGreaterThan(250)
    expect(ms).toBeLessThan(600)
    await link.closed
    expect(link.isOpen).toBe(false)
  })
})

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { silentLogger } from '../../../contracts/logger.ts'
import { WaveformLane, type WaveformLink } from '../../../gateway/seismic/waveform-lane.ts'
import { WaveformOutbox } from '../../../gateway/seismic/waveform-outbox.ts'

/** A connection whose broker takes what it is given when it is told to. */
class FakeLink implements WaveformLink {
  readonly published: string[]
  readonly closed: Promise<void>
  takes = true
  isOpen = true
  readonly #resolve: () => void

  constructor(published: string[]) {
    this.published = published
    const { promise, resolve } = Promise.withResolvers<void>()
    this.closed = promise
    this.#resolve = resolve
  }

  publish(payload: Buffer, onTaken: () => void): void {
    this.published.push(JSON.parse(payload.toString()).id)
    if (this.takes) onTaken()
  }

  close(): void {
    this.isOpen = false
    this.#resolve()
  }
}

describe('the lane of events', () => {
  let outbox: WaveformOutbox
  let published: string[]
  let links: FakeLink[]
  let canConnect: boolean
  let lane: WaveformLane

  const add = (n: number) => {
    const head = { id: `e${n}`, device: 'SG-1', onset: n, from: 0, to: 9, rate: 100, features: {} }
    return outbox.add({ head, miniseed: new Uint8Array(8) })
  }
  const elapse = (ms: number) => vi.advanceTimersByTimeAsync(ms)

  beforeEach(() => {
    vi.useFakeTimers()
    outbox = new WaveformOutbox({ folder: undefined, logger: silentLogger })
    published = []
    links = []
    canConnect = true
    lane = new WaveformLane({
      outbox,
      clock: { monotonic: () => performance.now() },
      connect: async () => {
        if (!canConnect) return undefined
        const link = new FakeLink(published)
        links.push(link)
        return link
      },
    })
    lane.start()
  })

  afterEach(async () => {
    const stopped = lane.stop()
    await elapse(1_000)
    await stopped
    vi.useRealTimers()
  })

  it('sends nothing, and opens no connection, before it is online and has something', async () => {
    lane.online()
    await elapse(5_000)
    expect(links).toEqual([])
    lane.offline()
    await add(1)
    await elapse(60_000)
    expect(links).toEqual([])
    lane.online()
    await elapse(1_000)
    expect(published).toEqual(['e1'])
  })

  it('sends one at a time: the next when that before is confirmed, or was waited for', async () => {
    lane.online()
    await add(1)
    await add(2)
    await add(3)
    await elapse(1_000)
    expect(published).toEqual(['e1'])
    lane.confirmed(['e1'])
    await elapse(100)
    expect(published).toEqual(['e1', 'e2'])
    await elapse(5_000)
    expect(published).toEqual(['e1', 'e2', 'e3'])
  })

  it('sends again what was not confirmed, and not what was', async () => {
    lane.online()
    await add(1)
    await add(2)
    await elapse(11_000)
    lane.confirmed(['e1'])
    await elapse(60_000)
    expect(published).toEqual(['e1', 'e2', 'e2'])
    lane.confirmed(['e2'])
    await elapse(300_000)
    expect(published).toEqual(['e1', 'e2', 'e2'])
    expect(outbox.health()).toMatchObject({ waiting: 0, sent: 2 })
  })

  it('sends all of them again after a reconnect', async () => {
    lane.online()
    await add(1)
    await elapse(6_000)
    lane.offline()
    expect(links[0]?.isOpen).toBe(false)
    await elapse(1_000)
    lane.online()
    await elapse(1_000)
    expect(published).toEqual(['e1', 'e1'])
    expect(links).toHaveLength(2)
  })

  it('takes what the broker did not take for not sent', async () => {
    lane.online()
    await add(1)
    canConnect = false
    await elapse(20_000)
    expect(published).toEqual([])
    canConnect = true
    await elapse(6_000)
    expect(published).toEqual(['e1'])
    const [link] = links
    if (link === undefined) throw new Error('no link')
    link.takes = false
    lane.online()
    await elapse(6_000)
    link.close()
    await elapse(6_000)
    expect(published).toEqual(['e1', 'e1', 'e1'])
    expect(links).toHaveLength(2)
  })

  it('closes a connection that has nothing to do', async () => {
    lane.online()
    await add(1)
    await elapse(1_000)
    lane.confirmed(['e1'])
    await elapse(12_000)
    expect(links.map(({ isOpen }) => isOpen)).toEqual([false])
  })
})

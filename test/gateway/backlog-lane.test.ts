import { beforeEach, describe, expect, it } from 'vitest'
import { BacklogLane } from '../../gateway/delivery/backlog-lane.ts'
import { Delivery } from '../../gateway/delivery/delivery.ts'
import { type BatchKey, keyOf } from '../../gateway/outbox/outbox.ts'
import { SettableClock } from './settable-clock.ts'

/** An outbox of which some batches are on a disk that answers when the test says so. */
class SlowOutbox {
  readonly memory = new Map<string, Buffer>()
  readonly disk = new Map<string, Buffer>()
  list: BatchKey[] = []
  readonly asked: string[][] = []
  #answers: (() => void)[] = []

  add(seq: number, place: 'memory' | 'disk'): void {
    const key = { epoch: 'e', seq }
    this.list.push(key)
    this[place].set(keyOf(key), Buffer.from(String(seq)))
  }

  *keys(): Iterable<BatchKey> {
    yield* this.list
  }

  payload(key: BatchKey): Buffer | undefined {
    return this.memory.get(keyOf(key))
  }

  async fetch(keys: readonly BatchKey[]): Promise<(Buffer | undefined)[]> {
    this.asked.push(keys.map(({ seq }) => String(seq)))
    await new Promise<void>((resolve) => this.#answers.push(resolve))
    return keys.map((key) => this.payload(key) ?? this.disk.get(keyOf(key)))
  }

  async answer(): Promise<void> {
    for (const go of this.#answers.splice(0)) go()
    for (let turn = 0; turn < 5; turn++) await Promise.resolve()
  }
}

describe('the backlog lane', () => {
  let outbox: SlowOutbox
  let delivery: Delivery
  let lane: BacklogLane
  let sent: string[]
  let taken: (() => void)[]

  beforeEach(() => {
    outbox = new SlowOutbox()
    delivery = new Delivery()
    sent = []
    taken = []
    lane = new BacklogLane({
      outbox,
      delivery,
      clock: new SettableClock(),
      publish: (payload, onTaken) => {
        sent.push(String(payload))
        taken.push(onTaken)
      },
    })
    delivery.connected()
    delivery.snapshotSent()
    delivery.confirmed({ epoch: 'e', seqs: [], credit: 8, time: 0 })
    const live = { epoch: 'e', seq: 1_000 }
    delivery.sentLive(live, 0)
    delivery.liveTaken(live)
    delivery.forget('e', [[1_000, 1_000]])
  })

  const takeAll = () => {
    for (const take of taken.splice(0)) take()
  }

  it('sends what is in memory at once', () => {
    for (const seq of [1, 2, 3]) outbox.add(seq, 'memory')
    lane.pump()
    takeAll()
    takeAll()
    expect(sent).toEqual(['1', '2', '3'])
    expect(outbox.asked).toEqual([])
  })

  it('keeps the order, though the memory is faster than the disk, and asks for several at a time', async () => {
    for (const seq of [1, 2, 3, 4]) outbox.add(seq, seq < 4 ? 'disk' : 'memory')
    lane.pump()
    await outbox.answer()
    expect(sent).toEqual(['1'])
    takeAll()
    expect(sent).toEqual(['1'])
    await outbox.answer()
    takeAll()
    expect(sent).toEqual(['1', '2', '3', '4'])
    expect(outbox.asked).toEqual([['1'], ['2', '3']])
  })

  it('sends nothing that was confirmed, evicted or cut off while it was read', async () => {
    for (const seq of [1, 2]) outbox.add(seq, 'disk')
    lane.pump()
    delivery.forget('e', [[1, 1]])
    outbox.list.shift()
    await outbox.answer()
    expect(sent).toEqual([])
    await outbox.answer()
    expect(sent).toEqual(['2'])
    taken = []
    outbox.add(3, 'disk')
    delivery.disconnected()
    lane.clear()
    delivery.connected()
    delivery.snapshotSent()
    lane.pump()
    delivery.disconnected()
    lane.clear()
    await outbox.answer()
    expect(sent).toEqual(['2'])
  })

  it('asks again later for what the disk does not give now, and asks no faster than it is told to', async () => {
    outbox.list.push({ epoch: 'e', seq: 1 })
    outbox.add(2, 'disk')
    for (let n = 0; n < 3; n++) {
      lane.pump()
      await outbox.answer()
    }
    expect(sent).toEqual([])
    expect(outbox.asked).toHaveLength(3)
    expect(delivery.setAside).toBe(0)
    outbox.disk.set('e:1', Buffer.from('1'))
    lane.pump()
    await outbox.answer()
    expect(sent).toEqual(['1'])
  })
})

import { describe, expect, it } from 'vitest'
import type { SeqRange } from '../../contracts/seq-ranges.ts'
import type { Confirm } from '../../contracts/wire.ts'
import { Delivery, MEET_MS, MOST_TRIES, RETRANSMIT_MS, STUCK_MS } from '../../gateway/delivery/delivery.ts'
import type { BatchKey } from '../../gateway/outbox/outbox.ts'

const keys = (...seqs: number[]): BatchKey[] => seqs.map((seq) => ({ epoch: 'e', seq }))
const confirm = (given: Partial<Confirm> = {}): Confirm => ({ epoch: 'e', seqs: [], time: 0, ...given })

const forget = (delivery: Delivery, ...seqs: number[]) =>
  delivery.forget(
    'e',
    seqs.map((seq): SeqRange => [seq, seq]),
  )

/** All that may be sent now, by a broker that takes everything at once. */
function resend(delivery: Delivery, outbox: Iterable<BatchKey>, now: number): number[] {
  const sent: number[] = []
  while (true) {
    const keys = delivery.takeResends(outbox, now)
    if (keys.length === 0) return sent
    for (const key of keys) {
      delivery.sentBacklog(key, now)
      delivery.backlogTaken(key, now)
      sent.push(key.seq)
    }
  }
}

/** A live batch is confirmed: the backlog may follow. */
function meet(delivery: Delivery): void {
  delivery.sentLive({ epoch: 'e', seq: 1_000 }, 0)
  delivery.liveTaken({ epoch: 'e', seq: 1_000 })
  forget(delivery, 1_000)
}

/** Connected, past its first snapshot, and met. */
function online(): Delivery {
  const delivery = new Delivery()
  delivery.connected()
  delivery.snapshotSent()
  meet(delivery)
  return delivery
}

describe('the live lane', () => {
  it('is closed while disconnected', () => {
    const delivery = new Delivery()
    expect(delivery.canSendLive(0)).toBe(false)
    delivery.connected()
    expect(delivery.canSendLive(0)).toBe(true)
    delivery.disconnected()
    expect(delivery.canSendLive(0)).toBe(false)
  })

  it('is closed while the client has held a live batch for more than 2 s', () => {
    const delivery = online()
    delivery.sentLive({ epoch: 'e', seq: 1 }, 0)
    delivery.sentLive({ epoch: 'e', seq: 2 }, 1_000)
    expect(delivery.canSendLive(2_000)).toBe(true)
    expect(delivery.canSendLive(2_001)).toBe(false)
    delivery.liveTaken({ epoch: 'e', seq: 1 })
    expect(delivery.canSendLive(2_001)).toBe(true)
    expect(delivery.canSendLive(3_001)).toBe(false)
  })

  it('is open again once the server itself has confirmed what the client holds', () => {
    const delivery = online()
    delivery.sentLive({ epoch: 'e', seq: 1 }, 0)
    expect(delivery.canSendLive(5_000)).toBe(false)
    forget(delivery, 1)
    expect(delivery.canSendLive(5_000)).toBe(true)
  })

  it('is stuck when the broker has not taken a batch for 15 s: only a new connection helps', () => {
    const delivery = online()
    expect(delivery.isStuck(1e9)).toBe(false)
    delivery.sentLive({ epoch: 'e', seq: 1 }, 0)
    expect(delivery.isStuck(STUCK_MS)).toBe(false)
    expect(delivery.isStuck(STUCK_MS + 1)).toBe(true)
    delivery.disconnected()
    expect(delivery.isStuck(STUCK_MS + 1)).toBe(false)
  })

  it('begins every connection with a snapshot', () => {
    const delivery = new Delivery()
    expect(delivery.needsSnapshot).toBe(false)
    delivery.connected()
    expect(delivery.needsSnapshot).toBe(true)
    delivery.snapshotSent()
    expect(delivery.needsSnapshot).toBe(false)
    delivery.disconnected()
    delivery.connected()
    expect(delivery.needsSnapshot).toBe(true)
  })

  it('sends a snapshot when the server asks, and after a batch that was withheld', () => {
    const delivery = online()
    delivery.askSnapshot()
    expect(delivery.needsSnapshot).toBe(true)
    delivery.snapshotSent()
    delivery.withheld()
    expect(delivery.needsSnapshot).toBe(true)
  })
})

describe('the backlog lane', () => {
  it('sends nothing while disconnected, or before the snapshot of a connection', () => {
    const delivery = new Delivery()
    expect(resend(delivery, keys(1, 2), 0)).toEqual([])
    delivery.connected()
    expect(resend(delivery, keys(1, 2), 0)).toEqual([])
    delivery.snapshotSent()
    expect(resend(delivery, keys(1, 2), 0)).toEqual([])
    meet(delivery)
    expect(resend(delivery, keys(1, 2), 0)).toEqual([1, 2])
  })

  it('waits a moment for a server that knows what is newer, and no longer', () => {
    const delivery = new Delivery()
    delivery.connected()
    delivery.snapshotSent()
    delivery.sentLive({ epoch: 'e', seq: 9 }, 0)
    delivery.liveTaken({ epoch: 'e', seq: 9 })
    expect(resend(delivery, keys(1, 2, 3, 4, 5, 9), 0)).toEqual([])
    expect(resend(delivery, keys(1, 2, 3, 4, 5, 9), MEET_MS - 1)).toEqual([])
    expect(resend(delivery, keys(1, 2, 3, 4, 5, 9), MEET_MS)).toEqual([1, 2, 3, 4])
    // It came only now: whatever was sent before goes again, before what is newer.
    delivery.confirmed(confirm({ seqs: [[9, 9]], credit: 8 }))
    expect(resend(delivery, keys(1, 2, 3, 4, 5), MEET_MS + 1)).toEqual([1, 2, 3, 4, 5])
  })

  it('holds to a credit of 4 until a confirm says otherwise, oldest first', () => {
    const delivery = online()
    const outbox = keys(1, 2, 3, 4, 5, 6, 7, 8, 9)
    expect(resend(delivery, outbox, 0)).toEqual([1, 2, 3, 4])
    expect(resend(delivery, outbox, 1)).toEqual([])
    delivery.confirmed(confirm({ credit: 6 }))
    expect(resend(delivery, outbox, 2)).toEqual([5, 6])
    delivery.confirmed(
      confirm({
        seqs: [
          [1, 1],
          [3, 3],
        ],
      }),
    )
    expect(resend(delivery, keys(2, 4, 5, 6, 7, 8, 9), 3)).toEqual([7, 8])
    delivery.confirmed(confirm({ credit: 0 }))
    forget(delivery, 2, 4, 5, 6, 7, 8)
    expect(resend(delivery, keys(9), 4)).toEqual([])
    delivery.confirmed(confirm({ credit: 1 }))
    expect(resend(delivery, keys(9), 5)).toEqual([9])
  })

  it('begins a new connection with the first credit', () => {
    const delivery = online()
    delivery.confirmed(confirm({ credit: 0 }))
    delivery.disconnected()
    delivery.connected()
    delivery.snapshotSent()
    meet(delivery)
    expect(resend(delivery, keys(1, 2, 3, 4, 5), 0)).toHaveLength(4)
  })

  it('waits 10 s for the confirm of a live batch', () => {
    const delivery = online()
    delivery.sentLive({ epoch: 'e', seq: 1 }, 0)
    delivery.liveTaken({ epoch: 'e', seq: 1 })
    expect(resend(delivery, keys(1), RETRANSMIT_MS - 1)).toEqual([])
    expect(resend(delivery, keys(1), RETRANSMIT_MS)).toEqual([1])
    expect(resend(delivery, keys(1), 2 * RETRANSMIT_MS - 1)).toEqual([])
    expect(resend(delivery, keys(1), 2 * RETRANSMIT_MS)).toEqual([1])
  })

  it('leaves what the client still holds to the client', () => {
    const delivery = online()
    delivery.sentLive({ epoch: 'e', seq: 1 }, 0)
    expect(resend(delivery, keys(1), 1_000)).toEqual([])
    // Held for longer, nothing more is handed over at all.
    expect(resend(delivery, keys(1, 2), 3_000)).toEqual([])
  })

  it('resends at once, and in order, after a reconnect', () => {
    const delivery = online()
    expect(resend(delivery, keys(1, 2), 0)).toEqual([1, 2])
    delivery.sentLive({ epoch: 'e', seq: 3 }, 0)
    delivery.disconnected()
    delivery.connected()
    delivery.snapshotSent()
    meet(delivery)
    expect(resend(delivery, keys(1, 2, 3), 10)).toEqual([1, 2, 3])
  })

  it('counts what is still to be read from the disk as in flight, and gives it back untried', () => {
    const delivery = online()
    const [key] = delivery.takeResends(keys(1, 2), 0)
    expect(key?.seq).toBe(1)
    expect(delivery.isWanted({ epoch: 'e', seq: 1 })).toBe(true)
    expect(delivery.takeResends(keys(1, 2), 1e9)).toEqual([])
    delivery.notSent({ epoch: 'e', seq: 1 })
    expect(delivery.isWanted({ epoch: 'e', seq: 1 })).toBe(false)
    expect(resend(delivery, keys(1, 2), 1e9)).toEqual([1, 2])
    expect([...delivery.underWay()].map(({ seq }) => seq)).toEqual([1, 2])
  })

  it('does not want what was confirmed or lost while it was read', () => {
    const delivery = online()
    delivery.takeResends(keys(1), 0)
    forget(delivery, 1)
    expect(delivery.isWanted({ epoch: 'e', seq: 1 })).toBe(false)
    delivery.takeResends(keys(2), 0)
    delivery.disconnected()
    expect(delivery.isWanted({ epoch: 'e', seq: 2 })).toBe(false)
  })

  it('forgets by range, however long it is', () => {
    const delivery = online()
    resend(delivery, keys(1, 2, 3), 0)
    delivery.confirmed(confirm({ seqs: [[0, Number.MAX_SAFE_INTEGER]] }))
    expect([...delivery.underWay()]).toEqual([])
    delivery.forget('other', [[0, 1e9]])
    expect(resend(delivery, keys(1), 1)).toEqual([1])
  })

  it('remembers nothing of a live batch that timed out: 600,000 of them cost no memory', () => {
    const delivery = online()
    for (let seq = 1; seq <= 1_000; seq++) {
      delivery.sentLive({ epoch: 'e', seq }, seq)
      delivery.liveTaken({ epoch: 'e', seq })
    }
    delivery.confirmed(confirm({ credit: 0 }))
    delivery.takeResends([], 1_000 + RETRANSMIT_MS)
    expect([...delivery.underWay()]).toEqual([])
  })

  it('walks no further than it must: a tick is cheap with 600,000 batches on the disk', () => {
    const delivery = online()
    let walked = 0
    const outbox = {
      *[Symbol.iterator](): Generator<BatchKey> {
        for (let seq = 1; seq <= 600_000; seq++) {
          walked += 1
          yield { epoch: 'e', seq }
        }
      },
    }
    expect(resend(delivery, outbox, 0)).toHaveLength(4)
    expect(walked).toBeLessThan(50)
  })
})

describe('the order of the backlog', () => {
  it('begins again at the first one that was not confirmed in time', () => {
    const delivery = online()
    expect(resend(delivery, keys(1, 2), 0)).toEqual([1, 2])
    expect(resend(delivery, keys(1, 2, 3, 4), 9_000)).toEqual([3, 4])
    delivery.confirmed(confirm({ credit: 8 }))
    expect(resend(delivery, keys(1, 2, 3, 4, 5), RETRANSMIT_MS)).toEqual([1])
    forget(delivery, 1)
    expect(resend(delivery, keys(2, 3, 4, 5), RETRANSMIT_MS + 1)).toEqual([2, 3, 4, 5])
  })

  it('begins again at once when the server has gone and another one is there', () => {
    const delivery = online()
    delivery.sentLive({ epoch: 'e', seq: 3 }, 0)
    delivery.liveTaken({ epoch: 'e', seq: 3 })
    expect(resend(delivery, keys(1, 2, 3, 4), 0)).toEqual([1, 2])
    delivery.serverGone()
    expect(resend(delivery, keys(1, 2, 3, 4), RETRANSMIT_MS)).toEqual([])
    delivery.serverCame()
    expect(resend(delivery, keys(1, 2, 3, 4), RETRANSMIT_MS + 1)).toEqual([])
    meet(delivery)
    expect(resend(delivery, keys(1, 2, 3, 4), RETRANSMIT_MS + 1)).toEqual([1, 2, 3, 4])
    // A stale word of the one that went stops nobody: who confirms is there.
    delivery.serverGone()
    delivery.confirmed(confirm({ seqs: [[1, 1]] }))
    meet(delivery)
    expect(resend(delivery, keys(2, 3, 4), RETRANSMIT_MS + 2)).toEqual([2, 3, 4])
  })

  it('lets nothing overtake a live batch that may still be confirmed', () => {
    const delivery = online()
    delivery.sentLive({ epoch: 'e', seq: 2 }, 0)
    delivery.liveTaken({ epoch: 'e', seq: 2 })
    expect(resend(delivery, keys(1, 2, 3), 5_000)).toEqual([1])
    forget(delivery, 1)
    expect(resend(delivery, keys(2, 3), RETRANSMIT_MS)).toEqual([2, 3])
  })

  it('holds up nobody for a batch that a server passes over again and again', () => {
    const delivery = online()
    const tryAt = (now: number) => {
      const sent = resend(delivery, keys(1, 2, 3), now)
      delivery.confirmed(confirm({ seqs: [[900, 900]] }))
      return sent
    }
    expect(tryAt(0)).toEqual([1, 2, 3])
    expect(tryAt(RETRANSMIT_MS)).toEqual([1])
    expect(tryAt(2 * RETRANSMIT_MS)).toEqual([1, 2])
    forget(delivery, 2)
    expect(resend(delivery, keys(1, 3), 2 * RETRANSMIT_MS + 1)).toEqual([3])
  })
})

describe('the pace of the backlog', () => {
  it('opens with each batch that the broker takes at once', () => {
    const delivery = online()
    delivery.confirmed(confirm({ credit: 64 }))
    const outbox = keys(...Array.from({ length: 100 }, (_, n) => n + 1))
    const bursts: number[] = []
    for (let now = 0; now < 6; now++) {
      const burst = delivery.takeResends(outbox, now)
      bursts.push(burst.length)
      for (const key of burst) delivery.sentBacklog(key, now)
      for (const key of burst) delivery.backlogTaken(key, now + 100)
    }
    expect(bursts).toEqual([1, 2, 4, 8, 16, 32])
  })

  it('closes on a thin line, so that a live batch waits for one of the backlog at the most', () => {
    const delivery = online()
    delivery.confirmed(confirm({ credit: 64 }))
    const outbox = keys(...Array.from({ length: 100 }, (_, n) => n + 1))
    for (let n = 0; n < 5; n++) {
      const [key, ...more] = delivery.takeResends(outbox, n * 3_000)
      expect(more).toEqual([])
      if (key === undefined) throw new Error('nothing is sent')
      delivery.sentBacklog(key, n * 3_000)
      expect(delivery.takeResends(outbox, n * 3_000 + 1_000)).toEqual([])
      delivery.backlogTaken(key, n * 3_000 + 2_500)
      forget(delivery, key.seq)
      outbox.shift()
    }
  })
})

describe('poison', () => {
  /** Lets tries time out, one after the other, each with or without a confirm of something else. */
  function tryOften(delivery: Delivery, rounds: number, isServerThere: boolean): number {
    let sent = 0
    for (let round = 0; round < rounds; round++) {
      sent += resend(delivery, keys(1), round * RETRANSMIT_MS).length
      if (isServerThere) delivery.confirmed(confirm({ seqs: [[900, 900]] }))
    }
    return sent
  }

  it('sets a batch aside after 20 tries that others were confirmed in', () => {
    const delivery = online()
    expect(tryOften(delivery, 40, true)).toBe(MOST_TRIES)
    expect(delivery.setAside).toBe(1)
    expect(resend(delivery, keys(1, 2), 1e6)).toEqual([2])
    forget(delivery, 1)
    expect(delivery.setAside).toBe(0)
  })

  it('sets nothing aside because the server is away', () => {
    const delivery = online()
    expect(tryOften(delivery, 100, false)).toBe(100)
    expect(delivery.setAside).toBe(0)
  })

  it('does not count a try that a lost connection cut short', () => {
    const delivery = online()
    for (let round = 0; round < 50; round++) {
      expect(resend(delivery, keys(1), round)).toHaveLength(1)
      delivery.disconnected()
      delivery.connected()
      delivery.snapshotSent()
      meet(delivery)
      delivery.confirmed(confirm({ seqs: [[900, 900]] }))
    }
    expect(delivery.setAside).toBe(0)
  })

  it('does not count a try that the disk did not give the batch for', () => {
    const delivery = online()
    for (let round = 0; round < 50; round++) {
      for (const key of delivery.takeResends(keys(1), round * RETRANSMIT_MS)) delivery.notSent(key)
      delivery.confirmed(confirm({ seqs: [[900, 900]] }))
    }
    expect(delivery.setAside).toBe(0)
    expect(resend(delivery, keys(1), 1e9)).toEqual([1])
  })

  it('counts what the server refused', () => {
    const delivery = online()
    delivery.confirmed(confirm({ refused: [{ seq: 1, count: 3, code: 'READING_INVALID' }] }))
    delivery.confirmed(confirm({ refused: [{ seq: 2, count: 4, code: 'SENSOR_UNKNOWN' }] }))
    expect(delivery.refusedReadings).toBe(7)
  })
})

import { describe, expect, it } from 'vitest'
import type { Confirm } from '../../contracts/wire.ts'
import { Delivery, MOST_TRIES, RETRANSMIT_MS, STUCK_MS } from '../../gateway/delivery/delivery.ts'
import type { BatchKey } from '../../gateway/delivery/outbox.ts'

const keys = (...seqs: number[]): BatchKey[] => seqs.map((seq) => ({ epoch: 'e', seq }))
const seqs = (list: readonly BatchKey[]) => list.map(({ seq }) => seq)
const confirm = (given: Partial<Confirm> = {}): Confirm => ({ epoch: 'e', seqs: [], time: 0, ...given })

/** Connected, and past its first snapshot. */
function online(): Delivery {
  const delivery = new Delivery()
  delivery.connected()
  delivery.snapshotSent()
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
    delivery.forget(keys(1))
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
    expect(delivery.takeResends(keys(1, 2), 0)).toEqual([])
    delivery.connected()
    expect(delivery.takeResends(keys(1, 2), 0)).toEqual([])
    delivery.snapshotSent()
    expect(seqs(delivery.takeResends(keys(1, 2), 0))).toEqual([1, 2])
  })

  it('holds to a credit of 4 until a confirm says otherwise, oldest first', () => {
    const delivery = online()
    const outbox = keys(1, 2, 3, 4, 5, 6, 7, 8, 9)
    expect(seqs(delivery.takeResends(outbox, 0))).toEqual([1, 2, 3, 4])
    expect(delivery.takeResends(outbox, 1)).toEqual([])
    delivery.confirmed(confirm({ credit: 6 }))
    expect(seqs(delivery.takeResends(outbox, 2))).toEqual([5, 6])
    delivery.forget(keys(1, 3))
    expect(seqs(delivery.takeResends(keys(2, 4, 5, 6, 7, 8, 9), 3))).toEqual([7, 8])
    delivery.confirmed(confirm({ credit: 0 }))
    delivery.forget(keys(2, 4, 5, 6, 7, 8))
    expect(delivery.takeResends(keys(9), 4)).toEqual([])
  })

  it('begins a new connection with the first credit', () => {
    const delivery = online()
    delivery.confirmed(confirm({ credit: 0 }))
    delivery.disconnected()
    delivery.connected()
    delivery.snapshotSent()
    expect(delivery.takeResends(keys(1, 2, 3, 4, 5), 0)).toHaveLength(4)
  })

  it('waits 10 s for the confirm of a live batch', () => {
    const delivery = online()
    delivery.sentLive({ epoch: 'e', seq: 1 }, 0)
    delivery.liveTaken({ epoch: 'e', seq: 1 })
    expect(delivery.takeResends(keys(1), RETRANSMIT_MS - 1)).toEqual([])
    expect(seqs(delivery.takeResends(keys(1), RETRANSMIT_MS))).toEqual([1])
    expect(delivery.takeResends(keys(1), 2 * RETRANSMIT_MS - 1)).toEqual([])
    expect(seqs(delivery.takeResends(keys(1), 2 * RETRANSMIT_MS))).toEqual([1])
  })

  it('leaves what the client still holds to the client', () => {
    const delivery = online()
    delivery.sentLive({ epoch: 'e', seq: 1 }, 0)
    expect(delivery.takeResends(keys(1), 1_000)).toEqual([])
    // Held for longer, nothing more is handed over at all.
    expect(delivery.takeResends(keys(1, 2), 3_000)).toEqual([])
  })

  it('resends at once after a reconnect', () => {
    const delivery = online()
    delivery.sentLive({ epoch: 'e', seq: 1 }, 0)
    delivery.disconnected()
    delivery.connected()
    delivery.resendAll()
    delivery.snapshotSent()
    expect(seqs(delivery.takeResends(keys(1), 10))).toEqual([1])
  })
})

describe('poison', () => {
  /** Lets tries time out, one after the other, each with or without a confirm of something else. */
  function tryOften(delivery: Delivery, rounds: number, isServerThere: boolean): number {
    let sent = 0
    for (let round = 0; round < rounds; round++) {
      sent += delivery.takeResends(keys(1), round * RETRANSMIT_MS).length
      if (isServerThere) delivery.confirmed(confirm({ seqs: [[900, 900]] }))
    }
    return sent
  }

  it('sets a batch aside after 20 tries that others were confirmed in', () => {
    const delivery = online()
    expect(tryOften(delivery, 40, true)).toBe(MOST_TRIES)
    expect(delivery.setAside).toBe(1)
    expect(seqs(delivery.takeResends(keys(1, 2), 1e6))).toEqual([2])
    delivery.forget(keys(1))
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
      expect(delivery.takeResends(keys(1), round)).toHaveLength(1)
      delivery.disconnected()
      delivery.connected()
      delivery.resendAll()
      delivery.snapshotSent()
      delivery.confirmed(confirm({ seqs: [[900, 900]] }))
    }
    expect(delivery.setAside).toBe(0)
  })

  it('counts what the server refused', () => {
    const delivery = online()
    delivery.confirmed(confirm({ refused: [{ seq: 1, count: 3, code: 'READING_INVALID' }] }))
    delivery.confirmed(confirm({ refused: [{ seq: 2, count: 4, code: 'SENSOR_UNKNOWN' }] }))
    expect(delivery.refusedReadings).toBe(7)
  })
})

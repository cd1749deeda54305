import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { silentLogger } from '../../contracts/logger.ts'
import type { Reading } from '../../contracts/reading.ts'
import type { Batch } from '../../contracts/wire.ts'
import { ClockWatch } from '../../gateway/delivery/clock-watch.ts'
import { RETRANSMIT_MS, STUCK_MS } from '../../gateway/delivery/delivery.ts'
import { Dispatcher } from '../../gateway/delivery/dispatcher.ts'
import { Epoch } from '../../gateway/delivery/epoch.ts'
import { Pending } from '../../gateway/delivery/pending.ts'
import { MemoryOutbox } from '../../gateway/outbox/memory-outbox.ts'
import { Board } from '../../gateway/quality/board.ts'
import { sensor } from './plant.ts'
import { SettableClock } from './settable-clock.ts'

const HEARTBEAT_MS = 2_000

/** A dispatcher in virtual time, with a way out that writes down what it is given. */
function begin(bounds = { maxBytes: 1e6, maxAgeMs: 1e9 }) {
  const clock = new SettableClock()
  const epoch = new Epoch({ clock, randomId: () => 'e' })
  const board = new Board([sensor({ id: 'A' }), sensor({ id: 'B' })])
  const pending = new Pending(epoch)
  const clockWatch = new ClockWatch({ epoch, timeService: async () => undefined })
  const outbox = new MemoryOutbox({
    ...bounds,
    clock,
    events: {
      onGone: (gone, ranges) => dispatcher.delivery.forget(gone, ranges),
      underWay: () => dispatcher.delivery.underWay(),
    },
  })
  const sent: { channel: string; batch: Batch; bytes: Buffer; taken: (() => void) | undefined }[] = []
  const reconnects: number[] = []
  const errors: string[] = []
  const lanes = {
    publish: (channel: string, bytes: Buffer, taken?: () => void) => {
      sent.push({ channel, batch: JSON.parse(bytes.toString()), bytes, taken })
    },
    birth: () => undefined,
    reconnect: () => {
      reconnects.push(clock.monotonic())
    },
  }
  const dispatcher: Dispatcher = new Dispatcher({
    board,
    epoch,
    pending,
    clockWatch,
    outbox,
    lanes,
    heartbeatMs: HEARTBEAT_MS,
    clock,
    logger: { ...silentLogger, error: (_fields, message) => void errors.push(message) },
  })
  dispatcher.start()
  const pass = (ms: number) => {
    for (let passed = 0; passed < ms; passed += 5) {
      clock.advance(5)
      vi.advanceTimersByTime(5)
    }
  }
  const sample = (id: string, value: number) => {
    const reading: Reading = { sensor: id, time: epoch.stamp(id, epoch.now()), value, quality: 'good' }
    if (board.take(reading)) dispatcher.add(reading)
  }
  const summary = () =>
    sent.map(({ channel, batch }) => `${channel} ${batch.seq}${batch.snapshot ? ' snapshot' : ''}`)
  const takeAll = () => {
    for (const each of sent) each.taken?.()
  }
  return { dispatcher, outbox, sent, reconnects, errors, pass, sample, summary, takeAll }
}

describe('Dispatcher', () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })

  afterEach(() => {
    vi.useRealTimers()
  })

  it('waits with its first snapshot until every sensor was sampled', () => {
    const { dispatcher, pass, sample, summary } = begin()
    dispatcher.online()
    sample('A', 1)
    pass(500)
    expect(summary()).toEqual([])
    sample('B', 1)
    pass(60)
    expect(summary()).toEqual(['readings 1 snapshot'])
  })

  it('waits no longer than a heartbeat', () => {
    const { dispatcher, pass, sample, sent, summary } = begin()
    dispatcher.online()
    sample('A', 1)
    pass(HEARTBEAT_MS + 100)
    expect(summary()).toEqual(['readings 1 snapshot'])
    expect(sent[0]?.batch.readings).toHaveLength(1)
  })

  it('lets blocks of one poll share a batch, and keeps none waiting for more than 50 ms', () => {
    const { dispatcher, pass, sample, sent, takeAll } = begin()
    dispatcher.online()
    sample('A', 1)
    sample('B', 1)
    pass(60)
    takeAll()
    sample('A', 2)
    pass(20)
    sample('B', 2)
    dispatcher.pollEnded('d', 5)
    pass(10)
    expect(sent[1]?.batch).toMatchObject({ readings: [{ sensor: 'A' }, { sensor: 'B' }], polled: { d: 5 } })
    sample('A', 3)
    pass(45)
    expect(sent).toHaveLength(2)
    pass(5)
    expect(sent).toHaveLength(3)
  })

  it('hands nothing to a client that is stuck, and closes the hole with a snapshot', () => {
    const { dispatcher, outbox, pass, sample, summary, takeAll } = begin()
    sample('A', 1)
    sample('B', 1)
    pass(1_100)
    dispatcher.online()
    pass(10)
    expect(summary()).toEqual(['readings 2 snapshot'])
    pass(2_000)
    expect(summary()).toEqual(['readings 2 snapshot', 'readings 3'])
    sample('A', 2)
    pass(3_000)
    expect(summary()).toHaveLength(2)
    expect(outbox.stats().batches).toBe(4)
    takeAll()
    pass(200)
    expect(summary().slice(2)).toEqual(['readings 5 snapshot', 'backlog 1'])
    // Nothing comes before a live batch that may still be confirmed.
    dispatcher.confirm({ epoch: 'e', seqs: [[1, 3]], time: 0 })
    expect(summary().slice(4)).toEqual(['backlog 4'])
  })

  it('heeds a request for a snapshot at once, and a flood of them once a second', () => {
    const { dispatcher, pass, sample, summary, takeAll, sent } = begin()
    const snapshots = () => sent.filter(({ batch }) => batch.snapshot === true)
    dispatcher.online()
    sample('A', 1)
    sample('B', 1)
    pass(1_500)
    takeAll()
    expect(snapshots()).toHaveLength(1)
    dispatcher.confirm({ epoch: 'e', seqs: [], snapshot: true, time: 0 })
    pass(10)
    expect(summary().at(-1)).toBe('readings 2 snapshot')
    for (let value = 2; value < 62; value++) {
      dispatcher.confirm({ epoch: 'e', seqs: [], snapshot: true, time: 0 })
      sample('A', value)
      dispatcher.pollEnded('d', value)
      pass(50)
      takeAll()
    }
    expect(snapshots().length).toBeGreaterThanOrEqual(4)
    expect(snapshots().length).toBeLessThanOrEqual(5)
    // Nothing live waits for it meanwhile.
    expect(sent.length).toBeGreaterThan(60)
  })

  it('asks for a new connection when the broker lives and takes nothing', () => {
    const { dispatcher, pass, sample, reconnects, takeAll } = begin()
    dispatcher.online()
    sample('A', 1)
    sample('B', 1)
    pass(10)
    takeAll()
    pass(STUCK_MS)
    expect(reconnects).toEqual([])
    pass(HEARTBEAT_MS + 200)
    expect(reconnects).not.toEqual([])
  })

  it('loses no count of what it lost, and tells it in the first live batch it can', () => {
    const { dispatcher, outbox, pass, sample, sent } = begin({ maxBytes: 2_500, maxAgeMs: 1e9 })
    for (let value = 0; value < 30; value++) {
      sample('A', value)
      if (value % 3 === 0) sample('B', value)
      pass(1_100)
    }
    const { evictedReadings } = outbox.stats()
    expect(evictedReadings).toBeGreaterThan(20)
    // Nobody hears it yet: it grows in one entry.
    const kept = [...outbox.keys()].map((key): Batch => JSON.parse(String(outbox.payload(key))))
    expect(kept.flatMap((batch) => batch.gaps ?? [])).toEqual([])
    dispatcher.online()
    pass(HEARTBEAT_MS + 100)
    const [first] = sent
    expect(first?.batch).toMatchObject({ snapshot: true, gaps: [{ count: evictedReadings, reason: 'full' }] })
    const [lost] = first?.batch.gaps ?? []
    expect(lost?.seqs).toEqual([[1, (kept[0]?.seq ?? 0) - 1]])
  })

  it('resends the same bytes after 10 s without a confirm', () => {
    const { dispatcher, pass, sample, sent, takeAll } = begin()
    dispatcher.online()
    sample('A', 1)
    sample('B', 1)
    pass(60)
    for (let passed = 0; passed <= RETRANSMIT_MS; passed += 1_000) {
      takeAll()
      pass(1_000)
    }
    const again = sent.find(({ channel }) => channel === 'backlog')
    expect(again?.bytes.equals(sent[0]?.bytes ?? Buffer.alloc(0))).toBe(true)
    dispatcher.confirm({ epoch: 'e', seqs: [[1, 1e9]], time: 0 })
    const before = sent.length
    pass(100)
    expect(sent.slice(before).filter(({ channel }) => channel === 'backlog')).toEqual([])
  })

  it('sets a batch aside that no try gets confirmed, tells it, and goes on with the others', () => {
    const { dispatcher, pass, sample, sent, takeAll, errors } = begin()
    dispatcher.online()
    sample('A', 1)
    sample('B', 1)
    pass(60)
    const poison = sent[0]?.batch.seq ?? 0
    // Twenty tries of ten seconds, in each of which the server confirms everything else.
    for (let second = 0; second < 21 * 10 + 5; second++) {
      takeAll()
      pass(1_000)
      for (const { batch } of sent.splice(0)) {
        if (batch.seq !== poison) dispatcher.confirm({ epoch: 'e', seqs: [[batch.seq, batch.seq]], time: 0 })
      }
    }
    expect(dispatcher.delivery.setAside).toBe(1)
    expect(errors).toEqual(['batches that no try could get confirmed are set aside'])
    sample('A', 2)
    pass(60)
    expect(sent.map(({ channel, batch }) => [channel, batch.seq === poison])).not.toContainEqual([
      'backlog',
      true,
    ])
    expect(sent.at(-1)?.batch.readings).toMatchObject([{ sensor: 'A', value: 2 }])
  })

  it('says in every batch how its clock stands to that of the server', () => {
    const { dispatcher, pass, sample, sent, takeAll } = begin()
    dispatcher.online()
    sample('A', 1)
    sample('B', 1)
    pass(60)
    takeAll()
    expect(sent[0]?.batch.clock).toEqual({ drift: 0, steps: 0 })
    pass(40)
    // Half of the 100 ms is the way there, half the way back.
    const time = (sent[0]?.batch.sent ?? 0) + 50 + 7_000
    dispatcher.confirm({ epoch: 'e', seqs: [[1, 1]], time })
    sample('A', 2)
    pass(60)
    const { skew = 0 } = sent[1]?.batch.clock ?? {}
    expect(Math.abs(skew - 7_000)).toBeLessThanOrEqual(30)
  })

  it('counts the readings of its epoch in every batch', () => {
    const { dispatcher, pass, sample, sent } = begin()
    dispatcher.online()
    sample('A', 1)
    sample('B', 1)
    pass(60)
    sample('A', 2)
    pass(60)
    expect(sent.map(({ batch }) => batch.total)).toEqual([2, 3])
  })

  it('keeps what is pending when it stops offline', () => {
    const { dispatcher, outbox, sample, sent } = begin()
    sample('A', 1)
    dispatcher.stop()
    expect(outbox.stats()).toMatchObject({ batches: 1, readings: 1 })
    expect(sent).toEqual([])
  })
})

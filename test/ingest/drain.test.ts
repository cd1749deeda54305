import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { systemClock } from '../../contracts/clock.ts'
import { CodedError, type ErrorCode } from '../../contracts/errors.ts'
import { Drain, type DrainOptions } from '../../ingest/drain/drain.ts'
import { Retries, retryDelays } from '../../ingest/drain/retry-delays.ts'
import { StoreBusy } from '../../ingest/store/store-busy.ts'
import { FakeLog, Heard, type Outcome, partOf, ScriptedStore } from './drain-scene.ts'

const away = new CodedError('STORE_UNREACHABLE', 'connect ECONNREFUSED')

let log: FakeLog
let heard: Heard
let drain: Drain
let ended: Promise<void>

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 })
  log = new FakeLog()
  heard = new Heard()
})
afterEach(async () => {
  log.close()
  const closed = drain.close()
  await vi.advanceTimersByTimeAsync(5_000)
  await closed
  vi.useRealTimers()
})

function begin(store: ScriptedStore, options: Partial<DrainOptions> = {}): void {
  drain = new Drain({
    source: log,
    store,
    onWritten: () => undefined,
    limits: { points: 100, ageMs: 1_000 },
    events: heard,
    clock: systemClock,
    random: () => 0,
    ...options,
  })
  ended = drain.run()
}

const lasts = () => heard.progress.map(({ last }) => last)

describe('groups', () => {
  it('go at once when they are full, over several parts', async () => {
    const store = new ScriptedStore()
    begin(store)
    log.append(partOf(1, 40), partOf(2, 40), partOf(3, 40), partOf(4, 40))
    await vi.advanceTimersByTimeAsync(0)
    expect(store.writes).toEqual([120])
    expect(log.asked).toEqual([100, 60, 20, 100, 60])
    expect(heard.progress).toMatchObject([{ last: 3, points: 120, stored: 1_000_000 }])
    expect(heard.progress[0]?.batches.map(({ sent }) => sent)).toEqual([1, 2, 3])
  })

  it('go when their first part has waited long enough', async () => {
    const store = new ScriptedStore()
    begin(store)
    log.append(partOf(1, 3))
    await vi.advanceTimersByTimeAsync(600)
    log.append(partOf(2, 3))
    await vi.advanceTimersByTimeAsync(399)
    expect(store.writes).toEqual([])
    await vi.advanceTimersByTimeAsync(1)
    expect(store.writes).toEqual([6])
    expect(lasts()).toEqual([2])
    // What was asked for and had not come is the first of the next group.
    await vi.advanceTimersByTimeAsync(10_000)
    log.append(partOf(3, 1))
    await vi.advanceTimersByTimeAsync(1_000)
    expect(store.writes).toEqual([6, 1])
    expect(lasts()).toEqual([2, 3])
  })

  it('are written to the last when the log is closed', async () => {
    const store = new ScriptedStore()
    begin(store)
    log.append(partOf(1, 3))
    log.close()
    await ended
    expect(lasts()).toEqual([1])
  })
})

describe('order', () => {
  it('as many writes as the store takes at once, and progress in order of the log', async () => {
    const store = new ScriptedStore(3)
    store.always = 'hangs'
    begin(store)
    log.append(...[1, 2, 3, 4].map((last) => partOf(last, 100)))
    await vi.advanceTimersByTimeAsync(0)
    expect(store.underWay).toBe(3)
    store.release(2)
    store.release(1)
    await vi.advanceTimersByTimeAsync(0)
    expect(lasts()).toEqual([])
    // A write counts until it is reported: the fourth waits.
    expect(store.writes.length).toBe(3)
    store.release(0)
    await vi.advanceTimersByTimeAsync(0)
    expect(lasts()).toEqual([1, 2, 3])
    store.release()
    await vi.advanceTimersByTimeAsync(0)
    expect(lasts()).toEqual([1, 2, 3, 4])
    expect(store.mostUnderWay).toBe(3)
  })

  it('asks the log for no more while the store is away: memory is bounded', async () => {
    const store = new ScriptedStore(2)
    store.always = away
    begin(store)
    log.append(...Array.from({ length: 50 }, (_, n) => partOf(n + 1, 100)))
    await vi.advanceTimersByTimeAsync(3_600_000)
    expect(log.asked.length).toBe(2)
    store.always = 'works'
    await vi.advanceTimersByTimeAsync(10_000)
    expect(lasts()).toEqual(Array.from({ length: 50 }, (_, n) => n + 1))
    expect([...store.kept.values()].every((times) => times === 1)).toBe(true)
    expect(store.kept.size).toBe(5_000)
  })

  it('holds for any outcome of any write', async () => {
    const outcomes: Outcome[] = ['works', 'works', away, new StoreBusy('wait', 100)]
    const outcome = fc.constantFrom(...outcomes)
    await fc.assert(
      fc.asyncProperty(
        fc.array(outcome, { maxLength: 30 }),
        fc.integer({ min: 1, max: 3 }),
        fc.array(fc.integer({ min: 1, max: 130 }), { maxLength: 12 }),
        async (script, concurrency, sizes) => {
          log = new FakeLog()
          heard = new Heard()
          const store = new ScriptedStore(concurrency)
          store.script.push(...script)
          begin(store)
          const parts = sizes.map((size, n) => partOf(n + 1, size))
          log.append(...parts)
          log.close()
          await vi.advanceTimersByTimeAsync(600_000)
          await ended
          expect(lasts()).toEqual([...lasts()].sort((a, b) => a - b))
          expect(lasts().at(-1)).toBe(sizes.length === 0 ? undefined : sizes.length)
          const values = parts.flatMap(({ points }) => points.map(({ reading }) => reading.value))
          expect([...store.kept.keys()].sort()).toEqual(values.sort())
          expect(heard.progress.reduce((sum, { points }) => sum + points, 0)).toBe(values.length)
          if (heard.states.length > 0) expect(heard.states.at(-1)).toEqual({ isWorking: true })
        },
      ),
      { numRuns: 100 },
    )
  })
})

describe('trouble', () => {
  it('is tried again for ever, told once, and so is its end', async () => {
    const store = new ScriptedStore(2)
    store.always = away
    begin(store)
    log.append(partOf(1, 100), partOf(2, 100))
    await vi.advanceTimersByTimeAsync(60_000)
    expect(heard.order).toEqual(['failing STORE_UNREACHABLE'])
    expect(heard.states).toEqual([
      { isWorking: false, code: 'STORE_UNREACHABLE', detail: 'connect ECONNREFUSED' },
    ])
    store.always = new CodedError('STORE_UNAUTHORIZED', '401')
    await vi.advanceTimersByTimeAsync(60_000)
    store.always = 'works'
    await vi.advanceTimersByTimeAsync(30_000)
    const [failing, other, ...rest] = heard.order
    expect([failing, other]).toEqual(['failing STORE_UNREACHABLE', 'failing STORE_UNAUTHORIZED'])
    expect(rest.filter((told) => told === 'working')).toEqual(['working'])
    expect(lasts()).toEqual([1, 2])
  })

  it('of one of two writes is not over because the other goes through', async () => {
    const store = new ScriptedStore(2)
    store.script.push(away, 'works', away, 'works')
    begin(store)
    log.append(partOf(1, 100), partOf(2, 100))
    await vi.advanceTimersByTimeAsync(100)
    expect(heard.order).toEqual(['failing STORE_UNREACHABLE'])
    await vi.advanceTimersByTimeAsync(10_000)
    expect(heard.order).toEqual(['failing STORE_UNREACHABLE', 'working', 'progress 1', 'progress 2'])
  })

  it('waits as long as a busy store asks for', async () => {
    const store = new ScriptedStore()
    store.script.push(new StoreBusy('503', 7_000))
    begin(store)
    log.append(partOf(1, 100))
    await vi.advanceTimersByTimeAsync(6_999)
    expect(store.writes.length).toBe(1)
    await vi.advanceTimersByTimeAsync(1)
    expect(store.writes.length).toBe(2)
  })

  it('that nobody foresaw is one too, and passes nothing over', async () => {
    const store = new ScriptedStore()
    store.script.push(new TypeError('x is not a function'))
    begin(store)
    log.append(partOf(1, 100))
    await vi.advanceTimersByTimeAsync(5_000)
    expect(heard.order).toEqual(['failing INTERNAL', 'working', 'progress 1'])
  })

  it('to note what was written holds progress back', async () => {
    const store = new ScriptedStore()
    let notes = 0
    begin(store, {
      onWritten: () => {
        notes += 1
        if (notes < 3) throw new CodedError('DATA_UNWRITABLE', 'disk full')
      },
    })
    log.append(partOf(1, 100))
    await vi.advanceTimersByTimeAsync(5_000)
    expect(heard.order).toEqual(['failing DATA_UNWRITABLE', 'working', 'progress 1'])
    expect(notes).toBe(3)
  })

  it('refused points are told before the progress that they belong to', async () => {
    const store = new ScriptedStore()
    store.refuses = ({ reading }) => reading.value === 1_007
    begin(store)
    log.append(partOf(1, 100))
    await vi.advanceTimersByTimeAsync(0)
    expect(heard.order).toEqual(['working', 'refused 1', 'progress 1'])
    expect(heard.refused).toMatchObject([{ point: { reading: { value: 1_007 } }, detail: 'never' }])
  })
})

describe('closing', () => {
  it('reports nothing behind a write that did not go through', async () => {
    const store = new ScriptedStore(2)
    store.script.push(away, 'works')
    begin(store)
    log.append(partOf(1, 100), partOf(2, 100))
    await vi.advanceTimersByTimeAsync(10)
    log.close()
    await drain.close()
    expect(heard.progress).toEqual([])
    await ended
    expect(heard.progress).toEqual([])
  })

  it('waits a little for a write that hangs, and no longer', async () => {
    const store = new ScriptedStore()
    store.always = 'hangs'
    begin(store)
    log.append(partOf(1, 100))
    await vi.advanceTimersByTimeAsync(10)
    log.close()
    let isClosed = false
    const closed = drain.close().then(() => {
      isClosed = true
    })
    await vi.advanceTimersByTimeAsync(2_999)
    expect(isClosed).toBe(false)
    await vi.advanceTimersByTimeAsync(1)
    await closed
    expect(heard.progress).toEqual([])
  })

  it('lets a write that is nearly done be reported', async () => {
    const store = new ScriptedStore()
    store.always = 'hangs'
    begin(store)
    log.append(partOf(1, 100))
    await vi.advanceTimersByTimeAsync(10)
    log.close()
    const closed = drain.close()
    store.release()
    await closed
    expect(lasts()).toEqual([1])
  })
})

describe('delays', () => {
  it('double up to the longest, and lose up to half by chance', () => {
    const first = (random: number) =>
      retryDelays({ firstMs: 250, longestMs: 10_000 }, () => random)
        .take(8)
        .toArray()
    expect(first(0)).toEqual([250, 500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000])
    expect(first(0.999_999)).toEqual([125, 250, 500, 1_000, 2_000, 4_000, 5_000, 5_000])
  })

  it.each<[ErrorCode, number]>([
    ['STORE_UNREACHABLE', 250],
    ['STORE_BUSY', 250],
    ['DATA_UNWRITABLE', 250],
    ['STORE_UNAUTHORIZED', 1_000],
    ['STORE_MISSING', 1_000],
    ['DATA_DAMAGED', 1_000],
    ['INTERNAL', 1_000],
  ])('begin for %s with %d ms, and anew when the trouble changes', (code, ms) => {
    const retries = new Retries(() => 0)
    const error = new CodedError(code, '')
    expect([retries.after(error), retries.after(error)]).toEqual([ms, 2 * ms])
    const other = new CodedError(ms === 250 ? 'STORE_MISSING' : 'STORE_UNREACHABLE', '')
    retries.after(other)
    expect(retries.after(error)).toBe(ms)
  })

  it('of a busy store have an end', () => {
    const retries = new Retries(() => 0.5)
    expect(retries.after(new StoreBusy('', 10_000))).toBe(10_500)
    expect(retries.after(new StoreBusy('', 1e12))).toBe(600_000)
    expect(retries.after(new StoreBusy('', undefined))).toBe(188)
  })
})

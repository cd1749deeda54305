import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { systemClock } from '../../contracts/clock.ts'
import { CodedError } from '../../contracts/errors.ts'
import type { RollUpSpan } from '../../contracts/store.ts'
import { DirtyMinutes, type MinuteSpan } from '../../ingest/drain/dirty-minutes.ts'
import { ROLL_UP_EVERY_MS, Upkeep, type UpkeepNews } from '../../ingest/drain/upkeep.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { good, pointsOf } from './store-points.ts'

const MINUTE = 60_000
const at = (...minutes: number[]) => pointsOf(minutes.map((minute) => good(minute * MINUTE + 5, 1)))
const span = (from: number, to: number, isOwn = true): MinuteSpan => ({
  from: from * MINUTE,
  to: to * MINUTE,
  isOwn,
})
/** Of an earlier run: the store object knows nothing of it. */
const old = (from: number, to: number) => span(from, to, false)

let files = 0
const folder = temporaryFolder()
function newFile(): string {
  files += 1
  return join(folder, `minutes-${files}.json`)
}

function loaded(path: string): DirtyMinutes {
  const dirty = new DirtyMinutes(path)
  dirty.load()
  return dirty
}

describe('minutes that are not rolled up', () => {
  it('come in spans, the oldest first, none too long', () => {
    const dirty = new DirtyMinutes(undefined)
    dirty.mark(at(7, 3, 2, 4, 7, 20, 1))
    expect(dirty.take(3)).toEqual([span(1, 4), span(4, 5), span(7, 8), span(20, 21)])
    expect(dirty.take(3)).toEqual([])
  })

  it('are known to the next start, those that were being rolled up too', () => {
    const path = newFile()
    const dirty = loaded(path)
    dirty.mark(at(1, 2))
    expect(loaded(path).take(9)).toEqual([old(1, 3)])
    dirty.take(9)
    dirty.mark(at(5))
    expect(loaded(path).take(9)).toEqual([old(1, 3), old(5, 6)])
    dirty.done(span(1, 3))
    dirty.mark(at(6))
    expect(loaded(path).take(9)).toEqual([old(5, 7)])
  })

  it('are in the file before mark has returned, and written there once', () => {
    const path = newFile()
    const dirty = loaded(path)
    dirty.mark(at(1))
    const text = readFileSync(path, 'utf8')
    writeFileSync(path, 'untouched')
    dirty.mark(at(1, 1))
    dirty.take(9)
    dirty.done(span(1, 2))
    // The file still has it: a needless roll-up costs less than a write.
    dirty.mark(at(1))
    expect(readFileSync(path, 'utf8')).toBe('untouched')
    expect(text).toBe('{"minutes":[[60000,120000]]}')
  })

  it('that were put back are taken again', () => {
    const path = newFile()
    const dirty = loaded(path)
    dirty.mark(at(1, 2))
    const [taken] = dirty.take(9)
    if (taken !== undefined) dirty.putBack(taken)
    dirty.mark(at(9))
    expect(loaded(path).take(9)).toEqual([old(1, 3), old(9, 10)])
    expect(dirty.take(9)).toEqual([span(1, 3), span(9, 10)])
  })

  it('of an earlier run stay so until they are done, whatever comes to them meanwhile', () => {
    const path = newFile()
    loaded(path).mark(at(1, 2))
    const dirty = loaded(path)
    dirty.mark(at(2, 3))
    expect(dirty.take(9)).toEqual([old(1, 3), span(3, 4)])
    dirty.mark(at(2))
    dirty.putBack(old(1, 3))
    expect(dirty.take(9)).toEqual([old(1, 3)])
    dirty.done(old(1, 3))
    dirty.mark(at(1))
    expect(dirty.take(9)).toEqual([span(1, 2)])
  })

  it('that cannot be kept are an error', () => {
    const dirty = new DirtyMinutes(join(folder, 'none', 'minutes.json'))
    dirty.load()
    expect(() => dirty.mark(at(1))).toThrow(expect.objectContaining({ code: 'DATA_UNWRITABLE' }))
  })

  it.each(['', 'no json', '{}', '{"minutes":[[1,2]]}', '{"minutes":[[0,1e15]]}', '{"minutes":[7]}'])(
    'of a damaged file are said to be: %s',
    (text) => {
      const path = newFile()
      writeFileSync(path, text)
      const dirty = new DirtyMinutes(path)
      expect(() => dirty.load()).toThrow(expect.objectContaining({ code: 'DATA_DAMAGED' }))
      dirty.mark(at(1))
      expect(loaded(path).take(9)).toEqual([old(1, 2)])
    },
  )

  it('in a folder instead of a file are damaged too', () => {
    const path = newFile()
    mkdirSync(path)
    expect(() => loaded(path)).toThrow(expect.objectContaining({ code: 'DATA_DAMAGED' }))
    expect(existsSync(path)).toBe(true)
  })
})

describe('upkeep', () => {
  const NOW = Date.UTC(2026, 10, 21)
  const day = 86_400_000
  let dirty: DirtyMinutes
  let rolled: RollUpSpan[]
  let pruned: { raw: number; rollUps: number }[]
  let news: UpkeepNews[]
  let fails: (span: RollUpSpan) => CodedError | undefined
  let rows: number[]
  let upkeep: Upkeep

  beforeEach(() => {
    vi.useFakeTimers({ now: NOW })
    ;[rolled, pruned, news, rows] = [[], [], [], []]
    fails = () => undefined
    dirty = new DirtyMinutes(undefined)
    upkeep = new Upkeep({
      store: {
        rollUp: async (one) => {
          const error = fails(one)
          if (error !== undefined) throw error
          rolled.push(one)
        },
        prune: async (before) => {
          pruned.push(before)
          return rows.shift() ?? 0
        },
      },
      dirty,
      retentionMs: 400 * day,
      rollUpRetentionMs: 1_100 * day,
      clock: systemClock,
      onNews: (one) => news.push(one),
    })
    upkeep.start()
  })
  afterEach(async () => {
    await upkeep.close()
    vi.useRealTimers()
  })

  const minutePasses = () => vi.advanceTimersByTimeAsync(ROLL_UP_EVERY_MS + 500)

  it('rolls up what was written, about once a minute', async () => {
    dirty.mark(at(1, 2, 50))
    await minutePasses()
    expect(rolled).toEqual([span(1, 3), span(50, 51)])
    await minutePasses()
    expect(rolled.length).toBe(2)
    dirty.mark(at(2))
    await minutePasses()
    expect(rolled.at(-1)).toEqual(span(2, 3))
    expect(news).toEqual([])
  })

  it('tries again what failed, and says so once', async () => {
    fails = () => new CodedError('STORE_UNREACHABLE', 'gone')
    dirty.mark(at(1, 50))
    for (let n = 0; n < 3; n += 1) await minutePasses()
    expect(news).toEqual([{ code: 'STORE_UNREACHABLE', detail: 'gone' }])
    fails = () => undefined
    await minutePasses()
    expect(rolled).toEqual([span(1, 2), span(50, 51)])
  })

  it('is not held up by a minute that the store will never take', async () => {
    fails = ({ from }) => (from === MINUTE ? new CodedError('STORE_REFUSED', 'a type conflict') : undefined)
    dirty.mark(at(1, 50))
    await minutePasses()
    await minutePasses()
    expect(rolled).toEqual([span(50, 51)])
    expect(news).toEqual([{ code: 'STORE_REFUSED', detail: 'a type conflict' }])
  })

  it('drops what is past its retention, slice by slice, every hour', async () => {
    rows = [20_000, 500, 0]
    await minutePasses()
    expect(pruned.length).toBe(3)
    expect(NOW - (pruned[0]?.raw ?? 0)).toBeLessThanOrEqual(400 * day)
    expect((pruned[0]?.raw ?? 0) - (pruned[0]?.rollUps ?? 0)).toBe(700 * day)
    expect(news).toEqual([{ dropped: 20_500 }])
    await vi.advanceTimersByTimeAsync(3_500_000)
    expect(pruned.length).toBe(3)
    await vi.advanceTimersByTimeAsync(200_000)
    expect(pruned.length).toBe(4)
    expect(news.length).toBe(1)
  })
})

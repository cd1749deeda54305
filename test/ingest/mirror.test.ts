import { HttpError } from '@influxdata/influxdb-client'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { systemClock } from '../../contracts/clock.ts'
import { MIRROR_WAITING, Mirror } from '../../ingest/drain/mirror.ts'
import { parseLines } from './line-protocol-parser.ts'
import { good, pointsOf } from './store-points.ts'

let got: string[]
let answers: () => Promise<void>
let mirror: Mirror

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 })
  got = []
  answers = async () => undefined
  mirror = new Mirror({
    send: async (path, lines) => {
      await answers()
      got.push(path, lines)
    },
    clock: systemClock,
    random: () => 0,
  })
})
afterEach(async () => {
  await mirror.close()
  vi.useRealTimers()
})

const many = (count: number) => pointsOf(Array.from({ length: count }, (_, n) => good(n, n)))
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms)

describe('mirror', () => {
  it('gets numbers of every reading', async () => {
    mirror.offer(pointsOf([good(7, 12.5), { sensor: 'GT-101', time: 8, quality: 'bad', reason: 'crc' }]))
    await pass(0)
    expect(got[0]).toBe('/write?precision=ms')
    expect(parseLines(got[1] ?? '').map(({ fields, time }) => [fields, time])).toEqual([
      [{ value: 12.5, quality: 192n }, '7'],
      [{ quality: 0n }, '8'],
    ])
    expect(mirror.counts).toEqual({ sent: 2, dropped: 0 })
  })

  it('that is away gets what waited for it, the oldest dropped and counted', async () => {
    let isAway = true
    answers = async () => {
      if (isAway) throw new Error('connect ECONNREFUSED')
    }
    const group = many(5_000)
    for (let n = 0; n < MIRROR_WAITING / 5_000 + 4; n += 1) {
      mirror.offer(group)
      await pass(0)
    }
    // One is being tried, and so many wait.
    expect(mirror.counts).toEqual({ sent: 0, dropped: 15_000 })
    isAway = false
    await pass(60_000)
    expect(mirror.counts).toEqual({ sent: MIRROR_WAITING + 5_000, dropped: 15_000 })
  })

  it('that will not take something goes on with the next', async () => {
    let times = 0
    answers = async () => {
      times += 1
      if (times === 1) throw new HttpError(400, 'Bad Request', 'cannot parse')
    }
    mirror.offer(many(3))
    mirror.offer(many(2))
    await pass(0)
    expect(mirror.counts).toEqual({ sent: 2, dropped: 3 })
  })

  it('that hangs holds nobody back, and not its end either', async () => {
    answers = () => new Promise(() => undefined)
    mirror.offer(many(3))
    mirror.offer(many(2))
    await mirror.close()
    mirror.offer(many(1))
    expect(mirror.counts).toEqual({ sent: 0, dropped: 2 })
  })
})

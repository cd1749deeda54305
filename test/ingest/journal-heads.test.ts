import { beforeEach, describe, expect, it, vi } from 'vitest'
import { CodedError } from '../../contracts/errors.ts'
import { type Logger, silentLogger } from '../../contracts/logger.ts'
import type { StatusPoint } from '../../contracts/store.ts'
import type { JournalHead } from '../../contracts/wire.ts'
import { Jobs } from '../../ingest/jobs.ts'
import { JournalHeads } from '../../ingest/status/journal-heads.ts'

/** A server whose journals stand at `ns`. */
class HeadScene {
  readonly ns = new Map([
    ['plant', 0],
    ['other', 0],
  ])
  readonly said: string[] = []
  readonly points: StatusPoint[] = []
  store: 'works' | 'away' | 'refuses' = 'works'
  now = 0
  readonly heads: JournalHeads

  constructor() {
    const logger: Logger = {
      ...silentLogger,
      info: (fields) => void this.said.push(`log ${JSON.stringify(fields)}`),
      warn: (fields) => void this.said.push(`warning ${JSON.stringify(fields)}`),
    }
    const link = (facility: string) => ({
      journal: (head: JournalHead) => void this.said.push(`mqtt ${facility} ${JSON.stringify(head)}`),
    })
    this.heads = new JournalHeads({
      states: {
        publishedHeads: async (facilities, time) =>
          facilities.map((facility) => {
            const n = this.ns.get(facility) ?? 0
            return { facility, head: `${n}:ab`, n, time }
          }),
      },
      links: new Map([...this.ns.keys()].map((facility) => [facility, link(facility)])),
      drain: {
        writeStatus: async (points) => {
          if (this.store === 'away') throw new CodedError('STORE_UNREACHABLE', 'away')
          if (this.store === 'refuses') return [{ detail: 'no' }]
          this.points.push(...points)
          return []
        },
      },
      now: () => this.now,
      logger,
    })
  }

  async publish(): Promise<string[]> {
    this.now += 1
    await this.heads.publish()
    return this.said.splice(0)
  }
}

describe('heads of journals', () => {
  let scene: HeadScene

  beforeEach(() => {
    scene = new HeadScene()
  })

  it('go into the log, to the broker and into the store, when they have moved', async () => {
    expect(await scene.publish()).toEqual([])
    scene.ns.set('plant', 3)
    expect(await scene.publish()).toEqual([
      'log {"facility":"plant","head":"3:ab","n":3,"published":2}',
      'mqtt plant {"head":"3:ab","n":3,"time":2}',
    ])
    expect(scene.points).toEqual([
      { measurement: 'journal', tags: { facility: 'plant' }, fields: { n: 3n, head: '3:ab' }, time: 2 },
    ])
    expect(await scene.publish()).toEqual([])
    scene.ns.set('plant', 4).set('other', 1)
    expect((await scene.publish()).filter((line) => line.startsWith('mqtt'))).toHaveLength(2)
    expect(scene.points).toHaveLength(3)
  })

  it('go to a store that was away once it is back', async () => {
    scene.store = 'away'
    scene.ns.set('plant', 3)
    expect(await scene.publish()).toHaveLength(2)
    scene.store = 'works'
    expect(await scene.publish()).toEqual([])
    expect(scene.points).toMatchObject([{ fields: { n: 3n }, time: 2 }])
  })

  it('that the store refuses are told of, and not tried again', async () => {
    scene.store = 'refuses'
    scene.ns.set('plant', 3)
    expect(await scene.publish()).toContain('warning {"detail":"no"}')
    expect(await scene.publish()).toEqual([])
  })
})

describe('what is done as the server stops', () => {
  it('is done once, and waited for, but not for long', async () => {
    vi.useFakeTimers()
    const jobs = new Jobs(silentLogger)
    const done: string[] = []
    jobs.every(10, () => void done.push('again'))
    jobs.atStop(async () => void done.push('last'))
    jobs.atStop(() => Promise.reject(new Error('a failure')))
    jobs.atStop(() => new Promise(() => undefined))
    await vi.advanceTimersByTimeAsync(25)
    const stopped = jobs.stop().then(() => done.push('stopped'))
    await vi.advanceTimersByTimeAsync(999)
    expect(done).toEqual(['again', 'again', 'last'])
    await vi.advanceTimersByTimeAsync(1)
    await stopped
    expect(done.at(-1)).toBe('stopped')
    vi.useRealTimers()
  })
})

import { describe, expect, it } from 'vitest'
import { CodedError } from '../../contracts/errors.ts'
import type { Reading } from '../../contracts/reading.ts'
import { MAX_COMMIT, MAX_WAITING, StoreQueue } from '../../ingest/store/store-queue.ts'

/** A store whose writes end when the test says so. */
class HeldStore {
  readonly writes: {
    facility: string
    times: number[]
    resolve: () => void
    reject: (error: Error) => void
  }[] = []
  atOnce = 0

  write(facility: string, readings: readonly Reading[]): Promise<void> {
    this.atOnce += 1
    expect(this.atOnce, 'never two writes at once').toBe(1)
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    this.writes.push({ facility, times: readings.map(({ time }) => time), resolve, reject })
    return promise.finally(() => {
      this.atOnce -= 1
    })
  }
}

function reading(time: number): Reading {
  return { sensor: 'T-1', time, value: 1, quality: 'good' }
}

function many(count: number): Reading[] {
  return Array.from({ length: count }, (_, n) => reading(n))
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve))

function queueOn(store: HeldStore) {
  const states: boolean[] = []
  return { states, queue: new StoreQueue({ store, onState: (isWorking) => states.push(isWorking) }) }
}

describe('store queue', () => {
  it('commits together what arrives together, in order', async () => {
    const store = new HeldStore()
    const { queue } = queueOn(store)
    const done = [queue.write('p', [reading(1), reading(2)]), queue.write('p', [reading(3)])]
    await turn()
    expect(store.writes.map(({ times }) => times)).toEqual([[1, 2, 3]])
    const later = queue.write('p', [reading(4)])
    expect(queue.depth).toBe(4)
    await turn()
    expect(store.writes).toHaveLength(1)
    store.writes[0]?.resolve()
    await Promise.all(done)
    await turn()
    expect(store.writes[1]?.times).toEqual([4])
    store.writes[1]?.resolve()
    await later
    await queue.idle()
    expect(queue.depth).toBe(0)
  })

  it('resolves only when the store has written', async () => {
    const store = new HeldStore()
    const { queue } = queueOn(store)
    let isDone = false
    const done = queue.write('p', [reading(1)]).then(() => {
      isDone = true
    })
    await turn()
    expect(isDone).toBe(false)
    store.writes[0]?.resolve()
    await done
    expect(isDone).toBe(true)
  })

  it('writes facilities apart, in the order of arrival', async () => {
    const store = new HeldStore()
    const { queue } = queueOn(store)
    const done = [
      queue.write('a', [reading(1)]),
      queue.write('b', [reading(2)]),
      queue.write('a', [reading(3)]),
    ]
    for (let n = 0; n < 3; n++) {
      await turn()
      store.writes[n]?.resolve()
    }
    await Promise.all(done)
    expect(store.writes.map(({ facility, times }) => [facility, ...times])).toEqual([
      ['a', 1],
      ['b', 2],
      ['a', 3],
    ])
  })

  it('rejects the group that failed and no other, and tells how every write went', async () => {
    const store = new HeldStore()
    const { queue, states } = queueOn(store)
    const failing = [queue.write('p', [reading(1)]), queue.write('p', [reading(2)])]
    await turn()
    const next = queue.write('p', [reading(3)])
    store.writes[0]?.reject(new CodedError('DATA_UNWRITABLE', 'full'))
    for (const done of failing) await expect(done).rejects.toMatchObject({ code: 'DATA_UNWRITABLE' })
    await turn()
    store.writes[1]?.resolve()
    await next
    const again = queue.write('p', [reading(4)])
    await turn()
    store.writes[2]?.resolve()
    await again
    await queue.idle()
    expect(states).toEqual([false, true, true])
    expect(queue.depth).toBe(0)
  })

  it('confirms nothing while the store fails, not even nothing', async () => {
    const store = new HeldStore()
    const { queue } = queueOn(store)
    await expect(queue.write('p', [])).resolves.toBeUndefined()
    const failing = queue.write('p', [reading(1)])
    await turn()
    store.writes[0]?.reject(new CodedError('DATA_UNWRITABLE', 'full'))
    await expect(failing).rejects.toMatchObject({ code: 'DATA_UNWRITABLE' })
    await expect(queue.write('p', [])).rejects.toMatchObject({ code: 'DATA_UNWRITABLE' })
    const again = queue.write('p', [reading(1)])
    await turn()
    store.writes[1]?.resolve()
    await again
    await expect(queue.write('p', [])).resolves.toBeUndefined()
  })

  it('bounds what waits, and takes more once there is room', async () => {
    const store = new HeldStore()
    const { queue } = queueOn(store)
    const full = queue.write('p', many(MAX_WAITING))
    await expect(queue.write('p', [reading(1)])).rejects.toMatchObject({ code: 'DATA_UNWRITABLE' })
    await expect(queue.write('p', [])).resolves.toBeUndefined()
    await turn()
    store.writes[0]?.resolve()
    await full
    const more = queue.write('p', [reading(1)])
    await turn()
    store.writes[1]?.resolve()
    await more
  })

  it('splits a flood into commits of bounded size, batches whole', async () => {
    const store = new HeldStore()
    const { queue } = queueOn(store)
    const done = Array.from({ length: 25 }, () => queue.write('p', many(1_000)))
    for (let n = 0; n < 3; n++) {
      await turn()
      store.writes[n]?.resolve()
    }
    await Promise.all(done)
    expect(store.writes.map(({ times }) => times.length)).toEqual([MAX_COMMIT, MAX_COMMIT, 5_000])
  })
})

import { readFileSync } from 'node:fs'
import { getPriority, platform } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { CodedError } from '../../contracts/errors.ts'
import { Thread } from '../../contracts/thread.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import type { OddCalls } from './odd-thread.ts'

describe('a thread', () => {
  let thread: Thread<OddCalls>
  const news: unknown[] = []
  const deaths: CodedError[] = []

  function start(data: object = {}, heapMb?: number): Thread<OddCalls> {
    news.length = 0
    deaths.length = 0
    thread = new Thread({
      module: new URL('./odd-thread.ts', import.meta.url),
      data,
      name: 'the odd thread',
      onNews: (words) => news.push(words),
      onDeath: (error) => deaths.push(error),
      ...(heapMb === undefined ? {} : { heapMb }),
    })
    return thread
  }

  afterEach(() => thread.kill())

  it('answers each call when it is done, whatever others do', async () => {
    start()
    const order: string[] = []
    const slow = thread.call('sleep', 30).then((words) => order.push(words))
    const fast = thread.call('double', 21).then((value) => order.push(String(value)))
    await Promise.all([slow, fast])
    expect(order).toEqual(['42', 'slept 30'])
  })

  it.skipIf(platform() !== 'linux')('gives way alone: nobody else does', async () => {
    const before = getPriority(0)
    expect(await start().call('giveWay', null)).toBe(10)
    expect(getPriority(0)).toBe(before)
  })

  it('gives errors back with their codes, and lives on', async () => {
    start()
    await expect(thread.call('fail', 'coded')).rejects.toMatchObject({ code: 'DISK_FULL', detail: 'no room' })
    await expect(thread.call('fail', 'plain')).rejects.toMatchObject({
      code: 'INTERNAL',
      detail: 'TypeError: a defect',
    })
    expect(await thread.call('double', 1)).toBe(2)
  })

  it('refuses what it does not know and what cannot be copied, either way', async () => {
    start()
    await expect(thread.call('double', (() => 1) as never)).rejects.toMatchObject({ code: 'INTERNAL' })
    await expect(thread.call('uncopyable', null)).rejects.toMatchObject({ code: 'INTERNAL' })
    await expect(
      (thread.call as (name: string, argument: null) => Promise<unknown>).call(thread, 'nothing', null),
    ).rejects.toMatchObject({ code: 'INTERNAL', detail: 'no call nothing' })
    expect(await thread.call('double', 3)).toBe(6)
  })

  it('speaks without being asked', async () => {
    start()
    await thread.call('speak', 'hello')
    expect(news).toEqual(['hello'])
  })

  it('fails every call with the error of its beginning', async () => {
    start({ isBroken: true })
    for (let n = 0; n < 2; n++) {
      await expect(thread.call('double', 1)).rejects.toMatchObject({
        code: 'DATA_UNWRITABLE',
        detail: 'it cannot begin',
      })
    }
    expect(deaths).toEqual([])
  })

  it('does all that it was asked before it closes, and its own close last', async () => {
    const log = join(temporaryFolder(), 'log')
    start({ log })
    const calls = [thread.call('sleep', 40), thread.call('sleep', 5)]
    await thread.close()
    expect(await Promise.all(calls)).toEqual(['slept 40', 'slept 5'])
    expect(readFileSync(log, 'utf8').trimEnd().split('\n')).toEqual([
      'begin 40',
      'begin 5',
      'end 5',
      'end 40',
      'close',
    ])
    expect(deaths).toEqual([])
    await expect(thread.call('double', 1)).rejects.toMatchObject({ code: 'THREAD_ENDED' })
    await thread.close()
  })

  it.each(['exit', 'throw'] as const)(
    'that ends by itself (%s) tells it once and fails what waits',
    async (how) => {
      start()
      const waiting = thread.call('sleep', 60_000)
      const ending = thread.call('end', how)
      await expect(waiting).rejects.toMatchObject({ code: 'THREAD_ENDED' })
      await ending.catch(() => undefined)
      expect(deaths).toHaveLength(1)
      expect(deaths[0]?.detail).toContain('the odd thread')
      if (how === 'throw') expect(deaths[0]?.detail).toContain('out of the blue')
      await expect(thread.call('double', 1)).rejects.toMatchObject({ code: 'THREAD_ENDED' })
    },
  )

  it('that wants more memory than it may hold dies alone', async () => {
    start({}, 64)
    expect(await thread.call('hoard', 8)).toBe(8)
    await expect(thread.call('hoard', 160)).rejects.toMatchObject({ code: 'THREAD_ENDED' })
    expect(deaths).toHaveLength(1)
    start()
    expect(await thread.call('hoard', 160)).toBe(160)
  })

  it('that is killed fails what waits, and is no death', async () => {
    start()
    const waiting = thread.call('sleep', 60_000)
    await Promise.all([expect(waiting).rejects.toMatchObject({ code: 'THREAD_ENDED' }), thread.kill()])
    expect(deaths).toEqual([])
  })
})

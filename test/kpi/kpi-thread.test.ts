import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { KpiDesk } from '../../alerting/journal/kpi-desk.ts'
import { StateThreads } from '../../alerting/journal/state-threads.ts'
import type { AlarmKpi, KpiQuery } from '../../contracts/kpi.ts'
import { silentLogger } from '../../contracts/logger.ts'
import { commitOf, entriesOf } from '../alerting/state-entries.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { kpiOf, windowOf } from './entries.ts'

const kpi = new URL('../alerting/workers/troubled-kpi.ts', import.meta.url)
const modules = {
  commits: new URL('../../alerting/journal/commit-worker.ts', import.meta.url),
  reads: new URL('../../alerting/journal/read-worker.ts', import.meta.url),
}
const query = windowOf('1970-01-01T00:00:00Z', '1970-01-02T00:00:00Z')

let states: StateThreads
let folder: string

beforeEach(() => {
  folder = temporaryFolder()
})
afterEach(() => states.close())

async function open(over: { modules?: typeof modules & { kpi: URL } } = {}): Promise<void> {
  states = await StateThreads.open({
    folder,
    logger: silentLogger,
    onReserve: () => undefined,
    reserveBytes: 64 << 10,
    ...over,
  })
}

describe('the thread of alarm performance', () => {
  test('sees what was committed before it was asked', async () => {
    await open()
    expect(await states.alarmKpi(query)).toMatchObject({ annunciated: 0, journalSince: null })
    const items = await states.commit(commitOf(entriesOf(3)))
    const expected = { ...kpiOf(items, query), journalSince: '1970-01-01T00:00:01+00:00' }
    expect(expected.annunciated).toBe(3)
    expect(await states.alarmKpi(query)).toEqual(expected)
  })

  test('holds up neither commits nor other answers', async () => {
    await open({ modules: { ...modules, kpi } })
    const order: string[] = []
    const done = (name: string) => () => void order.push(name)
    await states.lastSeq()
    writeFileSync(join(folder, 'long'), '')
    const figures = states.alarmKpi({ ...query, facility: 'long' }).then(done('figures'))
    await states.commit(commitOf(entriesOf())).then(done('commit'))
    await states.journal({ limit: 1 }).then(done('read'))
    rmSync(join(folder, 'long'))
    await figures
    expect(order).toEqual(['commit', 'read', 'figures'])
  })

  test('is replaced when it dies', async () => {
    await open({ modules: { ...modules, kpi } })
    await expect(states.alarmKpi({ ...query, facility: 'fatal' })).rejects.toMatchObject({
      code: 'THREAD_ENDED',
    })
    expect(await states.alarmKpi(query)).toMatchObject({ annunciated: 0 })
  })
})

describe('the desk', () => {
  const asked: KpiQuery[] = []
  let answers: ((kpi: AlarmKpi) => void)[]
  let desk: KpiDesk
  const answer = {} as AlarmKpi

  beforeEach(async () => {
    await open()
    asked.length = 0
    answers = []
    desk = new KpiDesk((question) => {
      asked.push(question)
      const { promise, resolve } = Promise.withResolvers<AlarmKpi>()
      answers.push(resolve)
      return promise
    })
  })

  test('asks once for all who ask the same, and again when that is over', async () => {
    const both = [desk.ask(query), desk.ask({ ...query })]
    expect(asked.length).toBe(1)
    answers[0]?.(answer)
    expect(await Promise.all(both)).toEqual([answer, answer])
    void desk.ask(query)
    expect(asked.length).toBe(2)
  })

  test('refuses when eight wait, and takes again when one is done', async () => {
    const waiting = Array.from({ length: 8 }, (_, index) => desk.ask({ ...query, from: index }))
    await expect(desk.ask({ ...query, from: 8 })).rejects.toMatchObject({ code: 'KPI_BUSY' })
    answers[0]?.(answer)
    await waiting[0]
    void desk.ask({ ...query, from: 8 })
    expect(asked.length).toBe(9)
  })

  test('fails with what it comes to, and goes on', async () => {
    const failing = new KpiDesk(() => Promise.reject(new Error('a bad disk')))
    await expect(failing.ask(query)).rejects.toThrow('a bad disk')
    await expect(failing.ask(query)).rejects.toThrow('a bad disk')
  })
})

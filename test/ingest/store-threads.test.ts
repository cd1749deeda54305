import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import type { StoreConfig } from '../../contracts/facility.ts'
import { StoreWriter } from '../../ingest/drain/store-writer.ts'
import type { StorePlan } from '../../ingest/store/store-plan.ts'
import { StoreReader } from '../../ingest/store/store-reader.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { Heard } from './drain-scene.ts'
import type { FakeLogData, FakeLogMessage } from './fake-log-reader.ts'

const day = 86_400_000
const config: StoreConfig = {
  kind: 'embedded',
  api: 'v2',
  retentionMs: 36_500 * day,
  rollUpRetentionMs: 36_500 * day,
}
const GT = { facility: 'plant', sensor: 'GT-101', from: 0, to: 1e12 }

function planIn(folder: string): StorePlan {
  return { config, file: join(folder, 'readings.db') }
}

function writerIn(folder: string, heard: Heard, log: Omit<FakeLogData, 'after'>): StoreWriter {
  return new StoreWriter({
    plan: planIn(folder),
    minutesFile: join(folder, 'minutes.json'),
    source: (after) => ({
      module: new URL('./fake-log-reader.ts', import.meta.url).href,
      data: { ...log, after } satisfies FakeLogData,
    }),
    drainedTo: 0,
    random: () => 0.5,
    events: Object.assign(heard, { onUpkeep: () => undefined, onMirror: () => undefined }),
  })
}

const tell = (writer: StoreWriter, message: FakeLogMessage) => writer.tellSource(message)
const soon = (look: () => void) => vi.waitFor(look, { interval: 10 })
const lastOf = (heard: Heard) => heard.progress.at(-1)?.last

describe('the threads of the store', () => {
  it('drain the log into the store, where it can be asked for', async () => {
    const heard = new Heard()
    const folder = temporaryFolder()
    const writer = writerIn(folder, heard, { records: 30, readings: 400 })
    const reader = new StoreReader(planIn(folder))
    await writer.start()
    tell(writer, { append: 31 })
    await soon(() => expect(lastOf(heard)).toBe(31))
    expect(heard.progress.reduce((sum, { points }) => sum + points, 0)).toBe(12_400)
    expect(heard.progress.flatMap(({ batches }) => batches).length).toBe(31)
    const readings = await reader.range({ ...GT, limit: 20_000 })
    expect(readings.length).toBe(12_400)
    const [first] = await reader.buckets({ ...GT, everyMs: 60_000 })
    expect(first).toMatchObject({ min: 1_000, count: 12_400, max: 31_399 })
    expect(await writer.writeStatus([])).toEqual([])
    await writer.close()
    await reader.close()
    expect(heard.states).toEqual([{ isWorking: true }])
  })

  it('that died is begun anew behind what was told, and nothing is missing or twice', async () => {
    const heard = new Heard()
    const folder = temporaryFolder()
    const writer = writerIn(folder, heard, { records: 60, readings: 500 })
    await writer.start()
    await soon(() => expect(heard.progress.length).toBeGreaterThan(0))
    tell(writer, { die: true })
    await soon(() => expect(heard.states).toContainEqual(expect.objectContaining({ code: 'THREAD_ENDED' })))
    await soon(() => expect(lastOf(heard)).toBe(60))
    await soon(() => expect(heard.states.at(-1)).toEqual({ isWorking: true }))
    expect(heard.progress.map(({ last }) => last)).toEqual(
      heard.progress.map(({ last }) => last).sort((a, b) => a - b),
    )
    await writer.close()
    const reader = new StoreReader(planIn(folder))
    expect((await reader.range({ ...GT, limit: 1e6 })).length).toBe(30_000)
    await reader.close()
  })

  it('end at once while they try again', async () => {
    const heard = new Heard()
    const writer = writerIn(temporaryFolder(), heard, { records: 1, readings: 1 })
    await writer.start()
    tell(writer, { die: true })
    await soon(() => expect(heard.states).toContainEqual(expect.objectContaining({ code: 'THREAD_ENDED' })))
    await expect(writer.writeStatus([])).rejects.toMatchObject({ code: 'THREAD_ENDED' })
    await writer.close()
  })

  it('do not begin with a file that is damaged', async () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'readings.db'), 'this was a database once '.repeat(400))
    const writer = writerIn(folder, new Heard(), { records: 1, readings: 1 })
    await expect(writer.start()).rejects.toMatchObject({ code: 'DATA_DAMAGED' })
    await writer.close()
  })

  it('answer questions again once the store can be opened', async () => {
    const folder = join(temporaryFolder(), 'later')
    const reader = new StoreReader(planIn(folder))
    await expect(reader.range({ ...GT, limit: 1 })).rejects.toMatchObject({ code: 'DATA_UNWRITABLE' })
    mkdirSync(folder)
    expect(await reader.range({ ...GT, limit: 1 })).toEqual([])
    await reader.close()
  })
})

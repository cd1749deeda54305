import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { ConfigError } from '../../contracts/config-error.ts'
import { FacilityReader } from '../../contracts/facility-reader.ts'
import type { FacilityReaderCalls } from '../../contracts/facility-reader-thread.ts'
import { Thread } from '../../contracts/thread.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { PLANT } from './plant-text.ts'

let file: string
let threads: Thread<FacilityReaderCalls>[]
let reader: FacilityReader

beforeEach(() => {
  file = join(temporaryFolder(), 'plant.yaml')
  writeFileSync(file, PLANT)
  threads = []
  reader = readerFor(60_000)
})
afterEach(() => reader.close())

/** Counts the threads that it begins. */
function readerFor(idleMs: number): FacilityReader {
  const open = () => {
    const module = new URL('../../contracts/facility-reader-thread.ts', import.meta.url)
    const thread = new Thread<FacilityReaderCalls>({ module, name: 'the reader', data: undefined })
    threads.push(thread)
    return thread
  }
  return new FacilityReader([file], { idleMs, open })
}

test('one thread reads what the file says each time, wrong files between', async () => {
  const [first] = await reader.read()
  expect(first).toMatchObject({ id: 'plant' })
  const fingerprint = first?.fingerprint ?? ''
  expect(await reader.read({ plant: fingerprint })).toEqual([
    { id: 'plant', file, fingerprint, isUnchanged: true },
  ])
  writeFileSync(file, PLANT.replace('limit: 20', 'limt: 20'))
  await expect(reader.read({ plant: fingerprint })).rejects.toThrow(ConfigError)
  writeFileSync(file, PLANT.replace('limit: 20', 'limit: 30'))
  const [changed] = await reader.read({ plant: fingerprint })
  expect(changed?.fingerprint).not.toBe(fingerprint)
  expect(Object.isFrozen(changed)).toBe(true)
  expect(threads).toHaveLength(1)
})

test('the thread goes when nobody has used it for a while, and another one reads on', async () => {
  reader = readerFor(20)
  await reader.read()
  await vi.waitFor(() => expect(threads[0]?.call('read', { paths: [file], known: {} })).rejects.toThrow())
  expect(await reader.read()).toMatchObject([{ id: 'plant' }])
  expect(threads).toHaveLength(2)
})

test('a thread that dies is told, and replaced', async () => {
  const reading = reader.read()
  const told = expect(reading).rejects.toMatchObject({ code: 'THREAD_ENDED' })
  await threads[0]?.kill()
  await told
  expect(await reader.read()).toMatchObject([{ id: 'plant' }])
  expect(threads).toHaveLength(2)
})

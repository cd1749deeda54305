import { existsSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { AlarmService } from '../../alerting/alarm-service.ts'
import { StateThreads, type StateThreadsOptions } from '../../alerting/journal/state-threads.ts'
import { SteadyClock, systemClock } from '../../contracts/clock.ts'
import { silentLogger } from '../../contracts/logger.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { evidenceBatch, smallFacility } from './alarm-fixtures.ts'
import { commitOf, entriesOf, keptRecord } from './state-entries.ts'

const modules = {
  commits: new URL('./workers/troubled-commits.ts', import.meta.url),
  reads: new URL('./workers/troubled-reads.ts', import.meta.url),
}
const RESERVE = 64 << 10

let folder: string
let reserve: boolean[]
const opened: StateThreads[] = []

beforeEach(() => {
  folder = temporaryFolder()
  reserve = []
})
afterEach(async () => {
  vi.useRealTimers()
  for (const states of opened.splice(0)) await states.close()
})

async function open(over: Partial<StateThreadsOptions> = {}): Promise<StateThreads> {
  const onReserve = (isThere: boolean) => void reserve.push(isThere)
  const options = { folder, logger: silentLogger, onReserve, reserveBytes: RESERVE, ...over }
  const states = await StateThreads.open(options)
  opened.push(states)
  return states
}

function trouble(name: string): void {
  writeFileSync(join(folder, name), '')
}

function relieve(name: string): void {
  rmSync(join(folder, name))
}

describe('two threads on one database', () => {
  test('everything that is kept is found at once, and by the next start; after the close nothing is kept', async () => {
    const states = await open()
    const ledger = {
      ...{ facility: 'plant', gateway: 'gw-1', epoch: 'e1', minute: 60_000, low: 0, high: 9 },
      ...{ received: 9, stored: 0, duplicate: 0, late: 0, refused: 0 },
    }
    const items = await states.commit(commitOf(entriesOf(), { records: new Map([['T-1.H', keptRecord(3)]]) }))
    await states.checkpoint({ facility: 'plant', position: 4, body: 'all', ledger: [ledger], gaps: [] })
    await states.drained({ position: 2, ledger: [{ ...ledger, received: 0, stored: 7 }] })
    await states.keep('plant', 'marks', 'text')
    const look = async (from: StateThreads) => {
      expect(await from.journal({ limit: 10 })).toEqual(items.toReversed())
      expect(await from.after(1, 10)).toEqual(items.slice(1))
      expect(await from.lastSeq()).toBe(2)
      expect(await from.records('plant')).toEqual(new Map([['T-1.H', keptRecord(3)]]))
      expect(await from.lastCheckpoint('plant')).toEqual({ position: 4, body: 'all' })
      expect(await from.drainedTo()).toBe(2)
      expect(await from.kept('plant', 'marks')).toBe('text')
      expect(await from.ledger({ from: 0, to: 100_000 })).toMatchObject([{ sent: 9, received: 9, stored: 7 }])
    }
    await look(states)
    await opened.pop()?.close()
    await expect(states.commit(commitOf(entriesOf()))).rejects.toMatchObject({ code: 'JOURNAL_UNWRITABLE' })
    await expect(states.lastSeq()).rejects.toMatchObject({ code: 'THREAD_ENDED' })
    const again = await open()
    await look(again)
    // A commit that has resolved is seen by whoever asks next.
    for (const [index, entry] of entriesOf(11).slice(2).entries()) {
      await again.commit(commitOf([entry]))
      expect(await again.lastSeq()).toBe(index + 3)
    }
    expect(await again.prune({ fold: 0, drop: 100_000 })).toBe(1)
    expect(await again.ledger({ from: 0, to: 100_000 })).toEqual([])
  })

  test('a slow disk holds up nobody but its commit, a long query nobody but its reader', async () => {
    const states = await open({ modules })
    const order: string[] = []
    const done = (name: string) => () => void order.push(name)
    trouble('long')
    const read = states.journal({ facility: 'long', limit: 1 }).then(done('read'))
    await states.commit(commitOf(entriesOf())).then(done('commit'))
    relieve('long')
    await read
    trouble('slow')
    const slow = states.commit(commitOf(entriesOf())).then(done('slow commit'))
    await states.journal({ limit: 1 }).then(done('quick read'))
    await new Promise<void>((resolve) => setTimeout(resolve, 1)).then(done('a turn'))
    relieve('slow')
    await slow
    expect(order.slice(0, 2)).toEqual(['commit', 'read'])
    expect(order.at(-1)).toBe('slow commit')

    // When the one that answers dies, who waits is told, and who asks next is answered.
    const waiting = ['fatal', 'plant'].map((facility) => states.journal({ facility, limit: 1 }))
    for (const answer of waiting) await expect(answer).rejects.toMatchObject({ code: 'THREAD_ENDED' })
    expect(await states.journal({ limit: 1 })).toMatchObject([{ seq: 2 }])
  })
})

describe('a thread that dies', () => {
  test('the one that commits: its alarms are told unjournalled, and entered once by the one that takes its place', async () => {
    trouble('dies')
    const states = await open({ modules })
    const told: string[] = []
    const service = await AlarmService.start({
      facility: smallFacility(),
      states,
      clock: new SteadyClock(systemClock),
      tell: ({ seq, event, alarm }) => told.push(`${seq ?? '-'} ${alarm.id} ${event} ${alarm.journalled}`),
      logger: silentLogger,
    })
    const readings = [{ sensor: 'T-1', time: 1_000, value: 25, quality: 'good' as const }]
    const offset = systemClock.wall() - 1_000
    const done = service.evaluate(evidenceBatch({ offset, readings }), 0)
    await expect(done).rejects.toMatchObject({ code: 'JOURNAL_UNWRITABLE' })
    expect(told.splice(0)).toEqual(['- T-1.H raised false', '- sys.journal.FAIL raised false'])
    await service.stop()
    expect(told).toEqual([
      '1 T-1.H raised true',
      '2 sys.journal.FAIL raised true',
      '3 sys.journal.FAIL returned true',
    ])
    // What it was in the middle of is undone.
    expect(await states.kept('plant', 'torn')).toBeUndefined()
  })
})

describe('opening', () => {
  test('a damaged file is told and leaves no lock behind; a second server is refused', async () => {
    const path = join(folder, 'state.db')
    writeFileSync(path, 'this is no database, and long enough to be looked at'.repeat(50))
    await expect(open()).rejects.toMatchObject({ code: 'DATA_DAMAGED' })
    rmSync(path)
    await open()
    await expect(open()).rejects.toMatchObject({ code: 'DATA_IN_USE' })
  })

  test('a folder that cannot be made', async () => {
    writeFileSync(join(folder, 'file'), '')
    folder = join(folder, 'file', 'data')
    await expect(open()).rejects.toMatchObject({ code: 'DATA_UNWRITABLE' })
  })
})

test('the reserve is given away when the journal has no room, so that the next try succeeds, and made again', async () => {
  const path = join(folder, 'reserve')
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  const states = await open({ modules })
  await vi.waitFor(() => expect(reserve).toEqual([true]))
  trouble('full')
  await expect(states.commit(commitOf(entriesOf()))).rejects.toMatchObject({ code: 'JOURNAL_UNWRITABLE' })
  expect([existsSync(path), reserve]).toEqual([false, [true, false]])
  // Not while nobody knows whether the journal works.
  await vi.advanceTimersByTimeAsync(60_000)
  expect(existsSync(path)).toBe(false)
  expect(await states.commit(commitOf(entriesOf()))).toHaveLength(2)
  await vi.advanceTimersByTimeAsync(60_000)
  await vi.waitFor(() => expect(reserve).toEqual([true, false, true]))
  expect(statSync(path).size).toBe(RESERVE)
})

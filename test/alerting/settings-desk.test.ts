import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { AlarmService } from '../../alerting/alarm-service.ts'
import type { EngineSnapshot } from '../../alerting/engine-snapshot.ts'
import { JOURNAL_DEADLINE_MS, type Told } from '../../alerting/journal/journal-queue.ts'
import type { Commit } from '../../alerting/journal/state-store.ts'
import type { WantedValues } from '../../contracts/alarm-settings.ts'
import { SteadyClock } from '../../contracts/clock.ts'
import { CodedError } from '../../contracts/errors.ts'
import { silentLogger } from '../../contracts/logger.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { evidenceBatch, smallFacility } from './alarm-fixtures.ts'
import { DirectStates } from './direct-states.ts'
import { AGREED } from './settings-fixtures.ts'

/** The state database on a disk that can fail, hang, or do its work and not say so. */
class FaultyStates extends DirectStates {
  mode: 'works' | 'fails' | 'hangs' | 'says nothing' = 'works'
  release: () => void = () => undefined
  readonly commits: Commit[] = []

  override async commit(commit: Commit) {
    if (this.mode === 'fails') throw new CodedError('JOURNAL_UNWRITABLE', 'disk full')
    if (this.mode === 'hangs')
      await new Promise<void>((resolve) => {
        this.release = resolve
      })
    const items = await super.commit(commit)
    this.commits.push(commit)
    if (this.mode === 'says nothing') throw new CodedError('JOURNAL_UNWRITABLE', 'its thread has ended')
    return items
  }
}

let folder: string
let states: FaultyStates
let service: AlarmService
let told: Told[]

beforeEach(async () => {
  vi.useFakeTimers({ now: 1_000_000 })
  folder = temporaryFolder()
  states = new FaultyStates(folder)
  told = []
  service = await start()
})
afterEach(async () => {
  states.mode = 'works'
  states.release()
  await service.stop()
  await states.close()
  vi.useRealTimers()
})

const PLAIN = '{ H: { when: high, limit: 20, deadband: 2 } }'

async function start(alarms = PLAIN, checkpoint?: { position: number; snapshot: EngineSnapshot }) {
  const clock = new SteadyClock({ wall: () => Date.now(), monotonic: () => performance.now() })
  const started = await AlarmService.start({
    facility: smallFacility(alarms),
    states,
    clock,
    tell: (item) => told.push(item),
    logger: silentLogger,
    ...(checkpoint === undefined ? {} : { checkpoint }),
  })
  started.live()
  await started.settled()
  return started
}

/** Another process on the same folder, after a kill -9 of this one: nothing that only it knew is left. */
async function restart(alarms = PLAIN): Promise<void> {
  const killed = service
  told = []
  service = await start(alarms)
  await killed.stop()
}

function value(reading: number) {
  const time = Date.now()
  return service.evaluate(
    evidenceBatch({ readings: [{ sensor: 'T-1', time, value: reading, quality: 'good' }] }),
    0,
  )
}

function change(changes: WantedValues, revision = 0) {
  return service.settings.change('T-1.H', { ...AGREED, revision, changes })
}

const brief = () => told.map(({ event, alarm }) => `${alarm.id} ${event}`)
const limit = () => service.view('T-1.H')?.limit

test('a change is told after its commit, and before what follows from it', async () => {
  await value(17)
  const view = await change({ limit: 15, onDelay: '0s' })
  expect(view).toMatchObject({
    alarm: 'T-1.H',
    revision: 1,
    file: { limit: 20, deadband: 2, onDelay: '0ms', offDelay: '0ms', priority: 'medium' },
    current: { limit: 15, deadband: 2, onDelay: '0ms', offDelay: '0ms', priority: 'medium' },
    differs: false,
    history: [
      {
        revision: 1,
        by: 'li',
        approvedBy: 'wang',
        reason: 'HAZOP 12',
        changes: { limit: [20, 15] },
        settled: null,
      },
    ],
  })
  await service.settled()
  expect(brief()).toEqual(['T-1.H changed', 'T-1.H raised'])
  expect(told[0]).toMatchObject({
    event: 'changed',
    by: 'li',
    from: 'NORM',
    change: { revision: 1, reason: 'HAZOP 12', approvedBy: 'wang', changes: { limit: [20, 15] } },
    alarm: { state: 'NORM', limit: 15, fileLimit: 20, revision: 1, journalled: true },
  })
  expect(told[1]).toMatchObject({ alarm: { state: 'UNACK', value: 17, limit: 15, revision: 1 } })
})

test('row, entry and record are one commit', async () => {
  await value(17)
  await change({ limit: 15 })
  const commit = states.commits.find(({ settings }) => settings !== undefined)
  expect(commit?.settings).toMatchObject([{ alarm: 'T-1.H', revision: { revision: 1 } }])
  expect(commit?.entries.map(({ key }) => key)).toEqual(['T-1.H@1'])
  expect([...(commit?.records.keys() ?? [])]).toEqual(['T-1.H'])
})

test('of two engineers who saw the same, the second is refused and the first stands', async () => {
  const both = await Promise.allSettled([change({ limit: 15 }), change({ limit: 16 })])
  expect(both).toMatchObject([
    { status: 'fulfilled', value: { revision: 1, current: { limit: 15 } } },
    { status: 'rejected', reason: { code: 'SETTING_PAST' } },
  ])
  expect(limit()).toBe(15)
  expect(await states.settings('plant')).toMatchObject(new Map([['T-1.H', [{ revision: 1 }]]]))
  await expect(change({ limit: 16 }, 1)).resolves.toMatchObject({ revision: 2, current: { limit: 16 } })
})

test('changes of several alarms at once each have their commit', async () => {
  const asked = { ...AGREED, revision: 0, changes: { limit: 15 } }
  await Promise.all(['T-1.H', 'T-2.H', 'T-3.H'].map((alarm) => service.settings.change(alarm, asked)))
  expect(brief()).toEqual(['T-1.H changed', 'T-2.H changed', 'T-3.H changed'])
})

test('what does not exist is not changed', async () => {
  const asked = { ...AGREED, revision: 0, changes: { limit: 15 } }
  await expect(service.settings.change('T-9.H', asked)).rejects.toMatchObject({ code: 'ALARM_UNKNOWN' })
  await expect(service.settings.change('sys.log.FAIL', asked)).rejects.toMatchObject({
    code: 'SETTING_FIXED',
  })
  expect(() => service.settings.view('T-9.H')).toThrow(expect.objectContaining({ code: 'ALARM_UNKNOWN' }))
  expect(service.settings.view('sys.log.FAIL')).toMatchObject({ revision: 0, history: [] })
})

describe('a journal that cannot be written', () => {
  test('refuses the change: nothing is in force, and nothing of it is entered later', async () => {
    await value(17)
    states.mode = 'fails'
    await expect(change({ limit: 15 })).rejects.toMatchObject({ code: 'JOURNAL_UNWRITABLE' })
    await expect(change({ limit: 15 })).rejects.toMatchObject({ code: 'JOURNAL_UNWRITABLE' })
    expect(limit()).toBe(20)
    states.mode = 'works'
    await vi.advanceTimersByTimeAsync(1_100)
    await value(17)
    expect(limit()).toBe(20)
    expect(brief().filter((text) => text.startsWith('T-1'))).toEqual([])
    await expect(change({ limit: 15 })).resolves.toMatchObject({ revision: 1 })
    expect(brief().filter((text) => text.startsWith('T-1.H'))).toEqual(['T-1.H changed', 'T-1.H raised'])
  })

  test('keeps no alarm back that waits with the change', async () => {
    states.mode = 'fails'
    const refused = change({ limit: 30 })
    const raised = value(25)
    await expect(refused).rejects.toMatchObject({ code: 'JOURNAL_UNWRITABLE' })
    await expect(raised).rejects.toMatchObject({ code: 'JOURNAL_UNWRITABLE' })
    expect(brief()).toContain('T-1.H raised')
    states.mode = 'works'
    await vi.advanceTimersByTimeAsync(1_100)
    expect((await states.journal({ alarm: 'T-1.H', limit: 9 })).map(({ event }) => event)).toEqual(['raised'])
  })

  test('and hangs: the change is in force when it stands, and what comes meanwhile is told in time', async () => {
    states.mode = 'hangs'
    const done = change({ limit: 30 })
    await vi.advanceTimersByTimeAsync(1)
    const raised = value(25)
    raised.catch(() => undefined)
    await vi.advanceTimersByTimeAsync(JOURNAL_DEADLINE_MS + 1)
    expect(brief()).toContain('T-1.H raised')
    expect(brief()).not.toContain('T-1.H changed')
    expect(limit()).toBe(20)
    await expect(change({ limit: 31 })).rejects.toMatchObject({ code: 'JOURNAL_UNWRITABLE' })
    states.mode = 'works'
    states.release()
    await expect(done).resolves.toMatchObject({ revision: 1, current: { limit: 30 } })
    await service.settled()
    expect((await states.journal({ alarm: 'T-1.H', limit: 9 })).map(({ event }) => event)).toEqual([
      'returned',
      'raised',
      'changed',
    ])
  })

  test('and has it all the same: it is in force as soon as that is known', async () => {
    await value(17)
    states.mode = 'says nothing'
    await expect(change({ limit: 15 })).rejects.toMatchObject({ code: 'JOURNAL_UNWRITABLE' })
    expect(limit()).toBe(20)
    states.mode = 'works'
    await vi.advanceTimersByTimeAsync(1_100)
    expect(limit()).toBe(15)
    expect(service.view('T-1.H')).toMatchObject({ state: 'UNACK' })
    expect(service.settings.view('T-1.H')).toMatchObject({
      revision: 1,
      history: [{ changes: { limit: [20, 15] } }],
    })
    await expect(change({ limit: 16 })).rejects.toMatchObject({ code: 'SETTING_PAST' })
    await expect(change({ limit: 16 }, 1)).resolves.toMatchObject({ revision: 2 })
  })
})

describe('after kill -9', () => {
  test('right behind the answer the change stands, and nothing is told again', async () => {
    await value(17)
    await change({ limit: 15 })
    await restart()
    expect(limit()).toBe(15)
    expect(service.settings.view('T-1.H')).toMatchObject({ revision: 1, history: [{ reason: 'HAZOP 12' }] })
    expect(brief()).toEqual([])
  })

  test('between the change and what follows from it, that follows at the start', async () => {
    await value(17)
    const snapshot = { position: 0, snapshot: service.snapshot() }
    // What follows is never committed.
    const commits = vi.spyOn(states, 'commit')
    const { commit } = DirectStates.prototype
    commits.mockImplementation(async (given) => {
      if (given.settings !== undefined) {
        const items = await commit.call(states, given)
        states.mode = 'fails'
        return items
      }
      throw new CodedError('JOURNAL_UNWRITABLE', 'killed')
    })
    await change({ limit: 15 })
    commits.mockRestore()
    states.mode = 'works'
    expect((await states.journal({ alarm: 'T-1.H', limit: 9 })).map(({ event }) => event)).toEqual([
      'changed',
    ])
    const killed = service
    told = []
    service = await start(PLAIN, snapshot)
    expect(brief()).toEqual(['T-1.H raised'])
    expect(service.view('T-1.H')).toMatchObject({ state: 'UNACK', value: 17 })
    vi.spyOn(states, 'commit').mockRejectedValueOnce(new CodedError('JOURNAL_UNWRITABLE', 'killed'))
    await killed.stop()
  })

  test('a chain of changes is as it was', async () => {
    await change({ limit: 15 })
    await change({ deadband: 5, offDelay: '3s' }, 1)
    await change({ limit: 20, priority: 'critical' }, 2)
    const before = service.settings.view('T-1.H')
    await restart()
    expect(service.settings.view('T-1.H')).toEqual(before)
    expect(service.view('T-1.H')).toMatchObject({
      priority: 'critical',
      limit: 20,
      fileLimit: null,
      revision: 3,
    })
  })
})

describe('an edited facility file', () => {
  const EDITED = '{ H: { when: high, limit: 25, deadband: 2 } }'
  const DIFF = 'sys.config.DIFF'

  test('leaves what was set at run time in force and raises an alarm until it is settled', async () => {
    await change({ limit: 15 })
    expect(service.view(DIFF)).toMatchObject({ state: 'NORM' })
    await restart(EDITED)
    expect(limit()).toBe(15)
    expect(service.view('T-1.H')).toMatchObject({ fileLimit: 25 })
    expect(brief()).toEqual([`${DIFF} raised`])
    expect(service.settings.view('T-1.H')).toMatchObject({
      differs: true,
      file: { limit: 25 },
      current: { limit: 15 },
    })
    await service.settings.change('T-1.H', { ...AGREED, revision: 1, settle: 'file' })
    await service.settled()
    expect(limit()).toBe(25)
    expect(brief()).toEqual([`${DIFF} raised`, 'T-1.H changed', `${DIFF} returned`])
    expect(told[1]).toMatchObject({ change: { settled: 'file', changes: { limit: [15, 25] } } })
  })

  test('is settled with ours', async () => {
    await change({ limit: 15 })
    await restart(EDITED)
    await service.settings.change('T-1.H', { ...AGREED, revision: 1, settle: 'kept' })
    await service.settled()
    await restart(EDITED)
    expect(brief()).toEqual([])
    expect(limit()).toBe(15)
    expect(service.view(DIFF)).toMatchObject({ condition: 'inactive' })
  })

  test('without the alarm keeps its history, which stands when the alarm comes back', async () => {
    await change({ limit: 15 })
    await restart('{ X: { when: high, limit: 90 } }')
    expect(() => service.settings.view('T-1.H')).toThrow(expect.objectContaining({ code: 'ALARM_UNKNOWN' }))
    expect(service.view(DIFF)).toMatchObject({ state: 'NORM' })
    await restart()
    expect(limit()).toBe(15)
    expect(service.settings.view('T-1.H').history).toHaveLength(1)
  })
})

test('the state database takes no change back', async () => {
  await change({ limit: 15 })
  const { DatabaseSync } = await import('node:sqlite')
  const database = new DatabaseSync(`${folder}/state.db`)
  for (const sql of ["UPDATE alarm_setting SET body = '{}'", 'DELETE FROM alarm_setting'])
    expect(() => database.exec(sql)).toThrow('settings are append-only')
  database.close()
})

test('gateways are told the limits that their file does not have', async () => {
  expect(service.settings.limits('gw-1')).toEqual({})
  await change({ limit: 15 })
  await service.settings.change('T-3.H', { ...AGREED, changes: { deadband: 1 } })
  await service.settings.change('T-2.H', { ...AGREED, changes: { priority: 'low' } })
  await service.settings.change('T-1.FAULT', { ...AGREED, changes: { onDelay: '5s' } })
  expect(service.settings.limits('gw-1')).toEqual({ 'T-1': [{ when: 'high', limit: 15, deadband: 2 }] })
  expect(service.settings.limits('gw-2')).toEqual({ 'T-3': [{ when: 'high', limit: 20, deadband: 1 }] })
  await change({ limit: 20 }, 1)
  expect(service.settings.limits('gw-1')).toEqual({})
})

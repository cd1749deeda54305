import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { AlarmService } from '../../alerting/alarm-service.ts'
import { JOURNAL_DEADLINE_MS, MAX_WAITING, type Told } from '../../alerting/journal/journal-queue.ts'
import type { Commit, JournalQuery, KeptRecord, StateStore } from '../../alerting/journal/state-store.ts'
import { SteadyClock } from '../../contracts/clock.ts'
import { CodedError } from '../../contracts/errors.ts'
import { silentLogger } from '../../contracts/logger.ts'
import { ownTimers } from '../own-timers.ts'
import { evidenceBatch, smallFacility } from './alarm-fixtures.ts'

const facility = smallFacility()

/** A state store whose disk can fail or hang. */
class FakeStates implements StateStore {
  readonly commits: Commit[] = []
  readonly saved = new Map<string, KeptRecord>()
  mode: 'works' | 'fails' | 'hangs' = 'works'
  release: () => void = () => undefined
  #seq = 0

  async commit(commit: Commit) {
    if (this.mode === 'fails') throw new CodedError('JOURNAL_UNWRITABLE', 'disk full')
    if (this.mode === 'hangs') {
      await new Promise<void>((resolve) => {
        this.release = resolve
      })
    }
    this.commits.push({ ...commit, entries: [...commit.entries] })
    for (const [alarm, record] of commit.records) this.saved.set(alarm, record)
    return commit.entries.map(({ item }) => ({ ...item, seq: ++this.#seq, recorded: 'now' }))
  }
  async records() {
    return new Map(this.saved)
  }
  async settings() {
    return new Map()
  }
  async journal({ alarm }: JournalQuery) {
    const items = this.commits.flatMap(({ entries }) => entries.map((entry) => entry.item))
    const last = items.findLast((item) => item.alarm.id === alarm)
    return last === undefined ? [] : [{ ...last, seq: this.#seq, recorded: 'now' }]
  }
  async after() {
    return []
  }
  async lastSeq() {
    return this.#seq
  }
  async heads() {
    return []
  }
  async checkpoint() {}
  async lastCheckpoint() {
    return undefined
  }
  async drained() {}
  async drainedTo() {
    return 0
  }
  async ledger() {
    return []
  }
  async tests() {
    return []
  }
  async keep() {}
  async kept() {
    return undefined
  }
  async close() {}
}

let states: FakeStates
let told: Told[]
let service: AlarmService

beforeEach(async () => {
  vi.useFakeTimers({ now: 1_000_000 })
  states = new FakeStates()
  told = []
  service = await start()
})
afterEach(async () => {
  states.mode = 'works'
  states.release()
  await service.stop()
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

async function start(): Promise<AlarmService> {
  const clock = new SteadyClock({ wall: () => Date.now(), monotonic: () => performance.now() })
  const started = await AlarmService.start({
    facility,
    states,
    clock,
    tell: (item) => told.push(item),
    logger: silentLogger,
  })
  started.live()
  return started
}

function value(reading: number, sensor = 'T-1') {
  const time = Date.now()
  return service.evaluate(evidenceBatch({ readings: [{ sensor, time, value: reading, quality: 'good' }] }), 0)
}

const brief = () =>
  told.map(({ seq, event, alarm }) => `${seq ?? '-'} ${alarm.id} ${event} ${alarm.journalled}`)

test('tells after the commit, with its number', async () => {
  const done = value(25)
  expect(told).toEqual([])
  await done
  expect(brief()).toEqual(['1 T-1.H raised true'])
  expect(states.saved.get('T-1.H')?.record).toMatchObject({ phase: 'active', occurrence: 1 })
})

test('what arrives during a commit goes with the next one, in order', async () => {
  states.mode = 'hangs'
  const first = value(25)
  const second = value(25, 'T-2')
  const third = value(5)
  await vi.advanceTimersByTimeAsync(1)
  states.mode = 'works'
  states.release()
  await Promise.all([first, second, third])
  expect(brief()).toEqual(['1 T-1.H raised true', '2 T-2.H raised true', '3 T-1.H returned true'])
  expect(
    states.commits.filter(({ entries }) => entries.length > 0).map(({ entries }) => entries.length),
  ).toEqual([1, 2])
})

test('a restart takes up the states: nothing annunciates again, nothing is forgotten', async () => {
  await value(25)
  await service.act('T-1.H', (now) => ({
    kind: 'acknowledge',
    time: now,
    occurrence: 1,
    by: 'li',
    comment: 'seen',
  }))
  await service.stop()
  told = []
  service = await start()
  expect(service.view('T-1.H')).toMatchObject({
    state: 'ACKED',
    occurrence: 'T-1.H#1',
    acknowledgedBy: 'li',
    comment: 'seen',
  })
  await value(26)
  expect(brief()).toEqual([])
})

test('an alarm that stood and left the facility file is closed with an entry', async () => {
  await value(25)
  await service.stop()
  told = []
  const clock = new SteadyClock({ wall: () => Date.now(), monotonic: () => performance.now() })
  const without = smallFacility('{ HH: { when: high, limit: 40 } }')
  service = await AlarmService.start({
    facility: without,
    states,
    clock,
    tell: (item) => told.push(item),
    logger: silentLogger,
  })
  expect(brief()).toEqual(['2 T-1.H closed true'])
  expect(told[0]).toMatchObject({ from: 'UNACK', by: null, alarm: { state: 'NORM' } })
  expect(states.saved.get('T-1.H')?.record).toMatchObject({ phase: 'inactive', transitions: 2 })
})

describe('a journal that cannot be written', () => {
  test('the alarm is told at once, unjournalled, unconfirmed, and the loudest alarm goes up', async () => {
    states.mode = 'fails'
    await expect(value(25)).rejects.toMatchObject({ code: 'JOURNAL_UNWRITABLE' })
    expect(brief()).toEqual(['- T-1.H raised false', '- sys.journal.FAIL raised false'])
    expect(service.view('sys.journal.FAIL')).toMatchObject({
      state: 'UNACK',
      priority: 'critical',
      journalled: false,
    })
  })

  test('what happens meanwhile is told too, and all of it is entered once in order when the disk is back', async () => {
    states.mode = 'fails'
    await expect(value(25)).rejects.toThrow()
    await expect(value(5)).rejects.toMatchObject({ code: 'JOURNAL_UNWRITABLE' })
    expect(brief()).toContain('- T-1.H returned false')
    states.mode = 'works'
    told = []
    await vi.advanceTimersByTimeAsync(1_100)
    expect(brief()).toEqual([
      '1 T-1.H raised true',
      '2 sys.journal.FAIL raised true',
      '3 T-1.H returned true',
      '4 sys.journal.FAIL returned true',
    ])
    await expect(value(25)).resolves.toBeUndefined()
  })

  test('a journal that hangs does not hold the alarm back', async () => {
    states.mode = 'hangs'
    const done = value(25)
    await vi.advanceTimersByTimeAsync(JOURNAL_DEADLINE_MS - 1)
    expect(told).toEqual([])
    await vi.advanceTimersByTimeAsync(2)
    expect(brief()).toContain('- T-1.H raised false')
    states.mode = 'works'
    states.release()
    await done
    expect(brief()).toContain('1 T-1.H raised true')
  })
})

describe('a journal that fails or hangs', () => {
  test('raises the loudest alarm at the deadline, and later alarms do not wait for it either', async () => {
    states.mode = 'hangs'
    const first = value(25)
    const second = value(25, 'T-2')
    second.catch(() => undefined)
    await vi.advanceTimersByTimeAsync(JOURNAL_DEADLINE_MS + 1)
    expect(brief()).toEqual([
      '- T-1.H raised false',
      '- T-2.H raised false',
      '- sys.journal.FAIL raised false',
    ])
    await expect(second).rejects.toMatchObject({ code: 'JOURNAL_UNWRITABLE' })
    await expect(value(5)).rejects.toMatchObject({ code: 'JOURNAL_UNWRITABLE' })
    expect(brief().at(-1)).toBe('- T-1.H returned false')
    expect(service.view('T-1.H')).toMatchObject({ journalled: false })
    told = []
    states.mode = 'works'
    states.release()
    await first
    await vi.advanceTimersByTimeAsync(1)
    expect(brief()).toEqual([
      '1 T-1.H raised true',
      '2 T-2.H raised true',
      '3 sys.journal.FAIL raised true',
      '4 T-1.H returned true',
      '5 sys.journal.FAIL returned true',
    ])
  })

  test('confirms nothing, not even what changes nothing: it may be the same batch again', async () => {
    states.mode = 'fails'
    await expect(value(25)).rejects.toMatchObject({ code: 'JOURNAL_UNWRITABLE' })
    await expect(value(25)).rejects.toMatchObject({ code: 'JOURNAL_UNWRITABLE' })
  })

  test('is not tried for ever by a server that stopped', async () => {
    const waiting = ownTimers('alerting')
    states.mode = 'fails'
    await expect(value(25)).rejects.toThrow()
    expect(waiting()).toBeGreaterThan(0)
    await service.stop()
    expect(waiting()).toBe(0)
  })

  test('is written once more by a server that stops', async () => {
    states.mode = 'fails'
    await expect(value(25)).rejects.toThrow()
    states.mode = 'works'
    await service.stop()
    expect(states.saved.get('T-1.H')?.record).toMatchObject({ phase: 'active' })
  })

  test('answers a refused action with its own code', async () => {
    states.mode = 'fails'
    await expect(value(25)).rejects.toThrow()
    const past = service.act('T-1.H', (time) => ({
      kind: 'acknowledge',
      time,
      occurrence: 7,
      by: 'li',
      comment: null,
    }))
    await expect(past).rejects.toMatchObject({ code: 'OCCURRENCE_PAST' })
  })

  test('does not fill the memory: the oldest entries are lost, states are not', async () => {
    states.mode = 'fails'
    const codes = new Set<unknown>()
    const refused = (gas: number) =>
      value(gas).then(
        () => codes.add(null),
        ({ code }) => codes.add(code),
      )
    for (let turn = 0; turn < MAX_WAITING / 2; turn++) {
      await refused(25)
      await refused(5)
    }
    expect([...codes]).toEqual(['JOURNAL_UNWRITABLE'])
    states.mode = 'works'
    told = []
    await vi.advanceTimersByTimeAsync(1_100)
    // The raise of sys.journal.FAIL made it one too many, so the first raise of all is lost.
    expect(told.filter(({ seq }) => seq !== undefined)).toHaveLength(MAX_WAITING + 1)
    expect(brief().slice(0, 2)).toEqual(['1 sys.journal.FAIL raised true', '2 T-1.H returned true'])
    expect(states.saved.get('T-1.H')?.record).toMatchObject({
      occurrence: MAX_WAITING / 2,
      phase: 'inactive',
    })
    expect(states.saved.get('sys.journal.FAIL')?.record).toMatchObject({ phase: 'inactive' })
  })
})

test('somebody who cannot listen does not keep the others from it, nor the journal', async () => {
  const deaf = new Error('no connection')
  vi.spyOn(told, 'push').mockImplementationOnce(() => {
    throw deaf
  })
  await value(25)
  await value(25, 'T-2')
  expect(brief()).toEqual(['2 T-2.H raised true'])
})

test('a refused action answers with its code and changes nothing', async () => {
  const act = () =>
    service.act('T-1.H', (now) => ({
      kind: 'acknowledge',
      time: now,
      occurrence: 1,
      by: 'li',
      comment: null,
    }))
  await expect(act()).rejects.toMatchObject({ code: 'OCCURRENCE_PAST' })
  expect(told).toEqual([])
})

test('on-delays end by the clock alone', async () => {
  await service.stop()
  const delayed = smallFacility('{ H: { when: high, limit: 20, onDelay: 2s } }')
  const clock = new SteadyClock({ wall: () => Date.now(), monotonic: () => performance.now() })
  service = await AlarmService.start({
    facility: delayed,
    states,
    clock,
    tell: (item) => told.push(item),
    logger: silentLogger,
  })
  service.live()
  await value(25)
  expect(brief()).toEqual([])
  await vi.advanceTimersByTimeAsync(2_050)
  expect(brief()).toEqual(['1 T-1.H raised true'])
})

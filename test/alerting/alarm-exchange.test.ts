import { afterEach, beforeEach, expect, test } from 'vitest'
import { AlarmService } from '../../alerting/alarm-service.ts'
import type { Told } from '../../alerting/journal/journal-queue.ts'
import type { Commit } from '../../alerting/journal/state-store.ts'
import { SteadyClock, systemClock } from '../../contracts/clock.ts'
import { CodedError } from '../../contracts/errors.ts'
import { silentLogger } from '../../contracts/logger.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { evidenceBatch, smallFacility } from './alarm-fixtures.ts'
import { DirectStates } from './direct-states.ts'

/** A state database whose disk can fail. */
class FailingStates extends DirectStates {
  isFailing = false

  override async commit(commit: Commit) {
    if (this.isFailing) throw new CodedError('JOURNAL_UNWRITABLE', 'disk full')
    return super.commit(commit)
  }
}

const HIGHER = '{ H: { when: high, limit: 40, deadband: 2 } }'
const OTHER = '{ HH: { when: high, limit: 20, deadband: 2 } }'

let states: FailingStates
let told: Told[]
let service: AlarmService

beforeEach(async () => {
  states = new FailingStates(temporaryFolder())
  told = []
  service = await AlarmService.start({
    facility: smallFacility(),
    states,
    clock: new SteadyClock(systemClock),
    tell: (item) => told.push(item),
    logger: silentLogger,
  })
  service.live()
})
afterEach(async () => {
  states.isFailing = false
  await service.stop()
  await states.close()
})

function value(reading: number) {
  const time = systemClock.wall()
  const readings = [{ sensor: 'T-1', time, value: reading, quality: 'good' as const }]
  return service.evaluate(evidenceBatch({ readings }), 0)
}

const acknowledge = () =>
  service.act('T-1.H', (time) => ({ kind: 'acknowledge', time, occurrence: 1, by: 'li', comment: null }))
const brief = () => told.map(({ alarm, event }) => `${alarm.id} ${event}`)

test('while the journal fails nothing is exchanged, and alarms go on as they were', async () => {
  await value(25)
  states.isFailing = true
  await expect(value(5)).rejects.toThrow('JOURNAL_UNWRITABLE')
  await expect(service.prepare(smallFacility(HIGHER))).rejects.toThrow('JOURNAL_UNWRITABLE')
  expect(service.view('T-1.H')).toMatchObject({ limit: 20, state: 'RTNUN' })
  states.isFailing = false
  await expect.poll(() => service.settled().then(() => 'again')).toBe('again')
  using exchange = await service.prepare(smallFacility(HIGHER))
  exchange.take()
  expect(service.view('T-1.H')).toMatchObject({ limit: 40, state: 'RTNUN' })
})

test('a journal that fails behind the exchange keeps its entries, and has each once', async () => {
  await value(25)
  {
    using exchange = await service.prepare(smallFacility(OTHER))
    states.isFailing = true
    exchange.take()
  }
  await expect.poll(brief).toContain('T-1.H closed')
  expect(told.find(({ event }) => event === 'closed')?.alarm.journalled).toBe(false)
  expect(service.view('T-1.HH')).toMatchObject({ state: 'UNACK', journalled: false })
  states.isFailing = false
  await expect
    .poll(async () => (await states.journal({ facility: 'plant', sensor: 'T-1', limit: 9 })).length)
    .toBe(3)
})

test('what a person does meanwhile waits, and is done by the file that is then in force', async () => {
  await value(25)
  const exchange = await service.prepare(smallFacility(HIGHER))
  let isDone = false
  const acting = acknowledge().finally(() => {
    isDone = true
  })
  await new Promise((resolve) => setTimeout(resolve, 20))
  expect(isDone).toBe(false)
  exchange.take()
  exchange[Symbol.dispose]()
  expect(await acting).toMatchObject({ limit: 40, ack: 'acked', acknowledgedBy: 'li' })
})

test('an exchange that never comes holds nobody up', async () => {
  await value(25)
  const exchange = await service.prepare(smallFacility(HIGHER))
  const acting = acknowledge()
  exchange[Symbol.dispose]()
  expect(await acting).toMatchObject({ limit: 20, state: 'ACKED' })
})

test('after a start the same stands: what is kept is of the version in force', async () => {
  await value(25)
  {
    using exchange = await service.prepare(smallFacility(OTHER))
    exchange.take()
  }
  await service.settled()
  const again = await AlarmService.start({
    facility: smallFacility(OTHER),
    states,
    clock: new SteadyClock(systemClock),
    tell: (item) => told.push(item),
    logger: silentLogger,
  })
  expect(again.view('T-1.HH')?.occurrence).toBe('T-1.HH#1')
  expect(brief()).toEqual(['T-1.H raised', 'T-1.H closed', 'T-1.HH raised'])
  await again.stop()
})

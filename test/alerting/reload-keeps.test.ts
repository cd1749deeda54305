import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { AlarmService } from '../../alerting/alarm-service.ts'
import type { Told } from '../../alerting/journal/journal-queue.ts'
import { SteadyClock } from '../../contracts/clock.ts'
import type { Facility } from '../../contracts/facility.ts'
import { silentLogger } from '../../contracts/logger.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { evidenceBatch, smallFacility } from './alarm-fixtures.ts'
import { DirectStates } from './direct-states.ts'

/** What people made of alarms outlasts another version of the facility file, and a start after it. */
const H = '{ H: { when: high, limit: LIMIT, deadband: 2 } }'
const plant = (limit: number) => smallFacility(H.replace('LIMIT', String(limit)))
const MINUTE = 60_000
const SAID = { reason: 'HAZOP 12', by: 'li', approvedBy: 'wang' }

let now: number
let states: DirectStates
let service: AlarmService
let told: Told[]

beforeEach(async () => {
  now = Date.UTC(2026, 10, 22, 2)
  told = []
  states = new DirectStates(temporaryFolder())
  service = await start(plant(20))
  await read(10)
})
afterEach(async () => {
  await service.stop()
  await states.close()
})

async function start(facility: Facility): Promise<AlarmService> {
  const clock = new SteadyClock({ wall: () => now, monotonic: () => now })
  const tell = (item: Told) => told.push(item)
  const started = await AlarmService.start({ facility, states, clock, tell, logger: silentLogger })
  started.live()
  return started
}

async function read(value: number): Promise<void> {
  now += 1_000
  const readings = ['T-1', 'T-2'].map((sensor) => ({ sensor, time: now, value, quality: 'good' as const }))
  await service.evaluate(evidenceBatch({ readings }), 0)
}

async function reload(facility: Facility): Promise<void> {
  using exchange = await service.prepare(facility)
  exchange.take()
}

const sysConfig = () => service.view('sys.config.DIFF')?.live

describe('a set point of run time', () => {
  beforeEach(() => service.settings.change('T-1.H', { revision: 0, changes: { limit: 15 }, ...SAID }))

  test('stays in force with a file that says the same, and nothing is to be settled', async () => {
    await reload(plant(20))
    await read(16)
    expect(service.view('T-1.H')).toMatchObject({ state: 'UNACK', limit: 15, fileLimit: 20, revision: 1 })
    expect(service.view('T-2.H')).toMatchObject({ state: 'NORM', limit: 20, fileLimit: null, revision: 0 })
    expect(sysConfig()).toBe('NORM')
  })

  test('stands against an edited file until an engineer settles it', async () => {
    await reload(plant(18))
    expect(service.view('T-1.H')).toMatchObject({ limit: 15, fileLimit: 18 })
    expect(service.view('T-2.H')).toMatchObject({ limit: 18 })
    expect(sysConfig()).toBe('UNACK')
    expect(service.settings.view('T-1.H')).toMatchObject({ differs: true, file: { limit: 18 } })
    await service.settings.change('T-1.H', { revision: 1, settle: 'file', ...SAID })
    expect(service.view('T-1.H')).toMatchObject({ limit: 18, fileLimit: null })
    expect(sysConfig()).toBe('RTNUN')
  })

  test('can be changed again afterwards', async () => {
    await reload(plant(18))
    await service.settings.change('T-1.H', { revision: 1, changes: { limit: 12 }, ...SAID })
    await read(13)
    expect(service.view('T-1.H')).toMatchObject({ state: 'UNACK', limit: 12, revision: 2 })
  })
})

describe('a test that runs', () => {
  const order = { kind: 'bump', sensors: ['T-1'], by: 'li', reason: 'monthly', forMs: 10 * MINUTE } as const

  test('goes on with its evidence and ends by itself, in the new file', async () => {
    await service.tests.start(order)
    await read(30)
    await reload(plant(25))
    expect(service.view('T-1.H')).toMatchObject({ state: 'DSUPR', live: 'UNACK' })
    await read(10)
    await service.tests.end('1', { by: 'wang' })
    const [test] = await service.tests.list({ limit: 10 })
    expect(test).toMatchObject({ id: '1', endedBy: 'wang' })
    const alarm = test?.evidence.find((entry) => entry.alarm === 'T-1.H')
    expect(alarm).toMatchObject({ responded: true, peak: 30 })
    expect(service.view('T-1.H')?.suppressed).toEqual([])
    const { items: journalled } = {
      items: await states.journal({ facility: 'plant', alarm: 'T-1.H', limit: 1 }),
    }
    expect(journalled[0]).toMatchObject({
      event: 'unsuppressed',
      test: { id: '1', responded: true, peak: 30 },
    })
  })

  test('is known to the start after the reload, and numbers go on', async () => {
    await service.tests.start(order)
    await reload(plant(25))
    await service.stop()
    service = await start(plant(25))
    expect(await service.tests.list({ isRunning: true, limit: 10 })).toMatchObject([{ id: '1', ended: null }])
    await service.tests.end('1', { by: 'wang' })
    expect(await service.tests.start(order)).toMatchObject({ id: '2' })
  })
})

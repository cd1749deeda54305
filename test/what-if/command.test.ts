import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { whatIfTools } from '../../alerting/what-if/tools.ts'
import { runCommand, type Terminal } from '../../contracts/cli.ts'
import type { Clock } from '../../contracts/clock.ts'
import { loadFacility } from '../../contracts/facility-load.ts'
import type { WhatIfReport } from '../../contracts/what-if.ts'
import { serverCommand } from '../../ingest/command-line.ts'
import { EmbeddedStore } from '../../ingest/store/embedded-store.ts'
import { InfluxStore } from '../../ingest/store/influx/influx-store.ts'
import { storePlan } from '../../ingest/store/store-plan.ts'
import { DirectStates } from '../alerting/direct-states.ts'
import { FakeInfluxV2 } from '../ingest/fake-influx-v2.ts'
import { pointsOf } from '../ingest/store-points.ts'
import { monthOf, monthPlant } from '../kpi/simulated-month.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { DAY, dayOf, HOUR, MINUTE, trialPlantText } from './plant.ts'
import { storedQuery } from './stored-query.ts'

let folder: string
let data: string
let config: string
let out: string
let err: string
let monotonic: number
let tick: number
const clock: Clock = {
  wall: () => DAY + 30 * HOUR,
  monotonic: () => {
    monotonic += tick
    return monotonic
  },
}

beforeEach(() => {
  folder = temporaryFolder()
  data = join(folder, 'data')
  config = join(folder, 'plant.yaml')
  mkdirSync(data)
  ;[out, err, monotonic, tick] = ['', '', 0, 0]
  plant()
})

const ALARMS = '{ H: { when: high, limit: 20, deadband: 1 } }'

function plant(more = '', alarms = ALARMS, file = config): void {
  writeFileSync(file, trialPlantText(alarms, `auth: off, data: ${JSON.stringify(data)}`, more))
}

async function run(argv: string[], over: Partial<Terminal> = {}): Promise<number> {
  const terminal: Terminal = {
    argv: ['whatif', '--config', config, ...argv],
    env: {},
    out: (text) => {
      out += text
    },
    err: (text) => {
      err += text
    },
    stopped: new Promise(() => undefined),
    ...over,
  }
  const nobody = () => Promise.reject(new Error('not to be called'))
  const whatIf = { ...whatIfTools, giveWay: () => undefined }
  const unused = { start: nobody, backUp: nobody, setAdmin: nobody, secret: () => 'a-secret' }
  return runCommand(terminal, () => serverCommand(terminal, { ...unused, whatIf, clock }))
}

/** The stored day: two alarms as the file says, three at 15. */
const day = dayOf([
  { from: 2 * HOUR, to: 2 * HOUR + 10 * MINUTE, value: 17 },
  { from: 5 * HOUR, to: 5 * HOUR + 20_000, value: 25 },
  { from: 7 * HOUR, to: 8 * HOUR, value: 25 },
])
const THAT_DAY = ['--from', '2026-11-27T00:00:00+08:00', '--to', String(DAY + 24 * HOUR)]

const stored = () => EmbeddedStore.open(join(data, 'readings.db'))
const report = () => JSON.parse(out) as WhatIfReport

describe('with a stored day', () => {
  let store: EmbeddedStore

  beforeEach(async () => {
    store = await stored()
    await store.write(pointsOf(day))
  })
  afterEach(() => store.close())

  it('tells both sides while the server has the store open, and writes nothing', async () => {
    expect(await run([...THAT_DAY, '--set', 'T-1.H.limit=15'])).toBe(0)
    expect(out.split('\n').map((line) => line.replaceAll(/ {2,}/g, '  '))).toEqual([
      `plant, 2026-11-27T00:00:00+08:00 to 2026-11-28T00:00:00+08:00: ${day.length} readings, 1h of warm-up with them`,
      '  Nobody acts in the replay but to acknowledge, 2 min after an alarm is shown: since the journal shows none for this time.',
      '  Silence is taken from reports: longer than maxInterval and a poll, and than staleAfter. No sensor was silent.',
      '',
      'Changed',
      '  T-1.H.limit  20 -> 15',
      '',
      '  as the file says  as set  change',
      'Alarms  2  3  +1',
      '  low  0  0',
      '  medium  2  3  +1',
      '  high  0  0',
      '  critical  0  0',
      'Most in 10 minutes  1  1',
      'Floods  0  0',
      'Time in flood  0 s  0 s',
      'Alarms that chattered  0  0',
      'Alarms that were fleeting  1  1',
      'Standing at the end  0  0',
      'Unacknowledged at the end  0  0',
      '',
      'Alarms that differ',
      '  annunciated  active for  chattered  fleeting',
      '  T-1.H  2 -> 3  1 h -> 1 h 10 min  0  1',
      '',
      'Occurrences that appear: 1',
      '  2026-11-27T02:00:00+08:00  T-1.H  medium  at 17  for 10 min',
      '',
    ])
    expect(readdirSync(data).filter((name) => !name.startsWith('readings.db'))).toEqual([])
  })

  it('and when no server runs', async () => {
    await store.close()
    expect(await run([...THAT_DAY, '--set', 'T-1.H.onDelay=30s', '--json'])).toBe(0)
    expect(report()).toMatchObject({
      readings: day.length,
      file: { alarms: 2 },
      set: { alarms: 1 },
      disappear: [{ alarm: 'T-1.H', raised: '2026-11-27T05:00:00+08:00' }],
    })
    store = await stored()
    // The server finds its store as it was.
    expect(
      (await store.range({ facility: 'plant', sensor: 'T-1', from: 0, to: DAY * 2, limit: 1e6 })).length,
    ).toBe(day.length / 2)
  })

  it('takes settings from a file, and others after them', async () => {
    const sets = join(folder, 'sets.txt')
    writeFileSync(sets, '# tried in November\n\nT-1.H.limit=15\r\nT-1.H.priority=low\n')
    expect(await run([...THAT_DAY, '--sets', sets, '--set', 'T-1.H.limit=16', '--json'])).toBe(0)
    expect(report().changed).toEqual([
      { alarm: 'T-1.H', key: 'limit', file: 20, set: 16 },
      { alarm: 'T-1.H', key: 'priority', file: 'medium', set: 'low' },
    ])
    writeFileSync(sets, 'T-1.H.limit=15\nT-1.H.limti=15\n')
    expect(await run([...THAT_DAY, '--sets', sets])).toBe(2)
    expect(err).toContain(`${sets}:2: T-1.H.limti=15: no setting "limti", did you mean "limit"?`)
  })

  it('takes another facility file of the same plant', async () => {
    const other = join(folder, 'other.yaml')
    plant('', '{ H: { when: high, limit: 30 } }', other)
    expect(await run([...THAT_DAY, '--with', other, '--json'])).toBe(0)
    expect(report()).toMatchObject({ file: { alarms: 2 }, set: { alarms: 0 } })
    expect(await run([...THAT_DAY, '--with', other, '--set', 'T-1.H.limit=15'])).toBe(2)
    writeFileSync(other, trialPlantText(ALARMS).replace('id: plant', 'id: mill'))
    expect(await run([...THAT_DAY, '--with', other])).toBe(2)
    expect(err).toContain('is of "mill", not of "plant"')
  })

  it('lists the first 20 that differ, and all of them when they are wanted', async () => {
    const swings = Array.from({ length: 30 }, (_, n) => ({
      from: 10 * HOUR + n * MINUTE + 7_000,
      to: 10 * HOUR + n * MINUTE + 17_000,
      value: 25,
    }))
    await store.write(pointsOf(dayOf(swings).filter(({ time }) => time > DAY + 9 * HOUR)))
    expect(await run([...THAT_DAY, '--set', 'T-1.H.limit=30'])).toBe(0)
    expect(out).toContain('Occurrences that disappear: 32')
    expect(out.match(/ T-1\.H +medium/g)?.length).toBe(20)
    expect(out).toContain('  and 12 more: --all')
    out = ''
    expect(await run([...THAT_DAY, '--set', 'T-1.H.limit=30', '--all'])).toBe(0)
    expect(out.match(/ T-1\.H +medium/g)?.length).toBe(32)
  })

  it('acknowledges as fast as the journal shows', async () => {
    const begin = Date.parse('2026-11-01T00:00:00+08:00')
    const states = new DirectStates(data)
    const entries = monthOf(monthPlant('Asia/Shanghai'), begin, 30, 5)
    await states.commit({
      facility: 'plant',
      timezone: 'Asia/Shanghai',
      recorded: begin,
      entries,
      records: new Map(),
    })
    await states.close()
    expect(await run([...THAT_DAY, '--json'])).toBe(0)
    expect(report().acknowledge.source).toBe('journal')
    expect(report().acknowledge.afterMs).toBeGreaterThan(1_000)
    out = ''
    expect(await run([...THAT_DAY, '--json', '--acknowledge-after', '5m'])).toBe(0)
    expect(report().acknowledge).toEqual({ afterMs: 5 * MINUTE, source: 'given' })
  })

  it('tells how far it is', async () => {
    tick = 2_000
    expect(await run([...THAT_DAY, '--warm-up', '30m'])).toBe(0)
    expect(err).toMatch(/^\d+ %: 5000 readings, up to 2026-11-27T\d\d:\d\d:\d\d\+08:00\n/)
  })

  it('stops when it is told to', async () => {
    expect(await run(THAT_DAY, { stopped: Promise.resolve() })).toBe(1)
    expect([out, err]).toEqual(['', 'stopped: nothing is compared\n'])
  })
})

describe('without', () => {
  it('says that there is no store, and makes none', async () => {
    expect(await run(THAT_DAY)).toBe(1)
    expect(err).toContain('DATA_MISSING')
    expect(readdirSync(data)).toEqual([])
  })

  it.each([
    [['--set', 'T-1.H.limit=15'], 'say from when'],
    [['--from', 'yesterday'], 'expected a time with an offset'],
    [['--from', '2026-11-27T00:00:00'], 'expected a time with an offset'],
    [['--from', '1000', '--to', '1000'], '--from must be before --to'],
    [['--from', '1000', '--to', '2027-01-01T00:00:00Z'], 'still to come'],
    [[...THAT_DAY, '--warm-up', 'long'], '--warm-up "long"'],
    [[...THAT_DAY, '--acknowledge-after', '0s'], 'expected a duration from 1s on'],
    [[...THAT_DAY, '--set', 'T-1.HI.limit=15'], 'did you mean "T-1.H"?'],
    [[...THAT_DAY, '--facility', 'mill'], 'no facility "mill"'],
    [[...THAT_DAY, 'more'], 'unexpected argument "more"'],
    [[...THAT_DAY, '--sett', 'x'], '--sett'],
  ])('refuses %j', async (argv, why) => {
    expect(await run(argv)).toBe(2)
    expect(err).toContain(why)
  })

  it('has a help', async () => {
    expect(await run(['--help'])).toBe(0)
    expect(out).toContain('npm run whatif -- --config F --from T')
  })
})

describe('with InfluxDB 2.x', () => {
  const TOKEN = { DAVYLAMP_STORE_TOKEN: FakeInfluxV2.token }

  it('tells the same of the same day', async () => {
    await using influx = await FakeInfluxV2.started()
    plant(`store: { kind: influxdb, url: "${influx.url}", org: davylamp, bucket: plant }`)
    influx.addBucket('plant', 0)
    const store = new InfluxStore({ plan: storePlan(loadFacility(config), TOKEN), clock })
    await store.write(pointsOf(day))
    await store.close()
    influx.onQuery = storedQuery(() => influx.written.get('plant') ?? [])
    expect(await run([...THAT_DAY, '--set', 'T-1.H.limit=15', '--json'], { env: TOKEN })).toBe(0)
    expect(report()).toMatchObject({ readings: day.length, file: { alarms: 2 }, set: { alarms: 3 } })
    expect(report().appear).toMatchObject([{ raised: '2026-11-27T02:00:00+08:00', value: 17 }])
  })

  it('says what the database answers when it will not', async () => {
    await using influx = await FakeInfluxV2.started()
    plant(`store: { kind: influxdb, url: "${influx.url}", org: davylamp, bucket: plant }`)
    expect(await run(THAT_DAY, { env: { DAVYLAMP_STORE_TOKEN: 'wrong' } })).toBe(1)
    expect(err).toContain('STORE_UNAUTHORIZED')
  })
})

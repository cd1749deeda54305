import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Terminal } from '../../contracts/cli.ts'
import { systemClock } from '../../contracts/clock.ts'
import { CodedError } from '../../contracts/errors.ts'
import { parseFacility } from '../../contracts/facility-load.ts'
import type { Reading } from '../../contracts/reading.ts'
import type { SeriesPoint } from '../../contracts/store.ts'
import { setupCommand } from '../../ingest/commands/setup.ts'
import { DirtyMinutes } from '../../ingest/drain/dirty-minutes.ts'
import { Drain } from '../../ingest/drain/drain.ts'
import { StoreWriter } from '../../ingest/drain/store-writer.ts'
import { InfluxStore } from '../../ingest/store/influx/influx-store.ts'
import { tagText } from '../../ingest/store/influx/line-protocol.ts'
import { StoreReader } from '../../ingest/store/store-reader.ts'
import { FakeLog, Heard, partOf } from '../ingest/drain-scene.ts'
import type { FakeLogData } from '../ingest/fake-log-reader.ts'
import { good, pointsOf, seriesWith } from '../ingest/store-points.ts'
import { describeStore } from '../ingest/store-suite.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { INFLUXD, Influxd, storeConfig } from './influxd.ts'
import { unlessReal } from './unless-real.ts'

const influxdb = unlessReal(INFLUXD)
const MINUTE = 60_000
const DAY = 86_400_000
/** Times of the suite begin in 1970: nothing of it is beyond retention yet. */
const EPOCH = { wall: () => 0, monotonic: () => 0 }
const GT = { facility: 'plant', sensor: 'GT-101' }

describe.skipIf(influxdb.skip)(`InfluxDB 1.6${influxdb.reason}`, () => {
  let influxd: Influxd
  let databases = 0

  beforeAll(async () => {
    influxd = await Influxd.started(temporaryFolder())
  })
  afterAll(() => influxd?.kill())

  /** A database of its own, as the suite names them. */
  async function newDatabase(): Promise<string> {
    databases += 1
    const database = `suite-${databases}`
    await influxd.createDatabase(database)
    return database
  }

  async function opened(clock = EPOCH): Promise<{ store: InfluxStore; database: string }> {
    const database = await newDatabase()
    return {
      store: new InfluxStore({ plan: { config: storeConfig(influxd.url, database) }, clock }),
      database,
    }
  }

  describeStore('store', async () => {
    const plan = { config: storeConfig(influxd.url, await newDatabase()) }
    return { open: async () => new InfluxStore({ plan, clock: EPOCH }) }
  })

  it('reads back whatever texts tags and reasons are made of', async () => {
    const { store, database } = await opened()
    const unit = fc.constantFrom(
      ',',
      ' ',
      '=',
      '"',
      "'",
      '\\',
      '\n',
      '\r',
      '\t',
      '\u0000',
      '#',
      'i',
      'ü',
      '气',
      '😀',
    )
    const text = fc.string({ unit, minLength: 1, maxLength: 10 })
    const samples = fc.sample(fc.tuple(text, text, text), { numRuns: 400, seed: 20_261_121 })
    const points = samples.map(
      ([quantity, area, reason], n): SeriesPoint => ({
        series: seriesWith({ quantity, area, sensor: `S-${n}` }),
        reading: { sensor: `S-${n}`, time: n * 1_000, value: n, quality: 'bad', reason },
        fold: 0,
      }),
    )
    expect(await store.write(points)).toEqual([])
    const rows = await influxd.rows('SELECT value, reason, quantity, area FROM gas', { db: database })
    expect(rows).toEqual(
      samples.map(([quantity, area, reason], n) => [n * 1_000, n, reason, tagText(quantity), tagText(area)]),
    )
    await store.close()
  })

  it('gives back lines that conflict with a type, with its reason, and writes all others', async () => {
    const { store, database } = await opened()
    await fetch(`${influxd.url}/write?db=${database}&precision=ms`, {
      method: 'POST',
      body: 'level,sensor=L value="text" 1',
    })
    const sound = pointsOf(Array.from({ length: 500 }, (_, n) => good(n, n)))
    const level = {
      series: seriesWith({ kind: 'level', sensor: 'LT-1' }),
      reading: good(7, 1, 'LT-1'),
      fold: 0,
    }
    const refused = await store.write([...sound.slice(0, 333), level, ...sound.slice(333)])
    expect(refused).toEqual([{ point: level, detail: expect.stringContaining('field type conflict') }])
    expect(await store.range({ ...GT, from: 0, to: 1e6, limit: 1e6 })).toHaveLength(500)
    await store.close()
  })

  it('gives back what is beyond the retention of the database', async () => {
    const { store, database } = await opened()
    await influxd.ask(`ALTER RETENTION POLICY autogen ON "${database}" DURATION 30d`)
    const now = Date.now()
    const points = pointsOf([good(now - 40 * DAY, 1), good(now, 2)])
    expect(await store.write(points)).toMatchObject([
      { point: { reading: { value: 1 } }, detail: expect.stringContaining('retention policy') },
    ])
    expect(await store.range({ ...GT, from: now - DAY, to: now + 1, limit: 9 })).toEqual([good(now, 2)])
    await store.close()
  })

  it('says what is wrong with it: no database, no retention policy, not there', async () => {
    const plan = { config: storeConfig(influxd.url, 'nowhere') }
    const store = new InfluxStore({ plan, clock: EPOCH })
    await expect(store.write(pointsOf([good(1, 1)]))).rejects.toMatchObject({ code: 'STORE_MISSING' })
    await expect(store.range({ ...GT, from: 0, to: 9, limit: 9 })).rejects.toMatchObject({
      code: 'STORE_MISSING',
    })
    await influxd.ask('CREATE DATABASE bare')
    const bare = new InfluxStore({ plan: { config: storeConfig(influxd.url, 'bare') }, clock: EPOCH })
    const alarm = { measurement: 'alarm', tags: {}, fields: { active: 1n }, time: 1 }
    await expect(bare.writeStatus([alarm])).rejects.toMatchObject({ code: 'STORE_MISSING' })
    await bare.write(pointsOf([good(1, 1)]))
    await expect(bare.rollUp({ from: 0, to: MINUTE })).rejects.toMatchObject({ code: 'STORE_MISSING' })
    const gone = new InfluxStore({ plan: { config: storeConfig('http://127.0.0.1:1', 'x') }, clock: EPOCH })
    await expect(gone.write(pointsOf([good(1, 1)]))).rejects.toMatchObject({ code: 'STORE_UNREACHABLE' })
    for (const one of [store, bare, gone]) await one.close()
  })

  it('keeps roll-ups in a place of their own, and answers from there what readings no longer can', async () => {
    const start = 100 * DAY
    const { store, database } = await opened({ wall: () => start, monotonic: () => 0 })
    const points = pointsOf([
      ...[0, 10, 59, 60, 119].map((s) => good(start + s * 1_000, s)),
      { sensor: 'GT-101', time: start + 61_000, value: 9, quality: 'bad', reason: 'above-range' },
      { sensor: 'GT-101', time: start + 3 * MINUTE, quality: 'bad', reason: 'timeout' },
    ])
    expect(await store.write(points)).toEqual([])
    const span = { ...GT, from: start, to: start + 10 * MINUTE }
    const questions = [MINUTE, 2 * MINUTE, 10 * MINUTE].map((everyMs) => ({ ...span, everyMs }))
    const fresh = await Promise.all(questions.map((question) => store.buckets(question)))
    await store.rollUp({ from: start, to: start + 10 * MINUTE })
    await store.rollUp({ from: start, to: start + 2 * MINUTE })
    const fields = 'min, mean, max, "sum", "values", "count", quality, reason, sensor, quantity'
    expect(await influxd.rows(`SELECT ${fields} FROM rollup.gas`, { db: database })).toEqual([
      [start, 0, 23, 59, 69, 3, 3, 192, '', 'GT-101', 'CH4'],
      [start + MINUTE, 60, 89.5, 119, 179, 2, 3, 0, 'above-range', 'GT-101', 'CH4'],
      [start + 3 * MINUTE, null, null, null, 0, 0, 1, 0, 'timeout', 'GT-101', 'CH4'],
    ])

    const mean =
      'SELECT sum("sum") / sum("values") FROM "rollup"."gas" WHERE time >= 100d AND time < 101d GROUP BY time(1h) fill(none)'
    expect(await influxd.rows(mean, { db: database })).toEqual([[start, 248 / 5]])
    await store.close()

    // 400 days later the database has dropped the readings, whole shards of them.
    const shards = (await influxd.ask('SHOW SHARDS')) as {
      results: { series: { name: string; values: unknown[][] }[] }[]
    }
    const raw = shards.results[0]?.series
      .filter(({ name }) => name === database)
      .flatMap(({ values }) => values.filter(([, , policy]) => policy === 'autogen').map(([id]) => id))
    for (const id of raw ?? []) await influxd.ask(`DROP SHARD ${id}`)
    const later = new InfluxStore({
      plan: { config: storeConfig(influxd.url, database) },
      clock: { wall: () => start + 400 * DAY + 20 * MINUTE, monotonic: () => 0 },
    })
    expect(await later.range({ ...span, limit: 9 })).toEqual([])
    expect(await Promise.all(questions.map((question) => later.buckets(question)))).toEqual(fresh)
    // And a roll-up of what is gone changes nothing.
    await later.rollUp({ from: start, to: start + 10 * MINUTE })
    expect(await Promise.all(questions.map((question) => later.buckets(question)))).toEqual(fresh)
    await later.close()
  })

  it('rolls up what it wrote without being asked to count it, and to the same result', async () => {
    const start = 100 * DAY
    const clock = { wall: () => start, monotonic: () => 0 }
    const { store, database } = await opened(clock)
    const sensors = ['GT-101', 'GT-102', 'GT-103']
    const readings = (from: number) =>
      Array.from({ length: 240 }, (_, n): Reading => {
        const sensor = sensors[n % 3] ?? ''
        const time = from + n * 500
        if (n % 40 === 7) return { sensor, time, quality: 'bad', reason: 'timeout' }
        if (n % 40 === 9) return { sensor, time, value: 7, quality: 'uncertain', reason: 'clock' }
        return good(time, (n * 37) % 100, sensor)
      })
    const other = { ...seriesWith({ sensor: 'CL-1', gateway: 'gw-2', quantity: '' }) }
    await store.write(pointsOf(readings(start)))
    await store.write([{ series: other, reading: good(start + 5_000, 1, 'CL-1'), fold: 0 }])
    // Late, so that the minute of this gateway has to be counted.
    await store.write([{ series: other, reading: good(start + 4_000, 5, 'CL-1'), fold: 0 }])
    const span = { from: start, to: start + 3 * MINUTE }
    const rolled = () => influxd.rows('SELECT * FROM rollup.gas', { db: database })
    await store.rollUp({ ...span, isOwn: true })
    const own = await rolled()
    await store.rollUp(span)
    expect(own.length).toBe(7)
    expect(await rolled()).toEqual(own)

    // Another object knows nothing of what was there before, and one that forgets counts it all.
    const again = new InfluxStore({ plan: { config: storeConfig(influxd.url, database) }, clock })
    await again.write(pointsOf([good(start + 119_900, 1_000), good(start + 2 * MINUTE, 2_000)]))
    await again.rollUp({ ...span, isOwn: true })
    const added = await rolled()
    expect(added.length).toBe(8)
    await again.rollUp(span)
    expect(await rolled()).toEqual(added)
    await store.close()
    await again.close()
  })

  it('has alarms beside the readings, and where they are kept for years', async () => {
    const { store, database } = await opened()
    const fields = {
      state: 'UNACK',
      active: 1n,
      value: 23.5,
      message: 'at or above 20 "%LEL"',
      eventTime: 1_795_226_399_000n,
    }
    const tags = { facility: 'plant', sensor: 'GT-101', alarm: 'GT-101.H', kind: 'gas' }
    const points = [1, 2].map((time) => ({ measurement: 'alarm', tags, fields, time }))
    expect(await store.writeStatus(points)).toEqual([])
    expect(await store.writeStatus(points)).toEqual([])
    const expected = [1, 2].map((time) => [
      time,
      'GT-101.H',
      'UNACK',
      1,
      23.5,
      'at or above 20 "%LEL"',
      1_795_226_399_000,
    ])
    for (const from of ['alarm', 'rollup.alarm']) {
      const q = `SELECT alarm, state, active, value, message, eventTime FROM ${from}`
      expect(await influxd.rows(q, { db: database })).toEqual(expected)
    }
    await store.close()
  })

  it('killed in the middle of a drain and started again, has everything exactly once', async () => {
    const own = await Influxd.started(temporaryFolder())
    try {
      await own.createDatabase('plant')
      const store = new InfluxStore({ plan: { config: storeConfig(own.url, 'plant') }, clock: EPOCH })
      const log = new FakeLog()
      const heard = new Heard()
      const clock = systemClock
      const drain = new Drain({
        source: log,
        store,
        onWritten: () => undefined,
        limits: { points: 1_000, ageMs: 200 },
        events: heard,
        clock,
        random: Math.random,
      })
      const running = drain.run()
      const records = 300
      for (let record = 1; record <= records; record += 1) log.append(partOf(record, 500))
      for (const least of [20, 120]) {
        await vi.waitFor(() => expect(heard.progress.at(-1)?.last).toBeGreaterThan(least), { interval: 1 })
        expect(heard.progress.at(-1)?.last).toBeLessThan(records)
        await own.kill('SIGKILL')
        await vi.waitFor(() => expect(heard.states.at(-1)).toMatchObject({ isWorking: false }))
        const said = heard.progress.at(-1)?.last ?? 0
        await own.start()
        // What was said to be in the store survived.
        const kept = await own.rows(`SELECT count(value) FROM gas WHERE value < ${(said + 1) * 1_000}`, {
          db: 'plant',
        })
        expect(kept[0]?.[1]).toBe(said * 500)
      }
      log.close()
      await running
      expect(heard.progress.at(-1)?.last).toBe(records)
      const [all] = await own.rows(
        'SELECT count(value), count(quality), count(distinct(value)), sum(value) FROM gas',
        { db: 'plant' },
      )
      const sum = Array.from({ length: records }, (_, n) => (n + 1) * 500_000 + 124_750).reduce(
        (a, b) => a + b,
        0,
      )
      expect(all?.slice(1)).toEqual([150_000, 150_000, 150_000, sum])
      expect(heard.states.at(-1)).toEqual({ isWorking: true })
      expect(heard.refused).toEqual([])
      await drain.close()
      await store.close()
    } finally {
      await own.kill()
    }
  })

  it('is drained by a thread, and its minutes are noted for the next start', async () => {
    const database = await newDatabase()
    const folder = temporaryFolder()
    const heard = new Heard()
    const writer = new StoreWriter({
      plan: { config: storeConfig(influxd.url, database), file: '' },
      minutesFile: join(folder, 'minutes.json'),
      source: (after) => ({
        module: new URL('../ingest/fake-log-reader.ts', import.meta.url).href,
        data: { after, records: 70, readings: 1_000 } satisfies FakeLogData,
      }),
      drainedTo: 0,
      random: Math.random,
      events: Object.assign(heard, { onUpkeep: () => undefined, onMirror: () => undefined }),
    })
    await writer.start()
    await vi.waitFor(() => expect(heard.progress.at(-1)?.last).toBe(70))
    const [count] = await influxd.rows('SELECT count(value) FROM gas', { db: database })
    expect(count?.[1]).toBe(70_000)
    await writer.close()
    const dirty = new DirtyMinutes(join(folder, 'minutes.json'))
    dirty.load()
    expect(dirty.take(10)).toEqual([{ from: 0, to: 2 * MINUTE, isOwn: false }])
  })

  it('stops within 5 s while the database stands still', async () => {
    const own = await Influxd.started(temporaryFolder())
    const plan = { config: storeConfig(own.url, 'plant'), file: '' }
    const heard = new Heard()
    const writer = new StoreWriter({
      plan,
      minutesFile: join(temporaryFolder(), 'minutes.json'),
      source: (after) => ({
        module: new URL('../ingest/fake-log-reader.ts', import.meta.url).href,
        data: { after, records: 70, readings: 1_000 } satisfies FakeLogData,
      }),
      drainedTo: 0,
      random: Math.random,
      events: Object.assign(heard, { onUpkeep: () => undefined, onMirror: () => undefined }),
    })
    const reader = new StoreReader(plan)
    try {
      await own.createDatabase('plant')
      own.signal('SIGSTOP')
      await writer.start()
      const asked = reader.range({ ...GT, from: 0, to: 1, limit: 1 }).catch((error: unknown) => error)
      await new Promise((resolve) => setTimeout(resolve, 500))
      const started = performance.now()
      await Promise.all([writer.close(), reader.close()])
      expect(performance.now() - started).toBeLessThan(5_000)
      expect(await asked).toBeInstanceOf(CodedError)
      expect(heard.progress).toEqual([])
    } finally {
      await own.kill()
    }
  })

  describe('setup', () => {
    const facility = (url: string, store: string) =>
      parseFacility(
        `{ facility: { id: p }, store: { kind: influxdb, api: v1, url: "${url}", ${store} }, gateways: [ { id: g, buses: [ { id: b, driver: modbus-tcp, host: h, devices: [ { id: d, sensors: [ { id: S, kind: gas, unit: ppm, register: { address: 0 } } ] } ] } ] } ] }`,
        'p.yaml',
      )

    async function setup(
      store: string,
      options: { dryRun?: boolean; env?: Record<string, string>; url?: string } = {},
    ) {
      const { dryRun = false, env = {}, url = influxd.url } = options
      let printed = ''
      const out = (text: string) => {
        printed += text
      }
      const terminal: Terminal = { argv: [], env, out, err: out, stopped: new Promise(() => undefined) }
      await setupCommand(terminal, [facility(url, store)], { json: false, dryRun, clock: systemClock })
      return printed
    }

    const policies = (database: string) => influxd.rows(`SHOW RETENTION POLICIES ON "${database}"`)

    it('makes database and retention policies, and the second time nothing', async () => {
      const dry = await setup('database: "my plant"', { dryRun: true })
      expect(dry.match(/would be made/g)?.length).toBe(3)
      expect((await influxd.rows('SHOW DATABASES')).flat()).not.toContain('my plant')
      const printed = await setup('database: "my plant"')
      expect(printed).toBe(
        `InfluxDB 1.6.7~rc0 at ${influxd.url}\n  database my plant: made\n` +
          '  retention policy raw of my plant (default), 400d: made\n' +
          '  retention policy rollup of my plant, 1100d: made\n',
      )
      expect(await policies('my plant')).toEqual([
        ['raw', '9600h0m0s', '168h0m0s', 1, true],
        ['rollup', '26400h0m0s', '168h0m0s', 1, false],
      ])
      const again = await setup('database: "my plant"')
      expect(again.match(/was there/g)?.length).toBe(3)
      expect(again).toContain('nothing to do')

      const store = new InfluxStore({
        plan: { config: storeConfig(influxd.url, 'my plant') },
        clock: systemClock,
      })
      expect(await store.write(pointsOf([good(Date.now(), 1)]))).toEqual([])
      expect(
        await store.writeStatus([
          { measurement: 'alarm', tags: {}, fields: { active: 1n }, time: Date.now() },
        ]),
      ).toEqual([])
      await store.close()
    })

    it('lengthens what is there and never shortens it', async () => {
      await influxd.ask('CREATE DATABASE lengths WITH DURATION 30d NAME mine')
      await influxd.ask('CREATE RETENTION POLICY rollup ON lengths DURATION INF REPLICATION 1')
      const printed = await setup('database: lengths')
      expect(printed).toMatch(/mine of lengths \(default\), 400d: changed \(it was 30d\)/)
      expect(printed).toMatch(
        /rollup of lengths: DIFFERS \(it keeps for ever.*ALTER RETENTION POLICY "rollup" ON "lengths" DURATION 26400h/,
      )
      expect((await policies('lengths')).map(([name, length]) => [name, length])).toEqual([
        ['mine', '9600h0m0s'],
        ['rollup', '0s'],
      ])
    })

    describe('of users', () => {
      const by = { DAVYLAMP_STORE_USERNAME: 'root', DAVYLAMP_STORE_PASSWORD: 'se:cret' }
      let passwords = 0

      async function users(url: string, folder: string, rotate = false) {
        let printed = ''
        const out = (text: string) => {
          printed += text
        }
        const terminal: Terminal = { argv: [], env: by, out, err: out, stopped: new Promise(() => undefined) }
        const secret = () => {
          passwords += 1
          return `pass'word-${passwords}`
        }
        const status = await setupCommand(terminal, [facility(url, 'database: plant')], {
          ...{ json: false, dryRun: false, clock: systemClock },
          access: { folder, rotate, secret },
        })
        return { status, printed }
      }

      function storeOf(url: string, folder: string, name: 'ingest' | 'grafana') {
        const password = readFileSync(join(folder, `${name}-password`), 'utf8').trim()
        const plan = { config: storeConfig(url, 'plant'), username: `davylamp-${name}`, password }
        return new InfluxStore({ plan, clock: systemClock })
      }

      it('gives the server all of its database, and Grafana what can be read there', async () => {
        const guarded = await Influxd.started(temporaryFolder(), { http: 'auth-enabled = true' })
        const { url } = guarded
        const folder = temporaryFolder()
        try {
          const body = new URLSearchParams({
            q: `CREATE USER root WITH PASSWORD 'se:cret' WITH ALL PRIVILEGES`,
          })
          await fetch(`${url}/query`, { method: 'POST', body })
          const { status, printed } = await users(url, folder)
          expect(status).toBe(0)
          expect(printed).toMatch(
            /user davylamp-ingest, password in .*: made\n.*user davylamp-grafana, .*: made/,
          )
          expect(printed).not.toContain("pass'word")
          const time = Date.now()
          const [server, grafana] = [storeOf(url, folder, 'ingest'), storeOf(url, folder, 'grafana')]
          expect(await server.write(pointsOf([good(time, 1)]))).toEqual([])
          await expect(grafana.write(pointsOf([good(time, 2)]))).rejects.toMatchObject({
            code: 'STORE_UNAUTHORIZED',
          })
          const password = readFileSync(join(folder, 'grafana-password'), 'utf8').trim()
          const authorization = `Basic ${Buffer.from(`davylamp-grafana:${password}`).toString('base64')}`
          const read = await fetch(`${url}/query?db=plant&q=SELECT+*+FROM+gas`, {
            headers: { authorization },
          })
          expect(await read.text()).toContain('"name":"gas"')
          const other = await fetch(`${url}/query?q=CREATE+DATABASE+mine`, {
            method: 'POST',
            headers: { authorization },
          })
          expect(other.status).toBe(403)
          await Promise.all([server.close(), grafana.close()])

          const again = await users(url, folder)
          expect(again.printed.match(/was there/g)?.length).toBe(5)
          writeFileSync(join(folder, 'grafana-password'), 'of another day\n')
          const refused = await users(url, folder)
          expect(refused.status).toBe(1)
          expect(refused.printed).toMatch(
            /davylamp-grafana, .*: REFUSED \(the database refuses the password: 401; --rotate/,
          )
          rmSync(join(folder, 'ingest-password'))
          expect((await users(url, folder)).printed).toMatch(
            /davylamp-ingest, .*: REFUSED \(.*nobody has kept/,
          )
          expect((await users(url, folder, true)).status).toBe(0)
          expect((await users(url, folder)).status).toBe(0)
          const renewed = storeOf(url, folder, 'ingest')
          expect(await renewed.write(pointsOf([good(time + 1, 1)]))).toEqual([])
          await renewed.close()
        } finally {
          await guarded.kill()
        }
      })

      it('makes none where the database serves everybody', async () => {
        const folder = temporaryFolder()
        const { status, printed } = await users(influxd.url, folder)
        expect(status).toBe(0)
        expect(printed).toContain('not needed (auth-enabled is off')
        expect(readdirSync(folder)).toEqual([])
      })
    })

    it('is an administrator, when the database asks who it is', async () => {
      const guarded = await Influxd.started(temporaryFolder(), { http: 'auth-enabled = true' })
      try {
        const body = new URLSearchParams({
          q: `CREATE USER lamp WITH PASSWORD 'se:cret' WITH ALL PRIVILEGES`,
        })
        await fetch(`${guarded.url}/query`, { method: 'POST', body })
        const store = 'database: plant, username: lamp'
        const { url } = guarded
        await expect(setup(store, { url, env: { DAVYLAMP_STORE_PASSWORD: 'wrong' } })).rejects.toMatchObject({
          code: 'STORE_UNAUTHORIZED',
        })
        await expect(setup('database: plant', { url })).rejects.toMatchObject({ code: 'STORE_UNAUTHORIZED' })
        const printed = await setup(store, { url, env: { DAVYLAMP_STORE_PASSWORD: 'se:cret' } })
        expect(printed.match(/made/g)?.length).toBe(3)
        const config = { ...storeConfig(url, 'plant'), username: 'lamp' }
        const [right, wrong] = ['se:cret', 'wrong'].map(
          (password) => new InfluxStore({ plan: { config, password }, clock: systemClock }),
        )
        expect(await right?.write(pointsOf([good(Date.now(), 1)]))).toEqual([])
        await expect(wrong?.write(pointsOf([good(Date.now(), 1)]))).rejects.toMatchObject({
          code: 'STORE_UNAUTHORIZED',
        })
        await right?.close()
        await wrong?.close()
      } finally {
        await guarded.kill()
      }
    })
  })
})

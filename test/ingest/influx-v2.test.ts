import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Terminal } from '../../contracts/cli.ts'
import { systemClock } from '../../contracts/clock.ts'
import type { StoreConfig } from '../../contracts/facility.ts'
import { parseFacility } from '../../contracts/facility-load.ts'
import { setupCommand } from '../../ingest/commands/setup.ts'
import { InfluxStore } from '../../ingest/store/influx/influx-store.ts'
import { storePlan } from '../../ingest/store/store-plan.ts'
import { FakeInfluxV2 } from './fake-influx-v2.ts'
import { parseLines } from './line-protocol-parser.ts'
import { good, pointsOf } from './store-points.ts'

// InfluxDB 2.x cannot be installed here: this is its documented HTTP interface, not the program.

const SECONDS = { raw: 400 * 86_400, rollup: 1_100 * 86_400 }
let influx: FakeInfluxV2

beforeEach(async () => {
  influx = await FakeInfluxV2.started()
})
afterEach(() => influx[Symbol.asyncDispose]())

function facility(store: string) {
  return parseFacility(
    `{ facility: { id: p }, store: { ${store} }, gateways: [ { id: g, buses: [ { id: b, driver: modbus-tcp, host: h, devices: [ { id: d, sensors: [ { id: S, kind: gas, unit: ppm, register: { address: 0 } } ] } ] } ] } ] }`,
    'p.yaml',
  )
}

const V2 = () => `kind: influxdb, url: "${influx.url}", org: davylamp, bucket: plant`

async function setup(
  options: { store?: string; json?: boolean; dryRun?: boolean; env?: Record<string, string> } = {},
): Promise<string> {
  const {
    store = V2(),
    json = false,
    dryRun = false,
    env = { DAVYLAMP_STORE_TOKEN: FakeInfluxV2.token },
  } = options
  let printed = ''
  const terminal: Terminal = {
    argv: [],
    env,
    out: (text) => {
      printed += text
    },
    err: () => undefined,
    stopped: new Promise(() => undefined),
  }
  const status = await setupCommand(terminal, [facility(store)], { json, dryRun, clock: systemClock })
  expect(status).toBe(0)
  return printed
}

describe('setup of InfluxDB 2.x', () => {
  it('makes buckets with retention, and mappings for InfluxQL', async () => {
    const printed = await setup()
    expect(
      influx.seen
        .slice(1)
        .map(({ method, path, query, body }) => [method, path, query, body && JSON.parse(body)]),
    ).toEqual([
      ['GET', '/api/v2/orgs', { org: 'davylamp' }, ''],
      ['GET', '/api/v2/buckets', { orgID: '0001', name: 'plant' }, ''],
      [
        'POST',
        '/api/v2/buckets',
        {},
        { orgID: '0001', name: 'plant', retentionRules: [{ type: 'expire', everySeconds: SECONDS.raw }] },
      ],
      ['GET', '/api/v2/dbrps', { orgID: '0001', db: 'plant' }, ''],
      [
        'POST',
        '/api/v2/dbrps',
        {},
        { orgID: '0001', bucketID: 'b001', database: 'plant', retention_policy: 'autogen', default: true },
      ],
      ['GET', '/api/v2/buckets', { orgID: '0001', name: 'plant/rollup' }, ''],
      [
        'POST',
        '/api/v2/buckets',
        {},
        {
          orgID: '0001',
          name: 'plant/rollup',
          retentionRules: [{ type: 'expire', everySeconds: SECONDS.rollup }],
        },
      ],
      ['GET', '/api/v2/dbrps', { orgID: '0001', db: 'plant' }, ''],
      [
        'POST',
        '/api/v2/dbrps',
        {},
        { orgID: '0001', bucketID: 'b003', database: 'plant', retention_policy: 'rollup', default: false },
      ],
    ])
    expect(influx.seen.slice(1).every(({ authorization }) => authorization === 'Token secret-token')).toBe(
      true,
    )
    expect(printed).toBe(
      `InfluxDB 2.7.12 at ${influx.url}\n` +
        '  bucket plant, 400d: made\n' +
        '  mapping of plant.autogen (default) to bucket plant: made\n' +
        '  bucket plant/rollup, 1100d: made\n' +
        '  mapping of plant.rollup to bucket plant/rollup: made\n',
    )
    expect(printed).not.toContain(FakeInfluxV2.token)
  })

  it('does nothing the second time, and says so', async () => {
    await setup()
    influx.seen.length = 0
    const printed = await setup()
    expect(influx.asked.filter((asked) => !asked.startsWith('GET'))).toEqual([])
    expect(printed.match(/was there/g)?.length).toBe(4)
    expect(printed).toContain('nothing to do')
  })

  it('is content with the mappings that 2.x makes up by itself', async () => {
    influx.hasVirtualMappings = true
    const printed = await setup()
    expect(influx.mappings).toEqual([])
    expect(printed).toContain('mapping of plant.rollup to bucket plant/rollup: was there')
  })

  it('maps another name when queries use one', async () => {
    await setup({ store: `${V2()}, database: old-name` })
    expect(influx.mappings).toMatchObject([
      { database: 'old-name', retention_policy: 'autogen', bucketID: 'b001', default: true },
      { database: 'old-name', retention_policy: 'rollup', bucketID: 'b003', default: false },
    ])
  })

  it('changes nothing on a dry run', async () => {
    const printed = await setup({ dryRun: true })
    expect(influx.asked.filter((asked) => !asked.startsWith('GET'))).toEqual([])
    expect(printed.match(/would be made/g)?.length).toBe(4)
  })

  it('lengthens a retention and never shortens one', async () => {
    const short = influx.addBucket('plant', 86_400)
    influx.addBucket('plant/rollup', 0)
    const report = JSON.parse(await setup({ json: true }))
    expect(short.retentionRules).toEqual([{ type: 'expire', everySeconds: SECONDS.raw }])
    expect(report).toMatchObject({
      store: 'influxdb',
      version: '2.7.12',
      dryRun: false,
      steps: [
        { what: 'bucket plant, 400d', state: 'changed', note: 'it was 1d' },
        { state: 'made' },
        { what: 'bucket plant/rollup', state: 'differs' },
        { state: 'made' },
      ],
    })
    expect(report.steps[2].note).toMatch(
      /keeps for ever.*1100d.*influx bucket update --id b002 --retention 95040000s/,
    )
    expect(influx.asked.filter((asked) => asked.startsWith('PATCH'))).toEqual(['PATCH /api/v2/buckets/b001'])
  })

  it.each<[string, () => Promise<unknown>, string, RegExp]>([
    [
      'a wrong token',
      () => setup({ env: { DAVYLAMP_STORE_TOKEN: 'x' } }),
      'STORE_UNAUTHORIZED',
      /unauthorized access/,
    ],
    ['no token', () => setup({ env: {} }), 'STORE_UNAUTHORIZED', /401/],
    [
      'an unknown organisation',
      () => setup({ store: V2().replace('davylamp', 'other') }),
      'CONFIG_INVALID',
      /no organisation "other"/,
    ],
    [
      'no organisation',
      () => setup({ store: V2().replace('org: davylamp, ', '') }),
      'CONFIG_INVALID',
      /store.org/,
    ],
    [
      'nobody there',
      () => setup({ store: 'kind: influxdb, url: "http://127.0.0.1:1", org: o, bucket: b' }),
      'STORE_UNREACHABLE',
      /ECONNREFUSED/,
    ],
  ])('%s is an error with a code', async (_name, attempt, code, detail) => {
    await expect(attempt()).rejects.toMatchObject({ code, detail: expect.stringMatching(detail) })
  })

  it('refuses a name that is mapped to the bucket of somebody else', async () => {
    const other = influx.addBucket('other', 0)
    influx.mappings.push({
      id: 'm',
      orgID: '0001',
      bucketID: other.id,
      database: 'plant',
      retention_policy: 'x',
      default: true,
    })
    await expect(setup()).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      detail: expect.stringContaining('plant.x'),
    })
  })

  it.each([
    ['1.6.7', 'CONFIG_INVALID', /set it to v1/],
    ['v3.2.0', 'CONFIG_NOT_BUILT', /by itself|first write/],
  ])('tells that this is InfluxDB %s', async (version, code, detail) => {
    influx.version = version
    await expect(setup()).rejects.toMatchObject({ code, detail: expect.stringMatching(detail) })
  })

  it('has nothing to do for the embedded store', async () => {
    expect(await setup({ store: '' })).toContain('nothing to set up')
    expect(JSON.parse(await setup({ store: '', json: true }))).toEqual({
      store: 'embedded',
      dryRun: false,
      steps: [],
    })
  })
})

describe('InfluxDB 2.x as a store', () => {
  let store: InfluxStore

  beforeEach(async () => {
    await setup()
    influx.seen.length = 0
    const plan = { ...storePlan(facility(V2()), { DAVYLAMP_STORE_TOKEN: FakeInfluxV2.token }), gzip: true }
    store = new InfluxStore({ plan, clock: systemClock })
  })
  afterEach(() => store.close())

  it('is written by its own path, in milliseconds unless a fold asks for more', async () => {
    const points = pointsOf(Array.from({ length: 200 }, (_, n) => good(n, n)))
    expect(await store.write(points)).toEqual([])
    expect(await store.write(points.slice(0, 1).map((point) => ({ ...point, fold: 2 })))).toEqual([])
    const writes = influx.seen.filter(({ path }) => path !== '/query')
    expect(
      writes.map(({ method, path, query, authorization }) => [method, path, query, authorization]),
    ).toEqual([
      ['POST', '/api/v2/write', { org: 'davylamp', bucket: 'plant', precision: 'ms' }, 'Token secret-token'],
      ['POST', '/api/v2/write', { org: 'davylamp', bucket: 'plant', precision: 'ns' }, 'Token secret-token'],
    ])
    const lines = parseLines((influx.written.get('plant') ?? []).join('\n'))
    expect(lines.length).toBe(201)
    expect(lines.at(-1)).toMatchObject({
      measurement: 'gas',
      fields: { value: 0, quality: 192n, reason: '' },
      time: '2',
    })
  })

  it('is written by who may not read', async () => {
    influx.isWriteOnly = true
    expect(await store.write(pointsOf([good(1, 1)]))).toEqual([])
    expect(influx.written.get('plant')?.length).toBe(1)
    await expect(store.range({ facility: 'p', sensor: 'S', from: 0, to: 9, limit: 9 })).rejects.toMatchObject(
      {
        code: 'STORE_UNAUTHORIZED',
      },
    )
  })

  it('that closed a connection just as it was used again is asked once more, and only once', async () => {
    await store.write(pointsOf([good(1, 1)]))
    influx.cuts = 1
    expect(await store.write(pointsOf([good(2, 2)]))).toEqual([])
    expect(influx.written.get('plant')?.length).toBe(2)
    influx.cuts = 2
    await expect(store.write(pointsOf([good(3, 3)]))).rejects.toMatchObject({ code: 'STORE_UNREACHABLE' })
  })

  it('is rolled up from memory, also when writes do not end in the order in which they began', async () => {
    const minute = Math.floor(Date.now() / 60_000) * 60_000
    influx.delays.push(60, 0)
    await Promise.all([
      store.write(pointsOf([good(minute, 1), good(minute + 1, 2)])),
      store.write(pointsOf([good(minute + 2, 6), good(minute + 3, 7)])),
    ])
    const asked = influx.asked.filter((path) => path === 'GET /query').length
    await store.rollUp({ from: minute, to: minute + 60_000, isOwn: true })
    expect(influx.asked.filter((path) => path === 'GET /query').length).toBe(asked)
    const [rolled, ...others] = parseLines((influx.written.get('plant/rollup') ?? []).join('\n'))
    expect(others).toEqual([])
    expect(rolled).toMatchObject({
      measurement: 'gas',
      tags: { sensor: 'GT-101' },
      fields: { min: 1, mean: 4, max: 7, sum: 16, values: 4n, count: 4n, quality: 192n, reason: '' },
      time: String(minute),
    })
    await store.rollUp({ from: minute, to: minute + 60_000, isOwn: true })
    expect(influx.written.get('plant/rollup')?.length).toBe(1)
  })

  it('gets alarms twice: beside the readings, and where they are kept for years', async () => {
    const point = (measurement: string) => ({ measurement, tags: {}, fields: { active: 1n }, time: 7 })
    expect(await store.writeStatus([point('alarm'), point('gateway')])).toEqual([])
    expect(influx.written.get('plant')).toEqual(['alarm active=1i 7', 'gateway active=1i 7'])
    expect(influx.written.get('plant/rollup')).toEqual(['alarm active=1i 7'])
  })

  it.each<[string, FakeInfluxV2['failure'], string]>([
    [
      'asks for patience',
      { status: 429, body: { code: 'too many requests' }, headers: { 'retry-after': '5' } },
      'STORE_BUSY',
    ],
    ['is not itself', { status: 503, body: '<html>' }, 'STORE_UNREACHABLE'],
    [
      'has lost its bucket',
      { status: 404, body: { code: 'not found', message: 'bucket "plant" not found' } },
      'STORE_MISSING',
    ],
    ['does not know us', { status: 403, body: { code: 'forbidden' } }, 'STORE_UNAUTHORIZED'],
  ])('that %s keeps nothing back', async (_name, failure, code) => {
    influx.failure = failure
    await expect(store.write(pointsOf([good(1, 1)]))).rejects.toMatchObject({ code })
    await expect(store.range({ facility: 'p', sensor: 'S', from: 0, to: 9, limit: 9 })).rejects.toMatchObject(
      { code },
    )
    influx.failure = undefined
    expect(await store.write(pointsOf([good(1, 1)]))).toEqual([])
  })

  it('is asked in InfluxQL, one statement at a time, with its token', async () => {
    influx.failure = { status: 200, body: { results: [{ statement_id: 0 }] } }
    const query = { facility: 'plant', sensor: "x'y", from: 0, to: 60_000 }
    expect(await store.range({ ...query, limit: 9 })).toEqual([])
    expect(
      await store.buckets({ ...query, from: Date.now() - 60_000, to: Date.now(), everyMs: 10_000 }),
    ).toEqual([])
    expect(
      influx.seen.every(
        ({ path, authorization }) => path === '/query' && authorization === 'Token secret-token',
      ),
    ).toBe(true)
    for (const { query: asked } of influx.seen) {
      expect(asked).toMatchObject({ db: 'plant', epoch: 'ms' })
      expect(asked.q).not.toContain(';')
      expect(asked.q).toContain(String.raw`"sensor" = 'x\'y'`)
    }
    influx.failure = { status: 200, body: { results: [{ error: 'shard is gone' }] } }
    await expect(store.range({ ...query, limit: 9 })).rejects.toMatchObject({
      code: 'STORE_QUERY_FAILED',
      detail: 'shard is gone',
    })
    influx.failure = { status: 200, body: '<html>a proxy</html>' }
    await expect(store.range({ ...query, limit: 9 })).rejects.toMatchObject({ code: 'STORE_QUERY_FAILED' })
    influx.failure = { status: 400, body: { error: 'error parsing query' } }
    await expect(store.range({ ...query, limit: 9 })).rejects.toMatchObject({ code: 'STORE_QUERY_FAILED' })
  })

  it('reads old history from roll-ups, and new history from readings', async () => {
    const now = Date.now()
    influx.failure = { status: 200, body: { results: [{}] } }
    const span = { from: now - 500 * 86_400_000, to: now }
    await store.buckets({ facility: 'plant', sensor: 'S', ...span, everyMs: 3_600_000 })
    const places = influx.seen.map(({ query }) => query.rp ?? 'default')
    expect(places.sort()).toEqual(['default', 'default', 'default', 'default', 'rollup', 'rollup', 'rollup'])
  })
})

describe('InfluxDB 1.x as a store', () => {
  it('is written by its own path with user and password', async () => {
    const config: StoreConfig = {
      kind: 'influxdb',
      api: 'v1',
      url: influx.url,
      database: 'plant db',
      username: 'lamp',
      retentionMs: 1,
      rollUpRetentionMs: 1,
    }
    influx.failure = { status: 204, body: '' }
    const store = new InfluxStore({
      plan: { config, password: 'pass:word', token: 'unused' },
      clock: systemClock,
    })
    await store.write(pointsOf([good(1, 1)]))
    await store.write(pointsOf([good(1, 1)]).map((point) => ({ ...point, fold: 1 })))
    expect(influx.seen.filter(({ path }) => path === '/write')).toMatchObject([
      {
        method: 'POST',
        path: '/write',
        query: { db: 'plant db', precision: 'ms' },
        authorization: `Basic ${btoa('lamp:pass:word')}`,
      },
      { query: { precision: 'n' } },
    ])
    await store.close()
  })
})

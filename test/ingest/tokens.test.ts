import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Terminal } from '../../contracts/cli.ts'
import { systemClock } from '../../contracts/clock.ts'
import { parseFacility } from '../../contracts/facility-load.ts'
import { setupCommand } from '../../ingest/commands/setup.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { FakeInfluxV2 } from './fake-influx-v2.ts'
import { ingest } from './server-terminal.ts'

let influx: FakeInfluxV2
let folder: string

beforeEach(async () => {
  influx = await FakeInfluxV2.started()
  folder = join(temporaryFolder(), 'secrets')
})
afterEach(() => influx[Symbol.asyncDispose]())

async function setup({ rotate = false, dryRun = false } = {}): Promise<{ status: number; printed: string }> {
  const facility = parseFacility(
    `{ facility: { id: p }, store: { kind: influxdb, url: "${influx.url}", org: davylamp, bucket: plant }, gateways: [ { id: g, buses: [] } ] }`,
    'p.yaml',
  )
  let printed = ''
  const terminal: Terminal = {
    argv: [],
    env: { DAVYLAMP_STORE_TOKEN: FakeInfluxV2.token },
    out: (text) => {
      printed += text
    },
    err: () => undefined,
    stopped: new Promise(() => undefined),
  }
  const access = { folder, rotate, secret: () => expect.fail('2.x makes its tokens itself') }
  const status = await setupCommand(terminal, [facility], { json: false, dryRun, access, clock: systemClock })
  return { status, printed }
}

const token = (user: string) => readFileSync(join(folder, `${user}-token`), 'utf8').trim()
const descriptions = () => influx.authorizations.map(({ description }) => description)

describe('setup --tokens of InfluxDB 2.x', () => {
  it('makes tokens with no rights but on the two buckets, for their owner alone', async () => {
    const { status, printed } = await setup()
    expect(status).toBe(0)
    expect(printed).toContain(`token davylamp-ingest in ${join(folder, 'ingest-token')}: made`)
    const buckets = influx.buckets.map(({ id }) => id)
    expect(buckets).toHaveLength(2)
    const rights = (action: string) =>
      buckets.map((id) => ({ action, resource: { type: 'buckets', id, orgID: FakeInfluxV2.org.id } }))
    expect(influx.authorizations).toMatchObject([
      {
        description: 'davylamp-ingest',
        orgID: FakeInfluxV2.org.id,
        permissions: [...rights('read'), ...rights('write')],
        token: token('ingest'),
      },
      { description: 'davylamp-grafana', permissions: rights('read'), token: token('grafana') },
    ])
    expect(readdirSync(folder).sort()).toEqual(['grafana-token', 'ingest-token'])
    expect(statSync(join(folder, 'ingest-token')).mode & 0o777).toBe(0o600)
    expect(statSync(folder).mode & 0o777).toBe(0o700)
    expect(printed).not.toContain(token('ingest'))
  })

  it('leaves alone what is there and works', async () => {
    await setup()
    const before = [token('ingest'), token('grafana')]
    const { status, printed } = await setup()
    expect(status).toBe(0)
    expect(printed).toMatch(
      /davylamp-ingest in .*: was there\n.*davylamp-grafana in .*: was there\n {2}nothing to do/,
    )
    expect([token('ingest'), token('grafana')]).toEqual(before)
    expect(influx.authorizations).toHaveLength(2)
  })

  it.each([
    ['was revoked', () => void influx.authorizations.shift(), /refuses it: 401/],
    ['may not write one of them', () => void influx.authorizations[0]?.permissions.pop(), /refuses it: 403/],
    [
      'may not read one of them',
      () => void influx.authorizations[0]?.permissions.shift(),
      /it may not read plant;/,
    ],
  ])('tells a token that %s, and keeps its file until it is asked to rotate', async (_, spoil, reason) => {
    await setup()
    const before = token('ingest')
    spoil()
    const { status, printed } = await setup()
    expect(status).toBe(1)
    expect(printed).toMatch(/davylamp-ingest in .*: REFUSED/)
    expect(printed).toMatch(reason)
    expect(printed).toContain('--rotate')
    expect(token('ingest')).toBe(before)
    expect((await setup({ rotate: true })).status).toBe(0)
    expect(token('ingest')).not.toBe(before)
    expect((await setup()).status).toBe(0)
  })

  it('revokes at a rotation what was there in the same name on the same buckets, and nothing else', async () => {
    await setup()
    const others = [
      { id: 'x1', description: 'davylamp-ingest', bucket: 'of another plant' },
      { id: 'x2', description: 'mine', bucket: influx.buckets[0]?.id ?? '' },
    ]
    for (const { id, description, bucket } of others) {
      const resource = { type: 'buckets', id: bucket }
      const permissions = [{ action: 'read' as const, resource }]
      influx.authorizations.push({ id, orgID: FakeInfluxV2.org.id, description, token: id, permissions })
    }
    const before = token('ingest')
    const { printed } = await setup({ rotate: true })
    expect(printed).toMatch(/davylamp-ingest in .*: changed \(1 of before revoked/)
    expect(descriptions()).toEqual(['davylamp-ingest', 'mine', 'davylamp-ingest', 'davylamp-grafana'])
    expect(influx.authorizations.map((one) => one.token)).not.toContain(before)
    expect(influx.authorizations[2]?.token).toBe(token('ingest'))
  })

  it('only says what it would do in a dry run', async () => {
    const { printed } = await setup({ dryRun: true })
    expect(printed).toContain('grafana-token: would be made')
    expect(influx.authorizations).toEqual([])
    expect(() => readdirSync(folder)).toThrow(/ENOENT/)
  })

  it('leaves no token behind that it cannot keep, and an empty file is told', async () => {
    mkdirSync(join(folder, 'ingest-token.part'), { recursive: true })
    await expect(setup()).rejects.toMatchObject({ code: 'FILE_UNWRITABLE' })
    expect(descriptions()).toEqual([])
    writeFileSync(join(folder, 'ingest-token'), '\n')
    chmodSync(folder, 0o700)
    await expect(setup()).rejects.toMatchObject({ code: 'SECRET_UNREADABLE' })
  })

  it('is what --rotate is for', async () => {
    const { code, err } = await ingest('setup', '--rotate', '--config', 'facility.example.yaml')
    expect(code).toBe(2)
    expect(err).toContain('--tokens DIR')
  })
})

import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import fc from 'fast-check'
import { Value } from 'typebox/value'
import { afterEach, describe, expect, it } from 'vitest'
import type { Parcel } from '../../../../alerting/register/outbound/carrier/carrier.ts'
import { CarrierDesk } from '../../../../alerting/register/outbound/carrier/carrier-desk.ts'
import { CarrierThread } from '../../../../alerting/register/outbound/carrier/carrier-thread.ts'
import { answerIn } from '../../../../alerting/register/outbound/carrier/verdict.ts'
import { openRegisterDatabase } from '../../../../alerting/register/store/open-register.ts'
import { systemClock } from '../../../../contracts/clock.ts'
import { CodedError } from '../../../../contracts/errors.ts'
import { silentLogger } from '../../../../contracts/logger.ts'
import { ExportAnswerSchema, exportDocumentSchema } from '../../../../contracts/register/export-document.ts'
import type { ExportPlan, FolderExport, WebhookExport } from '../../../../contracts/register/export-plan.ts'
import { ReceiverServer } from '../../../../simulators/register-receiver/receiver-server.ts'
import { temporaryFolder } from '../../../temporary-folder.ts'
import { ALL, CITY, outboundScene, START } from './outbound-scene.ts'

const closing: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

const SECRET = 's1gn1ng-k3y'
const KEY = 'b34r3r-k3y'
const folder = temporaryFolder()
function file(name: string, content: string): string {
  writeFileSync(join(folder, name), content)
  return join(folder, name)
}

async function serving(answer: (response: ServerResponse, count: number) => void) {
  const asked: { headers: IncomingHttpHeaders; body: string }[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      asked.push({ headers: request.headers, body: Buffer.concat(chunks).toString() })
      answer(response, asked.length)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closing.push(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  return { asked, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/in` }
}

async function receiving(given: Partial<ConstructorParameters<typeof ReceiverServer>[0]> = {}) {
  const said: string[] = []
  const server = new ReceiverServer({
    port: 0,
    secret: SECRET,
    schema: exportDocumentSchema(),
    failRate: 0,
    hangRate: 0,
    refuse: undefined,
    random: () => 0.5,
    now: () => systemClock.wall(),
    say: (line) => void said.push(line),
    ...given,
  })
  const url = `http://127.0.0.1:${await server.start()}/`
  closing.push(() => server.stop())
  return { server, url, said }
}

function webhook(given: Partial<WebhookExport> & { url: string }): WebhookExport {
  return {
    id: 'city',
    kind: 'webhook',
    timeoutMs: 2_000,
    maxAgeMs: 3_600_000,
    batch: 50,
    hazards: {},
    ...given,
  }
}

function desk(): CarrierDesk {
  const made = new CarrierDesk(() => systemClock.wall())
  closing.push(() => made.close())
  return made
}

const parcel = (plan: ExportPlan, ...names: string[]): Parcel => ({
  facility: 'plant',
  plan,
  id: 'd-1',
  documents: (names.length === 0 ? ['a.json'] : names).map((name) => ({ name, body: `{"name":"${name}"}` })),
})

async function failure(work: Promise<unknown>): Promise<CodedError> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof CodedError)) throw new Error(`no CodedError: ${String(error)}`)
  for (const secret of [SECRET, KEY]) expect(error.message).not.toContain(secret)
  return error
}

describe('an answer', () => {
  it('has the shape that the schema says, whatever comes', () => {
    const word = fc.oneof(fc.constantFrom('x', true, 1, 1.5, null), fc.jsonValue({ maxDepth: 1 }))
    const result = fc.oneof(
      word,
      fc.record({ id: word, ok: word, version: word, receipt: word, error: word }, { requiredKeys: [] }),
      fc.record(
        { id: fc.string(), ok: fc.boolean(), version: word, receipt: word },
        { requiredKeys: ['id', 'ok'] },
      ),
    )
    const answer = fc.oneof(
      word,
      fc.record({ receipt: word, results: fc.oneof(word, fc.array(result)) }, { requiredKeys: [] }),
    )
    const isTaken = (text: string) => {
      try {
        answerIn(text)
        return true
      } catch {
        return false
      }
    }
    fc.assert(
      fc.property(answer, (content) => {
        const text = JSON.stringify(content)
        expect(isTaken(text)).toBe(Value.Check(ExportAnswerSchema, JSON.parse(text)))
      }),
      { numRuns: 1_000 },
    )
  })
})

describe('a request to an outside register', () => {
  it('is signed, has its headers, and the same id when it goes again', async () => {
    const { asked, url } = await serving((response) => response.writeHead(204).end())
    const secretFile = file('secret', `${SECRET}\n`)
    const headersFile = file('headers', `# for the platform\nAuthorization: Bearer ${KEY}\nX-Plant: 17\n`)
    const carrier = desk()
    const sent = parcel(webhook({ url, secretFile, headersFile }))
    expect(await carrier.carry(sent)).toEqual({ kind: 'taken', receipt: null })
    await carrier.carry(sent)
    expect(asked.map(({ headers }) => headers['idempotency-key'])).toEqual(['d-1', 'd-1'])
    expect(asked[0]?.headers).toMatchObject({
      authorization: `Bearer ${KEY}`,
      'x-plant': '17',
      'content-type': 'application/json; charset=utf-8',
      'davylamp-signature': expect.stringMatching(/^t=\d+,v1=[0-9a-f]{64}$/),
    })
    expect(asked[0]?.body).toBe('{"name":"a.json"}')
  })

  it.each([
    [200, '{"receipt":"R-9"}', { kind: 'taken', receipt: 'R-9' }],
    [
      200,
      '{"receipt":"B","results":[{"id":"a","ok":true},{"id":"b","ok":false,"error":"no area"}]}',
      {
        kind: 'results',
        receipt: 'B',
        results: [
          { id: 'a', ok: true, receipt: 'B', error: null },
          { id: 'b', ok: false, receipt: 'B', error: 'no area' },
        ],
      },
    ],
    [400, 'bad', { kind: 'refused', detail: 'HTTP 400: bad' }],
    [409, '', { kind: 'refused', detail: 'HTTP 409' }],
    [413, '', { kind: 'refused', detail: 'HTTP 413' }],
    [422, `you sent ${SECRET}`, { kind: 'refused', detail: 'HTTP 422: you sent ***' }],
  ])('answered %i %s is settled', async (status, body, verdict) => {
    const { url } = await serving((response) => response.writeHead(status).end(body))
    const plan = webhook({ url, secretFile: file('secret', SECRET) })
    expect(await desk().carry(parcel(plan))).toEqual(verdict)
  })

  it.each([
    [200, '<html>sign in', {}, 'OUTBOUND_ANSWER_INVALID', /no JSON/],
    [200, '{"results":[{"id":1}]}', {}, 'OUTBOUND_ANSWER_INVALID', /another shape/],
    [302, '', { location: '/' }, 'CHANNEL_REFUSED', /redirects are not followed/],
    [401, '', {}, 'CHANNEL_REFUSED', /HTTP 401/],
    [403, '', {}, 'CHANNEL_REFUSED', /HTTP 403/],
    [404, '', {}, 'CHANNEL_REFUSED', /HTTP 404/],
    [408, '', {}, 'CHANNEL_FAILED', /HTTP 408/],
    [429, '', { 'retry-after': '7' }, 'CHANNEL_BUSY', /again after 7 s/],
    [500, 'broken', {}, 'CHANNEL_FAILED', /HTTP 500: broken/],
    [503, '', { 'retry-after': '9' }, 'CHANNEL_BUSY', /again after 9 s/],
  ])('answered %i %s is tried again', async (status, body, headers, code, detail) => {
    const { url } = await serving((response) => response.writeHead(status, headers).end(body))
    const error = await failure(desk().carry(parcel(webhook({ url }))))
    expect(error.code).toBe(code)
    expect(error.detail).toMatch(detail)
  })

  it('that hangs is given up in its time, and holds up no other', async () => {
    const slow = await serving(() => undefined)
    const quick = await serving((response) => response.writeHead(204).end())
    const carrier = desk()
    const order: string[] = []
    const carry = async (name: string, carried: Promise<unknown>) => {
      await carried
      order.push(name)
    }
    const hanging = failure(carrier.carry(parcel(webhook({ url: slow.url, timeoutMs: 1_500 }))))
    await Promise.all([
      carry('hanging', hanging),
      carry('quick', carrier.carry(parcel(webhook({ id: 'county', url: quick.url })))),
    ])
    expect(order).toEqual(['quick', 'hanging'])
    expect((await hanging).code).toBe('CHANNEL_TIMEOUT')
  })

  it.each([
    ['Authorization Bearer x', /line 1: no/],
    ['X-A: 1\nContent-Length: 3', /line 2: content-length is sent already/],
    ['X-A: 1\nx-a: 2', /line 2: x-a is sent already/],
    [`Davylamp-Signature: ${KEY}`, /davylamp-signature is sent already/],
    ['X-A: b\u0001c', /line 1: no/],
  ])('with the headers %j is not sent', async (text, detail) => {
    const { asked, url } = await serving((response) => response.writeHead(204).end())
    const error = await failure(desk().carry(parcel(webhook({ url, headersFile: file('odd', text) }))))
    expect(error.code).toBe('OUTBOUND_HEADERS_INVALID')
    expect(error.detail).toMatch(detail)
    expect(asked).toEqual([])
  })
})

describe('files for an outside register', () => {
  const plan = (name: string): FolderExport => ({
    id: 'city',
    kind: 'file',
    folder: join(folder, name),
    maxAgeMs: 3_600_000,
    batch: 50,
    hazards: {},
  })

  it('are there whole, and written again under the same name', async () => {
    mkdirSync(join(folder, 'out'))
    const carrier = desk()
    for (let count = 0; count < 2; count += 1)
      await carrier.carry(parcel(plan('out'), '000000000001-hazard-1.json', '000000000002-hazard-2.json'))
    expect(readdirSync(join(folder, 'out')).sort()).toEqual([
      '000000000001-hazard-1.json',
      '000000000002-hazard-2.json',
    ])
    expect(readFileSync(join(folder, 'out', '000000000002-hazard-2.json'), 'utf8')).toContain('hazard-2')
  })

  it('are not written where no folder is', async () => {
    const error = await failure(desk().carry(parcel(plan('missing'))))
    expect(error.code).toBe('OUTBOUND_FOLDER')
    expect(error.detail).toMatch(/missing: ENOENT/)
    expect(existsSync(join(folder, 'missing'))).toBe(false)
  })

  it('get receipts that are left beside them, each of which is taken once', async () => {
    mkdirSync(join(folder, 'plant', 'receipts'), { recursive: true })
    const database = await openRegisterDatabase({ clock: systemClock, logger: silentLogger, kind: 'memory' })
    closing.push(() => database.close())
    const carrier = desk()
    const exports = ALL.replace(
      'kind: webhook, url: "http://127.0.0.1:9480/"',
      `kind: file, folder: "${join(folder, 'plant')}"`,
    )
    const scene = await outboundScene(database, exports)
    Object.assign(scene.register, {
      carry: (each: Parcel) => carrier.carry(each),
      receipts: (each: string) => carrier.receipts(each),
      taken: (each: string, files: []) => carrier.taken(each, files),
    })
    const [first, second] = [await scene.found(), await scene.found()]
    await scene.pass(0)
    const left = join(folder, 'plant', 'receipts')
    writeFileSync(
      join(left, '1.json'),
      JSON.stringify({
        receipt: 'R-1',
        results: [
          { id: `hazard-${first}`, ok: true },
          { id: `hazard-${second}`, version: 1, ok: false, error: 'no such area' },
          { id: 'hazard-99', ok: true },
        ],
      }),
    )
    writeFileSync(join(left, '2.json'), 'nothing')
    writeFileSync(join(left, 'draft.tmp'), 'not yet')
    await scene.pass(60_000)
    expect(readdirSync(left).sort()).toEqual(['2.json.unreadable', 'draft.tmp'])
    const rows = await database.db.selectFrom('export_item').selectAll().orderBy('number').execute()
    expect(rows).toMatchObject([
      { state: 'sent', receipt: 'R-1', error: null },
      { state: 'refused', error: 'OUTBOUND_REFUSED: no such area' },
    ])
    // What it refuses gives its place to the next state.
    await scene.change(second)
    await scene.pass(0)
    const states = await database.db
      .selectFrom('export_item')
      .select(['version', 'state'])
      .orderBy('number')
      .execute()
    expect(states).toEqual([
      { version: 1, state: 'sent' },
      { version: 2, state: 'sent' },
    ])
    const names = readdirSync(join(folder, 'plant')).filter((name) => name.endsWith('.json'))
    expect(names).toEqual(
      [1, 2, 3].map((n) => `${String(n).padStart(12, '0')}-hazard-${n === 1 ? first : second}.json`),
    )
    await scene.exporter.close()
  })
})

describe('the example receiver', () => {
  async function line(url: string, given: Partial<WebhookExport> = {}) {
    const database = await openRegisterDatabase({ clock: systemClock, logger: silentLogger, kind: 'memory' })
    const scene = await outboundScene(database)
    const carrier = new CarrierThread({ logger: silentLogger })
    closing.push(async () => {
      await scene.exporter.close()
      await carrier.close()
      await database.close()
    })
    const plan = webhook({ url, secretFile: file('secret', SECRET), ...given })
    Object.assign(scene.register, { carry: (each: Parcel) => carrier.carry({ ...each, plan }) })
    return scene
  }

  it('takes from the thread of the exports what it can check, and says so', async () => {
    const { url, said } = await receiving()
    const scene = await line(url)
    const number = await scene.found({ title: 'Ventil undicht 阀门' })
    scene.journal.add()
    await scene.exporter.readAlarms()
    await scene.pass(0)
    expect(said).toEqual([
      `plant hazard-${number} v1: found, general: Ventil undicht 阀门`,
      `plant alarm-${START}-1 v1: GT-1.H raised, UNACK`,
    ])
    expect(await (await fetch(url)).json()).toMatchObject({
      requests: { taken: 1 },
      items: { new: 2, same: 0 },
      hazards: { total: 1, byStatus: { found: 1 } },
      alarms: 1,
    })
    const rows = await scene.database.db.selectFrom('export_item').select(['receipt', 'state']).execute()
    expect(rows[0]).toEqual({ state: 'sent', receipt: `R-plant-hazard-${number}-1` })
  })

  it('refuses who has another secret, and takes it all when that is put right', async () => {
    const { url, said } = await receiving()
    const scene = await line(url, { secretFile: file('other', 'another-secret') })
    await scene.found()
    await scene.pass(0)
    expect(said).toEqual([])
    const [row] = await scene.database.db.selectFrom('export_item').select(['state', 'error']).execute()
    expect(row?.state).toBe('waiting')
    expect(row?.error).toMatch(/^CHANNEL_REFUSED: 127\.0\.0\.1:\d+: HTTP 401/)
    file('other', SECRET)
    await scene.pass(2_000)
    expect(said).toHaveLength(1)
  })

  it('ends with the last state of every hazard though it fails half of the time and refuses one', async () => {
    let seed = 7
    const random = () => {
      seed = (seed * 16_807) % 2_147_483_647
      return seed / 2_147_483_647
    }
    const { server, url } = await receiving({ failRate: 0.5, random, refuse: 'Poison' })
    const scene = await line(url)
    const numbers: number[] = []
    for (let count = 0; count < 20; count += 1) numbers.push(await scene.found())
    await scene.found({ title: 'Poison' })
    await scene.pass(2_000)
    for (const number of numbers) await scene.change(number, { status: 'registered' })
    await scene.pass(3_600_000 / 2)
    const versions = server.held.list().map(({ item }) => item.version)
    expect(versions).toEqual(numbers.map(() => 2))
    expect(server.held.counts.older).toBe(0)
    expect(await scene.exporter.queue.due(CITY, 10, scene.now)).toEqual([])
  })
})

import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Api } from '../../../../alerting/api/routes.ts'
import type { Register } from '../../../../alerting/register/register.ts'
import { openRegisterDatabase } from '../../../../alerting/register/store/open-register.ts'
import { systemClock } from '../../../../contracts/clock.ts'
import { silentLogger } from '../../../../contracts/logger.ts'
import { absentFacility, testApi, testPorts } from '../../absent-ports.ts'
import { ReportScene, reportingPlant } from './report-scene.ts'

const FORM = '/api/v1/public/reports/form'
const REPORTS = '/api/v1/public/reports'

let scene: ReportScene
let api: Api

async function begin(given: object = {}): Promise<void> {
  const database = await openRegisterDatabase({ kind: 'memory', clock: systemClock, logger: silentLogger })
  scene = new ReportScene(database, given)
  const facilities = ['plant', 'other'].map((id) => absentFacility(reportingPlant(id, scene.folder, given)))
  const { register } = testPorts(facilities)
  const reports: Register = { ...register, reports: scene.desk }
  api = await testApi(facilities, { register: reports, now: () => scene.time.now })
}
beforeEach(() => begin())
afterEach(async () => {
  await api.close()
  await scene.database.close()
})

async function ask(url: string, given: { body?: object; from?: string; headers?: object } = {}) {
  const { body, from = '10.0.0.9', headers } = given
  const response = await api.inject({
    method: body === undefined ? 'GET' : 'POST',
    url,
    headers: { host: '127.0.0.1:8080', ...headers },
    remoteAddress: from,
    ...(body === undefined ? {} : { payload: body }),
  })
  const { 'retry-after': retry } = response.headers
  return { status: response.statusCode, retry, body: response.json() as Record<string, unknown> }
}

describe('the open routes', () => {
  test('a form, a report, and its receipt', async () => {
    const form = await ask(FORM)
    expect(form.body).toMatchObject({
      facilities: [
        { id: 'plant', title: 'The plant one', hotline: '12350' },
        { id: 'other', title: 'The other one' },
      ],
      hotline: '12350',
      challenge: { bits: 4, notBeforeMs: 3_000, goodForMs: 7_200_000 },
    })
    const sent = await ask(REPORTS, { body: scene.report({ contact: { phone: '123' } }) })
    expect(sent.status).toBe(200)
    const looked = await ask(`${REPORTS}/${encodeURIComponent(String(sent.body.receipt))}`)
    expect(looked).toMatchObject({
      status: 200,
      body: { state: 'received', reward: 'none', hotline: '12350' },
    })
    expect(Object.keys(looked.body).sort()).toEqual(['hotline', 'received', 'reward', 'state', 'updated'])
    expect(await ask(`${REPORTS}/nothing`)).toMatchObject({ status: 404, body: { code: 'REPORT_UNKNOWN' } })
  })

  test('of a plant that is not known, the first that takes reports gets it', async () => {
    const { facility: _, ...report } = scene.report()
    expect(await ask(REPORTS, { body: report })).toMatchObject({
      status: 422,
      body: { code: 'REPORT_INCOMPLETE' },
    })
    await ask(REPORTS, { body: { ...report, where: 'by the river' } })
    const { items } = (await ask('/api/v1/reports')).body as { items: { facility: string }[] }
    expect(items).toMatchObject([{ facility: 'plant', where: 'by the river' }])
  })

  test.each([
    ['a filled trap', { website: 'http://x' }, 422, 'REPORT_REFUSED'],
    ['too few words', { text: ' \u0000\u0001 leak   \u200f' }, 422, 'REPORT_INCOMPLETE'],
    ['no plant of ours', { facility: 'mars' }, 404, 'REPORT_CLOSED'],
    ['a time ahead', { happened: '2027-01-01T00:00:00Z' }, 422, 'REPORT_INCOMPLETE'],
    ['no time', { happened: 'yesterday' }, 400, 'REQUEST_INVALID'],
    ['a wrong solution', { challenge: 'v1.x' }, 400, 'REPORT_CHALLENGE'],
    ['a solution of letters', { solution: 'ÄÖ' }, 400, 'REQUEST_INVALID'],
    ['another key', { admin: true }, 400, 'REQUEST_INVALID'],
    ['too much text', { text: 'x'.repeat(4_001) }, 400, 'REQUEST_INVALID'],
    ['four photos', { photos: Array(4).fill({ name: 'a.png', content: '' }) }, 400, 'REQUEST_INVALID'],
    ['far too much', { text: 'x'.repeat(9_000_000) }, 413, 'PAYLOAD_TOO_LARGE'],
  ])('refuses %s', async (_name, given, status, code) => {
    expect(await ask(REPORTS, { body: { ...scene.report(), ...given } })).toMatchObject({
      status,
      body: { code },
    })
    expect((await ask('/api/v1/reports')).body).toEqual({ items: [] })
  })

  test('is behind the guard of hosts and origins like every other', async () => {
    const body = scene.report()
    const foreign = { origin: 'https://evil.example' }
    expect(await ask(REPORTS, { body, headers: foreign })).toMatchObject({ body: { code: 'ORIGIN_REFUSED' } })
    const forwarded = { 'x-forwarded-for': '1.2.3.4' }
    expect(await ask(REPORTS, { body, headers: forwarded })).toMatchObject({
      body: { code: 'FORWARDED_REFUSED' },
    })
    expect(await ask(REPORTS, { body })).toMatchObject({ status: 200 })
  })

  test('closed: there is a form that says so, and nothing else', async () => {
    await scene.database.close()
    await begin({ open: false })
    expect((await ask(FORM)).body).toMatchObject({ facilities: [], challenge: null, hotline: '12350' })
    const body = { text: 'ten letters at least', challenge: 'x', solution: '0', facility: 'plant' }
    expect(await ask(REPORTS, { body })).toMatchObject({ status: 404, body: { code: 'REPORT_CLOSED' } })
  })
})

describe('limits', () => {
  const send = (from: string, text = `Leak number ${scene.time.now}`) =>
    ask(REPORTS, { body: scene.report({ text }, from), from })

  test('of an address: five an hour, a network of IPv6 as one, and the wait is told', async () => {
    for (let n = 0; n < 5; n++) expect((await send(`2001:db8:0:1::${n + 1}`)).status).toBe(200)
    const sixth = await send('2001:db8:0:1::ff')
    expect(sixth).toMatchObject({ status: 429, body: { code: 'REPORT_TOO_MANY' } })
    expect(Number(sixth.retry)).toBeGreaterThan(3_000)
    expect((await send('2001:db8:0:2::1')).status).toBe(200)
    expect((await send('::ffff:10.0.0.7')).status).toBe(200)
    scene.time.now += Number(sixth.retry) * 1_000
    expect((await send('2001:db8:0:1::1')).status).toBe(200)
  })

  test('too fast: the wait is told, and then it is taken', async () => {
    const body = scene.report()
    scene.time.now -= 2_000
    const soon = await ask(REPORTS, { body })
    expect(soon).toMatchObject({ status: 429, retry: '2', body: { code: 'REPORT_TOO_FAST' } })
    scene.time.now += 2_000
    expect((await ask(REPORTS, { body })).status).toBe(200)
  })

  test('what is refused is counted too: six times as much, before its body is looked at', async () => {
    for (let n = 0; n < 30; n++) expect((await ask(REPORTS, { body: {} })).status).toBe(400)
    expect(await ask(REPORTS, { body: {} })).toMatchObject({ status: 429, body: { code: 'REPORT_TOO_MANY' } })
    expect((await ask(REPORTS, { body: {}, from: '10.0.0.10' })).status).toBe(400)
    scene.time.now += 3_600_000
    expect((await ask(REPORTS, { body: {} })).status).toBe(400)
  })

  test('looks at receipts and forms are limited', async () => {
    for (let n = 0; n < 240; n++) await ask(`${REPORTS}/x`)
    expect(await ask(FORM)).toMatchObject({ status: 429, body: { code: 'REPORT_TOO_MANY' } })
  })
})

test('staff: a step, what it comes to, and refusals', async () => {
  await ask(REPORTS, { body: scene.report({ contact: { phone: '123' } }) })
  const step = (body: object) => ask('/api/v1/reports/1/transitions', { body })
  expect(await step({ action: 'review', version: 1, by: 'eng' })).toMatchObject({
    status: 200,
    body: { state: 'under-review', version: 2 },
  })
  expect(await step({ action: 'accept', version: 1 })).toMatchObject({ body: { code: 'REPORT_CHANGED' } })
  expect(await step({ action: 'verify', version: 2 })).toMatchObject({
    body: { code: 'REPORT_TRANSITION_ILLEGAL' },
  })
  expect(await ask('/api/v1/reports/2')).toMatchObject({ status: 404, body: { code: 'REPORT_UNKNOWN' } })
  expect((await ask('/api/v1/reports/1/contact')).body).toEqual({ name: null, phone: '123', email: null })
  expect(await ask('/api/v1/reports/1/attachments/1')).toMatchObject({ body: { code: 'ATTACHMENT_UNKNOWN' } })
})

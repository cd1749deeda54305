import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { AlarmService } from '../../alerting/alarm-service.ts'
import type { ApiPorts } from '../../alerting/api/ports.ts'
import { ApiServer } from '../../alerting/api/server.ts'
import { Stream } from '../../alerting/api/stream.ts'
import { SteadyClock, systemClock } from '../../contracts/clock.ts'
import { silentLogger } from '../../contracts/logger.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { absentNotices } from './absent-ports.ts'
import { evidenceBatch, smallFacility } from './alarm-fixtures.ts'
import { DirectStates } from './direct-states.ts'

const facility = smallFacility()

let stream: Stream
let states: DirectStates
let service: AlarmService
let server: ApiServer
let port: number
let time = 0
let isBeyond = false
const open: Socket[] = []

beforeEach(async () => {
  time = systemClock.wall()
  isBeyond = false
  stream = new Stream({ now: () => 'now' })
  states = new DirectStates(temporaryFolder())
  service = await AlarmService.start({
    facility,
    states,
    clock: new SteadyClock(systemClock),
    tell: (told) => {
      if (told.seq !== undefined) stream.send('alarm', told, told.seq)
    },
    logger: silentLogger,
  })
  server = new ApiServer({
    ports: ports(),
    listen: { host: '127.0.0.1', port: 0 },
    hosts: [],
    logger: silentLogger,
  })
  port = await server.start()
})
afterEach(async () => {
  for (const socket of open.splice(0)) socket.destroy()
  await server.stop()
  await service.stop()
  await states.close()
})

function ports(): ApiPorts {
  const unused = () => Promise.reject(new Error('not asked for'))
  return {
    facilities: new Map(),
    states,
    store: { range: unused, buckets: unused },
    stream,
    ...absentNotices(),
    people: undefined,
    iso: (ms) => new Date(ms).toISOString(),
    console: new Map(),
    now: () => 0,
    config: { loaded: () => [], reload: () => Promise.reject(new Error('not asked for')) },
    info: () => ({ version: '0', auth: 'off', time: 'now', started: 'then' }),
    unready: () => [],
    metrics: async () => '',
  }
}

/** T-1 goes beyond its limit or returns so many times: a journal entry each, all in one commit. */
async function entries(count: number): Promise<void> {
  const readings = Array.from({ length: count }, () => {
    time += 1
    isBeyond = !isBeyond
    return { sensor: 'T-1', time, value: isBeyond ? 25 : 5, quality: 'good' as const }
  })
  await service.evaluate(evidenceBatch({ readings }), 0)
}

const entry = () => entries(1)

/** A raw client; what it was sent so far. */
function listen(headers = '', method = 'GET'): { text: () => string; seqs: () => number[]; socket: Socket } {
  const socket = connect(port, '127.0.0.1')
  open.push(socket)
  let text = ''
  socket.setEncoding('utf8').on('data', (chunk) => {
    text += String(chunk)
  })
  socket.on('error', () => undefined)
  socket.write(`${method} /api/v1/stream HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\n${headers}\r\n`)
  return {
    text: () => text,
    seqs: () => [...text.matchAll(/^id: (\d+)$/gm)].map(([, seq]) => Number(seq)),
    socket,
  }
}

const resume = (seq: number | string) => `last-event-id: ${seq}\r\n`

test('gives every event once and in order to clients that come and go while it is written', async () => {
  await entries(700)
  const clients: { from: number; client: ReturnType<typeof listen> }[] = []
  for (let n = 0; n < 60; n++) {
    const from = (n * 11) % 650
    clients.push({ from, client: listen(resume(from)) })
    await entry()
    await new Promise(setImmediate)
    await entry()
  }
  const last = await states.lastSeq()
  for (const { from, client } of clients) {
    await vi.waitFor(() => expect(client.seqs().at(-1)).toBe(last))
    expect(client.seqs()).toEqual(Array.from({ length: last - from }, (_, n) => from + n + 1))
  }
})

test.each([['999999'], ['not-a-number'], ['-1']])(
  'with Last-Event-ID %s begins with what comes',
  async (id) => {
    await entry()
    const client = listen(resume(id))
    await vi.waitFor(() => expect(client.text()).toContain('event: heartbeat'))
    await entry()
    const last = await states.lastSeq()
    await vi.waitFor(() => expect(client.seqs()).toEqual([last]))
  },
)

test('an entry that was told late is not repeated to a client whose history had it', async () => {
  await entry()
  const seq = await states.lastSeq()
  const client = listen(resume(0))
  await vi.waitFor(() => expect(client.seqs().at(-1)).toBe(seq))
  const [item] = await states.journal({ limit: 1 })
  if (item !== undefined) stream.send('alarm', item, seq)
  await entry()
  await vi.waitFor(() => expect(client.seqs().at(-1)).toBe(seq + 1))
  expect(client.seqs().filter((each) => each === seq)).toHaveLength(1)
})

describe('a client', () => {
  test('that does not read its history is dropped before it fills the memory', async () => {
    await entries(700)
    const stuck = Array.from({ length: 3 }, () => listen(resume(0)))
    for (const { socket } of stuck) socket.pause()
    await vi.waitFor(() => expect(stream.clients).toBe(3))
    const time = 'x'.repeat(10_000)
    await vi.waitFor(() => {
      for (let n = 0; n < 500; n++) stream.send('heartbeat', { time })
      expect(stream.clients).toBe(0)
    })
    expect(stream.dropped).toBe(3)
  })

  test('that reads is not dropped for what a flood has in one turn', async () => {
    const client = listen()
    await vi.waitFor(() => expect(stream.clients).toBe(1))
    const time = 'x'.repeat(2_000)
    for (let n = 0; n < 2_000; n++) stream.send('heartbeat', { time })
    await vi.waitFor(() => expect(client.text().length).toBeGreaterThan(4_000_000))
    expect(stream.dropped).toBe(0)
  })

  test('that leaves while its history is sent leaves nothing behind', async () => {
    await entries(700)
    const clients = Array.from({ length: 20 }, () => listen(resume(0)))
    await vi.waitFor(() => expect(stream.clients).toBe(20))
    for (const { socket } of clients) socket.destroy()
    await vi.waitFor(() => expect(stream.clients).toBe(0))
  })

  test('is sent away to try again when the journal cannot be read', async () => {
    vi.spyOn(states, 'after').mockRejectedValueOnce(new Error('disk'))
    const client = listen(resume(0))
    await vi.waitFor(() => expect(client.socket.closed).toBe(true))
    expect(stream.clients).toBe(0)
  })

  test('that asks with HEAD is not kept waiting', async () => {
    const client = listen('', 'HEAD')
    await vi.waitFor(() => expect(client.text()).toMatch(/^HTTP\/1.1 404 /))
    expect(stream.clients).toBe(0)
  })

  test('is told what a page may do, as with every answer', async () => {
    const client = listen()
    await vi.waitFor(() => expect(client.text()).toContain('event: heartbeat'))
    expect(client.text()).toContain("content-security-policy: default-src 'self'")
    expect(client.text()).toContain('x-content-type-options: nosniff')
  })
})

test('the server stops at once with streams open', async () => {
  await entries(700)
  const clients = Array.from({ length: 20 }, (_, n) => listen(n % 2 === 0 ? resume(0) : ''))
  for (const { socket } of clients.slice(0, 10)) socket.pause()
  await vi.waitFor(() => expect(stream.clients).toBe(20))
  const before = performance.now()
  await server.stop()
  // Left to themselves they would never end.
  expect(performance.now() - before).toBeLessThan(5_000)
})

describe('whatever a client sends', () => {
  /** Status and headers of one raw request. */
  function ask(text: string): Promise<string> {
    return new Promise((resolve, reject) => {
      const socket = connect(port, '127.0.0.1')
      open.push(socket)
      let answer = ''
      socket.setEncoding('utf8').on('data', (chunk) => {
        answer += String(chunk)
      })
      socket.on('close', () => resolve(answer))
      socket.on('error', reject)
      socket.end(text.replaceAll('HOST', `host: 127.0.0.1:${port}\r\nconnection: close`))
    })
  }

  test.each([
    ['a path that cannot be decoded', 'GET /api/v1/%zz HTTP/1.1\r\nHOST\r\n\r\n', 400, 'REQUEST_INVALID'],
    [
      'the same to a foreign host',
      'GET /%zz HTTP/1.1\r\nhost: evil\r\nconnection: close\r\n\r\n',
      421,
      'HOST_REFUSED',
    ],
    [
      'a very long id',
      `GET /api/v1/facilities/${'a'.repeat(300)} HTTP/1.1\r\nHOST\r\n\r\n`,
      400,
      'REQUEST_INVALID',
    ],
    ['an encoded slash', 'GET /api/v1/facilities/a%2Fb HTTP/1.1\r\nHOST\r\n\r\n', 404, 'FACILITY_UNKNOWN'],
    ['another script', 'GET /api/v1/facilities/%E5%8E%82 HTTP/1.1\r\nHOST\r\n\r\n', 404, 'FACILITY_UNKNOWN'],
    [
      'a state twice',
      'GET /api/v1/alarms?state=UNACK&state=ACKED HTTP/1.1\r\nHOST\r\n\r\n',
      400,
      'REQUEST_INVALID',
    ],
    ['a wrong method', 'DELETE /api/v1/alarms HTTP/1.1\r\nHOST\r\n\r\n', 404, 'NOT_FOUND'],
    ['HTTP/1.0 without Host', 'GET /healthz HTTP/1.0\r\n\r\n', 421, 'HOST_REFUSED'],
    [
      'a foreign preflight',
      'OPTIONS /api/v1/alarms/acknowledge HTTP/1.1\r\nHOST\r\norigin: http://evil.example\r\n\r\n',
      403,
      'ORIGIN_REFUSED',
    ],
    [
      'a proxy nobody configured',
      'GET /healthz HTTP/1.1\r\nHOST\r\nx-forwarded-port: 1\r\n\r\n',
      400,
      'FORWARDED_REFUSED',
    ],
    [
      'broken JSON',
      'POST /api/v1/alarms/acknowledge HTTP/1.1\r\nHOST\r\ncontent-type: application/json\r\ncontent-length: 1\r\n\r\n{',
      400,
      'REQUEST_INVALID',
    ],
    [
      'no JSON',
      'POST /api/v1/alarms/acknowledge HTTP/1.1\r\nHOST\r\ncontent-type: text/xml\r\ncontent-length: 1\r\n\r\n<',
      415,
      'BODY_NOT_JSON',
    ],
    [
      'a body too large',
      'POST /api/v1/alarms/acknowledge HTTP/1.1\r\nHOST\r\ncontent-type: application/json\r\ncontent-length: 2000000\r\n\r\n{',
      413,
      'PAYLOAD_TOO_LARGE',
    ],
    [
      'a history that ends before it begins',
      'GET /api/v1/journal?from=yesterday HTTP/1.1\r\nHOST\r\n\r\n',
      400,
      'REQUEST_INVALID',
    ],
  ])('%s: a problem with its code, guarded, without a word of the inside', async (_, text, status, code) => {
    const answer = await ask(text)
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
    expect(answer).toContain(`"code":"${code}"`)
    expect(answer).toContain('content-type: application/problem+json')
    expect(answer).toContain('content-security-policy: ')
    expect(answer).not.toMatch(/access-control|node_modules|\.ts:|FST_/)
  })

  test('a name written in capitals is the same name', async () => {
    const answer = await ask(`GET /healthz HTTP/1.1\r\nhost: LocalHost:${port}\r\nconnection: close\r\n\r\n`)
    expect(answer).toMatch(/^HTTP\/1.1 200 /)
  })
})

describe('readings', () => {
  const reading = (sensor: string, value: number) =>
    stream.reading(`plant ${sensor}`, () => ({
      facility: 'plant',
      sensor,
      time: 'now',
      value,
      quality: 'good',
      reason: null,
    }))
  const values = (text: string) =>
    [...text.matchAll(/^data: \{"facility":"plant","sensor":"([^"]+)".*"value":(\d+)/gm)].map(
      ([, sensor, value]) => `${sensor}=${value}`,
    )

  test('are sent as each sensor has them last, many at once', async () => {
    stream.start()
    const client = listen()
    await vi.waitFor(() => expect(stream.clients).toBe(1))
    for (let value = 0; value < 1_000; value++) reading('T-1', value)
    reading('T-2', 7)
    await vi.waitFor(() => expect(values(client.text())).toEqual(['T-1=999', 'T-2=7']))
    reading('T-1', 1_000)
    await vi.waitFor(() => expect(values(client.text())).toEqual(['T-1=999', 'T-2=7', 'T-1=1000']))
    stream.stop()
  })

  test('of many sensors come a part at a time, those that have waited longest first', async () => {
    const client = listen()
    await vi.waitFor(() => expect(stream.clients).toBe(1))
    for (let sensor = 0; sensor < 500; sensor++) reading(`S-${sensor}`, 1)
    stream.start()
    // With the first of them: a look now and then may come too late.
    while (values(client.text()).length === 0) await once(client.socket, 'data')
    expect(values(client.text()).length).toBeLessThan(500)
    // What comes again meanwhile does not lose its place.
    for (let sensor = 499; sensor >= 0; sensor--) reading(`S-${sensor}`, 2)
    await vi.waitFor(() => expect(values(client.text())).toContain('S-0=2'))
    expect(values(client.text()).slice(200, 500)).toEqual(
      Array.from({ length: 300 }, (_, n) => `S-${200 + n}=2`),
    )
    stream.stop()
  })

  test('never get a client dropped that reads slowly: it catches up, and has every alarm', async () => {
    stream.start()
    const client = listen()
    await vi.waitFor(() => expect(stream.clients).toBe(1))
    client.socket.pause()
    for (let round = 0; round < 6; round++) {
      for (let sensor = 0; sensor < 6_000; sensor++) reading(`S-${sensor}`, round)
      await new Promise((resolve) => setTimeout(resolve, 110))
    }
    await entry()
    expect(stream.dropped).toBe(0)
    client.socket.resume()
    await vi.waitFor(() => expect(client.seqs()).toEqual([1]))
    await vi.waitFor(() =>
      expect(new Set(values(client.text()).filter((text) => text.endsWith('=5'))).size).toBe(6_000),
    )
    stream.stop()
  })
})

import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { expect, test, vi } from 'vitest'
import type { ServerInfo } from '../../contracts/api.ts'
import { ReloadScene } from './reload-scene.ts'

// The files are read by a thread that gives way to everybody.
const SOON = { timeout: 90_000, interval: 50 }
const H = (limit: number, more = '') => `alarms: { H: { when: high, limit: ${limit}${more} } }`

test('what stands goes on, what is judged otherwise is judged at once, what is gone is closed', async () => {
  const [latching, deadband] = [', latching: true', ', deadband: 2']
  await using scene = await ReloadScene.start({
    sensors: { A: H(20), B: H(20), C: H(20, latching), D: H(20, deadband), E: H(20), F: H(20), G: H(20) },
  })
  for (const sensor of ['A', 'B', 'C', 'D', 'E', 'F']) await scene.send(sensor, [30])
  await scene.send('C', [5])
  await scene.send('G', [15])
  await vi.waitFor(async () => expect(await scene.alarm('C.H')).toMatchObject({ state: 'LATCH_UNACK' }), SOON)
  await vi.waitFor(() => expect(scene.confirmed).toBe(8), SOON)
  const act = (alarm: string, action: string, body: object) =>
    scene.post(`/facilities/plant/alarms/${alarm}/${action}`, body)
  await act('B.H', 'acknowledge', { occurrence: 'B.H#1' })
  await act('E.H', 'shelve', { for: '1h', reason: 'calibration' })
  const before = await Promise.all(['A.H', 'B.H', 'C.H', 'E.H'].map((id) => scene.alarm(id)))
  expect(before.map((alarm) => alarm?.state)).toEqual(['UNACK', 'ACKED', 'LATCH_UNACK', 'SHLVD'])

  scene.edit({
    sensors: { A: H(20), B: H(20), C: H(20, latching), D: H(40, deadband), E: H(20), G: H(10), N: H(3) },
  })
  expect(await scene.reload()).toEqual({
    facilities: [
      { facility: 'plant', changed: true, added: ['N'], removed: ['F'], changedAlarms: ['D.H', 'G.H'] },
    ],
  })
  expect(await Promise.all(['A.H', 'B.H', 'C.H', 'E.H'].map((id) => scene.alarm(id)))).toEqual(before)
  expect(await scene.alarm('D.H')).toMatchObject({ state: 'RTNUN', limit: 40 })
  expect(await scene.alarm('G.H')).toMatchObject({ state: 'UNACK', value: 15, limit: 10 })
  await vi.waitFor(async () => expect(await scene.events('F.H')).toEqual(['raised', 'closed']), SOON)
  expect(await scene.alarm('F.H')).toBeUndefined()

  await scene.send('N', [4])
  await vi.waitFor(async () => {
    expect(await scene.alarm('N.H')).toMatchObject({ state: 'UNACK', occurrence: 'N.H#1' })
    expect(await scene.stored('N')).toBe(1)
  }, SOON)
})

test('an alarm that comes back goes on counting, and its journal with it', async () => {
  await using scene = await ReloadScene.start({ sensors: { A: H(20), B: H(20) } })
  await scene.send('B', [30])
  await vi.waitFor(async () => expect(await scene.events('B.H')).toEqual(['raised']), SOON)
  scene.edit({ sensors: { A: H(20) } })
  await scene.reload()
  scene.edit({ sensors: { A: H(20), B: H(20) } })
  await scene.reload()
  await scene.send('B', [31])
  await vi.waitFor(async () => {
    expect(await scene.events('B.H')).toEqual(['raised', 'closed', 'raised'])
    expect(await scene.alarm('B.H')).toMatchObject({ occurrence: 'B.H#2' })
  }, SOON)
})

test('six reloads under a stream of readings: each is stored once, each alarm told once', async () => {
  await using scene = await ReloadScene.start({ sensors: { A: H(20), B: H(20) } })
  let sending = true
  let sent = 0
  const stream = (async () => {
    while (sending) {
      // Beyond and back with every second batch.
      await scene.send(
        'A',
        Array.from({ length: 100 }, () => (sent % 2 === 0 ? 5 : 25)),
      )
      sent += 1
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  })()
  for (let round = 0; round < 6; round++) {
    scene.edit({ sensors: { A: H(20), B: H(30 + round), [`N${round}`]: H(3) } })
    expect(await scene.reload()).toMatchObject({ facilities: [{ changed: true, added: [`N${round}`] }] })
  }
  sending = false
  await stream
  await vi.waitFor(() => expect(scene.confirmed).toBe(sent), SOON)
  await vi.waitFor(async () => expect(await scene.stored('A')).toBe(sent * 100), SOON)
  const events = await scene.events('A.H')
  expect(events).toEqual(Array.from({ length: sent - 1 }, (_, at) => (at % 2 === 0 ? 'raised' : 'returned')))
})

test('files that are wrong change nothing, and all that is wrong is told', async () => {
  await using scene = await ReloadScene.start({ sensors: { A: H(20) } })
  const good = readFileSync(scene.path(), 'utf8')
  writeFileSync(scene.path(), good.replace('unit: ppm', 'unit: pmm').replace('limit: 20', 'limt: 20'))
  const problem = await scene.refused()
  expect(problem).toMatchObject({ status: 400, code: 'CONFIG_INVALID' })
  expect(problem.problems).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ file: scene.path(), line: 7, message: expect.stringContaining('pmm') }),
      expect.objectContaining({ line: 7, message: expect.stringContaining('did you mean "limit"') }),
    ]),
  )
  await scene.send('A', [30])
  await vi.waitFor(async () => expect(await scene.alarm('A.H')).toMatchObject({ state: 'UNACK' }), SOON)

  scene.edit({ sensors: { A: H(20) }, prefix: 'elsewhere' })
  expect(await scene.refused()).toMatchObject({
    status: 409,
    code: 'RELOAD_NEEDS_RESTART',
    detail: `${scene.path()}: mqtt has changed`,
  })
  rmSync(scene.path())
  expect(await scene.refused()).toMatchObject({ status: 400, code: 'CONFIG_UNREADABLE' })
  writeFileSync(scene.path(), `# only a comment\n${good}`)
  expect(await scene.reload()).toEqual({
    facilities: [{ facility: 'plant', changed: false, added: [], removed: [], changedAlarms: [] }],
  })
})

test('facilities come and go; others are left alone', async () => {
  await using scene = await ReloadScene.start({ sensors: { A: H(20) } })
  const loaded = async () => (await scene.get<ServerInfo>('/server')).config
  const [first] = await loaded()
  scene.edit({ id: 'annex', sensors: { X: H(20) } })
  expect(await scene.reload()).toMatchObject({
    facilities: [
      { facility: 'annex', changed: true, added: ['X'] },
      { facility: 'plant', changed: false },
    ],
  })
  expect(await loaded()).toMatchObject([first, { facility: 'annex', file: scene.path('annex') }])
  await scene.send('X', [30], 'annex')
  await vi.waitFor(async () => {
    expect(await scene.alarm('X.H')).toMatchObject({ facility: 'annex', state: 'UNACK' })
    expect(await scene.stored('X', 'annex')).toBe(1)
  }, SOON)

  rmSync(scene.path('annex'))
  expect(await scene.reload()).toMatchObject({
    facilities: [
      { facility: 'plant', changed: false },
      { facility: 'annex', changed: true, removed: ['X'] },
    ],
  })
  expect(await scene.get('/facilities/annex')).toMatchObject({ code: 'FACILITY_UNKNOWN' })
  scene.edit({ id: 'annex', sensors: { X: H(20) } })
  await scene.reload()
  expect(await scene.alarm('X.H')).toMatchObject({ state: 'UNACK', occurrence: 'X.H#1' })
  expect(await scene.events('X.H')).toEqual(['raised'])
})

test('foreign devices come, change and go; consoles are sent to load again what they show', async () => {
  const foreign = (path: string) =>
    `foreign: [ { id: shed, topic: shed/climate, sensors: [ { id: CO, kind: gas, unit: ppm, path: ${path}, ${H(30)} } ] } ]`
  await using scene = await ReloadScene.start({ sensors: { A: H(20) } })
  const stream = await fetch(`http://127.0.0.1:${scene.server.http.port}/api/v1/stream`)
  const ended = stream.text()
  const topic = 'davylamp/v1/plant/foreign/shed/climate'
  scene.edit({ sensors: { A: H(20) }, more: foreign('$.co') })
  await scene.reload()
  expect(await ended).toContain('event: heartbeat')
  await scene.peer.publish(topic, '{"co":12}')
  await vi.waitFor(async () => expect(await scene.stored('CO')).toBe(1), SOON)

  scene.edit({ sensors: { A: H(20) }, more: foreign('$.gas') })
  await scene.reload()
  await scene.peer.publish(topic, '{"gas":31}')
  await vi.waitFor(async () => expect(await scene.alarm('CO.H')).toMatchObject({ state: 'UNACK' }), SOON)
  scene.edit({ sensors: { A: H(20) } })
  await scene.reload()
  await scene.peer.publish(topic, '{"gas":5}')
  await vi.waitFor(async () => expect(await scene.events('CO.H')).toEqual(['raised', 'closed']), SOON)
})

test('whoever asks while a reload runs gets one that began after', async () => {
  await using scene = await ReloadScene.start({ sensors: { A: H(20) } })
  scene.edit({ sensors: { A: H(21) } })
  const first = scene.reload()
  await new Promise((resolve) => setTimeout(resolve, 20))
  scene.edit({ sensors: { A: H(22) } })
  const others = await Promise.all([scene.reload(), scene.reload()])
  await first
  expect(others[0]).toEqual(others[1])
  await scene.send('A', [21.5])
  await vi.waitFor(() => expect(scene.confirmed).toBe(1), SOON)
  expect(await scene.alarm('A.H')).toBeUndefined()
})

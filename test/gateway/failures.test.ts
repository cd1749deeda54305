import { copyFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it, vi } from 'vitest'
import { SteppedClock, systemClock } from '../../contracts/clock.ts'
import { CodedError } from '../../contracts/errors.ts'
import { parseFacility } from '../../contracts/facility-load.ts'
import { RETRANSMIT_MS } from '../../gateway/delivery/delivery.ts'
import { Child } from '../e2e/child.ts'
import { FailureScene } from './failure-scene.ts'

const SOON = { interval: 20 }

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** Lets the gateway run with a server that confirms nothing, until so much of it is on the disk. */
async function outage(scene: FailureScene, batches = 5): Promise<void> {
  const { gateway, broker } = scene
  broker.isConfirming = false
  await vi.waitFor(() => {
    const { commits, batches: kept } = gateway?.health().outbox ?? { commits: 0, batches: 0 }
    expect(commits).toBeGreaterThan(0)
    expect(kept).toBeGreaterThanOrEqual(batches)
  }, SOON)
}

/** The server is back: waits until nothing is left to send. */
async function drained(scene: FailureScene): Promise<void> {
  const { gateway, broker, peer } = scene
  broker.isConfirming = true
  // What was sent while it was away would be sent again only when its time is over.
  broker.cut()
  peer.behave = () => undefined
  await vi.waitFor(() => expect(gateway?.health().outbox.readings).toBe(0), SOON)
}

/** Every number of the device has come or is told as lost, and nothing that has come is told as lost. */
function expectAllAccountedFor(scene: FailureScene, slack = 1): void {
  const { lostCount, answers } = scene
  expect(scene.lostAndConfirmed).toEqual([])
  // An answer that comes while the gateway stops is not taken any more.
  expect(scene.numbers().size + lostCount).toBeGreaterThanOrEqual(answers - slack)
}

describe.concurrent('a gateway survives', () => {
  it('a restart while the server is away: everything comes, in order, and byte for byte', async () => {
    await using scene = await FailureScene.begin()
    await scene.start()
    await outage(scene)
    const live = new Map(scene.broker.bytes)
    await scene.stop()
    expect(scene.log.filter(({ level }) => level === 'error')).toEqual([])
    const before = scene.broker.live.length
    await scene.start()
    await vi.waitFor(() => expect(scene.broker.live.length).toBeGreaterThan(before), SOON)
    expect(scene.broker.live[before]).toMatchObject({ snapshot: true, gaps: [] })
    const from = scene.broker.backlog.length
    await drained(scene)
    const backlog = scene.broker.backlog
      .slice(from)
      .filter(({ epoch, seq }) => scene.broker.confirmed.has(`${epoch}:${seq}`))
    const epochs = [...new Set(backlog.map(({ epoch }) => epoch))]
    expect(epochs[0]).toBe(scene.broker.live[0]?.epoch)
    const first = backlog.filter(({ epoch }) => epoch === epochs[0]).map(({ seq }) => seq)
    expect(first).toEqual([...first].sort((a, b) => a - b))
    for (const [name, bytes] of live)
      expect(scene.broker.bytes.get(name.replace('readings/', 'backlog/'))?.equals(bytes)).toBe(true)
    expectAllAccountedFor(scene)
    expect(scene.lost).toEqual([])
  })

  it('a confirm that is lost: the batch is sent again and confirmed again', async () => {
    await using scene = await FailureScene.begin()
    await scene.start()
    await vi.waitFor(() => expect(scene.broker.live.length).toBeGreaterThan(2), SOON)
    await drained(scene)
    const lost = scene.broker.live.filter(({ seq }) => seq <= 2)
    for (const { epoch, seq } of lost) expect(scene.broker.bytes.has(`backlog/${epoch}:${seq}`)).toBe(true)
    expectAllAccountedFor(scene)
  })

  it('a server that went while the broker stayed: the next one gets at once, and in order, what it never had', async () => {
    await using scene = await FailureScene.begin()
    scene.broker.server({ state: 'online', session: 's1' })
    scene.broker.isConfirming = true
    await scene.start()
    await vi.waitFor(() => expect(scene.broker.confirmed.size).toBeGreaterThan(2), SOON)
    // What was sampled before the first connection has gone by now.
    await vi.waitFor(() => expect(scene.gateway?.health().outbox.batches).toBe(0), SOON)
    scene.broker.server({ state: 'offline', session: 's1' })
    scene.broker.isConfirming = false
    const [before, resentBefore] = [scene.broker.live.length, scene.broker.backlog.length]
    await vi.waitFor(() => expect(scene.broker.live.length).toBeGreaterThan(before + 5), SOON)
    expect(scene.broker.backlog).toHaveLength(resentBefore)
    scene.broker.isConfirming = true
    const began = performance.now()
    scene.broker.server({ state: 'online', session: 's2' })
    await drained(scene)
    expect(performance.now() - began).toBeLessThan(RETRANSMIT_MS)
    const resent = scene.broker.backlog.slice(resentBefore).map(({ seq }) => seq)
    expect(resent.length).toBeGreaterThan(4)
    expect(resent).toEqual(resent.toSorted((a, b) => a - b))
    expectAllAccountedFor(scene)
  })

  it('an outage that fills the outbox: the oldest go, and every one of them is told', async () => {
    await using scene = await FailureScene.begin()
    // Of a file that is full tests of the outbox tell; it takes more than the few readings of this scene. Heartbeats
    // would have to evict what is on its way, so small it is.
    const text = scene.plantText('maxSize: 4kB').replace(JSON.stringify(scene.path), 'memory')
    const facility = parseFacility(text.replace('heartbeat: 200ms', 'heartbeat: 10s'), 'plant.yaml')
    await scene.broker.close()
    await scene.start({ facility })
    await vi.waitFor(() => expect(scene.gateway?.health().outbox.gaps.full).toBeGreaterThan(20), SOON)
    scene.peer.behave = () => undefined
    await scene.broker.listen()
    await drained(scene)
    await vi.waitFor(() => expect(scene.lostCount).toBe(scene.gateway?.health().outbox.evictedReadings), SOON)
    expect(scene.lost.every(({ reason }) => reason === 'full')).toBe(true)
    expectAllAccountedFor(scene)
    expect(scene.numbers().size).toBeLessThan(scene.answers)
  })

  it('an outage longer than readings are kept', async () => {
    await using scene = await FailureScene.begin()
    await scene.broker.close()
    await scene.start({ outbox: 'maxSize: 8MB, maxAge: 1s' })
    await vi.waitFor(() => expect(scene.gateway?.health().outbox.gaps.expired).toBeGreaterThan(5), SOON)
    await scene.broker.listen()
    await drained(scene)
    await vi.waitFor(() => expect(scene.lostCount).toBe(scene.gateway?.health().outbox.evictedReadings), SOON)
    expect(scene.lost.every(({ reason }) => reason === 'expired')).toBe(true)
    expectAllAccountedFor(scene)
    expect(scene.numbers().size).toBeLessThan(scene.answers)
  })

  it('a clock that is stepped to and fro: new epochs, and nothing grows older by it', async () => {
    await using scene = await FailureScene.begin()
    const clock = new SteppedClock(systemClock)
    await scene.start({ clock, outbox: 'maxSize: 8MB, maxAge: 1h' })
    const heardEpochs = () => new Set(scene.broker.live.map(({ epoch }) => epoch)).size
    for (const [n, step] of [80 * 365 * 86_400_000, -90 * 365 * 86_400_000].entries()) {
      await outage(scene, 3 * (n + 1))
      clock.step(step)
      await vi.waitFor(() => expect(heardEpochs()).toBe(n + 2), SOON)
    }
    await outage(scene, 9)
    expect(scene.gateway?.health().outbox.gaps).toEqual({ full: 0, expired: 0, restart: 0, damaged: 0 })
    await drained(scene)
    expectAllAccountedFor(scene)
    expect(scene.lost).toEqual([])
  })

  it('a copy of its disk in another machine: each works, with an epoch of its own', async () => {
    await using scene = await FailureScene.begin()
    await using clone = await FailureScene.begin()
    await scene.start()
    await outage(scene)
    await scene.stop()
    for (const name of readdirSync(scene.folder))
      copyFileSync(join(scene.folder, name), join(clone.folder, name))
    const stored = scene.numbers(scene.broker.live)
    await Promise.all([scene.start(), clone.start()])
    await Promise.all([drained(scene), drained(clone)])
    expectAllAccountedFor(scene)
    // The clone has what both were before, and what it read itself.
    expect([...stored].filter((number) => !clone.numbers().has(number))).toEqual([])
    expect(clone.lost).toEqual([])
    const own = (each: FailureScene) => each.broker.live.at(-1)?.epoch
    expect(own(scene)).not.toBe(own(clone))
  })

  it('a flipped byte on its disk: one batch is lost, and told', async () => {
    await using scene = await FailureScene.begin()
    await scene.start()
    await outage(scene)
    await scene.stop()
    const database = new DatabaseSync(scene.path)
    const [row] = database
      .prepare('SELECT id, readings, bytes FROM packed JOIN batches USING (id) ORDER BY id')
      .all()
    const bytes = Buffer.from((row?.bytes ?? []) as Uint8Array)
    bytes[12] = (bytes[12] ?? 0) ^ 8
    database.prepare('UPDATE packed SET bytes = ? WHERE id = ?').run(bytes, Number(row?.id))
    database.close()
    await scene.start()
    await drained(scene)
    await vi.waitFor(
      () => expect(scene.gateway?.health().outbox.gaps.damaged).toBe(Number(row?.readings)),
      SOON,
    )
    await vi.waitFor(() => expect(told(scene)).toEqual([`damaged ${Number(row?.readings)}`]), SOON)
  })

  it('a log that is torn off: what was in it is told', async () => {
    await using scene = await FailureScene.begin()
    await scene.start()
    await outage(scene)
    // As a crash leaves it, and the disk then loses the log.
    await vi.waitFor(() => expect(readFileSync(`${scene.path}.tally-0`, 'latin1')).toContain('"seqs"'), SOON)
    await vi.waitFor(() => expect(readFileSync(`${scene.path}.tally-1`, 'latin1')).toContain('"seqs"'), SOON)
    const files = ['', '.tally-0', '.tally-1'].map(
      (suffix) => [suffix, readFileSync(`${scene.path}${suffix}`)] as const,
    )
    const kept = scene.gateway?.health().outbox.readings ?? 0
    await scene.stop()
    for (const [suffix, bytes] of files) writeFileSync(`${scene.path}${suffix}`, bytes)
    await scene.start()
    await drained(scene)
    await vi.waitFor(() => {
      const { damaged = 0, restart = 0 } = scene.gateway?.health().outbox.gaps ?? {}
      expect(damaged).toBeGreaterThan(0)
      expect(damaged + restart).toBeGreaterThanOrEqual(kept - 5)
      expect(told(scene).join()).toContain(`damaged ${damaged}`)
    }, SOON)
  })

  it('a file that is no outbox at all: it is set aside', async () => {
    await using scene = await FailureScene.begin()
    writeFileSync(scene.path, 'not what you think'.repeat(1_000))
    await scene.start()
    await outage(scene)
    expect(readFileSync(`${scene.path}.damaged-1`, 'utf8')).toContain('not what you think')
    expect(scene.log.filter(({ fields }) => fields.code === 'DATA_DAMAGED')).not.toEqual([])
    expect(scene.gateway?.health().outbox.trouble).toBeUndefined()
  })

  it('a file of a newer release: it says so, leaves it alone and works on', async () => {
    await using scene = await FailureScene.begin()
    await scene.start()
    await outage(scene)
    await scene.stop()
    const database = new DatabaseSync(scene.path)
    database.exec('UPDATE outbox SET version = 99')
    database.close()
    const before = readFileSync(scene.path)
    await scene.start()
    await vi.waitFor(() => expect(scene.gateway?.health().outbox.trouble).toBe('DATA_NEWER'), SOON)
    const { length } = scene.broker.live
    await vi.waitFor(() => expect(scene.broker.live.length).toBeGreaterThan(length + 5), SOON)
    scene.broker.isConfirming = true
    scene.broker.cut()
    await vi.waitFor(() => expect(scene.gateway?.health().outbox.batches).toBeLessThan(6), SOON)
    await scene.stop()
    expect(readFileSync(scene.path).equals(before)).toBe(true)
  })

  it.each([
    ['full', new CodedError('DISK_FULL', 'database or disk is full')],
    ['broken', new CodedError('DATA_UNWRITABLE', 'disk I/O error')],
  ] as const)('a disk that is %s: polling and live sending go on at full rate', async (_, fault) => {
    await using scene = await FailureScene.begin()
    await scene.start()
    await outage(scene)
    scene.disk.fault = fault
    await vi.waitFor(() => expect(scene.gateway?.health().outbox.trouble).toBe(fault.code), SOON)
    await expectFullRate(scene)
    expect(scene.log.filter(({ fields }) => fields.code === fault.code)).toHaveLength(1)
    scene.disk.fault = undefined
    await vi.waitFor(() => expect(scene.gateway?.health().outbox.trouble).toBeUndefined(), SOON)
    await drained(scene)
    expectAllAccountedFor(scene)
    expect(scene.lost).toEqual([])
  })

  it('a disk that hangs: polling and live sending go on at full rate', async () => {
    await using scene = await FailureScene.begin()
    await scene.start()
    await outage(scene)
    scene.disk.isHanging = true
    await pause(600)
    await expectFullRate(scene)
    scene.disk.wake()
    await drained(scene)
    expectAllAccountedFor(scene)
  })

  it('a disk that hangs when it stops: it ends all the same, and tells the loss next time', async () => {
    await using scene = await FailureScene.begin()
    await scene.start()
    await outage(scene)
    const hung = scene.disk
    hung.isHanging = true
    await pause(400)
    const before = performance.now()
    await scene.stop()
    expect(performance.now() - before).toBeLessThan(5_000)
    hung.kill()
    await scene.start()
    await vi.waitFor(() => expect(scene.gateway?.health().outbox.gaps.restart).toBeGreaterThan(0), SOON)
    await drained(scene)
    await vi.waitFor(() => expectAllAccountedFor(scene), SOON)
  })

  it('kill -9: what was not on the disk is told, and nothing that has come', async () => {
    await using scene = await FailureScene.begin()
    const config = join(scene.folder, 'plant.yaml')
    writeFileSync(config, scene.plantText())
    await using child = new Child(
      'gateway/main.ts',
      ['run', '--config', config, '--log-level', 'error'],
      scene.folder,
    )
    await vi.waitFor(() => expect(scene.broker.live.length).toBeGreaterThan(20), SOON)
    await child.kill('SIGKILL')
    const heard = scene.broker.live.length
    await scene.start()
    await vi.waitFor(() => expect(scene.broker.live.length).toBeGreaterThan(heard), SOON)
    await drained(scene)
    // What was taken in the last milliseconds is on no tally yet.
    await vi.waitFor(() => expectAllAccountedFor(scene, 3), SOON)
    expect(child.stderr).toBe('')
  })

  it('a restart with a latched detector: it stays latched, before the first answer and after', async () => {
    await using scene = await FailureScene.begin()
    const latching = (text: string) =>
      text.replace('type: uint16 }', 'type: uint16 }, plausibility: { overRangeAt: 3 }')
    const facility = parseFacility(latching(scene.plantText()), 'plant.yaml')
    const gateway = await scene.start({ facility })
    const reasons = () => scene.broker.live.flatMap(({ readings }) => readings.map(({ reason }) => reason))
    await vi.waitFor(() => expect(reasons()).toContain('over-range-latched'), SOON)
    await gateway.stop()
    expect(JSON.parse(readFileSync(`${scene.path}.latches.json`, 'utf8'))).toEqual({
      version: 1,
      latches: { 'N-1': 'latched' },
    })
    // The gas has fallen meanwhile.
    scene.peer.behave = (request) => {
      scene.peer.set({ unit: 1, code: 3, address: 0 }, 1)
      return scene.peer.answer(request)
    }
    const before = scene.broker.live.length
    await scene.start({ facility })
    await vi.waitFor(() => expect(scene.broker.live.length).toBeGreaterThan(before), SOON)
    const since = scene.broker.live.slice(before).flatMap(({ readings }) => readings)
    expect(since.filter(({ value }) => value === 1)).not.toEqual([])
    expect(since.every(({ quality }) => quality === 'bad')).toBe(true)
  })

  it('is refused while another process has its outbox', async () => {
    await using scene = await FailureScene.begin()
    await scene.start()
    await vi.waitFor(() => expect(scene.disk.calls).toContain('open'), SOON)
    const { gateway } = scene
    await expect(scene.start()).rejects.toMatchObject({ code: 'DATA_IN_USE' })
    scene.gateway = gateway
  })

  function told(scene: FailureScene): string[] {
    return scene.lost.map(({ reason, count }) => `${reason} ${count}`)
  }

  /** While the trouble lasts the device is asked on and on, as fast as this machine can, and what it says is heard. */
  async function expectFullRate(scene: FailureScene): Promise<void> {
    const heard = () => scene.numbers(scene.broker.live).size
    const before = { asked: scene.answers, heard: heard() }
    await vi.waitFor(() => {
      expect(scene.answers - before.asked).toBeGreaterThan(20)
      expect(heard() - before.heard).toBeGreaterThan(20)
    }, SOON)
  }
})

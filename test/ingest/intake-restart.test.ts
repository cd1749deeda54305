import { beforeEach, describe, expect, it } from 'vitest'
import type { WireReading } from '../../contracts/wire.ts'
import { IntakeScene } from './intake-scene.ts'

let scene: IntakeScene
beforeEach(() => {
  scene = new IntakeScene()
})

function gas(value: number, ago = 5): WireReading {
  return { sensor: 'GT-101', time: scene.now - ago, value }
}

describe('a failure', () => {
  const payload = () =>
    scene.batch({
      snapshot: true,
      readings: [gas(30), { sensor: 'GT-999', time: scene.now, value: 1 }],
      gaps: [{ epoch: 'e0', seqs: [[1, 1]], count: 7, from: 1, to: 1, reason: 'full' }],
    })
  const once = { batches: 1, readings: 1, rejected: 1, lost: 7 }

  it.each(['fails', 'full'] as const)(
    'of the log (%s) leaves the batch unconfirmed and evaluated; its resend is logged only',
    async (mood) => {
      scene.log = mood
      const bytes = payload()
      await scene.send(bytes)
      expect(scene.confirms).toEqual([])
      expect(scene.evaluated.map(({ readings }) => readings.length)).toEqual([1])
      scene.log = 'works'
      await scene.send(bytes, 'backlog')
      expect(scene.confirms).toMatchObject([
        { seqs: [[1, 1]], refused: [{ count: 1, code: 'SENSOR_UNKNOWN' }] },
      ])
      expect(scene.evaluated.flatMap(({ readings, late }) => [...readings, ...late])).toHaveLength(1)
      expect([...scene.records.values()]).toMatchObject([{ again: true, readings: [{ value: 30 }] }])
      expect(scene.intake.watches.get('gw-1')?.counters).toMatchObject({ batches: 1, readings: 1, lost: 7 })
      const [row] = scene.ledger.take()
      expect(row).toMatchObject({ received: 1, refused: 1, late: 0, duplicate: 0 })
    },
  )

  it('of the journal leaves the batch unconfirmed; its resend is confirmed once the journal has it', async () => {
    scene.journal = 'fails'
    const bytes = payload()
    await scene.send(bytes)
    await scene.send(bytes, 'backlog')
    expect(scene.confirms).toEqual([])
    scene.journal = 'works'
    await scene.send(bytes, 'backlog')
    expect(scene.confirms).toMatchObject([
      { seqs: [[1, 1]], refused: [{ count: 1, code: 'SENSOR_UNKNOWN' }] },
    ])
    expect(scene.evaluated).toHaveLength(1)
    expect(scene.of('log')).toHaveLength(1)
    // And what is counted, is counted once.
    expect(scene.refused).toEqual({ SENSOR_UNKNOWN: 1 })
    expect(scene.intake.watches.get('gw-1')?.counters).toMatchObject(once)
  })

  it('of the log holds no live reading back, and takes no backlog', async () => {
    scene.log = 'full'
    await scene.live({ snapshot: true, readings: [gas(30)] })
    await scene.send(scene.batch({ epoch: 'e0', seq: 1, readings: [gas(3)] }), 'backlog')
    expect(scene.evaluated.map(({ readings }) => readings.map(({ value }) => value))).toEqual([[30]])
    scene.log = 'works'
    await scene.live({ seq: 2, readings: [] })
    expect(scene.confirms).toMatchObject([{ seqs: [[2, 2]] }])
    await scene.send(scene.batch({ epoch: 'e0', seq: 1, readings: [gas(3)] }), 'backlog')
    expect(scene.evaluated.at(-1)).toMatchObject({ readings: [], late: [{ value: 3 }] })
  })

  it('is logged once, not with every batch', async () => {
    scene.journal = 'fails'
    for (let seq = 1; seq <= 20; seq++) await scene.live({ seq })
    expect(scene.warnings).toEqual(['batches are not confirmed'])
    scene.journal = 'works'
    await scene.live({ seq: 21 })
    scene.journal = 'fails'
    await scene.live({ seq: 22 })
    expect(scene.warnings).toHaveLength(2)
  })

  it('of a listener rejects nothing and confirms nothing', async () => {
    scene.steps.push = () => {
      throw new Error('a port that throws')
    }
    await expect(scene.live({ readings: [gas(1)] })).resolves.toBeUndefined()
    scene.clock.advance(7_000)
    expect(() => scene.intake.sweep()).not.toThrow()
  })
})

describe('a start', () => {
  it('replays what is durable behind the checkpoint, in order, and tells nobody', async () => {
    await scene.live({ seq: 1, snapshot: true, readings: [gas(1)] })
    scene.checkpoint()
    scene.clock.advance(1_000)
    await scene.live({ seq: 2, readings: [gas(2)] })
    await scene.send(scene.batch({ epoch: 'e0', seq: 7, readings: [gas(9, 90_000)] }), 'backlog')
    scene.log = 'fails'
    await scene.live({ seq: 3, readings: [gas(3, 1)] })
    scene.log = 'works'
    scene.steps.length = 0
    scene.restart()
    expect(scene.steps).toMatchObject([
      { did: 'replay', position: 2, evidence: { readings: [{ value: 2 }], late: [] } },
      { did: 'replay', position: 3, evidence: { readings: [], late: [{ value: 9 }], isLive: false } },
    ])
    expect(scene.taker.latest('GT-101')?.value).toBe(2)
    expect(scene.confirms).toEqual([])
  })

  it('confirms what it replayed, and stores what never became durable without weighing it again', async () => {
    const second = scene.batch({ seq: 2, readings: [gas(2)] })
    await scene.live({ seq: 1, snapshot: true, readings: [gas(1, 9)] })
    await scene.send(second)
    scene.log = 'fails'
    const third = scene.batch({ seq: 3, readings: [gas(3, 1)] })
    await scene.send(third)
    scene.log = 'works'
    scene.restart()
    scene.steps.length = 0
    await scene.send(second, 'backlog')
    await scene.send(third, 'backlog')
    expect(scene.confirms.map(({ seqs }) => seqs)).toEqual([[[2, 2]], [[3, 3]]])
    expect(scene.evaluated.map(({ readings }) => readings)).toEqual([[]])
    expect([...scene.records.values()].at(-1)).toMatchObject({
      seq: 3,
      again: true,
      readings: [{ value: 3 }],
    })
  })

  it('weighs late readings again that never became durable: nothing is found twice in them', async () => {
    await scene.live({ seq: 9, snapshot: true, readings: [gas(1)] })
    const older = scene.batch({ seq: 2, readings: [gas(99, 60_000)] })
    scene.log = 'fails'
    await scene.send(older, 'backlog')
    scene.log = 'works'
    scene.restart()
    scene.steps.length = 0
    await scene.send(older, 'backlog')
    expect(scene.evaluated).toMatchObject([{ late: [{ value: 99 }] }])
    expect([...scene.records.values()].at(-1)).toMatchObject({ seq: 2, again: false })
  })

  it('knows what alarms were like before a hole, though the batch behind it never became durable', async () => {
    await scene.live({ seq: 1, snapshot: true, readings: [gas(1)] })
    const behind = scene.batch({ seq: 5, readings: [gas(2)] })
    scene.log = 'fails'
    await scene.send(behind)
    scene.log = 'works'
    scene.steps.length = 0
    scene.restart()
    expect(scene.of('replay').at(-1)?.evidence).toMatchObject({ seq: 5, fork: {}, readings: [] })
    // The record that is durable in the end carries it, for the next start.
    await scene.send(behind, 'backlog')
    expect([...scene.records.values()].at(-1)).toMatchObject({ seq: 5, fork: {}, again: true })
    scene.steps.length = 0
    scene.restart()
    expect(scene.of('replay').map(({ evidence }) => evidence.seq)).toEqual([1, 5])
  })

  it('counts in the ledger what it replays: the checkpoint had not', async () => {
    await scene.live({ seq: 1, total: 1, snapshot: true, readings: [gas(1)] })
    scene.checkpoint()
    scene.ledger.take()
    await scene.live({ seq: 2, total: 2, readings: [gas(2, 1)] })
    scene.ledger.take()
    scene.restart()
    expect(scene.ledger.take()).toMatchObject([{ received: 1, low: 1, high: 2 }])
  })
})

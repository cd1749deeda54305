import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DeliveryMarks, type KeptMarks, MAX_EPOCHS } from '../../ingest/intake/delivery-marks.ts'

function restarted(marks: DeliveryMarks, underWay: { epoch: string; seq: number }[] = []): DeliveryMarks {
  return DeliveryMarks.restore(JSON.parse(JSON.stringify(marks.keep(underWay))) as KeptMarks)
}

/** How often each of these times, ms, has been there before. */
function folds(marks: DeliveryMarks, epoch: string, times: readonly number[]): number[] {
  const datings = marks.datings(epoch)
  return times.map((time) => datings.foldOf(time, datings.at(time)))
}

describe('delivery marks', () => {
  it('tell what was weighed and may not be durable, and take it for weighed after a start', () => {
    const marks = new DeliveryMarks()
    marks.meet('a', 'live')
    for (const seq of [1, 2, 3, 5]) marks.weigh('a', seq)
    marks.logged('a', 1)
    const weighed = JSON.parse(JSON.stringify(marks.weighed()))
    expect(weighed).toEqual({
      a: [
        [2, 3],
        [5, 5],
      ],
    })
    const again = restarted(marks)
    again.logged('a', 2)
    again.weighBefore(weighed)
    expect([1, 2, 3, 4, 5].map((seq) => again.isWeighed('a', seq))).toEqual([false, false, true, false, true])
    expect([1, 2, 3, 4, 5].map((seq) => again.isLogged('a', seq))).toEqual([true, true, false, false, false])
    // Until they are durable they stay what they are.
    expect(again.weighed()).toEqual({
      a: [
        [3, 3],
        [5, 5],
      ],
    })
    again.apply('a', 3)
    again.logged('a', 5)
    expect(again.weighed()).toEqual({})
  })

  it('tell current from late by batch, then by position', () => {
    const marks = new DeliveryMarks()
    marks.meet('a', 'live')
    expect(marks.pass('T-1', 'a', 5, 2)).toBe(true)
    expect(marks.pass('T-1', 'a', 5, 2)).toBe(false)
    expect(marks.pass('T-1', 'a', 5, 1)).toBe(false)
    expect(marks.pass('T-1', 'a', 4, 9)).toBe(false)
    expect(marks.pass('T-1', 'a', 5, 3)).toBe(true)
    expect(marks.pass('T-1', 'a', 6, 0)).toBe(true)
  })

  it('are kept per sensor', () => {
    const marks = new DeliveryMarks()
    marks.meet('a', 'live')
    expect(marks.pass('T-1', 'a', 9, 0)).toBe(true)
    expect(marks.pass('T-2', 'a', 3, 0)).toBe(true)
  })

  it('order epochs by birth: the one that went live last is the newest', () => {
    const marks = new DeliveryMarks()
    marks.meet('a', 'live')
    expect(marks.pass('T-1', 'a', 900, 0)).toBe(true)
    marks.meet('b', 'live')
    expect(marks.pass('T-1', 'b', 1, 0)).toBe(true)
    marks.meet('a', 'live')
    expect(marks.pass('T-1', 'a', 901, 0)).toBe(false)
  })

  it('take the backlog of an unknown epoch for older than all that was seen', () => {
    const marks = new DeliveryMarks()
    marks.meet('now', 'live')
    marks.pass('T-1', 'now', 1, 0)
    marks.meet('old', 'backlog')
    expect(marks.pass('T-1', 'old', 700, 0)).toBe(false)
    expect(marks.pass('T-2', 'old', 1, 0)).toBe(true)
    expect(marks.pass('T-2', 'now', 1, 0)).toBe(true)
  })

  it('see the birth of an epoch whose backlog came first', () => {
    const marks = new DeliveryMarks()
    marks.meet('yesterday', 'live')
    marks.pass('T-1', 'yesterday', 900, 0)
    marks.meet('today', 'backlog')
    expect(marks.pass('T-1', 'today', 3, 0)).toBe(false)
    expect(marks.pass('T-2', 'today', 3, 0)).toBe(true)
    marks.meet('today', 'live')
    expect(marks.pass('T-1', 'today', 4, 0)).toBe(true)
    // What the backlog moved stays where it is within its epoch.
    expect(marks.pass('T-2', 'today', 3, 0)).toBe(false)
    const again = restarted(marks)
    expect(again.pass('T-2', 'today', 3, 0)).toBe(false)
    expect(again.pass('T-2', 'yesterday', 901, 0)).toBe(false)
  })

  it('name applied batches by epoch and number, and count what is missing between them', () => {
    const marks = new DeliveryMarks()
    marks.meet('a', 'live')
    marks.meet('b', 'live')
    for (const seq of [1, 2, 5]) marks.apply('a', seq)
    expect(marks.isApplied('a', 2)).toBe(true)
    expect(marks.isApplied('a', 3)).toBe(false)
    expect(marks.isApplied('b', 2)).toBe(false)
    expect(marks.isApplied('never met', 2)).toBe(false)
    expect([marks.missing('a'), marks.missing('b'), marks.missing('never met')]).toEqual([2, 0, 0])
  })

  it('come back as they were kept, with what was under way', () => {
    const marks = new DeliveryMarks()
    marks.meet('a', 'live')
    marks.measure('a', 960, 1_000)
    marks.pass('T-1', 'a', 1, 0)
    marks.logged('a', 1)
    marks.weigh('a', 2)
    marks.weigh('a', 3)
    const again = restarted(marks, [{ epoch: 'a', seq: 2 }])
    expect([1, 2, 3].map((seq) => again.isApplied('a', seq))).toEqual([true, true, false])
    expect(again.offsetOf('a')).toBe(40)
    expect(again.pass('T-1', 'a', 1, 0)).toBe(false)
    expect(again.pass('T-1', 'a', 2, 0)).toBe(true)
    // And what is kept is no part of what goes on.
    marks.apply('a', 9)
    expect(again.isApplied('a', 9)).toBe(false)
  })

  it('start empty, and refuse what they did not write', () => {
    expect(DeliveryMarks.restore(undefined).keep()).toEqual({ epochs: [], marks: [] })
    for (const kept of [null, 5, {}, { epochs: [[1]] }, []]) {
      expect(() => DeliveryMarks.restore(kept as never)).toThrow(
        expect.objectContaining({ code: 'DATA_DAMAGED' }),
      )
    }
  })

  it('tell the times that come twice after the clock was set back', () => {
    const marks = new DeliveryMarks()
    marks.meet('a', 'live')
    marks.measure('a', 1_000_000, 1_000_000)
    marks.meet('b', 'live')
    // Set back by half a minute, ten seconds later: a ended at 1,010 s of its clock at the latest.
    marks.measure('b', 980_000, 1_010_000)
    expect(folds(marks, 'b', [979_000, 1_010_000, 1_010_001])).toEqual([1, 1, 0])
    expect(folds(marks, 'a', [1_005_000])).toEqual([0])
    marks.meet('c', 'live')
    marks.measure('c', 970_000, 1_020_000)
    expect(folds(marks, 'c', [970_000, 990_000, 990_001, 1_010_001])).toEqual([2, 2, 1, 0])
    marks.meet('d', 'live')
    marks.measure('d', 1_100_000, 1_100_000)
    expect(folds(marks, 'd', [1_000_000])).toEqual([0])
    expect(folds(restarted(marks), 'c', [990_000])).toEqual([2])
  })

  it('keep the times of an epoch that was never heard live apart from all others', () => {
    const marks = new DeliveryMarks()
    for (const epoch of ['a', 'b']) {
      marks.meet(epoch, 'backlog')
      marks.guess(epoch, 1_000_000, 1_010_000)
    }
    marks.meet('c', 'live')
    marks.measure('c', 1_020_000, 1_020_000)
    const folds = ['a', 'b', 'c'].map((epoch) => marks.datings(epoch).foldOf(1_000, { covers: [] }))
    expect(new Set(folds).size).toBe(3)
    expect(folds[2]).toBe(0)
    expect(Math.max(...folds)).toBeLessThan(256)
    // And it stays there, since what has come stands there: heard live, and after a start.
    marks.meet('a', 'live')
    marks.measure('a', 1_030_000, 1_030_000)
    expect(restarted(marks).datings('a').foldOf(1_000, { covers: [] })).toBe(folds[0])
  })

  it('measure the clock anew after a start: that of the server may have been set meanwhile', () => {
    const marks = new DeliveryMarks()
    marks.meet('a', 'live')
    marks.measure('a', 1_000_000, 1_000_010)
    const again = restarted(marks)
    again.measureAnew()
    expect(again.measure('a', 1_010_000, 1_040_500)).toEqual({ shift: 0, offset: 30_500, isChanged: false })
    expect(again.measure('a', 1_020_000, 1_050_020).offset).toBe(30_020)
  })

  it('count a loss once, and take what arrived after all for no loss', () => {
    const marks = new DeliveryMarks()
    marks.meet('a', 'live')
    marks.weigh('a', 7)
    const loss = (first: number, last: number, reason = 'full') => ({
      epoch: 'a',
      seqs: [[first, last]] as [number, number][],
      reason,
    })
    expect(marks.drop(loss(1, 4))).toBe(true)
    expect(marks.drop(loss(1, 4))).toBe(false)
    expect(restarted(marks).drop(loss(1, 4))).toBe(false)
    expect(marks.drop(loss(7, 7, 'restart'))).toBe(false)
    expect(marks.drop(loss(8, 8, 'restart'))).toBe(true)
    expect(marks.drop({ epoch: 'never met', seqs: [[1, 1]], reason: 'expired' })).toBe(true)
  })

  it('remember a bounded number of epochs, and never forget the live one', () => {
    const marks = new DeliveryMarks()
    marks.meet('live', 'live')
    marks.apply('live', 7)
    for (let n = 0; n < 3 * MAX_EPOCHS; n++) marks.meet(`backlog ${n}`, 'backlog')
    expect(marks.keep().epochs).toHaveLength(MAX_EPOCHS)
    expect(marks.isApplied('live', 7)).toBe(true)
    for (let n = 0; n < 3 * MAX_EPOCHS; n++) marks.meet(`live ${n}`, 'live')
    expect(marks.keep().epochs).toHaveLength(MAX_EPOCHS)
    expect(marks.isApplied('live', 7)).toBe(false)
    // Of a forgotten epoch nothing is current, and nothing breaks.
    expect(marks.pass('T-1', 'live', 1, 0)).toBe(false)
    marks.meet('live', 'backlog')
    marks.apply('live', 8)
  })

  it('never move backwards, in whatever order batches come', () => {
    const delivery = fc.record({
      epoch: fc.constantFrom('a', 'b', 'c'),
      lane: fc.constantFrom('live' as const, 'backlog' as const),
      seq: fc.integer({ min: 1, max: 6 }),
      position: fc.integer({ min: 0, max: 2 }),
      restart: fc.boolean(),
    })
    fc.assert(
      fc.property(fc.array(delivery), (deliveries) => {
        let marks = new DeliveryMarks()
        /** Births so far; key: epoch. */
        const born: string[] = []
        let last: { epoch: string; seq: number; position: number } | undefined
        for (const { epoch, lane, seq, position, restart } of deliveries) {
          if (lane === 'live' && !born.includes(epoch)) born.push(epoch)
          marks.meet(epoch, lane)
          const isCurrent = marks.pass('T-1', epoch, seq, position)
          if (restart) marks = restarted(marks)
          if (!isCurrent) continue
          const order = born.indexOf(epoch) - (last === undefined ? 0 : born.indexOf(last.epoch))
          if (last !== undefined && epoch === last.epoch) {
            expect(seq - last.seq || position - last.position).toBeGreaterThan(0)
          } else if (last !== undefined && born.includes(epoch)) expect(order).toBeGreaterThan(0)
          else if (last !== undefined) expect(born.includes(last.epoch)).toBe(false)
          last = { epoch, seq, position }
        }
      }),
      { numRuns: 500 },
    )
  })
})

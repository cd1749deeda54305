import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Gateway } from '../../contracts/facility.ts'
import type { DecodedBatch } from '../../ingest/intake/batch-decode.ts'
import { CREDIT_BUDGET, creditShare } from '../../ingest/intake/credit.ts'
import { DeliveryMarks } from '../../ingest/intake/delivery-marks.ts'
import { FIRST_WORD_MS, GatewayWatch } from '../../ingest/intake/gateway-watch.ts'

const GATEWAY: Gateway = {
  id: 'gw-1',
  name: 'Gateway',
  heartbeatMs: 2_000,
  outbox: { maxBytes: 1, maxAgeMs: 1 },
  buses: [],
}
const START = 1_000_000

/** A watch in virtual time: `at` is ms since its start, on a clock that is never stepped. */
class Scene {
  readonly watch = new GatewayWatch({
    gateway: GATEWAY,
    marks: new DeliveryMarks(),
    monotonic: 50,
    now: START,
  })

  moment(at: number) {
    return { monotonic: 50 + at, now: START + at }
  }

  /** A live batch that arrives at `at`; the gateway's clock is `behind` ms behind the server's. */
  live(at: number, given: { epoch?: string; seq?: number; isSnapshot?: boolean; behind?: number } = {}) {
    this.watch.marks.meet(given.epoch ?? 'e1', 'live')
    return this.watch.live(this.batch(at, given), this.moment(at))
  }

  batch(
    at: number,
    given: { epoch?: string; seq?: number; isSnapshot?: boolean; behind?: number },
  ): DecodedBatch {
    const { epoch = 'e1', seq = 1, isSnapshot = false, behind = 0 } = given
    const sent = START + at - behind
    return { epoch, seq, sent, total: null, isSnapshot, polled: {}, readings: [], gaps: [], clock: undefined }
  }
}

describe('presence', () => {
  it('a live batch means online, and says once that the gateway is back', () => {
    const scene = new Scene()
    expect(scene.watch.state).toBe('unknown')
    expect(scene.live(10).isBack).toBe(true)
    expect(scene.live(20, { seq: 2 }).isBack).toBe(false)
    expect(scene.watch).toMatchObject({ state: 'online', since: START + 10, lastHeard: START + 20 })
  })

  it('is not silent while nobody listens', () => {
    const scene = new Scene()
    scene.watch.listen(scene.moment(60_000).monotonic)
    expect(scene.watch.sweep(scene.moment(60_000 + FIRST_WORD_MS))).toBe(false)
    expect(scene.watch.sweep(scene.moment(60_001 + FIRST_WORD_MS))).toBe(true)
  })

  it('is lost after three heartbeats of silence, once', () => {
    const scene = new Scene()
    scene.live(1_000)
    expect(scene.watch.sweep(scene.moment(7_000))).toBe(false)
    expect(scene.watch.sweep(scene.moment(7_001))).toBe(true)
    expect(scene.watch).toMatchObject({ state: 'lost', since: START + 7_001 })
    expect(scene.watch.sweep(scene.moment(20_000))).toBe(false)
    expect(scene.live(21_000, { seq: 2 }).isBack).toBe(true)
  })

  it('is lost as well when it was never heard', () => {
    const scene = new Scene()
    expect(scene.watch.sweep(scene.moment(FIRST_WORD_MS))).toBe(false)
    expect(scene.watch.sweep(scene.moment(FIRST_WORD_MS + 1))).toBe(true)
  })

  it('counts silence on the monotonic clock: a stepped wall clock loses nobody', () => {
    const scene = new Scene()
    scene.live(0)
    expect(scene.watch.sweep({ monotonic: 50 + 1_000, now: START + 3_600_000 })).toBe(false)
    expect(scene.watch.sweep({ monotonic: 50 + 7_000, now: START - 3_600_000 })).toBe(true)
  })

  it('goes with the goodbye of its own session only', () => {
    const scene = new Scene()
    scene.watch.birth({ session: 'new', version: '1', configMatches: true })
    scene.live(0)
    expect(scene.watch.goodbye('old', START + 1)).toBe(false)
    expect(scene.watch.state).toBe('online')
    expect(scene.watch.goodbye('new', START + 2)).toBe(true)
    expect(scene.watch).toMatchObject({ state: 'offline', since: START + 2 })
    expect(scene.watch.goodbye('new', START + 3)).toBe(false)
    expect(scene.watch.sweep(scene.moment(60_000))).toBe(false)
    expect(scene.live(70_000, { seq: 2 }).isBack).toBe(true)
  })

  it('ignores a goodbye before any birth: it was kept from an earlier life', () => {
    const scene = new Scene()
    expect(scene.watch.goodbye('old', START)).toBe(false)
    expect(scene.watch.state).toBe('unknown')
  })

  it('knows an offline birth that follows a loss as news', () => {
    const scene = new Scene()
    scene.watch.birth({ session: 's', version: '1', configMatches: true })
    scene.watch.sweep(scene.moment(7_000))
    expect(scene.watch.goodbye('s', START + 8_000)).toBe(true)
  })
})

describe('the live sequence', () => {
  it('is believed from the first snapshot on, as long as there is no hole', () => {
    const scene = new Scene()
    expect(scene.live(0, { seq: 1 }).isPolledEvidence).toBe(false)
    expect(scene.live(1, { seq: 2, isSnapshot: true }).isPolledEvidence).toBe(true)
    expect(scene.live(2, { seq: 3 }).isPolledEvidence).toBe(true)
    expect(scene.live(3, { seq: 5 }).isPolledEvidence).toBe(false)
    expect(scene.live(4, { seq: 6 }).isPolledEvidence).toBe(false)
    expect(scene.live(5, { seq: 9, isSnapshot: true }).isPolledEvidence).toBe(true)
  })

  it('begins anew with every epoch, and then a snapshot is due', () => {
    const scene = new Scene()
    scene.live(0, { seq: 40, isSnapshot: true })
    expect(scene.live(1, { epoch: 'e2', seq: 1 }).isPolledEvidence).toBe(false)
    expect(scene.live(2, { epoch: 'e3', seq: 1, isSnapshot: true }).isPolledEvidence).toBe(true)
  })

  it('has no hole because a batch came twice, and no snapshot fills a hole after it', () => {
    const scene = new Scene()
    scene.live(0, { seq: 4, isSnapshot: true })
    scene.live(1, { seq: 5 })
    expect(scene.live(2, { seq: 5 }).isPolledEvidence).toBe(true)
    expect(scene.live(3, { seq: 6 }).isPolledEvidence).toBe(true)
    expect(scene.live(4, { seq: 8 }).isPolledEvidence).toBe(false)
    expect(scene.live(5, { seq: 4, isSnapshot: true }).isPolledEvidence).toBe(false)
  })

  it('asks for a snapshot once, and again when none came within a heartbeat', () => {
    const scene = new Scene()
    const asks = (at: number) => scene.watch.asksSnapshot(50 + at)
    expect([asks(0), asks(1), asks(1_999), asks(2_000), asks(2_001)]).toEqual([
      true,
      false,
      false,
      true,
      false,
    ])
    scene.live(2_100, { isSnapshot: true })
    expect(asks(9_000)).toBe(false)
    scene.live(9_001, { seq: 3 })
    expect([asks(9_002), asks(9_003)]).toEqual([true, false])
    // A new hole after a snapshot is asked for at once.
    scene.live(9_100, { seq: 4, isSnapshot: true })
    scene.live(9_101, { seq: 6 })
    expect(asks(9_102)).toBe(true)
  })

  it('counts the batches of its epoch that have not come', () => {
    const scene = new Scene()
    expect(scene.watch.missing).toBe(0)
    scene.live(0, { isSnapshot: true })
    scene.watch.marks.meet('e1', 'live')
    for (const seq of [1, 2, 6]) scene.watch.marks.apply('e1', seq)
    expect(scene.watch.missing).toBe(3)
  })
})

describe('the clock of a gateway', () => {
  it('is as far off as its quickest batch says: the rest is network', () => {
    const scene = new Scene()
    expect(scene.watch.skew).toBeNull()
    expect(scene.live(0, { behind: 900 }).dating).toMatchObject({ shift: 0, offset: 900 })
    expect(scene.live(1, { seq: 2, behind: 40 }).dating.offset).toBe(40)
    expect(scene.live(2, { seq: 3, behind: 3_000 }).dating.offset).toBe(40)
    expect(scene.watch.skew).toBe(40)
  })

  it('is measured anew in every epoch', () => {
    const scene = new Scene()
    scene.live(0, { behind: 40 })
    expect(scene.live(1, { epoch: 'e2', behind: 500 })).toMatchObject({
      dating: { offset: 500 },
      stepped: false,
    })
    expect(scene.live(2, { epoch: 'e2', seq: 2, behind: 45 }).stepped).toBe(false)
  })

  it.each([
    [1_001, true],
    [1_000, false],
    [-1_001, true],
    [3_600, true],
  ])('that differs by %i ms in the next epoch was stepped: %s', (by, stepped) => {
    const scene = new Scene()
    scene.live(0, { behind: 5_000 })
    expect(scene.live(1, { epoch: 'e2', behind: 5_000 + by }).stepped).toBe(stepped)
    expect(scene.live(2, { epoch: 'e2', seq: 2, behind: 5_000 + by }).stepped).toBe(false)
  })

  it('is not stepped by the first epoch, nor by a slow network', () => {
    const scene = new Scene()
    expect(scene.live(0, { behind: 50_000 }).stepped).toBe(false)
    expect(scene.live(1, { seq: 2, behind: 100 }).stepped).toBe(false)
  })

  it.each([
    [60_000, { shift: 0, offset: 60_000 }],
    [60_001, { shift: 60_001, offset: 0 }],
    [-60_000, { shift: 0, offset: -60_000 }],
    [-60_001, { shift: -60_001, offset: 0 }],
    [-86_400_000, { shift: -86_400_000, offset: 0 }],
  ])('that is %i ms behind dates readings so', (behind, dating) => {
    expect(new Scene().live(0, { behind }).dating).toMatchObject(dating)
  })

  it('steps what alarms hold when dating passes from the gateway to the server or back', () => {
    const scene = new Scene()
    scene.live(0, { behind: 61_000 })
    // In the same epoch: the first batch had been under way for two seconds.
    expect(scene.live(1, { seq: 2, behind: 59_000 })).toEqual({
      isBack: false,
      dating: { shift: 0, offset: 59_000, isChanged: true },
      stepped: true,
      afterHole: false,
      isPolledEvidence: false,
    })
    expect(scene.live(2, { seq: 3, behind: 59_000 }).stepped).toBe(false)
    expect(scene.live(3, { epoch: 'e2', behind: 7_200_000 })).toMatchObject({
      stepped: true,
      dating: { offset: 0 },
    })
    expect(scene.live(4, { epoch: 'e3', behind: 7_300_000 }).stepped).toBe(false)
    expect(scene.live(5, { epoch: 'e4', behind: 3 }).stepped).toBe(false)
  })

  it("moves with a step of the server's clock, which is no step of the gateway's", () => {
    const scene = new Scene()
    scene.live(0, { behind: 40 })
    scene.watch.clockStepped(30_000)
    expect(scene.watch.skew).toBe(30_040)
    expect(scene.live(1, { seq: 2, behind: 30_040 })).toMatchObject({
      stepped: false,
      dating: { offset: 30_040 },
    })
  })

  it("makes a step of the server's clock one of the readings that the server dates", () => {
    const scene = new Scene()
    scene.live(0, { behind: 100_000 })
    scene.watch.clockStepped(5_000)
    // Alarms were told 0, moved it by 5 s with the step, and are to move what they hold as well.
    expect(scene.watch.offset).toBe(5_000)
    expect(scene.live(1, { seq: 2, behind: 105_000 })).toMatchObject({ stepped: true, dating: { offset: 0 } })
    expect(scene.live(2, { seq: 3, behind: 105_000 }).stepped).toBe(false)
  })

  it('dates the backlog of every epoch by the clock of that epoch', () => {
    const scene = new Scene()
    const shiftOf = (epoch: string, time: number) => scene.watch.marks.datings(epoch).at(time).shift
    scene.live(0, { epoch: 'wrong', behind: 7_200_000 })
    scene.live(1, { epoch: 'right', behind: 5 })
    expect(shiftOf('wrong', START - 9_000_000)).toBe(7_200_000)
    expect(shiftOf('right', START - 9_000_000)).toBe(0)
    // Of an unknown epoch only a clock that runs far ahead gives itself away.
    for (const [epoch, ahead] of [
      ['behind', -9_000_000],
      ['ahead', 9_000_000],
    ] as const) {
      scene.watch.marks.meet(epoch, 'backlog')
      scene.watch.marks.guess(epoch, START + ahead, START)
      // And what was made of the first batch holds for all.
      scene.watch.marks.guess(epoch, START + ahead, START + 5_000)
      expect(shiftOf(epoch, START + ahead)).toBe(Math.min(0, -ahead))
    }
  })

  it('is remembered for a bounded number of epochs', () => {
    const scene = new Scene()
    for (let n = 0; n < 80; n++) scene.live(n, { epoch: `e${n}`, behind: 7_200_000 })
    expect(scene.watch.marks.datings('e0').shift).toBe(0)
    expect(scene.watch.skew).toBe(7_200_000)
  })
})

describe('credit', () => {
  it('of all gateways together never exceeds the budget, and nobody gets none for ever', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), fc.nat(1e6), (gateways, monotonic) => {
        const indexes = Array.from({ length: gateways }, (_, index) => index)
        const shares = indexes.map((index) => creditShare({ gateways, index, monotonic }))
        expect(shares.reduce((a, b) => a + b)).toBeLessThanOrEqual(CREDIT_BUDGET)
        const turns = Array.from({ length: gateways }, (_, turn) => monotonic + turn * 10_000)
        for (const index of indexes) {
          expect(turns.some((at) => creditShare({ gateways, index, monotonic: at }) > 0)).toBe(true)
        }
      }),
      { numRuns: 30 },
    )
  })

  it.each([
    [1, 8],
    [8, 8],
    [16, 4],
    [64, 1],
  ])('of one of %i is %i', (gateways, share) => {
    expect(creditShare({ gateways, index: 0, monotonic: 0 })).toBe(share)
  })
})

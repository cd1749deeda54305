import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ClockWatch } from '../../gateway/delivery/clock-watch.ts'
import { Epoch } from '../../gateway/delivery/epoch.ts'
import { SkewEstimate } from '../../gateway/delivery/skew-estimate.ts'
import { parseSynchronized, systemTimeService } from '../../gateway/delivery/time-service.ts'
import { SettableClock } from './settable-clock.ts'

/** A live batch and its confirm, `there` and `back` ms under way, of a server whose clock is `skew` ahead. */
function exchange(
  estimate: SkewEstimate,
  {
    seq,
    at,
    there,
    back,
    skew,
    epoch = 'e',
  }: { seq: number; at: number; there: number; back: number; skew: number; epoch?: string },
): void {
  estimate.sent({ epoch, seq }, at)
  estimate.confirmed(epoch, seq, { time: at + there + skew, now: at + there + back })
}

describe('the skew of a clock', () => {
  it('is the difference at the middle of the way', () => {
    const estimate = new SkewEstimate()
    expect(estimate.value).toBeUndefined()
    exchange(estimate, { seq: 1, at: 1_000, there: 20, back: 20, skew: 7_000 })
    expect(estimate.value).toBe(7_000)
    exchange(estimate, { seq: 2, at: 2_000, there: 0, back: 10, skew: -500 })
    expect(estimate.value).toBe(-505)
  })

  it('is told by the shortest round trip of the last minutes', () => {
    const estimate = new SkewEstimate()
    exchange(estimate, { seq: 1, at: 0, there: 10, back: 10, skew: 100 })
    // A server that was busy for a second.
    exchange(estimate, { seq: 2, at: 60_000, there: 1_000, back: 10, skew: 100 })
    expect(estimate.value).toBe(100)
    exchange(estimate, { seq: 3, at: 700_000, there: 30, back: 10, skew: 200 })
    expect(estimate.value).toBe(210)
  })

  it('begins anew with an epoch: that is another clock', () => {
    const estimate = new SkewEstimate()
    exchange(estimate, { seq: 1, at: 0, there: 1, back: 1, skew: 100 })
    estimate.sent({ epoch: 'f', seq: 1 }, 10)
    expect(estimate.value).toBeUndefined()
    estimate.confirmed('e', 1, { time: 0, now: 20 })
    expect(estimate.value).toBeUndefined()
  })

  it('takes nothing from what was not sent live, or in another connection', () => {
    const estimate = new SkewEstimate()
    estimate.confirmed('e', 1, { time: 0, now: 0 })
    estimate.sent({ epoch: 'e', seq: 1 }, 0)
    estimate.disconnected()
    estimate.confirmed('e', 1, { time: 0, now: 9_000 })
    expect(estimate.value).toBeUndefined()
  })

  it('remembers a few batches only', () => {
    const estimate = new SkewEstimate()
    for (let seq = 1; seq <= 1_000; seq++) estimate.sent({ epoch: 'e', seq }, seq)
    estimate.confirmed('e', 1, { time: 0, now: 2_000 })
    expect(estimate.value).toBeUndefined()
    estimate.confirmed('e', 1_000, { time: 1_500, now: 2_000 })
    expect(estimate.value).toBe(0)
  })
})

describe('the watch of a clock', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it('says what the machine says of its time service, asked once a minute', async () => {
    const clock = new SettableClock()
    const answers = ['unsynchronized', 'synchronized', undefined] as const
    let asked = 0
    const watch = new ClockWatch({
      epoch: new Epoch({ clock, randomId: () => 'e' }),
      timeService: async () => {
        asked += 1
        return answers[asked - 1]
      },
    })
    expect(watch.state()).toEqual({ drift: 0, steps: 0 })
    watch.start()
    await vi.advanceTimersByTimeAsync(0)
    expect(watch.state()).toEqual({ drift: 0, steps: 0, ntp: 'unsynchronized' })
    await vi.advanceTimersByTimeAsync(60_000)
    clock.step(300)
    expect(watch.state()).toEqual({ drift: 300, steps: 0, ntp: 'synchronized' })
    await vi.advanceTimersByTimeAsync(60_000)
    expect(watch.state()).toEqual({ drift: 300, steps: 0 })
    watch.stop()
    await vi.advanceTimersByTimeAsync(600_000)
    expect(asked).toBe(3)
  })
})

describe('the time service', () => {
  it.each([
    ['yes\n', 'synchronized'],
    ['no\n', 'unsynchronized'],
    ['', undefined],
    ['n/a', undefined],
  ] as const)('that says %j', (text, expected) => {
    expect(parseSynchronized(text)).toBe(expected)
  })

  it('of this machine says something or nothing, and never fails', async () => {
    expect(['synchronized', 'unsynchronized', undefined]).toContain(await systemTimeService())
  })
})

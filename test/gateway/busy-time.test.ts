import { describe, expect, it } from 'vitest'
import { BusyTime } from '../../gateway/polling/busy-time.ts'

describe('BusyTime', () => {
  it('is the share of the last 10 s that are over, whoever asks how often', () => {
    const busy = new BusyTime(0)
    for (let now = 0; now < 10_000; now += 100) {
      busy.start(now)
      busy.end(now + 25)
      busy.share(now + 50)
    }
    expect(busy.share(10_000)).toBeCloseTo(0.25)
    expect(busy.share(15_000)).toBeCloseTo(0.25)
    expect(busy.share(20_000)).toBe(0)
  })

  it('counts a request that is still on its way', () => {
    const busy = new BusyTime(0)
    expect(busy.share(0)).toBeUndefined()
    expect(busy.share(999)).toBeUndefined()
    busy.start(1_000)
    expect(busy.share(2_000)).toBeCloseTo(0.5)
    expect(busy.share(4_000)).toBeCloseTo(0.75)
    busy.end(5_000)
    expect(busy.share(8_000)).toBeCloseTo(0.5)
  })
})

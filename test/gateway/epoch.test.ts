import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Epoch } from '../../gateway/delivery/epoch.ts'
import { SettableClock } from './settable-clock.ts'

function begin() {
  const clock = new SettableClock()
  let ids = 0
  const epoch = new Epoch({
    clock,
    randomId: () => {
      ids += 1
      return `id-${ids}`
    },
  })
  return { clock, epoch }
}

describe('Epoch', () => {
  it('numbers batches from 1', () => {
    const { epoch } = begin()
    expect([epoch.number(0), epoch.number(0), epoch.number(0)].map(({ seq }) => seq)).toEqual([1, 2, 3])
    expect(epoch.next).toEqual({ epoch: 'id-1', seq: 4 })
  })

  it.each([1_000, -1_000, 999, 0])('goes on over a wall-clock step of %d ms', (stepMs) => {
    const { clock, epoch } = begin()
    clock.step(stepMs)
    expect(epoch.isOver).toBe(false)
    expect(epoch.now()).toBe(1_000_000)
    expect([epoch.drift, epoch.steps]).toEqual([stepMs, 0])
  })

  it.each([1_001, -1_001, 3_600_000, -3_600_000])('ends with a wall-clock step of %d ms', (stepMs) => {
    const { clock, epoch } = begin()
    epoch.number(5)
    epoch.stamp('S', epoch.now())
    clock.advance(500)
    clock.step(stepMs)
    expect(epoch.isOver).toBe(true)
    expect(epoch.now()).toBe(1_000_500)
    expect(epoch.renew()).toBe(stepMs)
    expect(epoch.id).toBe('id-2')
    expect(epoch.number(2)).toEqual({ epoch: 'id-2', seq: 1, total: 2 })
    expect(epoch.now()).toBe(1_000_500 + stepMs)
    expect(epoch.isOver).toBe(false)
    expect([epoch.drift, epoch.steps]).toEqual([0, 1])
    expect(epoch.stamp('S', epoch.now())).toBe(epoch.now())
  })

  it('dates the readings of a sensor strictly one after the other', () => {
    const { epoch } = begin()
    fc.assert(
      fc.property(fc.array(fc.nat(50), { minLength: 2 }), (offsets) => {
        const times = offsets.map((offset) => epoch.stamp('S', 1_000_000 + offset))
        for (const [index, time] of times.entries()) {
          if (index > 0) expect(time).toBeGreaterThan(times[index - 1] ?? 0)
        }
      }),
    )
    expect(epoch.stamp('other', 5)).toBe(5)
  })
})

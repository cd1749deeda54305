import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Breath } from '../../ingest/broker/breath.ts'

let now = 0
const clock = { monotonic: () => now }

beforeEach(() => {
  now = 0
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

/** Handles messages that take so long each, ms; answers with how many are handled before others have their turn. */
function flood(breath: Breath, tookMs: number, most = 100): number {
  let handled = 0
  const next = () => {
    if (handled === most) return
    breath.begin()
    now += tookMs
    handled += 1
    breath.end(next)
  }
  next()
  return handled
}

describe('a breath', () => {
  it('is as many messages as can be handled in 4 ms', () => {
    expect(flood(new Breath({ clock, rests: false }), 0.5)).toBe(8)
    expect(flood(new Breath({ clock, rests: false }), 0, 100)).toBe(100)
    expect(flood(new Breath({ clock, rests: true }), 0.25)).toBe(4)
  })

  it('is one message when that takes longer by itself', () => {
    expect(flood(new Breath({ clock, rests: false }), 10)).toBe(1)
  })

  it('is one in every turn, however long the messages take', () => {
    const breath = new Breath({ clock, rests: false })
    const turns: number[] = []
    let turn = 0
    const next = () => {
      if (turns.length === 5) return
      breath.begin()
      now += 10
      turns.push(turn)
      setImmediate(() => {
        turn = turns.length
      })
      breath.end(next)
    }
    next()
    vi.runAllTimers()
    expect(turns).toEqual([0, 1, 2, 3, 4])
  })

  it('is followed by a rest three times as long, where there is time', () => {
    const breath = new Breath({ clock, rests: true })
    const next = vi.fn()
    breath.begin()
    now += 10
    breath.end(next)
    vi.advanceTimersByTime(29)
    expect(next).not.toHaveBeenCalled()
    vi.advanceTimersByTime(1)
    expect(next).toHaveBeenCalledOnce()
  })
})

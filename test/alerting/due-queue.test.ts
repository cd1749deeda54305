import fc from 'fast-check'
import { expect, test } from 'vitest'
import { DueQueue, idle, type Timer } from '../../alerting/due-queue.ts'

test('a timer that is moved again and again stands there once', () => {
  const queue = new DueQueue<Timer>()
  const timer = idle(0)
  for (let at = 1; at <= 1_000; at++) queue.set(timer, at)
  expect(queue.size).toBe(1)
  queue.set(timer, Number.POSITIVE_INFINITY)
  expect(queue.size).toBe(0)
  expect(queue.take(Number.MAX_SAFE_INTEGER)).toBeUndefined()
})

test('gives whatever was set last, by time and then by rank', () => {
  const moves = fc.array(
    fc.tuple(fc.integer({ min: 0, max: 19 }), fc.constantFrom(1, 2, 3, 4, 5, Number.POSITIVE_INFINITY)),
    { maxLength: 200 },
  )
  fc.assert(
    fc.property(moves, fc.integer({ min: 0, max: 6 }), (list, now) => {
      const queue = new DueQueue<Timer>()
      const timers = Array.from({ length: 20 }, (_, rank) => idle(rank))
      const last = new Map<number, number>()
      for (const [index, at] of list) {
        const timer = timers[index]
        if (timer !== undefined) queue.set(timer, at)
        last.set(index, at)
      }
      const taken: [number, number][] = []
      for (let due = queue.take(now); due !== undefined; due = queue.take(now)) {
        for (const { rank } of due.timers) taken.push([due.at, rank])
      }
      const expected = [...last]
        .filter(([, at]) => at <= now)
        .map(([item, at]) => [at, item])
        .sort(([a = 0, x = 0], [b = 0, y = 0]) => a - b || x - y)
      expect(taken).toEqual(expected)
    }),
  )
})

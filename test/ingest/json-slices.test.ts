import fc from 'fast-check'
import { expect, it } from 'vitest'
import { jsonInSlices } from '../../ingest/json-slices.ts'
import { SettableClock } from '../gateway/settable-clock.ts'

it('is the text that JSON.stringify makes', async () => {
  const long = {
    rows: Array.from({ length: 1_000 }, (_, n) => [`s-${n}`, { n, none: undefined }]),
    none: undefined,
  }
  expect(await jsonInSlices(long, new SettableClock())).toBe(JSON.stringify(long))
  await fc.assert(
    fc.asyncProperty(fc.dictionary(fc.string(), fc.jsonValue()), async (value) => {
      // Objects of the property have no prototype of their own to speak of.
      const plain = JSON.parse(JSON.stringify(value)) as object
      expect(await jsonInSlices(plain, new SettableClock())).toBe(JSON.stringify(plain))
    }),
  )
})

it('lets others have their turn', async () => {
  let turns = 0
  let isDone = false
  const count = () => {
    turns += 1
    if (!isDone) setImmediate(count)
  }
  const clock = new SettableClock()
  // Every look at the clock costs a millisecond.
  const slow = {
    monotonic: () => {
      clock.advance(1)
      return clock.monotonic()
    },
  }
  setImmediate(count)
  await jsonInSlices({ rows: Array.from({ length: 256 * 40 }, (_, n) => n) }, slow)
  isDone = true
  expect(turns).toBeGreaterThan(5)
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CodedError } from '../../contracts/errors.ts'
import type { Reading } from '../../contracts/reading.ts'
import { Gate } from '../../ingest/store/merge/gate.ts'
import { mergedReadings } from '../../ingest/store/merge/merged-readings.ts'
import { type AskRange, SensorPages } from '../../ingest/store/merge/sensor-pages.ts'
import { good } from './store-points.ts'

/** A store of readings in order of time, and what it was asked. */
function storeOf(readings: readonly Reading[]): { ask: AskRange; asked: number[] } {
  const asked: number[] = []
  return {
    asked,
    ask: async ({ sensor, from, to, limit }) => {
      asked.push(limit)
      return readings
        .filter((reading) => reading.sensor === sensor && reading.time >= from && reading.time < to)
        .slice(0, limit)
    },
  }
}

async function all(chunks: AsyncIterable<Reading[]>): Promise<Reading[]> {
  return (await Array.fromAsync(chunks)).flat()
}

describe('merged readings', () => {
  it('are those of all sensors in order of time, of one moment in the order of sensors', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.constantFrom('A', 'B', 'C'), fc.nat(200)), { maxLength: 120 }),
        fc.nat(50),
        async (drawn, from) => {
          const readings = drawn
            .map(([sensor, time], index) => good(time, index, sensor))
            .sort((a, b) => a.time - b.time || (a.sensor < b.sensor ? -1 : a.sensor > b.sensor ? 1 : 0))
          const { ask } = storeOf(readings)
          const query = { facility: 'plant', sensors: ['A', 'B', 'C', 'D'], from, to: 150 }
          const expected = readings.filter(({ time }) => time >= from && time < 150)
          expect(await all(mergedReadings(ask, query))).toEqual(expected)
        },
      ),
    ))

  it('come in pages, whatever lies between two of them', async () => {
    const readings = Array.from({ length: 12_000 }, (_, n) => good(1_000 + Math.floor(n / 3), n, 'A'))
    const { ask, asked } = storeOf(readings)
    const chunks = await Array.fromAsync(
      mergedReadings(ask, { facility: 'plant', sensors: ['A'], from: 0, to: 10_000 }),
    )
    expect(chunks.flat()).toEqual(readings)
    expect(chunks.map(({ length }) => length)).toEqual([5_000, 5_000, 2_000])
    expect(asked).toEqual([5_000, 5_000, 5_000])
  })

  it('of thousands of sensors are asked for in small pages, a few at a time', async () => {
    const sensors = Array.from({ length: 3_000 }, (_, n) => `S-${n}`)
    let [open, most] = [0, 0]
    const ask: AskRange = async ({ sensor, limit }) => {
      expect(limit).toBe(20)
      open += 1
      most = Math.max(most, open)
      await new Promise((resolve) => setImmediate(resolve))
      open -= 1
      return [good(1, 1, sensor)]
    }
    expect((await all(mergedReadings(ask, { facility: 'plant', sensors, from: 0, to: 10 }))).length).toBe(
      3_000,
    )
    expect(most).toBe(4)
  })

  it('fail with the store, and not before what came until then was told', async () => {
    const readings = Array.from({ length: 6_000 }, (_, n) => good(n, n, 'A'))
    const { ask } = storeOf(readings)
    const failing: AskRange = (query) =>
      query.from > 0 ? Promise.reject(new CodedError('STORE_UNREACHABLE', 'gone')) : ask(query)
    const chunks = mergedReadings(failing, { facility: 'plant', sensors: ['A'], from: 0, to: 10_000 })
    await expect(all(chunks)).rejects.toMatchObject({ code: 'STORE_UNREACHABLE' })
  })
})

describe('pages of a sensor', () => {
  it('hold readings of one millisecond together, however many there are', async () => {
    const readings = [1, 2, 2, 2, 2, 2, 3, 3].map((time, index) => good(time, index))
    const { ask } = storeOf(readings)
    const pages = new SensorPages(ask, { facility: 'plant', sensor: 'GT-101', from: 0, to: 10 }, 2)
    const seen: Reading[] = []
    for (await pages.turn(); pages.head !== undefined; await pages.turn()) {
      seen.push(pages.head)
      pages.step()
    }
    expect(seen).toEqual(readings)
  })
})

describe('a gate', () => {
  it('lets the next through when one fails', async () => {
    const gate = new Gate(1)
    const first = gate.run(() => Promise.reject(new Error('first')))
    const second = gate.run(async () => 2)
    await expect(first).rejects.toThrow('first')
    expect(await second).toBe(2)
    expect(await gate.run(async () => 3)).toBe(3)
  })
})

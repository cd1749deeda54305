import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { StoredWaveform } from '../../../contracts/waveform-library.ts'
import { WaveformIndex } from '../../../ingest/waveforms/waveform-index.ts'
import { headOf } from './shaking.ts'

function stored(device: string, onset: number): StoredWaveform {
  return { ...headOf(device, onset), gateway: 'gw-1', bytes: onset + 1, received: 0 }
}

const events = fc.uniqueArray(
  fc.record({ device: fc.constantFrom('a', 'b', 'b-1'), onset: fc.integer({ min: 0, max: 40 }) }),
  { selector: ({ device, onset }) => `${device} ${onset}`, maxLength: 40 },
)

describe('the order of events', () => {
  it('is that of a sorted list, page by page, whatever is asked for', () => {
    fc.assert(
      fc.property(
        events,
        fc.record({
          devices: fc.option(fc.subarray(['a', 'b', 'b-1']), { nil: undefined }),
          from: fc.option(fc.nat(40), { nil: undefined }),
          to: fc.option(fc.nat(40), { nil: undefined }),
          limit: fc.integer({ min: 1, max: 12 }),
        }),
        (given, { devices, from, to, limit }) => {
          const index = new WaveformIndex()
          for (const { device, onset } of given) index.add(stored(device, onset))
          const query = {
            limit,
            ...(devices === undefined ? {} : { devices: new Set(devices) }),
            ...(from === undefined ? {} : { from }),
            ...(to === undefined ? {} : { to }),
          }
          const expected = given
            .map(({ device, onset }) => stored(device, onset))
            .filter(({ device }) => devices?.includes(device) ?? true)
            .filter(({ onset }) => onset >= (from ?? 0) && onset < (to ?? 99))
            .toSorted((one, other) => other.onset - one.onset || (one.id < other.id ? 1 : -1))
          const found: StoredWaveform[] = []
          let page = index.list(query)
          found.push(...page.items)
          while (page.next !== undefined) {
            expect(page.items).toHaveLength(limit)
            page = index.list({ ...query, before: page.next })
            expect(page.items.length).toBeGreaterThan(0)
            found.push(...page.items)
          }
          expect(found).toEqual(expected)
        },
      ),
    )
  })

  it('knows what it has when some are added twice and some removed', () => {
    fc.assert(
      fc.property(events, fc.array(fc.nat(39)), (given, removed) => {
        const index = new WaveformIndex()
        const all = given.map(({ device, onset }) => stored(device, onset))
        for (const one of [...all, ...all]) index.add(one)
        const gone = new Set(removed.flatMap((at) => all[at]?.id ?? []))
        for (const id of [...gone, ...gone]) index.remove(id)
        const left = all.filter(({ id }) => !gone.has(id))
        expect(index.size).toBe(left.length)
        expect(index.bytes).toBe(left.reduce((sum, { bytes }) => sum + bytes, 0))
        expect(index.list({ limit: 99 }).items.toSorted(byId)).toEqual(left.toSorted(byId))
        expect(index.oldest?.onset).toBe(
          left.length === 0 ? undefined : Math.min(...left.map((one) => one.onset)),
        )
      }),
    )
  })

  it.each(['', 'x', '5', '5:', ':a', '-5:a'])('takes "%s" for no cursor', (before) => {
    expect(() => new WaveformIndex().list({ limit: 1, before })).toThrow(
      expect.objectContaining({ code: 'REQUEST_INVALID' }),
    )
  })
})

function byId(one: StoredWaveform, other: StoredWaveform): number {
  return one.id < other.id ? -1 : 1
}

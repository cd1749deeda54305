import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatDuration, parseDuration, parseSize } from '../../contracts/duration.ts'

describe('duration', () => {
  it.each([
    ['0s', 0],
    ['250ms', 250],
    ['2s', 2_000],
    ['1.5s', 1_500],
    ['0.1ms', 0],
    ['10m', 600_000],
    ['8h', 28_800_000],
    ['7d', 604_800_000],
  ])('%s is %d ms', (text, ms) => {
    expect(parseDuration(text)).toBe(ms)
  })

  it.each(['', '5', 's', '5 s', '-5s', '+5s', '5S', '5sec', '1.s', '.5s', '1e3s', '5s ', '1h30m', '٣s'])(
    '%j is none',
    (text) => {
      expect(parseDuration(text)).toBeUndefined()
    },
  )

  it.each([
    [0, '0ms'],
    [250, '250ms'],
    [2_000, '2s'],
    [90_000, '90s'],
    [120_000, '2m'],
    [86_400_000, '1d'],
    [90_000_000, '25h'],
  ])('%d ms is written %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text)
  })

  it('comes back from its text', () => {
    fc.assert(
      fc.property(fc.nat(1_000_000_000), fc.constantFrom(1, 1_000, 60_000, 3_600_000), (count, unit) => {
        expect(parseDuration(formatDuration(count * unit))).toBe(count * unit)
      }),
    )
  })
})

describe('size', () => {
  it.each([
    ['0B', 0],
    ['512kB', 512_000],
    ['64MB', 64_000_000],
    ['2GB', 2_000_000_000],
    ['1.5GB', 1_500_000_000],
  ])('%s is %d bytes', (text, bytes) => {
    expect(parseSize(text)).toBe(bytes)
  })

  it.each(['', '64', '64mb', '64 MB', '64MiB', '-1MB', '2TB'])('%j is none', (text) => {
    expect(parseSize(text)).toBeUndefined()
  })
})

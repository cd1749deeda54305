import { appendFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { decodeMiniseed } from '../../../contracts/analytics/seismic/miniseed/decode.ts'
import type { Logger } from '../../../contracts/logger.ts'
import { silentLogger } from '../../../contracts/logger.ts'
import { DayFiles } from '../../../gateway/seismic/day-files.ts'
import type { SampleBlock } from '../../../gateway/seismic/sample-block.ts'
import { temporaryFolder } from '../../temporary-folder.ts'
import { quakeParts } from './quake-plant.ts'

const TIME = Date.UTC(2026, 10, 29, 12)
const FLAGS = { isTimed: true, isClipped: false, isTest: false }
const CHANNELS = ['HNN', 'HNE', 'HNZ'] as const
const { device, instrument } = quakeParts()
/** Sample number k of channel c; it jumps, so that a record holds a few seconds. */
const count = (channel: number, k: number) => ((k * 7_919) % 3_001) * (channel + 1)

/** Samples `first` to `end` of all channels. */
function block(first: number, end: number, keys: Partial<Pick<SampleBlock, 'channels'>> = {}) {
  const axis = (channel: number) => Array.from({ length: end - first }, (_, n) => count(channel, first + n))
  return {
    rate: 100,
    channels: [axis(0), axis(1), axis(2)],
    flags: FLAGS,
    time: TIME + first * 10,
    ...keys,
  } as const
}

describe('the day files of a station', () => {
  let path: string
  const open = (logger: Logger = silentLogger) =>
    new DayFiles({ device, instrument, raw: { path, keepMs: 86_400_000 }, logger })
  const fileOf = (day = '2026-11-29') => join(path, 'SG-1', `${day}.mseed`)
  /** Key: sample number; of one channel. */
  const samplesOf = (channel: number, day?: string) => {
    const records = decodeMiniseed(readFileSync(fileOf(day))).filter(
      (each) => each.channel === CHANNELS[channel],
    )
    const found = records.flatMap(({ time, samples }) =>
      Array.from(samples, (sample, n) => [Math.round((time - TIME) / 10) + n, sample] as const),
    )
    return new Map(found)
  }
  const expected = (channel: number, first: number, end: number) =>
    new Map(Array.from({ length: end - first }, (_, n) => [first + n, count(channel, first + n)] as const))

  beforeEach(() => {
    path = join(temporaryFolder(), 'raw')
  })

  it('have every sample once, however they came', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 1, maxLength: 15 }),
        async (lengths) => {
          rmSync(path, { recursive: true, force: true })
          const files = open()
          let first = 0
          for (const length of lengths) {
            files.take(block(first, first + length))
            first += length
          }
          await files.close()
          for (const channel of [0, 1, 2]) expect(samplesOf(channel)).toEqual(expected(channel, 0, first))
        },
      ),
      { numRuns: 6 },
    )
  })

  it('lose a few seconds at a kill, and go on in whole records behind it', async () => {
    const killed = open()
    for (let second = 0; second < 40; second += 1) killed.take(block(second * 100, second * 100 + 100))
    await vi.waitFor(() => {
      for (const channel of [0, 1, 2]) expect(samplesOf(channel).size).toBeGreaterThan(3_000)
    })
    const kept = samplesOf(0).size
    // What was being written when the power went.
    appendFileSync(fileOf(), Buffer.alloc(200, 0xff))
    const files = open()
    files.take(block(5_000, 5_100))
    await files.close()
    expect(samplesOf(0)).toEqual(new Map([...expected(0, 0, kept), ...expected(0, 5_000, 5_100)]))
  })

  it('begin anew at midnight and behind a gap', async () => {
    const files = open()
    const midnight = (12 * 3_600_000) / 10
    files.take(block(midnight - 200, midnight))
    files.take(block(midnight, midnight + 100))
    files.take(block(midnight + 300, midnight + 400))
    await files.close()
    expect(samplesOf(1)).toEqual(expected(1, midnight - 200, midnight))
    expect(samplesOf(1, '2026-11-30')).toEqual(
      new Map([...expected(1, midnight, midnight + 100), ...expected(1, midnight + 300, midnight + 400)]),
    )
  })

  it('keep floats as they are', async () => {
    const files = open()
    const floats = [0.25, -0.5, 1e-3].map(Math.fround)
    files.take(block(0, 3, { channels: [floats, floats, floats] }))
    await files.close()
    expect([...samplesOf(2).values()]).toEqual(floats)
  })

  it('are deleted when they are older than they are kept', async () => {
    mkdirSync(join(path, 'SG-1'), { recursive: true })
    for (const name of ['2026-11-26.mseed', '2026-11-28.mseed', 'notes.txt'])
      writeFileSync(join(path, 'SG-1', name), '')
    const files = open()
    files.take(block(0, 100))
    await files.close()
    expect(readdirSync(join(path, 'SG-1')).toSorted()).toEqual([
      '2026-11-28.mseed',
      '2026-11-29.mseed',
      'notes.txt',
    ])
  })

  it('are missed once in the log when the disk does not take them, and go on when it does', async () => {
    writeFileSync(path, 'a file where the folder should be')
    const errors: string[] = []
    const files = open({
      ...silentLogger,
      error: (_: unknown, text: string) => void errors.push(text),
    } as Logger)
    for (let second = 0; second < 60; second += 1) files.take(block(second * 100, second * 100 + 100))
    await vi.waitFor(() => expect(errors).toEqual(['raw waveforms are not kept']))
    rmSync(path)
    files.take(block(9_000, 9_100))
    await files.close()
    expect([...samplesOf(0).keys()].at(-1)).toBe(9_099)
    expect(errors).toHaveLength(1)
  })
})

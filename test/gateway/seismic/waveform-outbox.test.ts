import { mkdirSync, readdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { waveOfMiniseed } from '../../../contracts/analytics/seismic/miniseed/wave-of.ts'
import type { SeismicEvent } from '../../../contracts/analytics/seismic/station.ts'
import { type Logger, silentLogger } from '../../../contracts/logger.ts'
import { WAVEFORM_MAX_BYTES, type WaveformMessage } from '../../../contracts/waveform.ts'
import { messageOf, type RecordedEvent, recordEvent } from '../../../gateway/seismic/event-message.ts'
import { WaveformOutbox } from '../../../gateway/seismic/waveform-outbox.ts'
import { temporaryFolder } from '../../temporary-folder.ts'
import { quakeParts } from './quake-plant.ts'

const TIME = Date.UTC(2026, 10, 29)

function recorded(n: number, bytes = 512): RecordedEvent {
  const onset = TIME + n * 60_000
  const id = `SG-1-${n}`
  const head = { id, device: 'SG-1', onset, from: onset - 1_000, to: onset + 1_000, rate: 100, features: {} }
  return { head, miniseed: new Uint8Array(bytes).fill(n) }
}

describe('the outbox of events', () => {
  let folder: string
  const open = async (bounds: { mostBytes?: number; mostEvents?: number } = {}) => {
    const outbox = new WaveformOutbox({ folder, logger: silentLogger, ...bounds })
    await outbox.open()
    return outbox
  }
  const ids = (outbox: WaveformOutbox) => outbox.waiting().map(({ id }) => id)

  beforeEach(() => {
    folder = join(temporaryFolder(), 'outbox.db.waveforms')
  })

  it('has after a restart what it had before, oldest first, byte for byte', async () => {
    const before = await open()
    await before.add(recorded(2))
    await before.add(recorded(1))
    await before.add(recorded(1))
    const after = await open()
    expect(ids(after)).toEqual(['SG-1-1', 'SG-1-2'])
    expect(after.health()).toEqual({ waiting: 2, bytes: 1024, sent: 0, evicted: 0 })
    const read = await after.read('SG-1-2')
    expect(read?.head).toEqual(recorded(2).head)
    expect(Buffer.from(read?.miniseed ?? [])).toEqual(Buffer.from(recorded(2).miniseed))
  })

  it('forgets what the server has, on the disk too', async () => {
    const outbox = await open()
    await outbox.add(recorded(1))
    await outbox.add(recorded(2))
    await outbox.confirm(['SG-1-1', 'unknown'])
    expect(readdirSync(folder).toSorted()).toEqual(['SG-1-2.json', 'SG-1-2.mseed'])
    expect(outbox.health()).toMatchObject({ waiting: 1, sent: 1, evicted: 0 })
    expect(await outbox.read('SG-1-1')).toBeUndefined()
  })

  it('lets the oldest go when there is no room, and counts them', async () => {
    const outbox = await open({ mostBytes: 1_200 })
    for (const n of [1, 2, 3]) await outbox.add(recorded(n))
    expect(ids(outbox)).toEqual(['SG-1-2', 'SG-1-3'])
    expect(outbox.health()).toMatchObject({ bytes: 1024, evicted: 1 })
    expect(readdirSync(folder)).toHaveLength(4)
    const narrower = await open({ mostEvents: 1 })
    expect(ids(narrower)).toEqual(['SG-1-3'])
    expect(readdirSync(folder)).toHaveLength(2)
  })

  // A process may be killed behind any step of a write or a removal: both files, one of them, or a draft are left.
  it.each([
    ['while the samples were written', ['SG-1-9.mseed.new']],
    ['when the samples were there', ['SG-1-9.mseed']],
    ['while the head was written', ['SG-1-9.mseed', 'SG-1-9.json.new']],
    ['when the head had been removed', ['SG-1-9.mseed']],
  ])('keeps nothing half after a kill %s', async (_, left) => {
    const before = await open()
    await before.add(recorded(1))
    for (const name of left) writeFileSync(join(folder, name), '{}')
    const after = await open()
    expect(ids(after)).toEqual(['SG-1-1'])
    expect(readdirSync(folder).toSorted()).toEqual(['SG-1-1.json', 'SG-1-1.mseed'])
    expect(after.health().evicted).toBe(0)
  })

  it('counts what the disk gives back damaged, and touches no file that is not its own', async () => {
    const before = await open()
    await before.add(recorded(1))
    await before.add(recorded(2))
    writeFileSync(join(folder, 'SG-1-1.json'), '{ "id": ')
    writeFileSync(join(folder, 'notes.txt'), 'mine')
    const after = await open()
    expect(ids(after)).toEqual(['SG-1-2'])
    expect(after.health().evicted).toBe(1)
    expect(readdirSync(folder).toSorted()).toEqual(['SG-1-2.json', 'SG-1-2.mseed', 'notes.txt'])
    rmSync(join(folder, 'SG-1-2.mseed'))
    expect(await after.read('SG-1-2')).toBeUndefined()
    expect(after.health()).toMatchObject({ waiting: 0, evicted: 2 })
  })

  it('keeps in memory what the disk does not take', async () => {
    mkdirSync(join(folder, '..'), { recursive: true })
    writeFileSync(folder, 'a file where the folder should be')
    const outbox = await open()
    await outbox.add(recorded(1))
    expect((await outbox.read('SG-1-1'))?.miniseed).toHaveLength(512)
    await outbox.confirm(['SG-1-1'])
    expect(outbox.health()).toMatchObject({ waiting: 0, sent: 1 })
    expect(readFileSync(folder, 'utf8')).toContain('where the folder')
  })
})

describe('the outbox of events on a disk that has no room', () => {
  let folder: string
  const errors: string[] = []
  const logger: Logger = { ...silentLogger, error: (_: unknown, text: string) => void errors.push(text) }
  const open = async () => {
    const outbox = new WaveformOutbox({ folder, logger, mostMemoryBytes: 1_200 })
    await outbox.open()
    return outbox
  }
  const ids = (outbox: WaveformOutbox) => outbox.waiting().map(({ id }) => id)
  /** Nothing can be written under this name: what stands before it can. */
  const block = (id: string) => mkdirSync(join(folder, `${id}.json.new`), { recursive: true })
  const unblock = (id: string) => rmdirSync(join(folder, `${id}.json.new`))

  beforeEach(() => {
    folder = join(temporaryFolder(), 'outbox.db.waveforms')
    errors.length = 0
  })

  it('leaves nothing half there, and says that it is in memory', async () => {
    const outbox = await open()
    await outbox.add(recorded(1))
    block('SG-1-2')
    await outbox.add(recorded(2))
    expect(readdirSync(folder).toSorted()).toEqual(['SG-1-1.json', 'SG-1-1.mseed', 'SG-1-2.json.new'])
    expect(outbox.health()).toEqual({ waiting: 2, bytes: 1024, sent: 0, evicted: 0, unsaved: 1 })
    await outbox.confirm(['SG-1-2'])
    expect(outbox.health()).toEqual({ waiting: 1, bytes: 512, sent: 1, evicted: 0 })
    await outbox.close()
    expect(errors).toEqual(['the disk does not take or give back seismic events'])
  })

  it('has them on the disk as soon as that takes them', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    try {
      const outbox = await open()
      block('SG-1-1')
      await outbox.add(recorded(1))
      unblock('SG-1-1')
      await vi.advanceTimersByTimeAsync(30_000)
      await vi.waitFor(() => expect(outbox.health().unsaved).toBeUndefined())
      expect(ids(await open())).toEqual(['SG-1-1'])
    } finally {
      vi.useRealTimers()
    }
  })

  it('tries once more before it ends, and says what is lost with it', async () => {
    const saved = await open()
    block('SG-1-1')
    await saved.add(recorded(1))
    unblock('SG-1-1')
    await saved.close()
    expect(ids(await open())).toEqual(['SG-1-1'])
    const lost = await open()
    block('SG-1-2')
    await lost.add(recorded(2))
    await lost.close()
    expect(errors.at(-1)).toBe('1 seismic events are lost: the disk has not taken them')
  })

  it('keeps so much in memory, and lets the oldest of it go', async () => {
    const outbox = await open()
    await outbox.add(recorded(1))
    for (const n of [2, 3, 4]) {
      block(`SG-1-${n}`)
      await outbox.add(recorded(n))
    }
    expect(ids(outbox)).toEqual(['SG-1-1', 'SG-1-3', 'SG-1-4'])
    expect(outbox.health()).toMatchObject({ evicted: 1, unsaved: 2 })
  })
})

describe('an event as a message', () => {
  const { instrument } = quakeParts()
  const event = (samples: number, gal: (n: number) => number): SeismicEvent => {
    const axis = () => Float64Array.from({ length: samples }, (_, n) => gal(n))
    return {
      onset: TIME + 1_000.5,
      from: TIME,
      to: TIME + samples * 10,
      rate: 100,
      features: { pga: 12.5, jma: Number.NaN },
      wave: { time: TIME, rate: 100, axes: [axis(), axis(), axis()] },
      lone: undefined,
      isCut: false,
      isClipped: false,
    }
  }
  const parse = (given: SeismicEvent) =>
    JSON.parse(messageOf(recordEvent('SG-1', given, instrument)).toString()) as WaveformMessage

  it('has its identity, its figures and its samples', () => {
    const message = parse(event(6_000, (n) => Math.sin(n / 7) * 30))
    expect(message).toMatchObject({
      id: 'SG-1-20261129T000001000Z',
      device: 'SG-1',
      onset: TIME + 1_000.5,
      from: TIME,
      to: TIME + 60_000,
      rate: 100,
      features: { pga: 12.5 },
    })
    expect(message.features).not.toHaveProperty('jma')
    expect(message).not.toHaveProperty('marks')
    const wave = waveOfMiniseed(Buffer.from(message.miniseed, 'base64'))
    expect(wave).toMatchObject({ time: TIME, rate: 100 })
    expect(wave.axes[2]).toHaveLength(6_000)
    expect(wave.axes[1][7]).toBeCloseTo(Math.sin(1) * 30, 3)
  })

  it('says what its figures are worth', () => {
    const bumped = { ...event(600, (n) => n), isClipped: true, isCut: true, lone: 'ew' } as const
    expect(parse(bumped).marks).toEqual(['clipped', 'cut', 'lone'])
  })

  it('is cut behind when it would be longer than a message may be', () => {
    // What no compression shortens: 15 minutes that jump by hundreds of Gal.
    const loud = event(90_000, (n) => ((n * 7_919) % 1_000) - 500)
    const bytes = messageOf(recordEvent('SG-1', loud, instrument))
    expect(bytes.length).toBeLessThanOrEqual(WAVEFORM_MAX_BYTES)
    expect(bytes.length).toBeGreaterThan(WAVEFORM_MAX_BYTES * 0.9)
    const message = JSON.parse(bytes.toString()) as WaveformMessage
    const { axes } = waveOfMiniseed(Buffer.from(message.miniseed, 'base64'))
    expect(message.to).toBe(TIME + axes[0].length * 10)
    expect(message.from).toBe(TIME)
    expect(message.marks).toEqual(['cut'])
  })
})

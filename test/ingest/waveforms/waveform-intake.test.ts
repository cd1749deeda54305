import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { silentLogger } from '../../../contracts/logger.ts'
import { WAVEFORM_MAX_BYTES } from '../../../contracts/waveform.ts'
import { type WaveformView, waveformView } from '../../../contracts/waveform-api.ts'
import type { Confirm } from '../../../contracts/wire.ts'
import { DeadLetters } from '../../../ingest/rejects/dead-letters.ts'
import { WaveformIntake } from '../../../ingest/waveforms/waveform-intake.ts'
import { WaveformShelf } from '../../../ingest/waveforms/waveform-shelf.ts'
import { temporaryFolder } from '../../temporary-folder.ts'
import { plant } from '../plant.ts'
import { directReader } from './direct-reader.ts'
import { messageOf, miniseedOf, shakingWave } from './shaking.ts'

const NOW = Date.parse('2026-11-21T02:10:00Z')
const ONSET = Date.parse('2026-11-21T02:00:00.250Z')
const ID = 'panel-20261121T020000250Z'
const YEAR_MS = 365 * 86_400_000

class Scene {
  readonly folder: string
  readonly shelf: WaveformShelf
  readonly intake: WaveformIntake
  readonly deadLetters = new DeadLetters()
  readonly confirms: { gateway: string; confirm: Confirm }[] = []
  readonly told: WaveformView[] = []
  now = NOW

  private constructor(folder: string, shelf: WaveformShelf) {
    this.folder = folder
    this.shelf = shelf
    this.intake = new WaveformIntake({
      facility: plant(),
      shelf,
      keptMs: 3 * YEAR_MS,
      deadLetters: this.deadLetters,
      confirm: (gateway, confirm) => this.confirms.push({ gateway, confirm }),
      onWaveform: (view) => this.told.push(view),
      steady: { now: () => this.now },
      defer: setImmediate,
      logger: silentLogger,
    })
  }

  static async open(folder = temporaryFolder(), bounds?: { bytes: number; count: number }): Promise<Scene> {
    const options = {
      folder,
      reader: directReader,
      logger: silentLogger,
      ...(bounds === undefined ? {} : { bounds }),
    }
    return new Scene(folder, await WaveformShelf.open(options))
  }

  send(message: unknown, gateway = 'gw-1'): Promise<void> {
    const payload = Buffer.isBuffer(message) ? message : Buffer.from(JSON.stringify(message))
    return this.intake.message(gateway, { topic: `davylamp/v1/plant/gateways/${gateway}/waveforms`, payload })
  }

  get confirmed(): (string[] | undefined)[] {
    return this.confirms.map(({ confirm }) => confirm.waveforms)
  }

  get refused(): Record<string, number> {
    return Object.fromEntries(this.deadLetters.counts)
  }
}

describe('an event that arrives', () => {
  it('is on the disk when it is confirmed, and told', async () => {
    const scene = await Scene.open()
    const message = messageOf('panel', ONSET)
    await scene.send(message)
    expect(scene.confirms).toEqual([
      { gateway: 'gw-1', confirm: { epoch: '', seqs: [], waveforms: [ID], time: NOW } },
    ])
    const samples = readFileSync(join(scene.folder, `${ID}.mseed`))
    expect(samples.equals(Buffer.from(message.miniseed, 'base64'))).toBe(true)
    const { miniseed: _, ...head } = message
    const stored = { ...head, gateway: 'gw-1', bytes: samples.length, received: NOW }
    expect(scene.told).toEqual([waveformView(plant(), stored)])
    expect(scene.shelf.find(ID)).toEqual(stored)
    expect(scene.intake.figures).toMatchObject({ received: 1, bytes: samples.length, stored: 1 })
  })

  it('says what its gateway marked it with, also behind a restart, and nothing that we do not know', async () => {
    const scene = await Scene.open()
    await scene.send({ ...messageOf('panel', ONSET), marks: ['lone', 'novel', 'clipped', 7] })
    await scene.send({ ...messageOf('panel', ONSET + 60_000), marks: 'clipped' })
    const marks = (shelf: typeof scene.shelf) =>
      shelf.list({ limit: 9 }).items.map((each) => waveformView(plant(), each).marks)
    expect(marks(scene.shelf)).toEqual([[], ['clipped', 'lone']])
    expect(marks((await Scene.open(scene.folder)).shelf)).toEqual([[], ['clipped', 'lone']])
  })

  it('is one when it comes twice, at once, later or after a restart, and confirmed each time', async () => {
    const scene = await Scene.open()
    const message = messageOf('panel', ONSET)
    await Promise.all([scene.send(message), scene.send(message)])
    const again = await Scene.open(scene.folder)
    await again.send(message)
    expect(scene.confirmed).toEqual([[ID], [ID]])
    expect(again.confirmed).toEqual([[ID]])
    expect(again.told).toEqual([])
    expect(again.intake.figures).toMatchObject({ received: 0, repeated: 1, stored: 1 })
    expect(readdirSync(scene.folder).toSorted()).toEqual([`${ID}.json`, `${ID}.mseed`])
  })

  it('is not confirmed when it cannot be written, and taken when it comes again', async () => {
    const scene = await Scene.open()
    // What stands where the samples are to go, and is no file.
    rmSync(scene.folder, { recursive: true })
    writeFileSync(scene.folder, 'no folder')
    await scene.send(messageOf('panel', ONSET))
    expect(scene.confirms).toEqual([])
    expect(scene.refused).toEqual({})
    expect(scene.intake.figures).toMatchObject({ failed: 1, received: 0, stored: 0 })
    rmSync(scene.folder)
    const mended = await Scene.open(scene.folder)
    await mended.send(messageOf('panel', ONSET))
    expect(mended.confirmed).toEqual([[ID]])
  })

  it('waits for the end of the turn, so that readings go first', async () => {
    const scene = await Scene.open()
    const sent = scene.send(messageOf('panel', ONSET))
    await Promise.resolve()
    expect(scene.confirms).toEqual([])
    await sent
    expect(scene.confirms).toHaveLength(1)
  })

  it('is let be when too many wait, and nothing is kept of it', async () => {
    const scene = await Scene.open()
    const messages = Array.from({ length: 70 }, (_, index) => messageOf('panel', ONSET + index * 1_000))
    await Promise.all(messages.map((message) => scene.send(message)))
    expect(scene.intake.figures).toMatchObject({ received: 64, postponed: 6, refused: 0 })
    for (const message of messages.slice(64)) await scene.send(message)
    expect(scene.intake.figures).toMatchObject({ received: 70, stored: 70 })
  })

  it('takes nothing once it is stopped, and has ended what it had begun', async () => {
    const scene = await Scene.open()
    const first = scene.send(messageOf('panel', ONSET))
    await scene.intake.stop()
    await first
    await scene.send(messageOf('panel', ONSET + 1_000))
    expect(scene.shelf.count).toBe(scene.confirms.length)
  })
})

describe('what is refused', () => {
  const other = shakingWave(ONSET + 60_000)
  const refusals: [what: string, message: unknown, code: string, isConfirmed: boolean][] = [
    ['no JSON', Buffer.from('{'), 'PAYLOAD_NOT_JSON', false],
    ['a list', [], 'PAYLOAD_NOT_JSON', false],
    ['more than a message may be', Buffer.alloc(WAVEFORM_MAX_BYTES + 1, ' '), 'PAYLOAD_TOO_LARGE', false],
    ['no id', messageOf('panel', ONSET, { id: '' }), 'WAVEFORM_INVALID', false],
    ['an id that leads elsewhere', messageOf('panel', ONSET, { id: '../../x' }), 'WAVEFORM_INVALID', false],
    [
      'the id of another time',
      messageOf('panel', ONSET, { id: 'panel-20261121T020000251Z' }),
      'WAVEFORM_INVALID',
      true,
    ],
    [
      'the id of another device',
      messageOf('panel', ONSET, { id: 'gauges-20261121T020000250Z' }),
      'WAVEFORM_INVALID',
      true,
    ],
    ['an onset before it begins', messageOf('panel', ONSET, { from: ONSET + 1 }), 'WAVEFORM_INVALID', true],
    ['an end before its onset', messageOf('panel', ONSET, { to: ONSET }), 'WAVEFORM_INVALID', true],
    ['no rate', messageOf('panel', ONSET, { rate: 0 }), 'WAVEFORM_INVALID', true],
    [
      'features that are no numbers',
      { ...messageOf('panel', ONSET), features: { pga: '5' } },
      'WAVEFORM_INVALID',
      true,
    ],
    [
      'features of no name',
      { ...messageOf('panel', ONSET), features: { '__proto__x!': 5 } },
      'WAVEFORM_INVALID',
      true,
    ],
    ['samples that are no base64', messageOf('panel', ONSET, { miniseed: '€' }), 'WAVEFORM_INVALID', true],
    ['a device of nobody', messageOf('nobody', ONSET), 'WAVEFORM_FOREIGN', true],
    ['a device of another gateway', messageOf('shed', ONSET), 'WAVEFORM_FOREIGN', true],
    ['what is to come', messageOf('panel', NOW + 3_700_000), 'WAVEFORM_TIME', true],
    ['what is too old', messageOf('panel', NOW - 4 * YEAR_MS), 'WAVEFORM_TIME', true],
    ['a quarter of an hour', messageOf('panel', ONSET, { from: ONSET - 900_001 }), 'WAVEFORM_TIME', true],
    [
      'rubbish for samples',
      messageOf('panel', ONSET, { miniseed: Buffer.from('rubbish').toString('base64') }),
      'WAVEFORM_SAMPLES',
      true,
    ],
    ['samples of two axes', messageOf('panel', ONSET, { miniseed: twoAxes() }), 'WAVEFORM_SAMPLES', true],
    [
      'samples of another time',
      messageOf('panel', ONSET, { miniseed: Buffer.from(miniseedOf(other)).toString('base64') }),
      'WAVEFORM_SAMPLES',
      true,
    ],
    ['another rate', messageOf('panel', ONSET, { rate: 200 }), 'WAVEFORM_SAMPLES', true],
  ]

  it.each(refusals)('%s', async (_what, message, code, isConfirmed) => {
    const scene = await Scene.open()
    await scene.send(message)
    expect(scene.refused).toEqual({ [code]: 1 })
    const named = (message as { id?: string }).id ?? ''
    expect(scene.confirmed).toEqual(isConfirmed ? [[named]] : [])
    expect(scene.shelf.count).toBe(0)
    expect(readdirSync(scene.folder)).toEqual([])
    expect(scene.deadLetters.list()).toMatchObject([{ facility: 'plant', gateway: 'gw-1', code }])
  })

  it('of a gateway that the file does not have: not even confirmed', async () => {
    const scene = await Scene.open()
    await scene.send(messageOf('panel', ONSET), 'gw-9')
    expect(scene.refused).toEqual({ GATEWAY_UNKNOWN: 1 })
    expect(scene.confirms).toEqual([])
  })

  it('follows the facility file', async () => {
    const scene = await Scene.open()
    const facility = plant()
    scene.intake.follow({ ...facility, gateways: facility.gateways.filter(({ id }) => id !== 'gw-1') })
    await scene.send(messageOf('panel', ONSET))
    scene.intake.follow(facility)
    await scene.send(messageOf('panel', ONSET))
    expect(scene.refused).toEqual({ GATEWAY_UNKNOWN: 1 })
    expect(scene.confirmed).toEqual([[ID]])
  })

  it('an empty message, which clears a topic, is nothing', async () => {
    const scene = await Scene.open()
    await scene.send(Buffer.alloc(0))
    expect(scene.refused).toEqual({})
  })

  it('whatever bytes come: never more than a dead letter', async () => {
    const scene = await Scene.open()
    const good = Buffer.from(JSON.stringify(messageOf('panel', ONSET)))
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.uint8Array({ maxLength: 200 }),
          fc.record({ at: fc.nat(good.length - 1), byte: fc.nat(255) }).map(({ at, byte }) => {
            const bytes = Buffer.from(good)
            bytes[at] = byte
            return bytes
          }),
        ),
        async (bytes) => {
          const before = scene.intake.figures
          await scene.send(Buffer.from(bytes))
          const { received, refused, repeated } = scene.intake.figures
          const done = received + refused + repeated - before.received - before.refused - before.repeated
          expect(done).toBe(bytes.length === 0 ? 0 : 1)
        },
      ),
      { numRuns: 300 },
    )
    // Whatever was taken among them can be drawn.
    for (const { id } of scene.shelf.list({ limit: 500 }).items)
      expect((await scene.shelf.envelope(id, 10)).axes.ns.max).toHaveLength(10)
  })
})

describe('what is kept', () => {
  it('goes when it is past its retention', async () => {
    const scene = await Scene.open()
    for (const age of [10, 20, 30]) await scene.send(messageOf('panel', ONSET - age * 86_400_000))
    scene.now = NOW + 3 * YEAR_MS - 25 * 86_400_000
    await scene.intake.prune()
    expect(scene.shelf.list({ limit: 9 }).items.map(({ onset }) => onset)).toEqual(
      [10, 20].map((age) => ONSET - age * 86_400_000),
    )
    expect(readdirSync(scene.folder)).toHaveLength(4)
    expect(scene.intake.figures.evicted).toBe(0)
  })

  it('goes when there is no room, the oldest first, and is counted', async () => {
    const { length } = miniseedOf(shakingWave(ONSET))
    const scene = await Scene.open(temporaryFolder(), { bytes: 2 * length + 100, count: 100 })
    for (const late of [2_000, 0, 3_000, 1_000]) await scene.send(messageOf('panel', ONSET + late))
    const kept = scene.shelf.list({ limit: 9 }).items.map(({ onset }) => onset - ONSET)
    expect(kept).toEqual([3_000, 2_000])
    expect(scene.told.map(({ onset }) => Date.parse(onset) - ONSET)).toEqual([2_000, 0, 3_000])
    expect(scene.confirmed).toHaveLength(4)
    expect(scene.intake.figures).toMatchObject({ received: 4, evicted: 2, stored: 2 })
    const few = await Scene.open(temporaryFolder(), { bytes: 1e9, count: 1 })
    for (const late of [0, 1_000]) await few.send(messageOf('panel', ONSET + late))
    expect(few.intake.figures).toMatchObject({ evicted: 1, stored: 1 })
  })

  it('survives a crash between any two of its files', async () => {
    const scene = await Scene.open()
    await scene.send(messageOf('panel', ONSET))
    const [head, samples] = ['json', 'mseed'].map((end) => join(scene.folder, `${ID}.${end}`))
    if (head === undefined || samples === undefined) throw new Error('two files')
    const text = readFileSync(head)
    // Samples without a head were never confirmed: they are removed, and the event is taken anew.
    rmSync(head)
    writeFileSync(`${head}.part`, 'half')
    const again = await Scene.open(scene.folder)
    expect(readdirSync(scene.folder)).toEqual([])
    await again.send(messageOf('panel', ONSET))
    expect(again.confirmed).toEqual([[ID]])
    // A head whose samples are not what it says is damage: not shown, and nothing removed.
    for (const spoil of [
      () => rmSync(samples),
      () => writeFileSync(head, '{}'),
      () => writeFileSync(head, text),
    ]) {
      spoil()
      const damaged = await Scene.open(scene.folder)
      expect(damaged.shelf.count).toBe(0)
      expect(existsSync(head)).toBe(true)
    }
    // And mended by the gateway that has it still.
    const mended = await Scene.open(scene.folder)
    await mended.send(messageOf('panel', ONSET))
    expect((await Scene.open(scene.folder)).shelf.count).toBe(1)
  })

  it('whose head cannot be read keeps no server from starting', async () => {
    const scene = await Scene.open()
    await scene.send(messageOf('panel', ONSET))
    mkdirSync(join(scene.folder, 'panel-20261120T020000250Z.json'))
    const again = await Scene.open(scene.folder)
    expect(again.shelf.list({ limit: 5 }).items.map(({ id }) => id)).toEqual([ID])
  })

  it('that cannot be read any more says so', async () => {
    const scene = await Scene.open()
    await scene.send(messageOf('panel', ONSET))
    await expect(scene.shelf.miniseed('panel-0')).rejects.toMatchObject({ code: 'WAVEFORM_UNKNOWN' })
    writeFileSync(join(scene.folder, `${ID}.mseed`), 'rubbish')
    await expect(scene.shelf.envelope(ID, 100)).rejects.toMatchObject({ code: 'DATA_DAMAGED' })
    rmSync(join(scene.folder, `${ID}.mseed`))
    await expect(scene.shelf.miniseed(ID)).rejects.toMatchObject({ code: 'DATA_UNREADABLE' })
  })
})

function twoAxes(): string {
  const whole = miniseedOf(shakingWave(ONSET))
  const third = whole.findIndex(
    (_, at) => at % 512 === 0 && Buffer.from(whole).toString('latin1', at + 15, at + 18) === 'HNZ',
  )
  return Buffer.from(whole.subarray(0, third)).toString('base64')
}

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { encodeChannel } from '../../../contracts/analytics/seismic/miniseed/encode.ts'
import { systemClock } from '../../../contracts/clock.ts'
import { parseFacility } from '../../../contracts/facility-load.ts'
import { silentLogger } from '../../../contracts/logger.ts'
import { TcpDial } from '../../../gateway/drivers/tcp-dial.ts'
import type { SampleBlock } from '../../../gateway/seismic/sample-block.ts'
import { SeedLinkConversation } from '../../../gateway/seismic/seedlink-conversation.ts'
import { SeedLinkSource } from '../../../gateway/seismic/seedlink-source.ts'
import { temporaryFolder } from '../../temporary-folder.ts'
import { quakeParts } from './quake-plant.ts'
import { SeedLinkPeer } from './seedlink-peer.ts'

const SOON = { interval: 10 }
const TIME = Date.UTC(2026, 10, 29)
const CHANNELS = ['HNN', 'HNE', 'HNZ'] as const

const bus = () => {
  const file = {
    facility: { id: 'plant' },
    gateways: [
      {
        id: 'gw',
        buses: [
          {
            id: 'quake',
            driver: 'seismic',
            protocol: 'seedlink',
            host: '127.0.0.1',
            port: 18000,
            devices: [
              {
                id: 'SG-1',
                seismic: { scale: 1, network: 'XX', station: 'DMO1', location: '00', channels: CHANNELS },
                sensors: [{ id: 'S-1', kind: 'seismic', unit: 'Gal', register: { field: 'pga' } }],
              },
            ],
          },
        ],
      },
    ],
  }
  const [found] = parseFacility(JSON.stringify(file), 'x.yaml').gateways[0]?.buses ?? []
  if (found === undefined) throw new Error('no bus')
  return found
}

/** One record of a channel: 50 samples from number `first` on, each of them its number. */
function record(channel: string, first: number, { station = 'DMO1' } = {}): Uint8Array {
  const counts = Int32Array.from({ length: 50 }, (_, n) => first + n)
  const codes = { network: 'XX', station, location: '00', channel }
  const [made] = encodeChannel(counts, { codes, time: TIME + first * 10, rate: 100, sequence: 1 })
  return made ?? new Uint8Array()
}

describe('SeedLink', () => {
  let peer: SeedLinkPeer
  let source: SeedLinkSource
  let blocks: SampleBlock[]
  let losses: string[]
  let discards: string[]
  let lost: string[]
  let sequencePath: string
  let now: number

  beforeEach(async () => {
    peer = new SeedLinkPeer()
    await peer.listen()
    blocks = []
    losses = []
    discards = []
    lost = []
    sequencePath = join(temporaryFolder(), 'outbox.db.quake.seedlink.json')
    now = TIME
    source = make()
  })

  const make = () =>
    new SeedLinkSource({
      bus: bus(),
      opener: new TcpDial({ host: '127.0.0.1', port: peer.port, timeoutMs: 1_000 }),
      discard: (kind) => discards.push(kind),
      sink: {
        onBlock: (_, block) => blocks.push(block),
        onLoss: (_, kind, count) => losses.push(kind === 'overrun' ? `${kind} ${count}` : kind),
        onLost: (device) => lost.push(device),
      },
      sequencePath,
      clock: systemClock,
      now: () => now,
      random: () => 0,
      logger: silentLogger,
    })

  afterEach(async () => {
    await source.stop()
    await peer.close()
  })

  const samples = () => blocks.flatMap(({ channels }) => Array.from(channels[0]))
  const range = (from: number, to: number) => Array.from({ length: to - from }, (_, n) => from + n)
  const streaming = () => vi.waitFor(() => expect(peer.clients).toBe(1), SOON)
  /** Three channels of the 50 samples from `first` on. */
  const addAll = (sequence: number, first: number) => {
    for (const [n, channel] of CHANNELS.entries()) peer.add(sequence + n, record(channel, first))
  }

  it('asks for its station and channels, and joins what comes', async () => {
    source.start()
    await streaming()
    expect(peer.commands).toEqual([
      'HELLO',
      'STATION DMO1 XX',
      'SELECT 00HNN.D',
      'SELECT 00HNE.D',
      'SELECT 00HNZ.D',
      'DATA',
      'END',
    ])
    addAll(0x10, 0)
    addAll(0x13, 50)
    await vi.waitFor(() => expect(samples()).toEqual(range(0, 100)), SOON)
    expect(blocks[0]).toMatchObject({ time: TIME, rate: 100, flags: { isTimed: true } })
    expect(source.health()).toEqual({ connected: true, reconnects: 0 })
  })

  it('goes on after the last sequence that it had, and loses nothing of the time between', async () => {
    source.start()
    await streaming()
    addAll(0xfffffa, 0)
    await vi.waitFor(() => expect(samples()).toHaveLength(50), SOON)
    peer.cut()
    addAll(0xfffffd, 50)
    await vi.waitFor(() => expect(samples()).toEqual(range(0, 100)), SOON)
    expect(peer.commands.filter((command) => command.startsWith('DATA'))).toEqual(['DATA', 'DATA FFFFFD'])
    expect(source.health().reconnects).toBe(1)
    expect(losses).toEqual([])
    expect(lost).toEqual([])
  })

  it('takes what is there when a server has not got the sequence any more', async () => {
    source.start()
    await streaming()
    addAll(0x10, 0)
    await vi.waitFor(() => expect(samples()).toHaveLength(50), SOON)
    peer.refuses = (command) => command.startsWith('DATA 0')
    peer.cut()
    await vi.waitFor(() => expect(peer.commands.at(-1)).toBe('END'), SOON)
    await vi.waitFor(() => expect(peer.commands.slice(-3)).toEqual(['DATA 000013', 'DATA', 'END']), SOON)
    await streaming()
    addAll(0x20, 500)
    await vi.waitFor(() => expect(samples()).toEqual([...range(0, 50), ...range(500, 550)]), SOON)
    expect(losses).toEqual(['overrun 450'])
  })

  describe('after a restart', () => {
    const restart = async (between: () => void = () => undefined) => {
      await source.stop()
      between()
      peer.commands.length = 0
      source = make()
      source.start()
      await streaming()
    }
    const asked = () => peer.commands.filter((command) => command.startsWith('DATA'))

    beforeEach(async () => {
      source.start()
      await streaming()
      addAll(0xfffffa, 0)
      // The third channel of the next samples does not come before the end.
      peer.add(0xfffffd, record('HNN', 50))
      peer.add(0xfffffe, record('HNE', 50))
      await vi.waitFor(() => expect(samples()).toEqual(range(0, 50)), SOON)
    })

    it('goes on where it was, with what waited for another channel', async () => {
      await restart(() => peer.add(0xffffff, record('HNZ', 50)))
      await vi.waitFor(() => expect(samples()).toEqual(range(0, 100)), SOON)
      expect(asked()).toEqual(['DATA FFFFFD'])
      expect(losses).toEqual([])
    })

    it('says what the server has not got any more', async () => {
      await restart(() => {
        peer.packets.clear()
        peer.refuses = (command) => command.startsWith('DATA ')
      })
      expect(asked()).toEqual(['DATA FFFFFD', 'DATA'])
      addAll(0x20, 500)
      await vi.waitFor(() => expect(samples()).toEqual([...range(0, 50), ...range(500, 550)]), SOON)
      expect(losses).toEqual(['overrun 450'])
    })

    it('asks for nothing that was missed for too long, and says so', async () => {
      await restart(() => {
        now += 3_600_001
      })
      expect(asked()).toEqual(['DATA'])
      addAll(3, 360_100)
      await vi.waitFor(() => expect(samples()).toHaveLength(100), SOON)
      expect(losses).toEqual(['overrun 360050'])
    })

    it.each([
      ['of another server', (text: string) => text.replace('18000', '18001')],
      ['cut short by a power loss', (text: string) => text.slice(0, 40)],
      ['of no known kind', () => '{"version":2}'],
      ['with a sequence that is none', (text: string) => text.replace('16777212', '-1')],
    ])('heeds no file %s', async (_, edit) => {
      await restart(() => {
        const text = readFileSync(sequencePath, 'utf8')
        expect(edit(text)).not.toBe(text)
        writeFileSync(sequencePath, edit(text))
      })
      expect(asked()).toEqual(['DATA'])
      expect(losses).toEqual([])
    })
  })

  it('counts what it cannot use, and takes the rest', async () => {
    peer.preface = Buffer.from('what is this')
    source.start()
    await streaming()
    peer.add(1, record('HNN', 0, { station: 'OTHER' }))
    peer.add(2, record('BHZ', 0))
    const broken = record('HNN', 0)
    broken.fill(0xff, 46)
    peer.add(3, broken)
    addAll(4, 0)
    await vi.waitFor(() => expect(samples()).toEqual(range(0, 50)), SOON)
    expect(discards).toEqual(['noise', 'foreign'])
    expect(losses).toEqual(['foreign-channel', 'not-decodable'])
  })

  it('tells the loss of a server that refuses its station, once', async () => {
    peer.refuses = (command) => command.startsWith('STATION')
    source.start()
    await vi.waitFor(() => expect(lost).toEqual(['SG-1']), SOON)
    await vi.waitFor(() => expect(peer.commands.filter((each) => each === 'HELLO').length).toBe(2), SOON)
    expect(lost).toEqual(['SG-1'])
  })

  it('understands the same however the bytes are cut', () => {
    const packets = [0xfffffe, 0xffffff, 0].map((sequence, n) =>
      Buffer.concat([
        Buffer.from(`SL${sequence.toString(16).toUpperCase().padStart(6, '0')}`),
        record('HNZ', n * 50),
      ]),
    )
    const info = Buffer.concat([Buffer.from('SLINFO *'), Buffer.alloc(512, 1)])
    const bytes = Buffer.concat([
      Buffer.from('SeedLink v3.1\r\nhere\r\nOK\r\nOK\r\nOK\r\nOK\r\nERROR\r\nOK\r\n'),
      ...packets.flatMap((packet) => [info, packet]),
    ])
    const [device] = bus().devices
    if (device?.seismic === undefined) throw new Error('no station')
    const { seismic: instrument } = device
    const talk = (chunks: readonly Uint8Array[]) => {
      const said: unknown[] = []
      const conversation = new SeedLinkConversation({
        voice: { send: (sent) => said.push(Buffer.from(sent).toString()), giveUp: (why) => said.push(why) },
        stations: [{ device, instrument, last: 0xfffffd }],
        onPacket: ({ sequence, record: heard }) => said.push([sequence, heard.length, heard[20]]),
        onNoise: () => said.push('noise'),
      })
      conversation.begin()
      for (const chunk of chunks) conversation.hear(chunk)
      return said
    }
    const whole = talk([bytes])
    expect(whole.slice(-5, -3)).toEqual(['DATA\r\n', 'END\r\n'])
    expect(whole.slice(-3).map((each) => (each as number[])[0])).toEqual([0xfffffe, 0xffffff, 0])
    expect(talk(Array.from(bytes, (_, n) => bytes.subarray(n, n + 1)))).toEqual(whole)
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: bytes.length }), { maxLength: 10 }), (at) => {
        const places = [0, ...at.toSorted((a, b) => a - b), bytes.length]
        const chunks = places.slice(1).map((end, n) => bytes.subarray(places[n] ?? 0, end))
        expect(talk(chunks)).toEqual(whole)
      }),
    )
  })

  it.each([
    ['SeedLink v4.0 (thing) :: SLPROTO:4.0', ': it speaks version 4, but not 3'],
    ['SeedLink v4.0 (thing) :: SLPROTO:4.0 SLPROTO:3.1', ''],
    ['SeedLink v3.1', ''],
  ])('says of a server that refuses and greets with "%s" what it speaks', (greeting, hint) => {
    const given: string[] = []
    const conversation = new SeedLinkConversation({
      voice: { send: () => undefined, giveUp: (detail) => given.push(detail) },
      stations: [{ ...quakeParts(), last: undefined }],
      onPacket: () => undefined,
      onNoise: () => undefined,
    })
    conversation.begin()
    conversation.hear(Buffer.from(`${greeting}\r\nsite\r\nERROR UNSUPPORTED\r\n`))
    expect(given).toHaveLength(1)
    expect(given[0]).toMatch(/^SeedLink: "STATION [^"]+" was refused/)
    expect(given[0]?.endsWith(`was refused${hint}`)).toBe(true)
  })

  it('hangs on no server that speaks something else', () => {
    const given: string[] = []
    const conversation = new SeedLinkConversation({
      voice: { send: () => undefined, giveUp: (detail) => given.push(detail) },
      stations: [],
      onPacket: () => undefined,
      onNoise: () => undefined,
    })
    conversation.begin()
    conversation.hear(Buffer.alloc(2_000, 'x'))
    expect(given).toEqual(['it does not speak SeedLink'])
    expect(conversation.isSound).toBe(false)
  })
})

import type { Device } from '../../contracts/facility.ts'
import type { SeismicInstrument } from '../../contracts/seismic-instrument.ts'
import type { Conversation, Voice } from './feed.ts'

/** One packet of SeedLink 3: 8 bytes of header and a record of 512. */
export interface SeedLinkPacket {
  /** Of its station, 0 to 0xFFFFFF. */
  readonly sequence: number
  readonly record: Uint8Array
}

/** A station that is asked for, and the sequence after which it is to go on; undefined: with what comes. */
export interface SeedLinkStation {
  readonly device: Device
  readonly instrument: SeismicInstrument
  readonly last: number | undefined
}

interface SeedLinkOptions {
  readonly voice: Voice
  readonly stations: readonly SeedLinkStation[]
  readonly onPacket: (packet: SeedLinkPacket) => void
  /** Told once of each stretch of bytes that is no packet. */
  readonly onNoise: () => void
}

/** A command, and how many lines answer it. */
interface Step {
  readonly command: string
  readonly lines: 0 | 1 | 2
  /** What is sent when it is refused; without one the conversation is over. */
  readonly instead?: string
}

const LINE_END = '\r\n'
const HEADER_BYTES = 8
const PACKET_BYTES = HEADER_BYTES + 512
/** A server counts its packets modulo this. */
export const SEQUENCES = 0x1000000
/** An answer is no longer; more without an end is no SeedLink. */
const LONGEST_LINE = 1_024
const DATA_HEADER = /^SL([0-9A-Fa-f]{6})$/
const INFO_HEADER = /^SLINFO [* ]$/

/** The client of one SeedLink connection, version 3: asks for its stations, then takes packets. Docs/seismic-protocols.md. */
export class SeedLinkConversation implements Conversation {
  isSound = false
  readonly #options: SeedLinkOptions
  readonly #steps: Step[]
  /** Of the command under way: it, and the lines that are still to come. */
  #step: Step | undefined
  #linesLeft = 0
  #held = Buffer.alloc(0)
  #isStreaming = false
  #isInNoise = false
  /** What it said to HELLO. */
  #greeting = ''

  constructor(options: SeedLinkOptions) {
    this.#options = options
    this.#steps = [
      { command: 'HELLO', lines: 2 },
      ...options.stations.flatMap(stepsOf),
      { command: 'END', lines: 0 },
    ]
  }

  begin(): void {
    this.#next()
  }

  hear(bytes: Uint8Array): void {
    this.#held = Buffer.concat([this.#held, bytes])
    while (!this.#isStreaming) {
      const end = this.#held.indexOf('\n')
      if (end === -1) {
        if (this.#held.length > LONGEST_LINE) this.#options.voice.giveUp('it does not speak SeedLink')
        return
      }
      const line = this.#held.toString('latin1', 0, end).trim()
      this.#held = this.#held.subarray(end + 1)
      this.#answered(line)
    }
    this.#takePackets()
  }

  end(): void {
    this.#held = Buffer.alloc(0)
  }

  #next(): void {
    const step = this.#steps.shift()
    this.#step = step
    if (step === undefined) return
    this.#linesLeft = step.lines
    this.#say(step.command)
    if (step.command === 'END') this.#isStreaming = true
  }

  #say(command: string): void {
    this.#options.voice.send(Buffer.from(command + LINE_END, 'latin1'))
  }

  #answered(line: string): void {
    const step = this.#step
    if (step === undefined || step.lines === 0) return
    if (line.startsWith('ERROR')) {
      if (step.instead === undefined) {
        this.#options.voice.giveUp(`SeedLink: "${step.command}" was refused${versionHint(this.#greeting)}`)
        this.#step = undefined
        return
      }
      this.#step = { command: step.instead, lines: 1 }
      this.#say(step.instead)
      return
    }
    if (step.command === 'HELLO') this.#greeting += `${line} `
    this.#linesLeft -= 1
    if (this.#linesLeft <= 0) this.#next()
  }

  #takePackets(): void {
    let at = 0
    while (this.#held.length - at >= HEADER_BYTES) {
      const header = this.#held.toString('latin1', at, at + HEADER_BYTES)
      const data = DATA_HEADER.exec(header)
      if (data === null && !INFO_HEADER.test(header)) {
        if (!this.#isInNoise) this.#options.onNoise()
        this.#isInNoise = true
        at += 1
        continue
      }
      if (this.#held.length - at < PACKET_BYTES) break
      this.#isInNoise = false
      if (data !== null) {
        this.isSound = true
        const record = Uint8Array.prototype.slice.call(this.#held, at + HEADER_BYTES, at + PACKET_BYTES)
        this.#options.onPacket({ sequence: Number.parseInt(data[1] ?? '', 16), record })
      }
      at += PACKET_BYTES
    }
    this.#held = this.#held.subarray(at)
  }
}

/** A server names what it speaks as `SLPROTO:4.0`, each version by itself. */
function versionHint(greeting: string): string {
  const versions = [...greeting.matchAll(/SLPROTO:(\d+)/g)].map(([, version]) => version)
  return versions.length === 0 || versions.includes('3')
    ? ''
    : `: it speaks version ${versions.join(', ')}, but not 3`
}

function stepsOf({ instrument, last }: SeedLinkStation): Step[] {
  const { network, station, location, channels } = instrument
  const next =
    last === undefined ? undefined : ((last + 1) % SEQUENCES).toString(16).toUpperCase().padStart(6, '0')
  return [
    { command: `STATION ${station} ${network}`, lines: 1 },
    ...channels.map(({ code }): Step => ({ command: `SELECT ${location}${code}.D`, lines: 1 })),
    next === undefined
      ? { command: 'DATA', lines: 1 }
      : { command: `DATA ${next}`, lines: 1, instead: 'DATA' },
  ]
}

import type { Emission, Hearing, Responder } from '../line/line.ts'
import { SPEAK_MS } from './frame-outlet.ts'
import type { ChannelName } from './miniseed-record.ts'
import { type Packet, packetBytes, type RecordArchive } from './record-archive.ts'

/** A station of the server. */
export interface SeedLinkStation {
  readonly network: string
  readonly station: string
  readonly archive: RecordArchive
}

/** What a client has asked for of one station. */
interface Subscription {
  readonly archive: RecordArchive
  readonly selectors: RegExp[]
  /** Number of the next packet; undefined until DATA. */
  next: number | undefined
}

const OK = 'OK\r\n'
const ERROR = 'ERROR\r\n'
const HELLO = 'SeedLink v3.1 (simulated instruments) :: SLPROTO:3.1\r\nDavylamp\r\n'
const LINE_MAX = 256
/** So many packets leave at a time, so that an old backlog does not fill the memory of a connection. */
const PACKETS_AT_ONCE = 200

/** A SeedLink version 3 server at the end of one connection; it never ends by itself. */
export class SeedLinkResponder implements Responder {
  readonly #stations: readonly SeedLinkStation[]
  readonly #subscriptions: Subscription[] = []
  #text = ''
  #isStreaming = false
  readonly own = { everyMs: SPEAK_MS, speak: () => this.#speak() }

  constructor(stations: readonly SeedLinkStation[]) {
    this.#stations = stations
  }

  hear(chunk: Uint8Array): Hearing {
    this.#text += Buffer.from(chunk).toString('latin1')
    const lines = this.#text.split(/\r\n|\r|\n/)
    this.#text = lines.pop() ?? ''
    const said = lines.filter((line) => line !== '')
    const isBroken = this.#text.length > LINE_MAX || said.includes('BYE')
    const exchanges = said.map((line) => ({
      requestBytes: line.length + 2,
      emissions: textEmission(this.#answer(line)),
    }))
    return { exchanges, skipped: 0, isBroken }
  }

  #answer(line: string): string {
    const [command = '', first = '', second = ''] = line.trim().split(/\s+/)
    const current = this.#subscriptions.at(-1)
    switch (command.toUpperCase()) {
      case 'HELLO':
        return HELLO
      case 'STATION': {
        const found = this.#stations.find(({ station, network }) => station === first && network === second)
        if (found === undefined) return ERROR
        this.#subscriptions.push({ archive: found.archive, selectors: [], next: undefined })
        return OK
      }
      case 'SELECT': {
        const selector = selectorOf(first)
        if (current === undefined || selector === undefined) return ERROR
        current.selectors.push(selector)
        return OK
      }
      case 'DATA': {
        if (current === undefined) return ERROR
        const next = first === '' ? current.archive.next : resumed(current.archive, first)
        if (next === undefined) return ERROR
        current.next = next
        return OK
      }
      case 'END':
        this.#isStreaming = true
        return ''
      default:
        return ERROR
    }
  }

  #speak(): Emission[] {
    if (!this.#isStreaming) return []
    return this.#subscriptions.flatMap((subscription) => {
      if (subscription.next === undefined || subscription.archive.isSilent) return []
      const packets = subscription.archive.from(subscription.next).slice(0, PACKETS_AT_ONCE)
      const last = packets.at(-1)
      if (last !== undefined) subscription.next = last.number + 1
      return packets
        .filter((packet) => isWanted(packet, subscription.selectors))
        .map((packet) => ({ bytes: packetBytes(packet), delayMs: 0 }))
    })
  }
}

function textEmission(text: string): Emission[] {
  return text === '' ? [] : [{ bytes: Buffer.from(text, 'latin1'), delayMs: 0 }]
}

function resumed(archive: RecordArchive, digits: string): number | undefined {
  return /^[0-9a-f]{1,6}$/i.test(digits) ? archive.numberOf(Number.parseInt(digits, 16)) : undefined
}

/** `LLCCC.D`, `CCC.D`, with `?` for any letter; without a type any is meant. Undefined for what is none. */
function selectorOf(text: string): RegExp | undefined {
  const found = /^([A-Z0-9?-]{2})?([A-Z0-9?]{3})(\.D)?$/.exec(text)
  if (found === null) return undefined
  const [, location = '??', channel = '???'] = found
  const pattern = `${location.replace('--', '  ')}${channel}`.replaceAll('?', '.')
  return new RegExp(`^${pattern}$`)
}

function isWanted({ channel }: Packet, selectors: readonly RegExp[]): boolean {
  const name = fullName(channel)
  return selectors.length === 0 || selectors.some((selector) => selector.test(name))
}

function fullName({ location, channel }: ChannelName): string {
  return location.padEnd(2) + channel
}

import { asciiFraming } from '../../../gateway/drivers/ascii-framing.ts'
import type { ReadOutcome, ReadRequest, RegisterRequest } from '../../../gateway/drivers/driver.ts'
import type { Framing } from '../../../gateway/drivers/framing.ts'
import { mbapFraming } from '../../../gateway/drivers/mbap-framing.ts'
import { RecordFraming } from '../../../gateway/drivers/record-framing.ts'
import { rtuFraming } from '../../../gateway/drivers/rtu-framing.ts'
import { ascii, crcOf, mbap, nmea, rtu } from './foreign-frames.ts'
import { fields, record, registers } from './hearing.ts'

/** mulberry32: numbers in [0, 1) from a seed. */
export function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** From 0 up to and without `limit`. */
export type Draw = (limit: number) => number

/** One question, its true answer, and forgeries of it: whole frames with a right checksum that are no answer. */
export interface Case {
  readonly request: ReadRequest
  readonly answer: Buffer
  readonly outcome: ReadOutcome
  readonly forgeries: readonly Buffer[]
}

export interface Protocol {
  readonly framing: Framing
  /** `number` is that of the request. */
  make(draw: Draw, number: number): Case
  /** Every outcome that an answer to the request, found anywhere in the bytes, justifies. */
  justified(bytes: Buffer, made: Case, number: number): ReadOutcome[]
}

const CODES = { coil: 1, discrete: 2, holding: 3, input: 4 } as const
const TABLES = ['coil', 'discrete', 'holding', 'input'] as const

function pduOf(request: RegisterRequest, data: readonly number[]): number[] {
  return [CODES[request.table], data.length, ...data]
}

function lengthOf({ table, count }: RegisterRequest): number {
  return CODES[table] < 3 ? Math.ceil(count / 8) : count * 2
}

function outcomeOf(request: RegisterRequest, data: Uint8Array): ReadOutcome {
  const at = (n: number) => data[n] ?? 0
  if (CODES[request.table] < 3) {
    const bits = Array.from(
      { length: request.count },
      (_, n) => Math.floor(at(Math.floor(n / 8)) / 2 ** (n % 8)) % 2 === 1,
    )
    return { ok: true, data: { kind: 'bits', bits } }
  }
  const words = Array.from({ length: request.count }, (_, n) => at(2 * n) * 256 + at(2 * n + 1))
  return { ok: true, data: { kind: 'words', words } }
}

type FrameMaker = (number: number, unit: number, ...pdu: number[]) => Buffer

function makeModbus(frame: FrameMaker, draw: Draw, number: number): Case {
  const table = TABLES[draw(4)] ?? 'holding'
  const count = 1 + draw(draw(10) === 0 ? 125 : 12)
  const request = registers({ unitId: 1 + draw(247), table, address: draw(65_536 - count), count })
  const data = Array.from({ length: lengthOf(request) }, () => draw(256))
  const { unitId: unit } = request
  const other = 1 + ((unit + draw(245)) % 247)
  const [code = 0, ...rest] = pduOf(request, data)
  const answer = frame(number, unit, code, ...rest)
  const foreign = other === unit ? (unit % 247) + 1 : other
  return {
    request,
    answer,
    outcome: outcomeOf(request, Uint8Array.from(data)),
    forgeries: [
      frame(number, foreign, code, ...rest),
      frame(number, unit, (code % 4) + 1, ...rest),
      frame(number, unit, code, data.length + 2, ...data, 0, 0),
      frame(number, unit, code, Math.max(0, data.length - 2), ...data.slice(2)),
      frame(number, unit, code, data.length + 1, ...data),
      frame(number, foreign, code + 0x80, 2),
      frame(number, unit, (code % 4) + 1 + 0x80, 2),
      frame(number, foreign, 3, answer.length % 251, ...answer.subarray(0, answer.length % 251)),
      frame(number, unit, 6, 0, 1, 0, 2),
    ],
  }
}

function justifiedBy(request: RegisterRequest, frame: Buffer): ReadOutcome[] {
  const [unit, code, third = 0] = frame
  const wanted = CODES[request.table]
  if (unit !== request.unitId) return []
  if (code === wanted + 0x80 && frame.length === 3)
    return [{ ok: false, failed: { kind: 'exception', code: third } }]
  const isWhole = code === wanted && third === lengthOf(request) && frame.length === third + 3
  return isWhole ? [outcomeOf(request, frame.subarray(3))] : []
}

function asRegisters(request: ReadRequest): RegisterRequest {
  if (request.kind !== 'registers') throw new Error('not for records')
  return request
}

/** Key: name of the protocol. */
export const PROTOCOLS: Record<string, Protocol> = {
  RTU: {
    framing: rtuFraming,
    make: (draw, number) => makeModbus((_, unit, ...pdu) => rtu(unit, ...pdu), draw, number),
    justified(bytes, { request }) {
      const asked = asRegisters(request)
      return [lengthOf(asked) + 3, 3].flatMap((length) =>
        Array.from({ length: Math.max(0, bytes.length - length - 1) }, (_, at) => {
          if (bytes[at] !== asked.unitId || (bytes[at + 1] ?? 0) % 0x80 !== CODES[asked.table]) return []
          const frame = bytes.subarray(at, at + length)
          return crcOf(frame) === bytes.readUInt16LE(at + length) ? justifiedBy(asked, frame) : []
        }).flat(),
      )
    },
  },
  MBAP: {
    framing: mbapFraming,
    make: (draw, number) => {
      const made = makeModbus(mbap, draw, number)
      const late = Buffer.from(made.answer)
      late.writeUInt16BE((number + 1 + draw(65_000)) % 65_536, 0)
      return { ...made, forgeries: [...made.forgeries, late] }
    },
    justified(bytes, { request }, number) {
      return Array.from({ length: Math.max(0, bytes.length - 8) }, (_, at) => {
        const length = bytes.readUInt16BE(at + 4)
        const isFrame = bytes.readUInt16BE(at) === number && bytes.readUInt16BE(at + 2) === 0
        return isFrame ? justifiedBy(asRegisters(request), bytes.subarray(at + 6, at + 6 + length)) : []
      }).flat()
    },
  },
  ASCII: {
    framing: asciiFraming,
    make: (draw, number) => makeModbus((_, unit, ...pdu) => ascii(unit, ...pdu), draw, number),
    justified(bytes, { request }) {
      return [...bytes.toString('latin1').matchAll(/:((?:[0-9A-Fa-f]{2})+)\r\n/g)].flatMap(
        ([, digits = '']) => {
          const frame = Buffer.from(digits, 'hex')
          const isRight = frame.reduce((sum, byte) => sum + byte, 0) % 256 === 0
          return isRight ? justifiedBy(asRegisters(request), frame.subarray(0, -1)) : []
        },
      )
    },
  },
  record: {
    framing: new RecordFraming(),
    make(draw) {
      const columns = Array.from({ length: 1 + draw(4) }, () => (draw(20_000) / 100 - 100).toFixed(2))
      const answer = nmea(columns.join(','))
      const request = NMEA
      return {
        request,
        answer,
        outcome: fields(Object.fromEntries(columns.map((column, n) => [String(n + 1), column]))),
        forgeries: [
          nmea(''),
          Buffer.from(`$${columns.join(',')}\r\n`),
          Buffer.from(`${columns.join(',')}*00\r\n`),
          answer.subarray(1),
          Buffer.from(`$${columns.join(',')}*ZZ\r\n`),
        ],
      }
    },
    justified(bytes) {
      const text = bytes.toString('latin1')
      return [...text.matchAll(/(?=\$(.*?)\*([0-9A-Fa-f]{2})\r\n)/gs)].flatMap(([, data = '', sum = '']) =>
        nmea(data).toString('latin1').endsWith(`*${sum.toUpperCase()}\r\n`) ? [columnsOf(data)] : [],
      )
    },
  },
}

const NMEA = record({
  request: 'READ\r',
  start: '$',
  checksum: { kind: 'xor', encoding: 'hex', marker: '*' },
})

function columnsOf(data: string): ReadOutcome {
  return fields(Object.fromEntries(data.split(',').map((column, n) => [String(n + 1), column.trim()])))
}

/** What may happen to a reply on its way. */
export const MUTATIONS: Record<string, (made: Case, draw: Draw) => Buffer> = {
  random: (_, draw) => Buffer.from(Array.from({ length: draw(300) }, () => draw(256))),
  flipped({ answer }, draw) {
    const bytes = Buffer.from(answer)
    for (let n = 1 + draw(8); n > 0; n--) {
      const at = draw(bytes.length)
      bytes[at] = (bytes[at] ?? 0) ^ (1 << draw(8))
    }
    return bytes
  },
  truncated: ({ answer }, draw) => answer.subarray(0, draw(answer.length)),
  beheaded: ({ answer }, draw) => answer.subarray(1 + draw(answer.length - 1)),
  shortened({ answer }, draw) {
    const at = draw(answer.length)
    return Buffer.concat([answer.subarray(0, at), answer.subarray(at + 1 + draw(3))])
  },
  lengthened({ answer }, draw) {
    const at = draw(answer.length)
    return Buffer.concat([answer.subarray(0, at), Buffer.from([draw(256)]), answer.subarray(at)])
  },
  exchanged({ answer }, draw) {
    const at = draw(answer.length)
    return Buffer.concat([answer.subarray(at), answer.subarray(0, at)])
  },
  forged: ({ forgeries }, draw) => forgeries[draw(forgeries.length)] ?? Buffer.alloc(0),
  'forged and noisy': ({ forgeries }, draw) =>
    Buffer.concat([
      Buffer.from(Array.from({ length: draw(6) }, () => draw(256))),
      forgeries[draw(forgeries.length)] ?? Buffer.alloc(0),
      Buffer.from(Array.from({ length: draw(6) }, () => draw(256))),
    ]),
  torn: ({ answer, forgeries }, draw) =>
    Buffer.concat([answer.subarray(0, draw(answer.length)), forgeries[draw(forgeries.length)] ?? answer]),
  merged: ({ answer, forgeries }, draw) =>
    Buffer.concat([forgeries[draw(forgeries.length)] ?? answer, answer]),
  noisy: ({ answer }, draw) =>
    Buffer.concat([Buffer.from(Array.from({ length: 1 + draw(6) }, () => draw(256))), answer]),
  trailed: ({ answer }, draw) =>
    Buffer.concat([answer, Buffer.from(Array.from({ length: 1 + draw(6) }, () => draw(256)))]),
  whole: ({ answer }) => answer,
}

/** In one to four pieces. */
export function pieces(bytes: Buffer, draw: Draw): Buffer[] {
  const cuts = Array.from({ length: draw(4) }, () => draw(bytes.length + 1)).sort((a, b) => a - b)
  return [0, ...cuts].map((start, n) => bytes.subarray(start, cuts[n] ?? bytes.length))
}

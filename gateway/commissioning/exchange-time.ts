import type { Bus, RecordFormat, SerialLine } from '../../contracts/facility.ts'
import { type Block, isBitTable } from '../polling/plan.ts'

/** What one request with its answer takes, milliseconds. */
export interface ExchangeTime {
  /** Bytes of both on the wire of a serial line; 0 on TCP. */
  readonly wireMs: number
  /** All that the line is taken for: with the delay of the device and the silence around the frames. */
  readonly lineMs: number
}

/** Modbus over serial line 1.02, 2.5.1: a character has 11 bits. 8N1 has 10 and is that much quicker. */
const LEAST_BITS = 11
/** Silence between frames, characters; above 19200 bit/s it is a fixed time. */
const GAP_CHARACTERS = 3.5
const FAST_GAP_MS = 1.75
const FAST_BAUD = 19_200
/** What the calculation takes for granted, milliseconds, where nobody has measured. */
const DEVICE_DELAY_MS = 10
const TCP_ROUND_TRIP_MS = 5
const MOBILE_ROUND_TRIP_MS = 100
/** Characters of a record that ends with a delimiter. */
const RECORD_CHARACTERS = 40

/** Time of one character in milliseconds. */
export function characterMs(line: SerialLine): number {
  const bits = 1 + line.dataBits + (line.parity === 'none' ? 0 : 1) + line.stopBits
  return (Math.max(LEAST_BITS, bits) * 1_000) / line.baudRate
}

/** Silence before and after a frame in milliseconds. */
export function frameGapMs(line: SerialLine): number {
  return line.baudRate > FAST_BAUD ? FAST_GAP_MS : GAP_CHARACTERS * characterMs(line)
}

/** Bytes on the wire of request and answer, on a serial line. */
export function frameBytes(
  driver: Bus['driver'],
  block: Pick<Block, 'table' | 'count'>,
): { request: number; answer: number } {
  const data =
    block.table !== 'record' && isBitTable(block.table) ? Math.ceil(block.count / 8) : block.count * 2
  // ASCII: colon, two characters for each of the bytes and the LRC, CR and LF.
  if (driver === 'modbus-ascii') return { request: 17, answer: 11 + 2 * data }
  return { request: 8, answer: 5 + data }
}

/** What one request for this block takes. Pauses of single devices are not in it. */
export function exchangeTime(
  bus: Pick<Bus, 'driver' | 'transport' | 'gapMs'>,
  block: Pick<Block, 'table' | 'count'>,
  record?: RecordFormat,
): ExchangeTime {
  const { transport, gapMs = 0 } = bus
  if (transport.kind !== 'serial') {
    const roundTripMs = transport.kind === 'tcp' ? TCP_ROUND_TRIP_MS : MOBILE_ROUND_TRIP_MS
    return { wireMs: 0, lineMs: roundTripMs + gapMs }
  }
  const { request, answer } = record === undefined ? frameBytes(bus.driver, block) : recordBytes(record)
  const gap = frameGapMs(transport)
  // An instrument that sends by itself needs no time to think.
  const delay = request === 0 ? 0 : DEVICE_DELAY_MS
  const wireMs = (request + answer) * characterMs(transport)
  return { wireMs, lineMs: wireMs + delay + gap + Math.max(gap, gapMs) }
}

function recordBytes({ request = '', end }: RecordFormat): { request: number; answer: number } {
  return { request: request.length, answer: 'bytes' in end ? end.bytes : RECORD_CHARACTERS }
}

/** What the figures of a bus rest on, for people. */
export function timingAssumption(bus: Pick<Bus, 'driver' | 'transport'>): string {
  const { transport } = bus
  switch (transport.kind) {
    case 'tcp':
      return `assumed: ${TCP_ROUND_TRIP_MS} ms a request over TCP`
    case 'dial-in':
      return `assumed: ${MOBILE_ROUND_TRIP_MS} ms a request over a mobile network`
    case 'serial':
      return bus.driver === 'serial-line'
        ? `assumed: devices answer after ${DEVICE_DELAY_MS} ms, records without a fixed length have ${RECORD_CHARACTERS} characters`
        : `assumed: devices answer after ${DEVICE_DELAY_MS} ms`
  }
}

import type { Bus, SerialLine } from '../../contracts/facility.ts'

/** How patient a link is, and how much silence it keeps. Milliseconds. */
export interface LineTiming {
  /** For the device to think; the time that bytes take on the wire comes on top. */
  readonly timeoutMs: number
  /** Silence before a request. */
  readonly gapMs: number
  /** One character on the wire; 0 on TCP. */
  readonly characterMs: number
}

/** Modbus over serial line 1.02, 2.5.1.1: characters have 11 bits, and frames 3.5 characters between them. */
const BITS_OF_GAP = 3.5 * 11
/** Above it the gap no longer shrinks. */
const FASTEST_BAUD = 19_200
const LEAST_GAP_MS = 1.75

export function timingOf(bus: Pick<Bus, 'timeoutMs' | 'gapMs' | 'transport'>): LineTiming {
  const { timeoutMs, gapMs, transport } = bus
  if (transport.kind !== 'serial') return { timeoutMs, gapMs: gapMs ?? 0, characterMs: 0 }
  return { timeoutMs, gapMs: gapMs ?? usualGap(transport), characterMs: characterTime(transport) }
}

function usualGap({ baudRate }: SerialLine): number {
  return baudRate > FASTEST_BAUD ? LEAST_GAP_MS : (BITS_OF_GAP * 1_000) / baudRate
}

/** Start bit, data, parity and stop bits. */
function characterTime({ baudRate, dataBits, parity, stopBits }: SerialLine): number {
  return ((1 + dataBits + (parity === 'none' ? 0 : 1) + stopBits) * 1_000) / baudRate
}

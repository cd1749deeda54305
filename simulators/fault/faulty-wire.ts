import type { Emission } from '../line/line.ts'

/** What can happen to an answer between a device and its line. */
export type FrameFault =
  | { readonly kind: 'late-answer' /** From the request. */; readonly delayMs: number }
  | { readonly kind: 'merged'; readonly surplus: Surplus }
  | {
      readonly kind: 'crc-error' | 'truncated' | 'wrong-unit' | 'wrong-function' | 'foreign-frame' | 'echo'
    }

/** What hangs on a merged answer: the answer once more, or two bytes of noise. */
export const SURPLUSES = ['answer', 'bytes'] as const
export type Surplus = (typeof SURPLUSES)[number]

/** A request and its answer as bytes, with what the framing knows to do to them. */
export interface Talk {
  /** Empty when the device speaks by itself. */
  readonly request: Uint8Array
  readonly answer: Uint8Array
  /** The same with a checksum that is wrong; undefined where the framing has none. */
  readonly damage: ((bytes: Uint8Array) => Uint8Array) | undefined
  /** A whole message of somebody else. */
  readonly foreign: () => Uint8Array
}

const NOISE = Uint8Array.of(0xff, 0x00)

/**
 * How an answer leaves, whatever the framing: the one place where faults are put on a line. Units and
 * function codes belong to Modbus and are made wrong before, in `modbus/faulty-frame.ts`.
 */
export function emitAnswer(talk: Talk, faults: readonly FrameFault[]): Emission[] {
  let { answer } = talk
  let delayMs = 0
  let isEchoed = false
  let isForeign = false
  for (const fault of faults) {
    switch (fault.kind) {
      case 'crc-error':
        answer = talk.damage?.(answer) ?? answer
        break
      case 'truncated':
        answer = answer.subarray(0, Math.ceil(answer.length / 2))
        break
      case 'merged':
        answer = Buffer.concat([answer, fault.surplus === 'answer' ? answer : NOISE])
        break
      case 'foreign-frame':
        isForeign = true
        break
      case 'echo':
        isEchoed = true
        break
      case 'late-answer':
        delayMs = fault.delayMs
        break
      case 'wrong-unit':
      case 'wrong-function':
        break
    }
  }
  const whole = isForeign ? Buffer.concat([talk.foreign(), answer]) : answer
  const emissions = [{ bytes: whole, delayMs }]
  // The line hears its own request while it is sent, however late the answer.
  return isEchoed ? [{ bytes: talk.request, delayMs: 0 }, ...emissions] : emissions
}

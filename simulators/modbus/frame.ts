/** One Modbus message without its framing. */
export interface Frame {
  /** Echoed by the answer, so that a client can tell answers apart; 0 where the framing numbers nothing. */
  readonly transaction: number
  readonly unit: number
  readonly pdu: Uint8Array
}

/** What a stretch of the byte stream held. */
export interface Split {
  readonly frames: readonly Frame[]
  /** Beginning of a frame whose end has not come yet; give it again, followed by what comes next. */
  readonly rest: Uint8Array
  /** Stretches that were no request, skipped. */
  readonly foreign: number
  /** True when a length cannot be right: nothing after it can be trusted, the connection has to go. */
  readonly isBroken: boolean
}

/** How Modbus messages stand in a byte stream, apart from any socket. */
export interface Framing {
  /** Cuts requests out of a byte stream, however it was split or merged. */
  split(bytes: Uint8Array): Split
  /** The bytes of one message, request or answer. */
  encode(frame: Frame): Uint8Array
  /** Length of the bytes of a message with this PDU. */
  sizeOf(pdu: Uint8Array): number
  /** The same message with a checksum that is wrong; absent where the framing has none. */
  readonly damage?: (bytes: Uint8Array) => Uint8Array
  /**
   * True on a line that many units hear: who is not meant keeps silent, and unit 0 is everybody, whom
   * nobody answers (Modbus over serial line, 2.2). A Modbus TCP server stands for all of its units.
   */
  readonly isShared: boolean
}

export const EMPTY: Uint8Array = new Uint8Array(0)

/** Of its own memory: `slice` of a Buffer would hold on to the whole chunk that came in. */
export function copy(bytes: Uint8Array, start: number, end: number): Uint8Array {
  return start >= end ? EMPTY : new Uint8Array(bytes.subarray(start, end))
}

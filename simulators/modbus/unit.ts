import type { RegisterTable } from '../../contracts/facility-schema.ts'
import { EXCEPTION, encodeBits, encodeException, encodeRegisters, parseRequest } from './read-request.ts'
import type { RegisterImage } from './register-image.ts'

/** Registers that answer with an exception whenever a request touches them. */
export interface FailingSpan {
  readonly table: RegisterTable
  readonly address: number
  readonly count: number
  readonly exception: number
}

/** One Modbus unit: what it holds, and what is wrong with it. */
export class Unit {
  readonly image: RegisterImage
  /** Gives no answer at all. */
  isSilent = false
  /** Key: who made it fail, a sensor id. */
  readonly failing = new Map<string, FailingSpan>()

  constructor(image: RegisterImage) {
    this.image = image
  }

  /**
   * The answer to a request PDU, undefined for silence. Every answer of the simulated field passes here
   * and nowhere else, so this is the place where a fault is put between the registers and the line.
   */
  answer(pdu: Uint8Array): Uint8Array | undefined {
    if (this.isSilent) return undefined
    const functionCode = pdu[0] ?? 0
    const parsed = parseRequest(pdu)
    if (parsed.kind === 'refused') return encodeException(functionCode, parsed.exception)
    const { table, address, count } = parsed.request
    const words = this.image.read(table, address, count)
    if (words === undefined) return encodeException(functionCode, EXCEPTION.illegalAddress)
    for (const span of this.failing.values()) {
      const isTouched =
        span.table === table && address < span.address + span.count && span.address < address + count
      if (isTouched) return encodeException(functionCode, span.exception)
    }
    return table === 'coil' || table === 'discrete'
      ? encodeBits(
          functionCode,
          Array.from(words, (word) => word !== 0),
        )
      : encodeRegisters(functionCode, words)
  }
}

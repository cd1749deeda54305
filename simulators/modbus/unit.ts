import type { RegisterTable } from '../../contracts/facility-words.ts'
import { type Answering, type Conduct, HEALTHY } from '../device/conduct.ts'
import type { FrameFault } from '../fault/faulty-wire.ts'
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
export class Unit implements Answering {
  readonly image: RegisterImage
  /** The unit id in its answers, when that is not its own. */
  readonly replyUnit: number | undefined
  /** Key: who made it fail, a sensor id. */
  readonly failing = new Map<string, FailingSpan>()
  #conduct: Conduct = HEALTHY

  constructor(image: RegisterImage, replyUnit?: number) {
    this.image = image
    this.replyUnit = replyUnit
  }

  behave(conduct: Conduct): void {
    this.#conduct = conduct
  }

  get frameFaults(): readonly FrameFault[] {
    return this.#conduct.frameFaults
  }

  /**
   * The answer to a request PDU, undefined for silence. Every answer of a simulated unit passes here and
   * nowhere else; what then happens to its frame on the line is the work of `fault/faulty-wire.ts`.
   */
  answer(pdu: Uint8Array): Uint8Array | undefined {
    const { isSilent, exception } = this.#conduct
    if (isSilent) return undefined
    const functionCode = pdu[0] ?? 0
    if (exception !== undefined) return encodeException(functionCode, exception)
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

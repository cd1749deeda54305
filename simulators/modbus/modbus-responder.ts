import { emitAnswer } from '../fault/faulty-wire.ts'
import type { Emission, Hearing, Responder } from '../line/line.ts'
import { faultyFrame, foreignFrame } from './faulty-frame.ts'
import { EMPTY, type Frame, type Framing } from './frame.ts'
import { EXCEPTION, encodeException } from './read-request.ts'
import type { Unit } from './unit.ts'

/** Answers Modbus requests for several units, read only. */
export class ModbusResponder implements Responder {
  readonly #framing: Framing
  readonly #units: ReadonlyMap<number, Unit>
  #rest: Uint8Array = EMPTY

  /** Key of the units: unit id. */
  constructor(framing: Framing, units: ReadonlyMap<number, Unit>) {
    this.#framing = framing
    this.#units = units
  }

  hear(chunk: Uint8Array): Hearing {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk])
    const { frames, rest, foreign, isBroken } = this.#framing.split(bytes)
    this.#rest = rest
    const exchanges = frames.map((frame) => ({
      requestBytes: this.#framing.sizeOf(frame.pdu),
      emissions: this.#answer(frame),
    }))
    return { exchanges, skipped: foreign, isBroken }
  }

  #answer(request: Frame): readonly Emission[] {
    const framing = this.#framing
    const unit = this.#units.get(request.unit)
    // Broadcasts are for everybody and answered by nobody.
    if (framing.isShared && (unit === undefined || request.unit === 0)) return []
    const pdu =
      unit === undefined
        ? encodeException(request.pdu[0] ?? 0, EXCEPTION.gatewayTargetSilent)
        : unit.answer(request.pdu)
    if (pdu === undefined) return []
    const answer = { ...request, unit: unit?.replyUnit ?? request.unit, pdu }
    if (unit === undefined || unit.frameFaults.length === 0)
      return [{ bytes: framing.encode(answer), delayMs: 0 }]
    const talk = {
      request: framing.encode(request),
      answer: framing.encode(faultyFrame(answer, unit.frameFaults)),
      damage: framing.damage,
      foreign: () => framing.encode(foreignFrame(answer, framing)),
    }
    return emitAnswer(talk, unit.frameFaults)
  }
}

import { createHmac, timingSafeEqual } from 'node:crypto'
import { CodedError } from '../../contracts/errors.ts'

/** Of the signature: 128 bits, so that nobody guesses one and a link stays short. */
const SIGNATURE_BYTES = 16
const CODE = /^([A-Za-z0-9_-]{22})\.([0-9a-z]{1,11})\.([A-Za-z0-9_-]{22})$/

/** Codes in links from messages: they name a notice, end, and are signed; a code says nothing else and allows nothing by itself. */
export class AnswerLinks {
  readonly #key: string

  /** `key` is random and the server's own: with another one all links end. */
  constructor(key: string) {
    this.#key = key
  }

  /** Good until `until`, epoch ms. */
  code(notice: string, until: number): string {
    const claim = `${notice}.${Math.floor(until / 1_000).toString(36)}`
    return `${claim}.${this.#sign(claim)}`
  }

  /** The notice. @throws CodedError ANSWER_INVALID, or ANSWER_ENDED */
  read(code: string, now: number): { notice: string; until: number } {
    const [, notice, seconds, signature] = CODE.exec(code) ?? []
    if (notice === undefined || seconds === undefined || signature === undefined)
      throw new CodedError('ANSWER_INVALID', 'the link is not whole')
    const wanted = this.#sign(`${notice}.${seconds}`)
    if (!timingSafeEqual(Buffer.from(signature), Buffer.from(wanted)))
      throw new CodedError('ANSWER_INVALID', 'the link is not of this server')
    const until = Number.parseInt(seconds, 36) * 1_000
    if (now >= until) throw new CodedError('ANSWER_ENDED', 'the link has ended')
    return { notice, until }
  }

  /** As text of 22 letters, written in one way only. */
  #sign(claim: string): string {
    const mac = createHmac('sha256', this.#key).update(`davylamp answer ${claim}`).digest()
    return mac.subarray(0, SIGNATURE_BYTES).toString('base64url')
  }
}

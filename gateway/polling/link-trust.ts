import type { ReadRequest } from '../drivers/driver.ts'

/** Requests in a row that nothing intelligible came back to, and for how long, before a link is given up. */
const REQUESTS = 3
const TRYING_MS = 3_000
/** A link that never answered is given up ever later, so that a port with one dead device is left alone. */
const LONGEST_TRYING_MS = 60_000
/** Links that one unit may lose in a row before it is no accident. */
const BARREN_LINKS = 2
/** So many units under which links were lost, with no answer of anybody between, speak for all of them. */
const WITNESSES = 3

/**
 * Whether an open link still leads anywhere: a peer that went away without a word leaves one half-open, and
 * bytes that are out of step never get into step again. Times are monotonic milliseconds.
 */
export class LinkTrust {
  /** Who has answered on this link and not kept silent since. One of them speaks for the link. */
  readonly #answering = new Set<string>()
  #unanswered = 0
  /** When the first of the unanswered requests was made. */
  #since = 0
  /** Links in a row that never answered, with the one in use until it does. */
  #barrenLinks = 0
  /** Whose answer is waited for. */
  #asked: string | undefined
  /** Under whose requests links were lost since anybody answered. */
  readonly #losers = new Set<string>()
  readonly #witnesses: number

  /** `units`: how many can be asked over the links. */
  constructor(units = 1) {
    this.#witnesses = Math.min(Math.max(units, 1), WITNESSES)
  }

  /** Links in a row that were lost or given up before anything was answered. */
  get barrenLinks(): number {
    return this.#barrenLinks
  }

  /**
   * True when links are lost whoever is asked. One unit at which the peer hangs up is no reason to leave the
   * others alone, wherever it stands in the file.
   */
  get isDeadEnd(): boolean {
    if (this.#barrenLinks < BARREN_LINKS) return false
    return this.#losers.size >= this.#witnesses || this.#barrenLinks >= BARREN_LINKS * this.#witnesses
  }

  asked(request: ReadRequest): void {
    this.#asked = nameOf(request)
  }

  linkLost(): void {
    if (this.#asked !== undefined) this.#losers.add(this.#asked)
    this.#asked = undefined
  }

  linkOpened(): void {
    this.#answering.clear()
    this.#unanswered = 0
    this.#barrenLinks += 1
  }

  answered(request: ReadRequest): void {
    this.#answering.add(nameOf(request))
    this.#asked = undefined
    this.#losers.clear()
    this.#unanswered = 0
    this.#barrenLinks = 0
  }

  /** True when the link is to be replaced. */
  unanswered(request: ReadRequest, { askedAt, now }: { askedAt: number; now: number }): boolean {
    this.#answering.delete(nameOf(request))
    this.#asked = undefined
    if (this.#unanswered === 0) this.#since = askedAt
    this.#unanswered += 1
    if (this.#answering.size > 0 || this.#unanswered < REQUESTS) return false
    const longer = 2 ** Math.max(0, this.#barrenLinks - 1)
    return now - this.#since >= Math.min(TRYING_MS * longer, LONGEST_TRYING_MS)
  }
}

function nameOf(request: ReadRequest): string {
  return request.kind === 'record' ? 'record' : `unit ${request.unitId}`
}

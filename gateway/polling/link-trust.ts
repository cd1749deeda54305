import type { ReadRequest } from '../drivers/driver.ts'

/** Requests in a row that nothing intelligible came back to, and for how long, before a link is given up. */
const REQUESTS = 3
const TRYING_MS = 3_000
/** A link that never answered is given up ever later, so that a port with one dead device is left alone. */
const LONGEST_TRYING_MS = 60_000

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

  /** Links in a row that were lost or given up before anything was answered. */
  get barrenLinks(): number {
    return this.#barrenLinks
  }

  linkOpened(): void {
    this.#answering.clear()
    this.#unanswered = 0
    this.#barrenLinks += 1
  }

  answered(request: ReadRequest): void {
    this.#answering.add(nameOf(request))
    this.#unanswered = 0
    this.#barrenLinks = 0
  }

  /** True when the link is to be replaced. */
  unanswered(request: ReadRequest, { askedAt, now }: { askedAt: number; now: number }): boolean {
    this.#answering.delete(nameOf(request))
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

import type { Clock } from '../../contracts/clock.ts'
import type { Opener } from './byte-stream.ts'
import type { ConnectOutcome, DiscardCounter, Driver, WritingLink } from './driver.ts'
import type { Framing } from './framing.ts'
import type { LineTiming } from './line-timing.ts'
import { StreamLink } from './stream-link.ts'

export interface StreamDriverOptions {
  readonly opener: Opener
  readonly framing: Framing
  readonly timing: LineTiming
  readonly counter: DiscardCounter
  readonly clock: Pick<Clock, 'monotonic'>
  readonly ignored?: Uint8Array
}

/** Every driver there is: a way for bytes, and a framing of them. */
export class StreamDriver implements Driver<WritingLink> {
  readonly #options: StreamDriverOptions

  constructor(options: StreamDriverOptions) {
    this.#options = options
  }

  get hasNumberedReplies(): boolean {
    return this.#options.framing.hasNumberedReplies
  }

  async connect(signal: AbortSignal): Promise<ConnectOutcome<WritingLink>> {
    const { opener, ...rest } = this.#options
    const opened = await opener.open(signal)
    if (!opened.ok) return opened
    const link = new StreamLink({ ...rest, stream: opened.stream })
    link.start()
    return { ok: true, link }
  }
}

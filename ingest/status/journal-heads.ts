import type { Logger } from '../../contracts/logger.ts'
import type { StatusPoint } from '../../contracts/store.ts'
import type { JournalHead } from '../../contracts/wire.ts'

/** The head of a facility's journal as it is published. */
type FacilityHead = JournalHead & { facility: string }

export interface JournalHeadSources {
  states: { publishedHeads(facilities: readonly string[], time: number): Promise<FacilityHead[]> }
  /** To the broker. Key: facility id. */
  links: ReadonlyMap<string, { journal(head: JournalHead): void }>
  drain: { writeStatus(points: readonly StatusPoint[]): Promise<readonly { detail: string }[]> }
  now: () => number
  logger: Logger
}

/**
 * Tells the places where nobody who has the disk of the server can change anything afterwards, how far each journal
 * goes: its own log, the broker and the time-series store.
 */
export class JournalHeads {
  readonly #sources: JournalHeadSources
  /** The last head that log and broker were told. Key: facility id. */
  readonly #told = new Map<string, string>()
  /** The last head that the store has. Key: facility id. */
  readonly #stored = new Map<string, string>()

  constructor(sources: JournalHeadSources) {
    this.#sources = sources
  }

  /** Those that moved since the last call. A store that is away gets the newest of them once it is back. */
  async publish(): Promise<void> {
    const { states, links, drain, now, logger } = this.#sources
    const heads = (await states.publishedHeads([...links.keys()], now())).filter(({ n }) => n > 0)
    for (const { facility, ...head } of heads) {
      if (this.#told.get(facility) === head.head) continue
      this.#told.set(facility, head.head)
      // A line of the log has a time of its own.
      const { time: published, ...fields } = head
      logger.info({ facility, ...fields, published }, 'the journal goes as far as this head')
      links.get(facility)?.journal(head)
    }
    const moved = heads.filter(({ facility, head }) => this.#stored.get(facility) !== head)
    if (moved.length === 0) return
    try {
      const [refused] = await drain.writeStatus(moved.map(headPoint))
      if (refused !== undefined)
        logger.warn({ detail: refused.detail }, 'the store refuses a head of the journal')
    } catch {
      // A store that is away has said so.
      return
    }
    for (const { facility, head } of moved) this.#stored.set(facility, head)
  }
}

export function headPoint({ facility, n, head, time, signature }: FacilityHead): StatusPoint {
  const signed = signature === undefined ? {} : { signature }
  return {
    measurement: 'journal',
    tags: { facility },
    fields: { n: BigInt(n), head, ...signed },
    time,
  }
}

import type { Logger } from '../../contracts/logger.ts'
import { type Escalation, escalationKey } from './escalation.ts'
import type { Notice } from './notice.ts'
import type { NoticeChange, NoticeStore } from './notice-store.ts'

/** Nobody waits longer for the disk before people are told, ms. */
const PATIENCE_MS = 200
/** A disk that took nothing is tried again after so long, ms. */
const RETRY_MS = 1_000

interface Pending {
  cursor: number | undefined
  /** Key: id. */
  readonly notices: Map<string, Notice>
  /** Key: {@link escalationKey}; undefined: it is over. */
  readonly escalations: Map<
    string,
    { key: Pick<Escalation, 'facility' | 'occurrence'>; as: Escalation | undefined }
  >
}

/** Keeps what becomes of notices, in order, many at once. A disk that fails or hangs keeps nobody from being told. */
export class NoticeLog {
  readonly #store: Pick<NoticeStore, 'changeNotices'>
  readonly #logger: Logger
  #pending = blank()
  #running: Promise<void> | undefined
  #isClosed = false
  #wake: () => void = () => undefined

  constructor(store: Pick<NoticeStore, 'changeNotices'>, logger: Logger) {
    this.#store = store
    this.#logger = logger
  }

  /** Resolves once it survives a power loss, and after a fifth of a second at the latest. Never throws. */
  async keep(change: Partial<NoticeChange>): Promise<void> {
    put(this.#pending, change)
    this.#running ??= this.#run()
    const { promise, resolve } = Promise.withResolvers<void>()
    const timer = setTimeout(resolve, PATIENCE_MS)
    await Promise.race([this.#running, promise])
    clearTimeout(timer)
  }

  /** Tries what waits once more. */
  async close(): Promise<void> {
    this.#isClosed = true
    this.#wake()
    await this.#running
    if (!isBlank(this.#pending)) await this.#write()
  }

  async #run(): Promise<void> {
    while (!isBlank(this.#pending)) {
      if (await this.#write()) continue
      if (this.#isClosed) break
      await this.#pause()
    }
    // At once with the last look at what waits.
    this.#running = undefined
  }

  async #write(): Promise<boolean> {
    const pending = this.#pending
    this.#pending = blank()
    try {
      await this.#store.changeNotices(changeOf(pending))
      return true
    } catch (error) {
      this.#logger.error({ error: String(error) }, 'what people were told of has to wait for the disk')
      const newer = this.#pending
      this.#pending = pending
      put(this.#pending, changeOf(newer))
      return false
    }
  }

  async #pause(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const timer = setTimeout(resolve, RETRY_MS)
    this.#wake = resolve
    await promise
    clearTimeout(timer)
  }
}

function blank(): Pending {
  return { cursor: undefined, notices: new Map(), escalations: new Map() }
}

function isBlank({ cursor, notices, escalations }: Pending): boolean {
  return cursor === undefined && notices.size === 0 && escalations.size === 0
}

function put(
  pending: Pending,
  { cursor, notices = [], escalations = [], ended = [] }: Partial<NoticeChange>,
): void {
  if (cursor !== undefined) pending.cursor = cursor
  for (const notice of notices) pending.notices.set(notice.id, notice)
  for (const escalation of escalations)
    pending.escalations.set(escalationKey(escalation), { key: escalation, as: escalation })
  for (const key of ended) pending.escalations.set(escalationKey(key), { key, as: undefined })
}

function changeOf({ cursor, notices, escalations }: Pending): NoticeChange {
  const all = [...escalations.values()]
  return {
    cursor,
    notices: [...notices.values()],
    escalations: all.flatMap(({ as }) => as ?? []),
    ended: all
      .filter(({ as }) => as === undefined)
      .map(({ key: { facility, occurrence } }) => ({ facility, occurrence })),
  }
}

import { formatIso } from '../../contracts/iso-time.ts'
import type { Logger } from '../../contracts/logger.ts'
import type { NoticeEntry } from '../../contracts/notify/entry.ts'
import type { Notice } from './notice.ts'

/** What became of the notices of a step within so long stands in one entry, ms. */
const GATHER_MS = 1_000

interface EntryBookOptions {
  /** Enters it into the journal of the alarm. @throws CodedError when it cannot be */
  enter: (facility: string, alarm: string, entry: NoticeEntry) => Promise<unknown>
  /** Of the facility. */
  timezone: (facility: string) => string
  logger: Logger
}

/** Whom was told, and who could not be, on its way into the journal: an entry for each step of an occurrence, not for each message. */
export class EntryBook {
  readonly #options: EntryBookOptions
  /** Key: what stands in one entry. */
  #open = new Map<string, Notice[]>()
  #timer: NodeJS.Timeout | undefined
  #writing: Promise<unknown> = Promise.resolve()

  constructor(options: EntryBookOptions) {
    this.#options = options
  }

  /** Settled notices. */
  add(notices: readonly Notice[]): void {
    for (const notice of notices) {
      const { facility, occurrence, cause, policy, step } = notice
      const key = JSON.stringify([facility, occurrence, cause, policy, step])
      const list = this.#open.get(key)
      if (list === undefined) this.#open.set(key, [notice])
      else list.push(notice)
    }
    if (this.#open.size > 0) this.#timer ??= setTimeout(() => this.#write(), GATHER_MS)
  }

  /** Enters what waits. */
  async close(): Promise<void> {
    clearTimeout(this.#timer)
    this.#write()
    await this.#writing
  }

  #write(): void {
    this.#timer = undefined
    const open = this.#open
    this.#open = new Map()
    this.#writing = Promise.all(Array.from(open.values(), (notices) => this.#enter(notices)))
  }

  async #enter(notices: readonly Notice[]): Promise<void> {
    const [first] = notices
    if (first === undefined) return
    const { facility, alarm, occurrence, cause, policy, step } = first
    const zone = this.#options.timezone(facility)
    const told = notices.map(({ channel, to, state, sent, receipt, error, why }) => ({
      channel,
      to,
      state,
      time: sent === null ? null : formatIso(sent, zone),
      receipt: receipt ?? why ?? error,
    }))
    try {
      await this.#options.enter(facility, alarm, { occurrence, cause, policy, step, told })
    } catch (error) {
      this.#options.logger.warn(
        { facility, alarm, error: String(error) },
        'who was told is not in the journal yet',
      )
    }
  }
}

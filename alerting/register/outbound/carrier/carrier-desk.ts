import { CodedError } from '../../../../contracts/errors.ts'
import type { WebhookExport } from '../../../../contracts/register/export-plan.ts'
import type { Carrier, LeftReceipts, Parcel, Verdict } from './carrier.ts'
import { readReceipts, takeReceipts, writeDocuments } from './folder-carrier.ts'
import { WebhookCarrier } from './webhook-carrier.ts'

/** So long what has begun may end by itself at a close, ms. */
const GRACE_MS = 3_000
const REPLACED = new CodedError('CHANNEL_FAILED', 'the export was changed meanwhile')

interface Placed {
  /** JSON of the plan that it was made with. */
  readonly plan: string
  readonly carrier: WebhookCarrier
}

/** Carries to all outside registers of all facilities, each with connections of its own. `now` is epoch ms. */
export class CarrierDesk implements Carrier {
  readonly #now: () => number
  /** Key: facility and export. */
  readonly #webhooks = new Map<string, Placed>()
  readonly #running = new Set<Promise<unknown>>()

  constructor(now: () => number) {
    this.#now = now
  }

  carry(parcel: Parcel): Promise<Verdict> {
    const { facility, plan, documents } = parcel
    return this.#kept(
      plan.kind === 'webhook'
        ? this.#webhook(facility, plan).carry(parcel)
        : writeDocuments(plan.folder, documents).then((): Verdict => ({ kind: 'taken', receipt: null })),
    )
  }

  receipts(folder: string): Promise<LeftReceipts[]> {
    return this.#kept(readReceipts(folder))
  }

  taken(folder: string, files: readonly LeftReceipts[]): Promise<void> {
    return this.#kept(takeReceipts(folder, files))
  }

  async close(): Promise<void> {
    const error = new CodedError('THREAD_ENDED', 'the exports are being closed')
    const carriers = Array.from(this.#webhooks.values(), ({ carrier }) => carrier)
    for (const carrier of carriers) carrier.end(error)
    const timer = setTimeout(() => {
      for (const carrier of carriers) carrier.abort(error)
    }, GRACE_MS)
    await Promise.allSettled(this.#running)
    clearTimeout(timer)
  }

  #webhook(facility: string, plan: WebhookExport): WebhookCarrier {
    const key = `${facility}/${plan.id}`
    const text = JSON.stringify(plan)
    const placed = this.#webhooks.get(key)
    if (placed?.plan === text) return placed.carrier
    placed?.carrier.end(REPLACED)
    const carrier = new WebhookCarrier(plan, this.#now)
    this.#webhooks.set(key, { plan: text, carrier })
    return carrier
  }

  async #kept<T>(work: Promise<T>): Promise<T> {
    this.#running.add(work)
    try {
      return await work
    } finally {
      this.#running.delete(work)
    }
  }
}

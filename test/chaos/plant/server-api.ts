import type { GatewayView, JournalItem, LedgerItem } from '../../../contracts/api.ts'
import type { GatewayHealth } from '../../../contracts/wire.ts'
import { FACILITY } from './plant-file.ts'

/** A question that takes longer has not been answered, ms. */
const PATIENCE_MS = 10_000
const PAGE = 1_000
/** Before and after everything that a stepped clock can say. */
const FROM = 0
const TO = Date.UTC(2100, 0, 1)

/** What the server says of itself and of what it has taken. Every call rejects while it does not answer. */
export class ServerApi {
  readonly #url: string

  constructor(port: number) {
    this.#url = `http://127.0.0.1:${port}`
  }

  async isUp(): Promise<boolean> {
    return (await fetch(`${this.#url}/healthz`, { signal: AbortSignal.timeout(PATIENCE_MS) })).ok
  }

  async ledger(): Promise<LedgerItem[]> {
    return (await this.#get<{ items: LedgerItem[] }>(`/api/v1/ledger?from=${FROM}&to=${TO}`)).items
  }

  async gateways(): Promise<(GatewayView & { health: GatewayHealth | null })[]> {
    type Gateways = { items: (GatewayView & { health: GatewayHealth | null })[] }
    return (await this.#get<Gateways>(`/api/v1/facilities/${FACILITY}/gateways`)).items
  }

  /** The whole of it, oldest first. */
  async journal(): Promise<JournalItem[]> {
    const items: JournalItem[] = []
    for (let before: string | undefined = ''; before !== undefined; ) {
      const cursor: string = before === '' ? '' : `&before=${before}`
      const page: { items: JournalItem[]; next?: string } = await this.#get(
        `/api/v1/journal?limit=${PAGE}${cursor}`,
      )
      items.push(...page.items)
      before = page.next
    }
    return items.reverse()
  }

  /** Number of the newest entry; 0 before the first. */
  async lastEntry(): Promise<number> {
    const { items } = await this.#get<{ items: JournalItem[] }>('/api/v1/journal?limit=1')
    return items[0]?.seq ?? 0
  }

  /** A metric without labels. */
  async metric(name: string): Promise<number> {
    const response = await fetch(`${this.#url}/metrics`, { signal: AbortSignal.timeout(PATIENCE_MS) })
    return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(await response.text())?.[1] ?? Number.NaN)
  }

  async #get<T>(path: string): Promise<T> {
    const response = await fetch(`${this.#url}${path}`, { signal: AbortSignal.timeout(PATIENCE_MS) })
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
    return (await response.json()) as T
  }
}

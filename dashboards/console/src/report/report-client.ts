import type { Problem } from '../../../../contracts/api.ts'
import type {
  NewReport,
  PublicReport,
  Receipt,
  ReportForm,
} from '../../../../contracts/register/report-api.ts'

/** What a request came to: a refusal has the code of the server, or none when nobody answered. */
export type Outcome<T> = { ok: true; value: T } | { ok: false; code: string | undefined }

const TIMEOUT_MS = 20_000
const PATH = '/api/v1/public/reports'

/** The open routes. Whoever is signed in to the console in the same browser reports as nobody too. */
export class ReportClient {
  readonly #fetch: typeof fetch

  constructor(fetchFunction: typeof fetch) {
    this.#fetch = fetchFunction
  }

  form(): Promise<Outcome<ReportForm>> {
    return this.#ask(`${PATH}/form`, {})
  }

  send(report: NewReport): Promise<Outcome<Receipt>> {
    const headers = { 'content-type': 'application/json' }
    return this.#ask(PATH, { method: 'POST', headers, body: JSON.stringify(report) })
  }

  look(receipt: string): Promise<Outcome<PublicReport>> {
    return this.#ask(`${PATH}/${encodeURIComponent(receipt)}`, {})
  }

  async #ask<T>(path: string, init: RequestInit): Promise<Outcome<T>> {
    try {
      const response = await this.#fetch(path, {
        ...init,
        credentials: 'omit',
        cache: 'no-store',
        signal: AbortSignal.timeout(TIMEOUT_MS),
      })
      const body: unknown = await response.json()
      return response.ok ? { ok: true, value: body as T } : { ok: false, code: (body as Problem).code }
    } catch {
      return { ok: false, code: undefined }
    }
  }
}

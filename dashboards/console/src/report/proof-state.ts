import { systemClock } from '../../../../contracts/clock.ts'
import type { ReportForm } from '../../../../contracts/register/report-api.ts'
import { solve } from './proof.ts'
import type { Outcome, ReportClient } from './report-client.ts'

/** What a report is sent with. */
export interface Proven {
  challenge: string
  solution: string
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

/** Has the challenge of a form solved while people fill it in. */
export class Proof {
  readonly #client: Pick<ReportClient, 'form'>
  #proven: Promise<Proven> | undefined
  #abort = new AbortController()

  constructor(client: Pick<ReportClient, 'form'>) {
    this.#client = client
  }

  /** Fetches a form, and begins with its challenge. */
  async begin(): Promise<Outcome<ReportForm>> {
    this.giveUp()
    const abort = new AbortController()
    this.#abort = abort
    const form = await this.#client.form()
    if (form.ok && form.value.challenge !== null) {
      const { token, bits, notBeforeMs } = form.value.challenge
      const from = systemClock.monotonic()
      const solved = solve(token, bits, {
        digest: (bytes) => crypto.subtle.digest('SHA-256', bytes),
        breathe: () => pause(0),
        signal: abort.signal,
      })
      this.#proven = solved.then(async (solution) => {
        await pause(Math.max(0, from + notBeforeMs + 200 - systemClock.monotonic()))
        return { challenge: token, solution }
      })
      // Who sends the form hears of it.
      this.#proven.catch(() => undefined)
    }
    return form
  }

  /** Waits for it; undefined when there is none. */
  async get(): Promise<Proven | undefined> {
    return this.#proven?.catch(() => undefined)
  }

  giveUp(): void {
    this.#abort.abort()
    this.#proven = undefined
  }
}

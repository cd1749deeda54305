import type {
  HazardDetail,
  HazardView,
  NewHazard,
  Transition,
} from '../../../../contracts/register/hazard-api.ts'
import type { Answer } from '../api-client.ts'
import type { Asking } from '../people-api-client.ts'

export interface HazardPage {
  items: HazardView[]
  /** Cursor of the next page; absent at the end. */
  next?: number | string | null
}

/** The hazard register as the console uses it. */
export class HazardApi {
  readonly #ask: Asking

  constructor(ask: Asking) {
    this.#ask = ask
  }

  /** Newest first. */
  list(query: Readonly<Record<string, string>>): Promise<Answer<HazardPage>> {
    return this.#ask.get(`/api/v1/hazards?${new URLSearchParams(query)}`)
  }

  one(number: number): Promise<Answer<HazardDetail>> {
    return this.#ask.get(`/api/v1/hazards/${number}`)
  }

  enter(hazard: NewHazard): Promise<Answer<HazardView>> {
    return this.#ask.post('/api/v1/hazards', hazard)
  }

  act(number: number, transition: Transition): Promise<Answer<HazardView>> {
    return this.#ask.post(`/api/v1/hazards/${number}/transitions`, transition)
  }
}

/** Where the files of a hazard are. */
export function attachmentsOf(number: number): string {
  return `/api/v1/hazards/${number}/attachments`
}

/** Where one of them is. */
export function attachmentPath(number: number, id: number): string {
  return `${attachmentsOf(number)}/${id}`
}

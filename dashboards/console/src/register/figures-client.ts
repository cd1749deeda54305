import type { FiguresView, RegionsView } from '../../../../contracts/register/figures-api.ts'
import type { RiskMap } from '../../../../contracts/register/map-api.ts'
import type { Answer } from '../api-client.ts'
import type { Asking } from '../people-api-client.ts'

type Query = Readonly<Record<string, string>>

/** Regions, their figures and the map. */
export class FiguresApi {
  readonly #ask: Asking

  constructor(ask: Asking) {
    this.#ask = ask
  }

  figures(query: Query): Promise<Answer<FiguresView>> {
    return this.#ask.get(`/api/v1/figures/hazards?${new URLSearchParams(query)}`)
  }

  /** @param under path of a node; the top of the tree when it is left out */
  regions(under: string | undefined): Promise<Answer<RegionsView>> {
    return this.#ask.get(`/api/v1/regions${under === undefined ? '' : `?${new URLSearchParams({ under })}`}`)
  }

  map(query: Query): Promise<Answer<RiskMap>> {
    return this.#ask.get(`/api/v1/map?${new URLSearchParams(query)}`)
  }
}

/** Where a report can be had as a file. */
export function reportPath(format: 'csv' | 'xlsx' | 'html', query: Query): string {
  return `/api/v1/figures/hazards/report?${new URLSearchParams({ format, kind: 'figures', ...query })}`
}

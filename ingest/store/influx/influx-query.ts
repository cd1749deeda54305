import { HttpError } from '@influxdata/influxdb-client'
import type { Clock } from '../../../contracts/clock.ts'
import { CodedError } from '../../../contracts/errors.ts'
import type { StorePlan } from '../store-plan.ts'
import { codedError } from './answer-error.ts'
import type { InfluxClient } from './influx-client.ts'
import { type ResultSeries, readAnswer } from './influxql.ts'
import { type Place, queryPath } from './places.ts'

/** Asks InfluxQL of a database. Questions may be under way together. */
export class InfluxQuery {
  readonly #client: InfluxClient
  readonly #names: StorePlan['config']
  readonly #clock: Clock

  constructor(options: { client: InfluxClient; config: StorePlan['config']; clock: Clock }) {
    this.#client = options.client
    this.#names = options.config
    this.#clock = options.clock
  }

  /** @throws CodedError STORE_QUERY_FAILED, or as a write */
  async ask(statement: string, place: Place = 'raw'): Promise<ResultSeries[]> {
    let text: string
    try {
      text = await this.#client.get(queryPath(this.#names, place, statement))
    } catch (error) {
      throw this.#coded(error)
    }
    return readAnswer(text)
  }

  #coded(error: unknown): CodedError {
    const coded = codedError(error, this.#clock.wall())
    const isRefused =
      error instanceof HttpError && error.statusCode === 400 && coded.code === 'STORE_UNREACHABLE'
    return isRefused ? new CodedError('STORE_QUERY_FAILED', coded.detail, { cause: error }) : coded
  }
}

import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'
import { QUALITY_NUMBER, type Quality } from '../../contracts/quality.ts'
import { openSeriesFile, openSeriesForReading, seriesFileError } from './series-schema.ts'

type Row = ReturnType<StatementSync['all']>[number]
/** Key: name of the parameter in the statement, without its colon. */
type Parameters = Record<string, SQLInputValue>

/** A file of time series with its statements. Everything in it is synchronous. */
export class SeriesFile {
  readonly #path: string
  readonly #database: DatabaseSync
  /** Key: the SQL. */
  readonly #statements = new Map<string, StatementSync>()

  /** @throws CodedError DATA_UNWRITABLE, DATA_MISSING, DATA_NEWER or DATA_DAMAGED, as does every call */
  constructor(path: string, readOnly: boolean) {
    this.#path = path
    this.#database = readOnly ? openSeriesForReading(path) : openSeriesFile(path)
  }

  all(sql: string, parameters: Parameters): Row[] {
    return this.#guarded(() => this.#prepared(sql).all(parameters))
  }

  /** Rows that changed. */
  run(sql: string, parameters: Parameters): number {
    return this.#guarded(() => Number(this.#prepared(sql).run(parameters).changes))
  }

  /** For a statement that is run for each of thousands of readings; its errors are those of `transaction`. */
  prepared(sql: string): StatementSync {
    return this.#guarded(() => this.#prepared(sql))
  }

  /** All of it is done and on the disk, or nothing. */
  transaction<T>(work: () => T): T {
    return this.#guarded(() => {
      this.#database.exec('BEGIN IMMEDIATE')
      try {
        const result = work()
        this.#database.exec('COMMIT')
        return result
      } catch (error) {
        if (this.#database.isTransaction) this.#database.exec('ROLLBACK')
        throw error
      }
    })
  }

  close(): void {
    if (this.#database.isOpen) this.#database.close()
  }

  #prepared(sql: string): StatementSync {
    let statement = this.#statements.get(sql)
    if (statement === undefined) {
      statement = this.#database.prepare(sql)
      this.#statements.set(sql, statement)
    }
    return statement
  }

  #guarded<T>(work: () => T): T {
    try {
      return work()
    } catch (error) {
      throw seriesFileError(this.#path, error)
    }
  }
}

/** The quality that a number of the file stands for. */
export function qualityOf(number: number): Quality {
  return number >= QUALITY_NUMBER.good ? 'good' : number >= QUALITY_NUMBER.uncertain ? 'uncertain' : 'bad'
}

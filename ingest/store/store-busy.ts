import { CodedError } from '../../contracts/errors.ts'

/** STORE_BUSY with the time that the database asks for. */
export class StoreBusy extends CodedError {
  /** Undefined when it does not say, ms. */
  readonly afterMs: number | undefined

  constructor(detail: string, afterMs: number | undefined) {
    super('STORE_BUSY', detail)
    this.afterMs = afterMs
  }
}

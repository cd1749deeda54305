import { CodedError } from '../../../contracts/errors.ts'

/** PostgreSQL ended a transaction for the sake of another; the same transaction may succeed at its next try. */
export class SerializationError extends CodedError {
  constructor(detail: string, options?: ErrorOptions) {
    super('REGISTER_BUSY', detail, options)
    this.name = 'SerializationError'
  }
}

import { CodedError } from '../../../contracts/errors.ts'

/** How far an attempt has come; told when it takes too long. */
export type Stage = 'connecting' | 'TLS' | 'greeting' | 'sign-in' | 'message' | 'answer'

/**
 * Holds an attempt to its time, whatever it waits for. Fails with CHANNEL_UNREACHABLE while it is connecting, else with
 * CHANNEL_TIMEOUT.
 */
export class Deadline {
  readonly #controller = new AbortController()
  readonly #timer: NodeJS.Timeout
  stage: Stage = 'connecting'

  constructor(timeoutMs: number) {
    this.#timer = setTimeout(() => {
      const code = this.stage === 'connecting' ? 'CHANNEL_UNREACHABLE' : 'CHANNEL_TIMEOUT'
      this.abort(new CodedError(code, `no answer within ${timeoutMs / 1_000} s (${this.stage})`))
    }, timeoutMs)
  }

  /** Aborted with a CodedError as its reason. */
  get signal(): AbortSignal {
    return this.#controller.signal
  }

  abort(error: CodedError): void {
    this.#controller.abort(error)
  }

  /** Ends the waiting; must be called. */
  clear(): void {
    clearTimeout(this.#timer)
  }

  /** The result, or its error as soon as the time is over. */
  async race<T>(work: Promise<T>): Promise<T> {
    const { promise, reject } = Promise.withResolvers<never>()
    const onAbort = () => reject(this.signal.reason)
    if (this.signal.aborted) onAbort()
    this.signal.addEventListener('abort', onAbort)
    try {
      return await Promise.race([work, promise])
    } finally {
      this.signal.removeEventListener('abort', onAbort)
    }
  }
}

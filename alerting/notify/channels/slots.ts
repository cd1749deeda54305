import type { CodedError } from '../../../contracts/errors.ts'

interface Waiting {
  resolve: () => void
  reject: (error: CodedError) => void
}

/** Kept free for what is urgent: it then waits for no message but urgent ones, not even while the other side hangs. */
const RESERVED = 1

/** So many at once, at least two, may use a channel; what is urgent goes before what waits already. */
export class Slots {
  #free: number
  readonly #urgent: Waiting[] = []
  readonly #others: Waiting[] = []
  #ended: CodedError | undefined

  constructor(count: number) {
    this.#free = count
  }

  /** Runs it when there is room. @throws CodedError as given to {@link end}, when it has not begun by then */
  async use<T>(isUrgent: boolean, run: () => Promise<T>): Promise<T> {
    await this.#enter(isUrgent)
    try {
      return await run()
    } finally {
      this.#leave()
    }
  }

  /** Whatever waits fails, and whatever comes. */
  end(error: CodedError): void {
    this.#ended = error
    for (const { reject } of [...this.#urgent.splice(0), ...this.#others.splice(0)]) reject(error)
  }

  #enter(isUrgent: boolean): Promise<void> {
    if (this.#ended !== undefined) return Promise.reject(this.#ended)
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const lane = isUrgent ? this.#urgent : this.#others
    lane.push({ resolve, reject })
    this.#admit()
    return promise
  }

  #leave(): void {
    this.#free += 1
    this.#admit()
  }

  #admit(): void {
    while (this.#free > 0) {
      const next = this.#urgent.shift() ?? (this.#free > RESERVED ? this.#others.shift() : undefined)
      if (next === undefined) return
      this.#free -= 1
      next.resolve()
    }
  }
}

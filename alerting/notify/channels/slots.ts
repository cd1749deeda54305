import type { CodedError } from '../../../contracts/errors.ts'

interface Waiting {
  resolve: () => void
  reject: (error: CodedError) => void
}

/** So many at once may use a channel; what is urgent goes before what waits already. */
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
    if (this.#free > 0) {
      this.#free -= 1
      return Promise.resolve()
    }
    return new Promise((resolve, reject) => {
      const lane = isUrgent ? this.#urgent : this.#others
      lane.push({ resolve, reject })
    })
  }

  #leave(): void {
    const next = this.#urgent.shift() ?? this.#others.shift()
    if (next === undefined) this.#free += 1
    else next.resolve()
  }
}

import type { Answer } from '../api-client.ts'
import type { Failure } from '../state.ts'

/** Something that the server has not taken yet. */
export interface Waiting<T> {
  readonly what: T
  /** Why the server refused it; undefined while it waits for its turn or for the network. */
  readonly refusal: Failure | undefined
}

/**
 * What is to be sent over a line that comes and goes: one after the other, as often as it takes. What the server
 * refuses stays until somebody changes it or takes it back; the rest goes on. Sending twice must do nothing twice.
 */
export class WaitQueue<T, R> {
  readonly #send: (what: T) => Promise<Answer<R>>
  readonly #onTaken: (value: R) => void
  readonly #onChange: (waiting: ReadonlyMap<string, Waiting<T>>) => void
  #waiting: ReadonlyMap<string, Waiting<T>>
  #isSending = false

  constructor(options: {
    send: (what: T) => Promise<Answer<R>>
    onTaken: (value: R) => void
    onChange: (waiting: ReadonlyMap<string, Waiting<T>>) => void
    /** What was left of before. */
    kept?: Iterable<readonly [string, T]>
  }) {
    this.#send = options.send
    this.#onTaken = options.onTaken
    this.#onChange = options.onChange
    this.#waiting = new Map(
      [...(options.kept ?? [])].map(([key, what]) => [key, { what, refusal: undefined }] as const),
    )
  }

  /** Key: what it is for. */
  get waiting(): ReadonlyMap<string, Waiting<T>> {
    return this.#waiting
  }

  /** In the place of what waits under the same key. */
  put(key: string, what: T): void {
    this.#set(key, { what, refusal: undefined })
    void this.flush()
  }

  drop(key: string): void {
    this.#set(key, undefined)
  }

  /** Sends what waits until the network fails; a second call meanwhile does nothing. */
  async flush(): Promise<void> {
    if (this.#isSending) return
    this.#isSending = true
    try {
      for (;;) {
        const next = [...this.#waiting].find(([, { refusal }]) => refusal === undefined)
        if (next === undefined) return
        const [key, entry] = next
        const answer = await this.#send(entry.what)
        if (!answer.ok && answer.failure.kind === 'unreachable') return
        // What was changed while it was under way goes again.
        const isSame = this.#waiting.get(key) === entry
        if (answer.ok) {
          if (isSame) this.#set(key, undefined)
          this.#onTaken(answer.value)
        } else if (isSame) this.#set(key, { what: entry.what, refusal: answer.failure })
      }
    } finally {
      this.#isSending = false
    }
  }

  #set(key: string, entry: Waiting<T> | undefined): void {
    const changed = new Map(this.#waiting)
    if (entry === undefined) changed.delete(key)
    else changed.set(key, entry)
    this.#waiting = changed
    this.#onChange(changed)
  }
}

/** A sleep that others can end. One sleeper. */
export class Alarm {
  #ring: (() => void) | undefined

  sleep(ms: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const timer = setTimeout(resolve, Math.max(0, ms))
    this.#ring = resolve
    return promise.finally(() => {
      clearTimeout(timer)
      this.#ring = undefined
    })
  }

  /** Wakes whoever sleeps; nothing otherwise. */
  ring(): void {
    this.#ring?.()
  }
}

/** Waits for something, but not for ever. */
export async function withinMs(ms: number, work: Promise<unknown>): Promise<void> {
  const { promise: patience, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, ms)
  await Promise.race([work, patience])
  clearTimeout(timer)
}

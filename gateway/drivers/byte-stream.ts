/**
 * Bytes to and from the devices of a bus. `listen` is called once, before which nothing is lost that a
 * device has to say after being asked; `write` does nothing once the stream is closed, and `close` may be
 * called any number of times. `closed` resolves once the other side, the cable or we have ended it and the
 * place is free for the next one.
 */
export interface ByteStream {
  listen(onData: (bytes: Uint8Array) => void): void
  write(bytes: Uint8Array): void
  close(): void
  readonly closed: Promise<void>
}

export type OpenOutcome =
  | { readonly ok: true; readonly stream: ByteStream }
  /** `detail` names the place, what is wrong with it and, where there is one, the remedy. */
  | { readonly ok: false; readonly detail: string }

/** Opens streams to one place, one after the other. It does not throw; an aborted signal ends it at once. */
export interface Opener {
  open(signal: AbortSignal): Promise<OpenOutcome>
}

/** A connection is given at least this long, however impatient the bus is with answers. */
const LEAST_OPENING_MS = 1_000

/** How long one attempt to open may take, ms. */
export function openingTime(timeoutMs: number): number {
  return Math.max(timeoutMs, LEAST_OPENING_MS)
}

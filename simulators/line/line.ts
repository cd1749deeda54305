import type { Readable, Writable } from 'node:stream'

/** Where a gateway finds a simulated bus. */
export type SimulatedAddress = { readonly host: string; readonly port: number } | { readonly path: string }

/**
 * One way into the simulated field. `start` and `stop` are called once each; `cut` at any time, and it is
 * carried out in the order of the calls.
 */
export interface Line {
  /** What people know it by, in messages. */
  readonly name: string
  /** Known once started; undefined for a line that dials the gateway itself. */
  readonly address: SimulatedAddress | undefined
  /** @throws CodedError when the line cannot be opened */
  start(): Promise<void>
  /** Ends all conversations; nothing answers afterwards. */
  stop(): Promise<void>
  /** `on` drops all connections and refuses new ones, as a device without power does. */
  cut(on: boolean): void
}

/** The two directions of one connection: both the same socket, or the pipes of a child process. */
export interface Channel {
  readonly input: Readable
  readonly output: Writable
}

/** Bytes on their way to the gateway. */
export interface Emission {
  readonly bytes: Uint8Array
  /** Counted from the request; 0 at once. */
  readonly delayMs: number
}

/** A request and what is sent for it. */
export interface Exchange {
  /** Length of the request on the line; 0 when a device speaks by itself. */
  readonly requestBytes: number
  readonly emissions: readonly Emission[]
}

export interface Hearing {
  readonly exchanges: readonly Exchange[]
  /** Stretches that were no request, skipped. */
  readonly skipped: number
  /** True when nothing that follows can be trusted: the connection has to go. */
  readonly isBroken: boolean
}

/**
 * What answers at the end of a connection. One per connection, since it keeps the beginning of a request
 * whose end has not come yet, however the bytes were cut into pieces.
 */
export interface Responder {
  hear(chunk: Uint8Array): Hearing
  /** What is sent without being asked, and how often. */
  readonly own?: { readonly everyMs: number; speak(): readonly Emission[] }
  /** The connection is gone. May be called repeatedly. */
  end?(): void
}

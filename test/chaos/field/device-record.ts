import type { Signal } from './signal.ts'

/** A connection that a gateway made to a device. */
export interface Connection {
  /** The run of the gateway that made it. */
  readonly life: string
  /** Number of the last answer on it; 0 before the first. */
  last: number
}

/** One answer to a read of all registers: every sensor of the device said its next value. */
export interface Answer {
  /** Monotonic ms. */
  readonly at: number
  readonly connection: Connection
}

/** What one device has said, and when: the record of the outside world that everything else is held against. */
export class DeviceRecord {
  readonly id: string
  readonly gateway: string
  readonly signal: Signal
  /** Ids, in the order of their registers. */
  readonly sensors: readonly string[]
  readonly #answers: Answer[] = []

  constructor(device: { id: string; gateway: string; signal: Signal; sensors: readonly string[] }) {
    this.id = device.id
    this.gateway = device.gateway
    this.signal = device.signal
    this.sensors = device.sensors
  }

  /** How many answers there were; they are numbered from 1. */
  get count(): number {
    return this.#answers.length
  }

  answer(number: number): Answer | undefined {
    return this.#answers[number - 1]
  }

  /** Notes the next answer and says which it is. */
  give(answer: Answer): number {
    this.#answers.push(answer)
    answer.connection.last = this.#answers.length
    return this.#answers.length
  }

  /**
   * True when the gateway is known to have taken it off the line: it asks for one thing at a time, so that
   * it has asked again on the same connection.
   */
  isTaken(number: number): boolean {
    return (this.answer(number)?.connection.last ?? 0) > number
  }
}

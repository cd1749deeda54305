import type { Device } from '../contracts/facility.ts'
import type { Reading } from '../contracts/reading.ts'
import { assess, assessFailure } from './assess.ts'
import type { Board } from './board.ts'
import type { BusSink } from './bus.ts'
import { decode } from './decode.ts'
import { isAnswer, type ReadOutcome } from './drivers/driver.ts'
import type { Epoch } from './epoch.ts'
import type { Block } from './plan.ts'

/** Where readings go that are worth sending. */
export interface ReadingSink {
  add(reading: Reading): void
  /** `answeredAt`: time of the first answer of the poll, epoch ms; undefined when there was none. */
  pollEnded(device: string, answeredAt: number | undefined): void
}

/** Turns what a bus read into readings: decode -> quality -> report by exception. */
export class Intake implements BusSink {
  readonly #epoch: Epoch
  readonly #board: Board
  readonly #sink: ReadingSink
  /**
   * Key: device id. The first answer of its poll under way: all that the poll found out was sampled then
   * or later, so that is the time for which the device may vouch.
   */
  readonly #answeredAt = new Map<string, number>()

  constructor(options: { epoch: Epoch; board: Board; sink: ReadingSink }) {
    this.#epoch = options.epoch
    this.#board = options.board
    this.#sink = options.sink
  }

  onBlock(device: Device, block: Block, outcome: ReadOutcome): void {
    const now = this.#epoch.now()
    if (isAnswer(outcome) && !this.#answeredAt.has(device.id)) this.#answeredAt.set(device.id, now)
    for (const sensor of block.sensors) {
      const assessment = outcome.ok
        ? assess(sensor, decode(sensor.register, outcome.data, block.address))
        : assessFailure(outcome.failed)
      const reading: Reading = { sensor: sensor.id, time: this.#epoch.stamp(sensor.id, now), ...assessment }
      if (this.#board.take(reading)) this.#sink.add(reading)
    }
  }

  onPollEnd(device: Device): void {
    const answeredAt = this.#answeredAt.get(device.id)
    this.#answeredAt.delete(device.id)
    // A step back of the clock during the poll must not date the answer ahead.
    this.#sink.pollEnded(
      device.id,
      answeredAt === undefined ? undefined : Math.min(answeredAt, this.#epoch.now()),
    )
  }
}

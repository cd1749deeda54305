import type { Device } from '../../contracts/facility.ts'
import { failureName } from '../../gateway/drivers/driver.ts'
import type { BusSink } from '../../gateway/polling/bus.ts'

/** Writes down what a bus tells, as `device/address ok`, `device/address timeout` or `device lost`. */
export class Notebook implements BusSink {
  readonly lines: string[] = []
  readonly ends: string[] = []
  /** When each line was told; monotonic ms. */
  readonly times: number[] = []

  onBlock(...[device, block, outcome]: Parameters<BusSink['onBlock']>): void {
    this.#write(`${device.id}/${block.address} ${outcome.ok ? 'ok' : failureName(outcome.failed)}`)
  }

  onPollEnd(device: Device, answered: boolean): void {
    this.ends.push(`${device.id} ${answered ? 'answered' : 'silent'}`)
  }

  onLost(device: Device): void {
    this.#write(`${device.id} lost`)
  }

  count(line: string): number {
    return this.lines.filter((each) => each === line).length
  }

  /** When this was told; monotonic ms. */
  timesOf(line: string): number[] {
    return this.times.filter((_, n) => this.lines[n] === line)
  }

  /** What was told of a device. */
  of(device: string): string[] {
    return this.lines.filter((line) => line.startsWith(`${device}/`) || line.startsWith(`${device} `))
  }

  forget(): void {
    for (const list of [this.lines, this.ends, this.times]) list.length = 0
  }

  #write(line: string): void {
    this.lines.push(line)
    this.times.push(performance.now())
  }
}

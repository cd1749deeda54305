import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { WireReading } from '../../contracts/wire.ts'
import { Child } from '../e2e/child.ts'
import { TestBroker } from '../gateway/test-broker.ts'

/** What a gateway reads, as in a facility file; JSON is YAML. */
export type BusFile = object

/** One line of `gateway read --json`. */
export interface ReadLine {
  readonly sensor: string
  readonly value: number | null
  readonly quality: string
  readonly reason: string | null
}

/** Writes the file of a plant with one gateway and tells its path. */
export function plantFile(folder: string, buses: readonly BusFile[], more: object = {}): string {
  const file = join(folder, 'plant.json')
  const gateways = [{ id: 'gw-1', heartbeat: '200ms', buses }]
  writeFileSync(file, JSON.stringify({ facility: { id: 'plant' }, ...more, gateways }))
  return file
}

/** What `gateway read` prints. Key: sensor id; value: value, quality and reason in one text. */
export async function readOnce(folder: string, buses: readonly BusFile[]): Promise<Record<string, string>> {
  const file = plantFile(folder, buses)
  await using child = new Child('gateway/main.ts', ['read', '--config', file, '--json'], folder)
  const exit = await child.exit
  if (exit !== 0) throw new Error(`gateway read ended with ${exit}: ${child.stderr}`)
  const lines = child.stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as ReadLine)
  return Object.fromEntries(lines.map((line) => [line.sensor, textOf(line)]))
}

/** `12.5 good`, `bad timeout`. */
export function textOf(reading: { value?: number | null; quality?: string; reason?: string | null }): string {
  return [reading.value, reading.quality ?? 'good', reading.reason]
    .filter((part) => part !== undefined && part !== null)
    .join(' ')
}

/** `gateway run` in a process of its own, and the broker that hears it. */
export class GatewayRun implements AsyncDisposable {
  readonly broker: TestBroker
  readonly child: Child

  private constructor(broker: TestBroker, child: Child) {
    this.broker = broker
    this.child = child
  }

  static async start(folder: string, buses: readonly BusFile[]): Promise<GatewayRun> {
    const broker = new TestBroker()
    await broker.listen()
    const file = plantFile(folder, buses, { mqtt: { url: `mqtt://127.0.0.1:${broker.port}` } })
    const child = new Child('gateway/main.ts', ['run', '--config', file, '--log-level', 'warn'], folder)
    return new GatewayRun(broker, child)
  }

  /** All readings of a sensor, as they came, that were sampled after a time. */
  readings(sensor: string, after = 0): WireReading[] {
    return this.broker.live
      .flatMap((batch) => batch.readings)
      .filter((reading) => reading.sensor === sensor && reading.time > after)
  }

  /** The last word on every sensor. */
  latest(): Record<string, string> {
    const last = new Map<string, WireReading>()
    for (const { readings } of this.broker.live) for (const each of readings) last.set(each.sensor, each)
    return Object.fromEntries([...last].map(([sensor, reading]) => [sensor, textOf(reading)]))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.child.kill('SIGTERM')
    await this.broker.close()
  }
}

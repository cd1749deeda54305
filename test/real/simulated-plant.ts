import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { vi } from 'vitest'
import { Child } from '../e2e/child.ts'
import { type BusFile, plantFile } from './gateway-run.ts'

/** `npm run simulate` in a process of its own. */
export class SimulatedPlant implements AsyncDisposable {
  readonly #child: Child

  private constructor(child: Child) {
    this.#child = child
  }

  /** Resolves once every bus is there. `timeline` is that of the scenario. */
  static async start(
    folder: string,
    buses: readonly (BusFile & { serial?: { path: string } })[],
    timeline: readonly object[],
  ): Promise<SimulatedPlant> {
    const config = plantFile(folder, buses)
    const scenario = join(folder, 'scenario.json')
    writeFileSync(scenario, JSON.stringify({ description: 'For a test.', timeline }))
    const child = new Child(
      'simulators/main.ts',
      ['run', '--config', config, '--scenario', scenario, '--json', '--log-level', 'warn'],
      folder,
    )
    const plant = new SimulatedPlant(child)
    try {
      await vi.waitFor(() => plant.#check(buses), { timeout: 60_000, interval: 20 })
    } catch (error) {
      await plant[Symbol.asyncDispose]()
      throw new Error(`the simulator says: ${child.stdout}${child.stderr}`, { cause: error })
    }
    return plant
  }

  #check(buses: readonly { serial?: { path: string } }[]): void {
    const announced = this.#child.stdout.split('\n').filter((line) => line.includes('"bus":'))
    if (announced.length < buses.length) throw new Error(`${announced.length} of ${buses.length} buses`)
    for (const { serial } of buses) {
      if (serial !== undefined && !existsSync(serial.path)) throw new Error(`${serial.path} is not there`)
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#child.kill('SIGTERM')
  }
}

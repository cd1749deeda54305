import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { takePort } from '../ports.ts'

export const VICTORIA_METRICS = '/usr/bin/victoria-metrics'

/** A real VictoriaMetrics in a folder of its own. */
export class VictoriaMetrics implements AsyncDisposable {
  readonly url: string
  readonly #folder: string
  #process: ChildProcess | undefined

  private constructor(url: string, folder: string) {
    this.url = url
    this.#folder = folder
  }

  static async started(folder: string): Promise<VictoriaMetrics> {
    const port = await takePort()
    const victoria = new VictoriaMetrics(`http://127.0.0.1:${port}`, folder)
    await victoria.start()
    return victoria
  }

  async start(): Promise<void> {
    const address = this.url.replace('http://', '')
    const started = spawn(
      VICTORIA_METRICS,
      [`-storageDataPath=${this.#folder}`, `-httpListenAddr=${address}`, '-loggerLevel=ERROR'],
      { stdio: 'ignore' },
    )
    this.#process = started
    // A minute: a machine may be busy.
    for (let tries = 0; tries < 2_400; tries += 1) {
      if (started.exitCode !== null) throw new Error(`victoria-metrics ended with ${started.exitCode}`)
      const isUp = await fetch(`${this.url}/health`).then(
        ({ ok }) => ok,
        () => false,
      )
      if (isUp) return
      await new Promise((resolve) => setTimeout(resolve, 25))
    }
    throw new Error('victoria-metrics does not answer')
  }

  /** Every sample of a metric, as the database exports it. */
  async exported(
    metric: string,
  ): Promise<{ labels: Record<string, string>; values: number[]; timestamps: number[] }[]> {
    await fetch(`${this.url}/internal/force_flush`)
    const text = await (await fetch(`${this.url}/api/v1/export?match[]=${metric}`)).text()
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => {
        const { metric: labels, values, timestamps } = JSON.parse(line)
        return { labels, values, timestamps }
      })
  }

  async kill(): Promise<void> {
    const running = this.#process
    if (running === undefined || running.exitCode !== null || running.signalCode !== null) return
    const ended = once(running, 'exit')
    running.kill('SIGKILL')
    await ended
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill()
  }
}

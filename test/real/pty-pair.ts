import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

export const SOCAT = '/usr/bin/socat'

/** Two serial ports with a cable between them, made by socat. It carries bytes as fast as it can. */
export class PtyPair implements AsyncDisposable {
  /** For the master. */
  readonly near: string
  /** For the instruments. */
  readonly far: string
  #socat: ChildProcess | undefined

  private constructor(folder: string, name: string) {
    this.near = join(folder, `${name}-near`)
    this.far = join(folder, `${name}-far`)
  }

  static async plugged(folder: string, name = 'line'): Promise<PtyPair> {
    const pair = new PtyPair(folder, name)
    await pair.plug()
    return pair
  }

  async plug(): Promise<void> {
    const port = (link: string) => `pty,raw,echo=0,link=${link}`
    const socat = spawn(SOCAT, ['-d', '-d', port(this.near), port(this.far)], {
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    this.#socat = socat
    let said = ''
    await new Promise<void>((resolve, reject) => {
      socat.once('error', reject)
      socat.once('exit', () => reject(new Error(`socat ended: ${said}`)))
      socat.stderr.on('data', (chunk: Buffer) => {
        said += chunk.toString()
        if (said.includes('starting data transfer loop')) resolve()
      })
    })
  }

  /** Both ports go away, as an adapter does that is pulled out. */
  async unplug(): Promise<void> {
    const socat = this.#socat
    this.#socat = undefined
    if (socat === undefined || socat.exitCode !== null || socat.signalCode !== null) return
    const ended = once(socat, 'exit')
    socat.kill('SIGTERM')
    await ended
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.unplug()
  }
}

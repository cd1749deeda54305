import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Readable, Writable } from 'node:stream'

/** A program of somebody else that stands in for field devices. It says `ready`, and `ok` to each command. */
export class Peer implements AsyncDisposable {
  readonly #process: ChildProcessByStdio<Writable, Readable, Readable>
  readonly #end: Promise<unknown>
  #waiting: ((line: string) => void)[] = []
  #said = ''

  private constructor(command: string, args: readonly string[]) {
    const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] })
    this.#process = child
    this.#end = once(child, 'close')
    let rest = ''
    child.stdout.on('data', (chunk: Buffer) => {
      const lines = (rest + chunk.toString()).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) this.#waiting.shift()?.(line)
    })
    child.stderr.on('data', (chunk: Buffer) => {
      this.#said = (this.#said + chunk.toString()).slice(-2_000)
    })
  }

  /** Resolves when it is ready. */
  static async start(command: string, ...args: readonly string[]): Promise<Peer> {
    const peer = new Peer(command, args)
    await peer.#line('ready')
    return peer
  }

  /** Resolves when it has been carried out. */
  async tell(command: string): Promise<void> {
    const answer = this.#line('ok')
    this.#process.stdin.write(`${command}\n`)
    await answer
  }

  /** As a power cut does it. */
  async kill(): Promise<void> {
    this.#process.kill('SIGKILL')
    await this.#end
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill()
  }

  async #line(expected: string): Promise<void> {
    const line = new Promise<string>((resolve) => this.#waiting.push(resolve))
    const said = await Promise.race([line, this.#end.then(() => 'nothing, and ended')])
    if (said !== expected) throw new Error(`${this.#process.spawnargs.join(' ')} said ${said}: ${this.#said}`)
  }
}

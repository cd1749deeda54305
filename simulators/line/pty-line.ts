import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { lstatSync, rmSync } from 'node:fs'
import { CodedError } from '../../contracts/errors.ts'
import { Conversation, type Manner } from './conversation.ts'
import type { Line, SimulatedAddress } from './line.ts'
import { LineSwitch } from './line-switch.ts'

const SOCAT = 'socat'
/** The link is there within some 10 ms. */
const LINK_WAIT_MS = 2_000
const LINK_LOOK_MS = 10
/** What socat gets to end by itself. */
const END_WAIT_MS = 1_000
/** Of what socat complains, so much is kept. */
const COMPLAINT_MAX = 500

export interface PtyLineOptions extends Manner {
  /** Where the serial line appears: a link to a pseudo terminal. Nothing may be there yet. */
  readonly path: string
  readonly name: string
}

/**
 * A serial line that is none: socat holds a pseudo terminal, a gateway opens it by its link, and the
 * devices speak over the pipes of socat. Readers may open and close it as they like.
 */
export class PtyLine implements Line {
  readonly #options: PtyLineOptions
  readonly #switch: LineSwitch
  #child: ChildProcessWithoutNullStreams | undefined

  constructor(options: PtyLineOptions) {
    this.#options = options
    this.#switch = new LineSwitch({
      name: options.name,
      logger: options.logger,
      open: () => this.#open(),
      close: () => this.#close(),
      isOpen: () => this.#child !== undefined,
    })
  }

  get name(): string {
    return this.#options.name
  }

  get address(): SimulatedAddress {
    return { path: this.#options.path }
  }

  /** @throws CodedError SERIAL_PATH_EXISTS, SOCAT_MISSING, PTY_FAILED */
  start(): Promise<void> {
    return this.#switch.start()
  }

  stop(): Promise<void> {
    return this.#switch.stop()
  }

  /** `on` takes the link away, as when a USB adapter is pulled out. */
  cut(on: boolean): void {
    this.#switch.cut(on)
  }

  async #open(): Promise<void> {
    const { path, name, logger } = this.#options
    // The serial number of a USB adapter is no place in the file system.
    if (!path.includes('/')) throw new CodedError('PTY_FAILED', `${name}: "${path}" is no path`)
    if (exists(path)) throw new CodedError('SERIAL_PATH_EXISTS', `${name}: ${path} is there already`)
    const child = spawn(SOCAT, [`PTY,link=${escaped(path)},raw,echo=0`, 'STDIO'])
    let complaint = ''
    child.stderr.on('data', (chunk: Buffer) => {
      complaint = `${complaint}${chunk.toString('utf8')}`.slice(0, COMPLAINT_MAX)
    })
    // A pipe that breaks tells nothing that the end of socat does not tell.
    child.stdin.on('error', (error) => logger.debug({ err: error, line: name }, 'pipe lost'))
    const ended = new Promise<CodedError>((resolve) => {
      child.once('error', (error) => resolve(spawnError(error, name)))
      child.once('exit', (code) =>
        resolve(new CodedError('PTY_FAILED', `${name}: socat ended with ${code}: ${complaint.trim()}`)),
      )
    })
    const looking = new AbortController()
    const failure = await Promise.race([ended, linkAt(path, looking.signal)])
    looking.abort()
    if (failure !== undefined) {
      child.kill()
      throw failure
    }
    this.#child = child
    const conversation = new Conversation({ input: child.stdout, output: child.stdin }, this.#options)
    conversation.start()
    child.once('exit', () => {
      conversation.close()
      if (this.#child !== child) return
      this.#child = undefined
      logger.warn({ line: name, complaint }, 'socat has ended')
      this.#switch.reopen()
    })
  }

  async #close(): Promise<void> {
    const child = this.#child
    this.#child = undefined
    if (child === undefined) return
    const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()))
    child.kill()
    const hard = setTimeout(() => child.kill('SIGKILL'), END_WAIT_MS)
    await exited
    clearTimeout(hard)
    // A socat that was killed the hard way leaves its link.
    rmSync(this.#options.path, { force: true })
  }
}

/** Resolves once the link is there; with an error when it does not appear. */
async function linkAt(path: string, signal: AbortSignal): Promise<CodedError | undefined> {
  for (let waitedMs = 0; waitedMs < LINK_WAIT_MS && !signal.aborted; waitedMs += LINK_LOOK_MS) {
    if (exists(path)) return undefined
    await new Promise((resolve) => setTimeout(resolve, LINK_LOOK_MS))
  }
  return new CodedError('PTY_FAILED', `${path} did not appear`)
}

/** Also true of a link that leads nowhere. */
function exists(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined
}

/** Commas, colons and quotes mean something in a socat address; a backslash takes their meaning away. */
function escaped(path: string): string {
  return path.replaceAll(/[^\w./@+-]/g, '\\$&')
}

function spawnError(error: Error, name: string): CodedError {
  const isMissing = (error as { code?: string }).code === 'ENOENT'
  return isMissing
    ? new CodedError('SOCAT_MISSING', `${name}: ${SOCAT} is not installed`, { cause: error })
    : new CodedError('PTY_FAILED', `${name}: ${error.message}`, { cause: error })
}

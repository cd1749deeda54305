import type { SerialLine } from '../../contracts/facility.ts'
import { type Opener, type OpenOutcome, openingTime } from './byte-stream.ts'
import { findPort, type PortInfo } from './serial-path.ts'
import { SerialStream } from './serial-stream.ts'

/** What is used of a port of the package serialport. */
export interface SerialPortLike {
  readonly isOpen: boolean
  open(callback: (error: Error | null) => void): void
  close(callback: (error: Error | null) => void): void
  write(bytes: Uint8Array): boolean
  on(event: 'data', listener: (bytes: Uint8Array) => void): unknown
  on(event: 'error' | 'close', listener: (error?: Error | null) => void): unknown
}

/** The class SerialPort of the package, or its SerialPortMock. */
export interface SerialPortClass {
  new (options: {
    path: string
    baudRate: number
    dataBits: 7 | 8
    parity: SerialLine['parity']
    stopBits: 1 | 2
    autoOpen: false
  }): SerialPortLike
  list(): Promise<readonly PortInfo[]>
}

/** The native part is loaded with the first serial line, so that a gateway without one needs none. */
export async function loadSerialPort(): Promise<SerialPortClass> {
  const { SerialPort } = await import('serialport')
  return SerialPort
}

/** Opens the serial port of a line. */
export class SerialDial implements Opener {
  readonly #options: { line: SerialLine; timeoutMs: number; load: () => Promise<SerialPortClass> }

  constructor(options: { line: SerialLine; timeoutMs: number; load: () => Promise<SerialPortClass> }) {
    this.#options = options
  }

  async open(signal: AbortSignal): Promise<OpenOutcome> {
    const { line, timeoutMs, load } = this.#options
    try {
      const SerialPort = await load()
      const found = await findPort(line.path, () => SerialPort.list())
      if (!found.ok) return found
      if (signal.aborted) return { ok: false, detail: `${line.path}: stopped` }
      const { baudRate, dataBits, parity, stopBits } = line
      const port = new SerialPort({ path: found.path, baudRate, dataBits, parity, stopBits, autoOpen: false })
      const problem = await opened(port, openingTime(timeoutMs), signal)
      if (problem !== undefined) return { ok: false, detail: `${line.path}: ${problem}` }
      const stream = new SerialStream(port, found.path)
      stream.start()
      return { ok: true, stream }
    } catch (error) {
      return { ok: false, detail: `${line.path}: ${remedied(error)}` }
    }
  }
}

/** Resolves with what went wrong, or undefined once the port is open. A port that opens too late is closed. */
function opened(port: SerialPortLike, withinMs: number, signal: AbortSignal): Promise<string | undefined> {
  return new Promise((resolve) => {
    let isOver = false
    const settle = (problem: string | undefined) => {
      isOver = true
      clearTimeout(timer)
      signal.removeEventListener('abort', onAbort)
      resolve(problem)
    }
    const onAbort = () => settle('stopped')
    const timer = setTimeout(() => settle(`it did not open within ${withinMs} ms`), withinMs)
    signal.addEventListener('abort', onAbort)
    // For the life of the port: an error closes it, which is acted upon.
    port.on('error', () => undefined)
    port.open((error) => {
      if (isOver) return error === null ? port.close(() => undefined) : undefined
      settle(error === null ? undefined : remedied(error))
    })
  })
}

/** Parts of what systems say when a port cannot be opened, and what to do about it. */
const REMEDIES: readonly (readonly [RegExp, string])[] = [
  [/permission denied|EACCES/i, 'add the user of the gateway to the group dialout'],
  [/cannot lock|temporarily unavailable|EBUSY|access denied/i, 'stop the other program that uses it'],
  [/no such file|ENOENT|ENXIO|ENODEV|file not found/i, 'plug the adapter in, or mend the path'],
  [/baud/i, 'give a baud rate that the adapter can do'],
]

function remedied(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  const remedy = REMEDIES.find(([pattern]) => pattern.test(message))?.[1]
  return remedy === undefined ? message : `${message}: ${remedy}`
}

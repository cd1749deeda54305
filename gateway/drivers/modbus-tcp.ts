import { connect, type Socket } from 'node:net'
import modbus from 'modbus-serial'
import {
  type ConnectOutcome,
  type Driver,
  type Link,
  NOT_CONNECTED,
  type ReadOutcome,
  type ReadRequest,
} from './driver.ts'

// The package is CommonJS: under Node the class is a property of what `import` gives.
const ModbusRTU = modbus.default
type Client = InstanceType<typeof ModbusRTU>

/** A connection is given at least this long, however impatient the bus is with answers. */
const LEAST_CONNECT_MS = 1_000

/**
 * Modbus TCP. The socket is ours and the protocol is modbus-serial's: only so can a connection attempt
 * be bounded, and a lost connection be seen at once.
 */
export class ModbusTcpDriver implements Driver {
  readonly #options: { host: string; port: number; timeoutMs: number }

  constructor(options: { host: string; port: number; timeoutMs: number }) {
    this.#options = options
  }

  async connect(signal: AbortSignal): Promise<ConnectOutcome> {
    const { host, port, timeoutMs } = this.#options
    const place = `${host}:${port}`
    if (signal.aborted) return { ok: false, detail: `${place}: stopped` }
    const socket = connect({ host, port, noDelay: true })
    const problem = await opened(socket, Math.max(timeoutMs, LEAST_CONNECT_MS), signal)
    if (problem !== undefined) {
      socket.destroy()
      return { ok: false, detail: `${place}: ${problem}` }
    }
    const client = new ModbusRTU()
    await client.linkTCP(socket, { port })
    client.setTimeout(timeoutMs)
    return { ok: true, link: new ModbusTcpLink(client, socket) }
  }
}

/** Resolves with what went wrong, or undefined once the socket is connected. */
function opened(socket: Socket, timeoutMs: number, signal: AbortSignal): Promise<string | undefined> {
  return new Promise((resolve) => {
    const settle = (problem: string | undefined) => {
      clearTimeout(timer)
      signal.removeEventListener('abort', onAbort)
      socket.removeListener('connect', onConnect)
      resolve(problem)
    }
    const onAbort = () => settle('stopped')
    const onConnect = () => settle(undefined)
    const timer = setTimeout(() => settle(`no connection within ${timeoutMs} ms`), timeoutMs)
    signal.addEventListener('abort', onAbort)
    socket.once('connect', onConnect)
    // It stays for the life of the socket: an error is always followed by `close`, which is acted upon.
    socket.on('error', (error: NodeJS.ErrnoException) => settle(error.code ?? error.message))
  })
}

class ModbusTcpLink implements Link {
  readonly closed: Promise<void>
  readonly #client: Client
  readonly #socket: Socket
  #isOpen = true
  /** Ends the read that is waiting: modbus-serial itself would leave it to its timeout. */
  #abandon: ((outcome: ReadOutcome) => void) | undefined

  constructor(client: Client, socket: Socket) {
    this.#client = client
    this.#socket = socket
    this.closed = new Promise((resolve) => {
      socket.once('close', () => {
        this.close()
        resolve()
      })
    })
  }

  read(request: ReadRequest): Promise<ReadOutcome> {
    if (!this.#isOpen) return Promise.resolve(NOT_CONNECTED)
    return new Promise((resolve) => {
      this.#abandon = resolve
      ask(this.#client, request).then(resolve, (error: unknown) => resolve(failureOf(error)))
    })
  }

  close(): void {
    if (!this.#isOpen) return
    this.#isOpen = false
    // `destroy` also stops the timer of a pending request; `close` would not, and its second call hangs.
    this.#client.destroy(() => undefined)
    this.#socket.destroy()
    this.#abandon?.(NOT_CONNECTED)
  }
}

async function ask(client: Client, request: ReadRequest): Promise<ReadOutcome> {
  const { address, count } = request
  client.setID(request.unitId)
  switch (request.table) {
    case 'coil':
      return bitsOf((await client.readCoils(address, count)).data, count)
    case 'discrete':
      return bitsOf((await client.readDiscreteInputs(address, count)).data, count)
    case 'holding':
      return wordsOf((await client.readHoldingRegisters(address, count)).data, count)
    case 'input':
      return wordsOf((await client.readInputRegisters(address, count)).data, count)
  }
}

/** A frame of the right length may still claim fewer data in its byte count. */
function wordsOf(words: readonly number[], count: number): ReadOutcome {
  return words.length === count ? { ok: true, data: { kind: 'words', words } } : lengthFailure(words, count)
}

/** Bits come in whole bytes; those beyond the count are padding. */
function bitsOf(bits: readonly boolean[], count: number): ReadOutcome {
  return bits.length === Math.ceil(count / 8) * 8
    ? { ok: true, data: { kind: 'bits', bits: bits.slice(0, count) } }
    : lengthFailure(bits, count)
}

function lengthFailure(data: { length: number }, count: number): ReadOutcome {
  return { ok: false, failed: { kind: data.length < count ? 'short-reply' : 'bad-reply' } }
}

/**
 * modbus-serial's errors, which are not always `Error`s: exceptions carry `modbusCode`, timeouts and a
 * closed port an `errno` string, and a frame of the wrong length says so in its message only.
 */
function failureOf(error: unknown): ReadOutcome {
  const { modbusCode, errno, message } = error as { modbusCode?: unknown; errno?: unknown; message?: unknown }
  if (typeof modbusCode === 'number') return { ok: false, failed: { kind: 'exception', code: modbusCode } }
  if (errno === 'ETIMEDOUT') return { ok: false, failed: { kind: 'timeout' } }
  if (errno === 'ECONNREFUSED') return NOT_CONNECTED
  const lengths = /^Data length error, expected (\d+) got (\d+)/.exec(String(message))
  const isShort = lengths !== null && Number(lengths[2]) < Number(lengths[1])
  return { ok: false, failed: { kind: isShort ? 'short-reply' : 'bad-reply' } }
}

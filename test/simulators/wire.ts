import { connect, type Socket } from 'node:net'

/** `00 01 0a` or `00010a` as bytes. */
export function bytes(hex: string): Buffer {
  return Buffer.from(hex.replaceAll(/\s/g, ''), 'hex')
}

/** A client that writes bytes by hand and keeps what comes back. */
export class Wire {
  readonly socket: Socket
  received = Buffer.alloc(0)
  isClosed = false

  constructor(port: number) {
    this.socket = connect({ host: '127.0.0.1', port, noDelay: true })
    this.socket.on('data', (chunk) => {
      this.received = Buffer.concat([this.received, chunk])
    })
    this.socket.on('error', () => undefined)
    this.socket.on('close', () => {
      this.isClosed = true
    })
  }

  /** Everything received, as hex without spaces. */
  get hex(): string {
    return this.received.toString('hex')
  }

  send(hex: string): void {
    this.socket.write(bytes(hex))
  }

  close(): void {
    this.socket.destroy()
  }

  /** One request and its answering PDU, as hex; undefined when none comes within `timeoutMs`. */
  async ask(unit: number, pduHex: string, timeoutMs = 20_000): Promise<string | undefined> {
    this.received = Buffer.alloc(0)
    const pdu = bytes(pduHex)
    const header = Buffer.from([0, 7, 0, 0, 0, pdu.length + 1, unit])
    this.socket.write(Buffer.concat([header, pdu]))
    return new Promise((resolve) => {
      const timer = setTimeout(() => settle(undefined), timeoutMs)
      const settle = (answer: string | undefined) => {
        clearTimeout(timer)
        this.socket.off('data', look)
        this.socket.off('close', gone)
        resolve(answer)
      }
      const look = () => {
        const whole = this.received.length >= 6 && this.received.length >= 6 + this.received.readUInt16BE(4)
        if (whole) settle(this.received.subarray(7).toString('hex'))
      }
      const gone = () => settle(undefined)
      this.socket.on('data', look)
      this.socket.on('close', gone)
    })
  }
}

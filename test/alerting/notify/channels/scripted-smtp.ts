import { createServer, type Server, type Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import type { MadeCertificate } from '../../../contracts/certificates.ts'

/** What the server says to each command; `hang` says nothing, `cut` ends the connection. */
export interface Script {
  readonly greeting?: string
  readonly ehlo?: readonly string[]
  readonly starttls?: string
  readonly auth?: string
  readonly mail?: string
  /** To each receiver in turn, the last to all others. */
  readonly rcpt?: readonly string[]
  readonly data?: string
  readonly end?: string
  readonly rset?: string
  /** TLS from the first byte. */
  readonly isSecure?: boolean
  readonly certificate?: MadeCertificate
  /** A message is taken a byte of an answer at a time, for ever. */
  readonly isTrickling?: boolean
}

/** A mail server that says what it is told to, over real sockets. */
export class ScriptedSmtp {
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  script: Script
  connections = 0
  /** How often it was to say something and said nothing that ends. */
  silences = 0
  /** Every command of every connection. */
  readonly commands: string[] = []
  readonly messages: string[] = []

  private constructor(script: Script) {
    this.script = script
    this.#server = createServer((socket) => {
      this.connections += 1
      this.#keep(socket)
      const { isSecure, certificate } = this.script
      this.#serve(
        isSecure === true && certificate !== undefined ? this.#secure(socket, certificate) : socket,
        true,
      )
    })
  }

  static async start(script: Script = {}): Promise<ScriptedSmtp> {
    const smtp = new ScriptedSmtp(script)
    await new Promise<void>((resolve) => smtp.#server.listen(0, '127.0.0.1', resolve))
    return smtp
  }

  get port(): number {
    const address = this.#server.address()
    if (address === null || typeof address === 'string') throw new Error('not listening')
    return address.port
  }

  /** Ends all connections, as a server does that restarts. */
  drop(): void {
    for (const socket of this.#sockets) socket.destroy()
  }

  async stop(): Promise<void> {
    this.drop()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket)
    socket.on('error', () => undefined)
    socket.on('close', () => this.#sockets.delete(socket))
  }

  #secure(socket: Socket, { pem, keyPem }: MadeCertificate): TLSSocket {
    const secure = new TLSSocket(socket, { isServer: true, cert: pem, key: keyPem })
    this.#keep(secure)
    return secure
  }

  #serve(socket: Socket, isFirst: boolean): void {
    const { script } = this
    let isData = false
    let text = ''
    let receivers = 0
    const say = (answer: string) => {
      if (answer === 'hang') {
        this.silences += 1
        return
      }
      if (answer === 'cut') socket.destroy()
      else socket.write(`${answer}\r\n`)
    }
    const answer = (line: string) => {
      this.commands.push(line)
      const verb = line.split(' ')[0]?.toUpperCase()
      switch (verb) {
        case 'EHLO': {
          const lines = ['127.0.0.1', ...(script.ehlo ?? ['8BITMIME'])]
          for (const [index, each] of lines.entries())
            say(each === 'hang' ? each : `250${index === lines.length - 1 ? ' ' : '-'}${each}`)
          return
        }
        case 'STARTTLS': {
          const ready = script.starttls ?? '220 go on'
          say(ready)
          if (!ready.startsWith('220') || script.certificate === undefined) return
          socket.removeAllListeners('data')
          this.#serve(this.#secure(socket, script.certificate), false)
          return
        }
        case 'AUTH':
          return say(script.auth ?? '235 welcome')
        case 'MAIL':
          receivers = 0
          return say(script.mail ?? '250 ok')
        case 'RCPT': {
          const answers = script.rcpt ?? ['250 ok']
          receivers += 1
          return say(answers[receivers - 1] ?? answers.at(-1) ?? '250 ok')
        }
        case 'DATA': {
          const ready = script.data ?? '354 go on'
          isData = ready.startsWith('354')
          return say(ready)
        }
        case 'RSET':
          return say(script.rset ?? '250 ok')
        case 'QUIT':
          say('221 bye')
          socket.end()
          return
        default:
          say('502 what')
      }
    }
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1')
      for (;;) {
        const mark = isData ? '\r\n.\r\n' : '\r\n'
        const at = text.indexOf(mark)
        if (at < 0) return
        const part = text.slice(0, at)
        text = text.slice(at + mark.length)
        if (!isData) {
          answer(part)
          continue
        }
        isData = false
        this.messages.push(part)
        if (script.isTrickling === true) {
          this.silences += 1
          const timer = setInterval(() => socket.write('2'), 20)
          socket.on('close', () => clearInterval(timer))
        } else say(script.end ?? '250 2.0.0 Ok: queued as 4F2A')
      }
    })
    if (isFirst) say(script.greeting ?? '220 plant.example ESMTP')
  }
}

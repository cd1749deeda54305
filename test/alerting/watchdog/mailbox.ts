import { SMTPServer } from 'smtp-server'

/** A mail server that takes everything, and what people would read. */
export class Mailbox implements AsyncDisposable {
  readonly #server: SMTPServer
  /** As they came. */
  readonly mails: { subject: string; text: string; to: string[] }[] = []

  private constructor() {
    this.#server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS', 'AUTH'],
      logger: false,
      onData: (stream, session, done) => {
        const chunks: Buffer[] = []
        stream.on('data', (chunk: Buffer) => chunks.push(chunk))
        stream.on('end', () => {
          const raw = Buffer.concat(chunks).toString('utf8')
          const to = session.envelope.rcptTo.map(({ address }) => address)
          this.mails.push({ subject: subjectOf(raw), text: unquoted(raw), to })
          done()
        })
      },
    })
  }

  static async open(port = 0): Promise<Mailbox> {
    const box = new Mailbox()
    await new Promise<void>((resolve) => box.#server.listen(port, '127.0.0.1', resolve))
    return box
  }

  get port(): number {
    const address = this.#server.server.address()
    return typeof address === 'object' && address !== null ? address.port : 0
  }

  get subjects(): string[] {
    return this.mails.map(({ subject }) => subject)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await new Promise<void>((resolve) => this.#server.close(resolve))
  }
}

/** Encoded words of RFC 2047, put together. */
function subjectOf(raw: string): string {
  const line = /^Subject: (.*(?:\r?\n[ \t].*)*)/m.exec(raw)?.[1] ?? ''
  return line
    .replaceAll(/\?=\s+=\?/g, '?==?')
    .replaceAll(/=\?UTF-8\?([QB])\?([^?]*)\?=/gi, (_whole, kind: string, word: string) =>
      kind.toUpperCase() === 'B'
        ? Buffer.from(word, 'base64').toString('latin1')
        : octets(word.replaceAll('_', ' ')),
    )
    .replaceAll(/\r?\n[ \t]/g, ' ')
    .replace(/^[\s\S]*$/, (text) => Buffer.from(text, 'latin1').toString('utf8'))
}

function unquoted(raw: string): string {
  return Buffer.from(octets(raw.replaceAll(/=\r?\n/g, '')), 'latin1').toString('utf8')
}

/** Quoted-printable as octets. */
function octets(text: string): string {
  return text.replaceAll(/=([0-9A-F]{2})/g, (_whole, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  )
}

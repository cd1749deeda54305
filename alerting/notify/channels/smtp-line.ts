import type { Socket } from 'node:net'
import SMTPConnection from 'nodemailer/lib/smtp-connection'
import type { EmailChannel } from '../../../contracts/notify/plan.ts'
import type { Deadline } from './deadline.ts'
import { dial, secureOptions } from './dial.ts'
import type { Mail } from './mail.ts'
import { channelFile } from './secret-files.ts'
import { type RejectedReceiver, smtpReceipt } from './smtp-answer.ts'

/** Of a mail server that says more than this at once nothing is believed, bytes. */
const MOST_RESPONSE = 64_000

/** What the files of a channel say at that moment. */
export interface MailAccess {
  readonly ca: string | undefined
  readonly password: string | undefined
}

/** One connection to a mail server, signed in; used for one message after the other. */
export class SmtpLine {
  readonly #connection: SMTPConnection
  readonly #socket: Socket
  readonly access: MailAccess
  /** It has ended, whoever ended it. */
  isEnded = false
  /** How many messages it has carried. */
  messages = 0

  private constructor(connection: SMTPConnection, socket: Socket, access: MailAccess) {
    this.#connection = connection
    this.#socket = socket
    this.access = access
    // The library closes it after an error, once all who listen have heard of it.
    connection.on('error', () => {
      this.isEnded = true
    })
    connection.on('end', () => {
      this.isEnded = true
    })
  }

  /** @throws CodedError CHANNEL_*, or an error of the mail library */
  static async open(channel: EmailChannel, access: MailAccess, deadline: Deadline): Promise<SmtpLine> {
    const { host, port, security, username, timeoutMs } = channel
    const { ca, password } = access
    const isSecure = security === 'tls'
    const socket = await dial({ host, port, isSecure, ca }, deadline)
    const connection = new SMTPConnection({
      host,
      port,
      connection: socket,
      secure: isSecure,
      secured: isSecure,
      requireTLS: security === 'starttls',
      ignoreTLS: security === 'none',
      tls: secureOptions({ host, ca }),
      connectionTimeout: timeoutMs,
      greetingTimeout: timeoutMs,
      socketTimeout: timeoutMs,
      socketCloseTimeout: 0,
      maxResponseSize: MOST_RESPONSE,
    })
    const line = new SmtpLine(connection, socket, access)
    try {
      deadline.stage = 'greeting'
      await deadline.race(
        new Promise<void>((resolve, reject) => {
          connection.once('error', reject)
          connection.once('end', () => reject(new Error('the mail server closed the connection')))
          connection.connect((error) => (error === undefined ? resolve() : reject(error)))
        }),
      )
      if (username !== undefined) {
        deadline.stage = 'sign-in'
        await deadline.race(line.#signIn(username, password ?? ''))
      }
      return line
    } catch (error) {
      line.close()
      throw error
    }
  }

  #signIn(user: string, pass: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#connection.once('error', reject)
      this.#connection.once('end', () => reject(new Error('the mail server closed the connection')))
      this.#connection.login({ user, pass, credentials: { user, pass } }, (error) =>
        error === null || error === undefined ? resolve() : reject(error),
      )
    })
  }

  /** What the server said as it took it. @throws an error of the mail library */
  async send(mail: Mail, without: readonly string[], deadline: Deadline): Promise<string> {
    deadline.stage = 'message'
    const envelope = { from: mail.from, to: [...mail.to], size: mail.data.length }
    const info = await deadline.race(
      new Promise<SMTPConnection.SentMessageInfo>((resolve, reject) => {
        this.#connection.send(envelope, mail.data, (error, info) =>
          error === null && info !== undefined ? resolve(info) : reject(error),
        )
      }),
    )
    this.messages += 1
    return smtpReceipt(info.response, (info.rejectedErrors ?? []) as RejectedReceiver[], without)
  }

  /** After a message that was refused: whether it can carry the next one. */
  async reset(deadline: Deadline): Promise<boolean> {
    if (this.isEnded) return false
    try {
      await deadline.race(
        new Promise<void>((resolve, reject) => {
          this.#connection.reset((error) =>
            error === null || error === undefined ? resolve() : reject(error),
          )
        }),
      )
      return true
    } catch {
      return false
    }
  }

  /** Says goodbye. */
  quit(): void {
    if (this.isEnded) return
    this.isEnded = true
    this.#connection.quit()
    setTimeout(() => this.close(), QUIT_MS).unref()
  }

  close(): void {
    this.isEnded = true
    this.#connection.close()
    this.#socket.destroy()
  }
}

/** A server that does not say goodbye is left without, ms. */
const QUIT_MS = 1_000

/** Read anew for each connection, so that a changed password needs no restart. @throws CodedError CHANNEL_REFUSED */
export async function mailAccess({ ca, passwordFile }: EmailChannel): Promise<MailAccess> {
  const [pem, password] = await Promise.all([
    ca === undefined ? undefined : channelFile(ca, 'ca'),
    passwordFile === undefined ? undefined : channelFile(passwordFile, 'passwordFile'),
  ])
  return { ca: pem, password }
}

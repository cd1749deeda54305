import { CodedError } from '../../../contracts/errors.ts'
import type { Delivery, Receipt } from '../../../contracts/notify/message.ts'
import type { EmailChannel } from '../../../contracts/notify/plan.ts'
import { Deadline } from './deadline.ts'
import { hidden } from './hidden.ts'
import { composeMail, type Mail, withAddress } from './mail.ts'
import type { Outlet } from './outlet.ts'
import { Slots } from './slots.ts'
import { smtpTrouble } from './smtp-answer.ts'
import { type MailAccess, mailAccess, SmtpLine } from './smtp-line.ts'

/** Connections to one mail server at once. */
const MOST_LINES = 4
/** Mail servers often end a connection after a hundred messages. */
const MOST_MESSAGES = 100
/** A connection that nobody needs is given up after so long, ms. */
const IDLE_MS = 15_000

interface IdleLine {
  readonly line: SmtpLine
  readonly timer: NodeJS.Timeout
}

/** Sends messages by one mail server. `now` is epoch ms. */
export class Email implements Outlet {
  readonly #channel: EmailChannel
  readonly #now: () => number
  readonly #slots = new Slots(MOST_LINES)
  readonly #running = new Set<Deadline>()
  readonly #idle: IdleLine[] = []
  #isEnded = false

  constructor(channel: EmailChannel, now: () => number) {
    this.#channel = channel
    this.#now = now
  }

  async send(delivery: Delivery): Promise<Receipt> {
    const without = delivery.to.filter(({ email }) => email === undefined).map(({ id }) => id)
    if (withAddress(delivery.to).length === 0)
      throw new CodedError('RECEIVER_UNREACHED', `${without.join(', ') || 'nobody'}: no e-mail address`)
    const text = await this.#slots.use(delivery.isUrgent, async () => {
      const mail = await composeMail(delivery, this.#channel.from, this.#now())
      return this.#attempt((deadline, use) => this.#carry(mail, { without, deadline, use }))
    })
    return { text }
  }

  /** Greeting, TLS and sign-in. */
  async probe(): Promise<void> {
    await this.#slots.use(false, () =>
      this.#attempt(async (deadline, use) => {
        const line = await this.#open(deadline, use)
        line.quit()
        return ''
      }),
    )
  }

  end(error: CodedError): void {
    this.#isEnded = true
    this.#slots.end(error)
    for (const { line, timer } of this.#idle.splice(0)) {
      clearTimeout(timer)
      line.quit()
    }
  }

  abort(error: CodedError): void {
    this.end(error)
    for (const deadline of this.#running) deadline.abort(error)
  }

  /** One attempt in its time, whose words say nothing that is secret. */
  async #attempt(
    run: (deadline: Deadline, use: (access: MailAccess) => void) => Promise<string>,
  ): Promise<string> {
    const deadline = new Deadline(this.#channel.timeoutMs)
    this.#running.add(deadline)
    let secrets: (string | undefined)[] = []
    const use = ({ password }: MailAccess) => {
      secrets = [password, `\0${this.#channel.username}\0${password ?? ''}`]
    }
    try {
      return hidden(await run(deadline, use), secrets)
    } catch (error) {
      const { code, detail } = smtpTrouble(error)
      // The cause would carry what is hidden here.
      throw new CodedError(code, hidden(`${this.#channel.host}: ${detail}`, secrets))
    } finally {
      deadline.clear()
      this.#running.delete(deadline)
    }
  }

  /** By a connection that is open; by a new one when the server had ended that before it took anything. */
  async #carry(
    mail: Mail,
    {
      without,
      deadline,
      use,
    }: { without: readonly string[]; deadline: Deadline; use: (access: MailAccess) => void },
  ): Promise<string> {
    for (;;) {
      const line = this.#takeIdle() ?? (await this.#open(deadline, use))
      use(line.access)
      const isFresh = line.messages === 0
      try {
        const text = await line.send(mail, without, deadline)
        this.#release(line)
        return text
      } catch (error) {
        const { responseCode } = error as { responseCode?: number }
        const isAnswered = responseCode !== undefined
        if (isAnswered && responseCode !== 421 && (await line.reset(deadline))) this.#release(line)
        else line.close()
        if (isFresh || isAnswered || deadline.signal.aborted) throw error
      }
    }
  }

  async #open(deadline: Deadline, use: (access: MailAccess) => void): Promise<SmtpLine> {
    const access = await deadline.race(mailAccess(this.#channel))
    use(access)
    return SmtpLine.open(this.#channel, access, deadline)
  }

  #takeIdle(): SmtpLine | undefined {
    for (let idle = this.#idle.pop(); idle !== undefined; idle = this.#idle.pop()) {
      clearTimeout(idle.timer)
      if (!idle.line.isEnded) return idle.line
    }
    return undefined
  }

  #release(line: SmtpLine): void {
    if (line.isEnded) return
    if (this.#isEnded || line.messages >= MOST_MESSAGES) {
      line.quit()
      return
    }
    const idle: IdleLine = {
      line,
      timer: setTimeout(() => {
        this.#idle.splice(this.#idle.indexOf(idle), 1)
        line.quit()
      }, IDLE_MS),
    }
    this.#idle.push(idle)
  }
}

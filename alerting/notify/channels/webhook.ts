import type { CodedError } from '../../../contracts/errors.ts'
import type { Delivery, Receipt } from '../../../contracts/notify/message.ts'
import type { WebhookChannel } from '../../../contracts/notify/plan.ts'
import { NOTICE_HEADER, SIGNATURE_HEADER, signatureOf } from '../../../contracts/notify/signature.ts'
import { dingtalkUrl } from './dingtalk-body.ts'
import type { Outlet } from './outlet.ts'
import { type Access, headerText, Poster, type Posting, urlOf, withoutSecrets } from './poster.ts'
import { channelFile } from './secret-files.ts'
import { webhookReceipt } from './webhook-answer.ts'
import { webhookBody } from './webhook-body.ts'

/** Requests to one webhook at once. */
const MOST_SOCKETS = 16
/** Of an answer; what is beyond is not read. */
const MOST_ANSWER = 64_000

interface SignedAccess extends Access {
  readonly secret: string | undefined
}

/** Sends messages to a URL. `now` is epoch ms. */
export class Webhook implements Outlet {
  readonly #channel: WebhookChannel
  readonly #now: () => number
  readonly #poster: Poster

  constructor(channel: WebhookChannel, now: () => number) {
    this.#channel = channel
    this.#now = now
    const { timeoutMs } = channel
    this.#poster = new Poster({ timeoutMs, sockets: MOST_SOCKETS, mostAnswer: MOST_ANSWER })
  }

  async send(delivery: Delivery): Promise<Receipt> {
    const { format } = this.#channel
    const body = webhookBody(format, delivery)
    return this.#poster.attempt(
      delivery.isUrgent,
      () => this.#access(),
      async (access, deadline) => {
        const posting = this.#posting(access, { id: delivery.id, body })
        const answer = await this.#poster.answer(access, posting, deadline)
        const { text } = webhookReceipt(format, answer, this.#now())
        return { text: withoutSecrets(text, access) }
      },
    )
  }

  /** A connection, with TLS where the URL has it. */
  async probe(): Promise<void> {
    await this.#poster.attempt(
      false,
      () => this.#access(),
      (access, deadline) => this.#poster.connect(access, deadline),
    )
  }

  end(error: CodedError): void {
    this.#poster.end(error)
  }

  abort(error: CodedError): void {
    this.#poster.abort(error)
  }

  async #access(): Promise<SignedAccess> {
    const { url, urlFile, secretFile, ca } = this.#channel
    const [text, secret, pem] = await Promise.all([
      urlFile === undefined ? (url ?? '') : channelFile(urlFile, 'urlFile'),
      secretFile === undefined ? undefined : channelFile(secretFile, 'secretFile'),
      ca === undefined ? undefined : channelFile(ca, 'ca'),
    ])
    return { url: urlOf(text), secret, ca: pem, secrets: [secret] }
  }

  #posting({ url, secret }: SignedAccess, { id, body }: { id: string; body: string }): Posting {
    const { format } = this.#channel
    const now = this.#now()
    const headers = {
      'content-type': 'application/json; charset=utf-8',
      accept: 'application/json, text/plain',
      'user-agent': 'Davylamp',
      'idempotency-key': headerText(id),
      [NOTICE_HEADER]: headerText(id),
      ...(format === 'davylamp' && secret !== undefined
        ? { [SIGNATURE_HEADER]: signatureOf(body, secret, now) }
        : {}),
    }
    const isSignedUrl = format === 'dingtalk' && secret !== undefined
    return { headers, body, ...(isSignedUrl ? { target: dingtalkUrl(url, secret, now) } : {}) }
  }
}

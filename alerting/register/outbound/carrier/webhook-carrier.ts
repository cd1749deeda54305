import type { CodedError } from '../../../../contracts/errors.ts'
import { SIGNATURE_HEADER, signatureOf } from '../../../../contracts/notify/signature.ts'
import type { WebhookExport } from '../../../../contracts/register/export-plan.ts'
import { type Access, headerText, Poster, urlOf, withoutSecrets } from '../../../notify/channels/poster.ts'
import { channelFile } from '../../../notify/channels/secret-files.ts'
import type { Parcel, Result, Verdict } from './carrier.ts'
import { headersIn } from './header-lines.ts'
import { verdictOf } from './verdict.ts'

/** One request at a time; the second place is for nobody here. */
const SOCKETS = 2
/** An answer says something of 200 items, bytes. */
const MOST_ANSWER = 256_000

interface SignedAccess extends Access {
  readonly secret: string | undefined
  readonly headers: Readonly<Record<string, string>>
}

/** POSTs to an outside register. `now` is epoch ms. */
export class WebhookCarrier {
  readonly #plan: WebhookExport
  readonly #now: () => number
  readonly #poster: Poster

  constructor(plan: WebhookExport, now: () => number) {
    this.#plan = plan
    this.#now = now
    this.#poster = new Poster({ timeoutMs: plan.timeoutMs, sockets: SOCKETS, mostAnswer: MOST_ANSWER })
  }

  /** @throws CodedError CHANNEL_*, OUTBOUND_ANSWER_INVALID or OUTBOUND_HEADERS_INVALID */
  carry({ id, documents }: Pick<Parcel, 'id' | 'documents'>): Promise<Verdict> {
    const body = documents[0]?.body ?? ''
    return this.#poster.attempt(
      false,
      () => this.#access(),
      async (access, deadline) => {
        const headers = {
          'content-type': 'application/json; charset=utf-8',
          accept: 'application/json',
          'user-agent': 'Davylamp',
          ...access.headers,
          'idempotency-key': headerText(id),
          ...(access.secret === undefined
            ? {}
            : { [SIGNATURE_HEADER]: signatureOf(body, access.secret, this.#now()) }),
        }
        const answer = await this.#poster.answer(access, { headers, body }, deadline)
        return quiet(verdictOf(answer, this.#now()), access)
      },
    )
  }

  end(error: CodedError): void {
    this.#poster.end(error)
  }

  abort(error: CodedError): void {
    this.#poster.abort(error)
  }

  async #access(): Promise<SignedAccess> {
    const { url, secretFile, headersFile, ca } = this.#plan
    const [secret, lines, pem] = await Promise.all([
      secretFile === undefined ? undefined : channelFile(secretFile, 'secretFile'),
      headersFile === undefined ? undefined : channelFile(headersFile, 'headersFile'),
      ca === undefined ? undefined : channelFile(ca, 'ca'),
    ])
    const headers = lines === undefined ? {} : headersIn(lines)
    return { url: urlOf(url), ca: pem, secret, headers, secrets: [secret, ...secretsIn(headers)] }
  }
}

/** Of `Bearer KEY` the key too. */
function secretsIn(headers: Readonly<Record<string, string>>): string[] {
  return Object.values(headers).flatMap((value) => [value, ...value.split(' ').slice(1)])
}

/** The other side may say back what it was sent. */
function quiet(verdict: Verdict, access: Access): Verdict {
  const clean = (text: string | null) => (text === null ? null : withoutSecrets(text, access))
  if (verdict.kind === 'refused') return { ...verdict, detail: withoutSecrets(verdict.detail, access) }
  const receipt = clean(verdict.receipt)
  if (verdict.kind === 'taken') return { ...verdict, receipt }
  const results = verdict.results.map(
    (result): Result => ({ ...result, receipt: clean(result.receipt), error: clean(result.error) }),
  )
  return { ...verdict, receipt, results }
}

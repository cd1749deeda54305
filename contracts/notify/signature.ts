import { createHmac, timingSafeEqual } from 'node:crypto'

/** Header that shows that a webhook comes from who has the secret. */
export const SIGNATURE_HEADER = 'Davylamp-Signature'
/** Header with the id of the message, the same however often it is sent. */
export const NOTICE_HEADER = 'Davylamp-Notice'

/** `t=1764400000,v1=9f86...`: HMAC-SHA256 of the time, a point and the body as it was sent. `at` is epoch ms. */
export function signatureOf(body: string | Uint8Array, secret: string, at: number): string {
  const time = Math.floor(at / 1_000)
  return `t=${time},v1=${hmacOf(body, secret, time).toString('hex')}`
}

/**
 * Whether a body came with the signature of who has the secret, made within `toleranceMs` of now, so that one that was
 * overheard is not played again for ever. `now` is epoch ms.
 */
export function isSignedBy(
  { body, header, secret }: { body: string | Uint8Array; header: string | undefined; secret: string },
  now: number,
  toleranceMs = 300_000,
): boolean {
  const match = /^t=(\d{1,12}),v1=([0-9a-f]{64})$/.exec(header ?? '')
  const time = Number(match?.[1])
  const given = Buffer.from(match?.[2] ?? '', 'hex')
  if (match === null || Math.abs(now - time * 1_000) > toleranceMs) return false
  return timingSafeEqual(given, hmacOf(body, secret, time))
}

function hmacOf(body: string | Uint8Array, secret: string, time: number): Buffer {
  return createHmac('sha256', secret).update(`${time}.`).update(body).digest()
}

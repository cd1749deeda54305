import { createHmac, timingSafeEqual } from 'node:crypto'

/** A signature that was made longer ago, or further ahead, is refused, s: one that was overheard is worth nothing later. */
const TOLERANCE_S = 300

/**
 * Whether the header Davylamp-Signature, `t=SECONDS,v1=HEX`, was made of this body by who has the secret: the HMAC-SHA256
 * of the seconds, a point and the body byte for byte. `now` is epoch ms.
 */
export function isGenuine(
  header: string | undefined,
  { body, secret }: { body: Uint8Array; secret: string },
  now: number,
): boolean {
  const fields = new Map(
    (header ?? '').split(',').map((field) => {
      const at = field.indexOf('=')
      return [field.slice(0, Math.max(0, at)).trim(), field.slice(at + 1).trim()]
    }),
  )
  const seconds = fields.get('t') ?? ''
  const given = fields.get('v1') ?? ''
  if (!/^[0-9]{1,12}$/.test(seconds) || !/^[0-9a-f]{64}$/.test(given)) return false
  if (Math.abs(now / 1_000 - Number(seconds)) > TOLERANCE_S) return false
  const made = createHmac('sha256', secret)
    .update(Buffer.concat([Buffer.from(`${seconds}.`), body]))
    .digest('hex')
  return timingSafeEqual(Buffer.from(made), Buffer.from(given))
}

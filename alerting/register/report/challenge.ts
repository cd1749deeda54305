import { createHmac, hash, hkdfSync, timingSafeEqual } from 'node:crypto'
import { CodedError } from '../../../contracts/errors.ts'
import { leadingZeroBits, proofText } from '../../../contracts/register/proof-of-work.ts'
import { TooSoon } from '../../people/throttle.ts'
import type { ReportKey } from './report-keys.ts'

/** Nobody fills the form in faster, ms. */
export const LEAST_FILL_MS = 3_000
/** After that the form is fetched anew, ms. */
export const CHALLENGE_MS = 2 * 3_600_000
const ID_BYTES = 16

/** What a solved challenge is known by, so that it is taken once. */
export interface SpentChallenge {
  readonly id: string
  /** It is too old from then on, epoch ms. */
  readonly until: number
}

/** `v1.id.issued.bits.signature`: nothing has to be kept until somebody sends it back. */
export function newChallenge(
  key: ReportKey,
  { now, bits, random }: { now: number; bits: number; random: (bytes: number) => Buffer },
): string {
  const id = random(ID_BYTES).toString('base64url')
  const claim = `v1.${id}.${now.toString(36)}.${bits}`
  return `${claim}.${signature(claim, key).toString('base64url')}`
}

/**
 * Whether a form may be sent: its challenge is ours, neither too young nor too old, and solved.
 * @throws CodedError REPORT_CHALLENGE, or TooSoon with REPORT_TOO_FAST
 */
export function checkChallenge(
  { challenge, solution }: { challenge: string; solution: string },
  { keys, now }: { keys: Iterable<ReportKey>; now: number },
): SpentChallenge {
  const match = /^(v1\.([\w-]{22})\.([0-9a-z]{1,12})\.(\d{1,2}))\.([\w-]{43})$/.exec(challenge)
  const [, claim = '', id = '', issuedText = '', bits = '', given = ''] = match ?? []
  const mac = Buffer.from(given, 'base64url')
  const isOurs = match !== null && [...keys].some((key) => isSame(mac, signature(claim, key)))
  if (!isOurs) throw new CodedError('REPORT_CHALLENGE', 'it is not one of ours')
  const issued = Number.parseInt(issuedText, 36)
  const age = now - issued
  // A clock that was set back makes it older than it is allowed to be, not younger.
  if (age < 0 || age >= CHALLENGE_MS) throw new CodedError('REPORT_CHALLENGE', 'it is too old')
  if (age < LEAST_FILL_MS)
    throw new TooSoon('REPORT_TOO_FAST', `after ${(age / 1_000).toFixed(1)} s`, LEAST_FILL_MS - age)
  const proof = hash('sha256', proofText(challenge, solution), 'buffer')
  if (leadingZeroBits(proof) < Number(bits)) throw new CodedError('REPORT_CHALLENGE', 'it is not solved')
  return { id, until: issued + CHALLENGE_MS }
}

function signature(claim: string, { bytes }: ReportKey): Buffer {
  const key = hkdfSync('sha256', bytes, '', 'davylamp report challenge', 32)
  return createHmac('sha256', Buffer.from(key)).update(claim).digest()
}

function isSame(a: Buffer, b: Buffer): boolean {
  return a.length === b.length && timingSafeEqual(a, b)
}

import { leadingZeroBits, proofText } from '../../../../contracts/register/proof-of-work.ts'

/** Hashes between two breaths of the page. */
const AT_ONCE = 256

interface Proving {
  /** SHA-256. */
  digest: (bytes: Uint8Array<ArrayBuffer>) => Promise<ArrayBuffer>
  /** Lets the page do what waits. */
  breathe: () => Promise<void>
  signal?: AbortSignal
}

/**
 * What makes the hash of a challenge begin with so many zero bits. The browser hashes beside the page, which stays at
 * hand all the time. @throws when it was given up
 */
export async function solve(
  token: string,
  bits: number,
  { digest, breathe, signal }: Proving,
): Promise<string> {
  const encoder = new TextEncoder()
  for (let first = 0; ; first += AT_ONCE) {
    signal?.throwIfAborted()
    const tries = Array.from({ length: AT_ONCE }, (_, n) => (first + n).toString(36))
    const hashes = await Promise.all(tries.map((text) => digest(encoder.encode(proofText(token, text)))))
    const at = hashes.findIndex((hash) => leadingZeroBits(new Uint8Array(hash)) >= bits)
    const found = tries[at]
    if (found !== undefined) return found
    await breathe()
  }
}

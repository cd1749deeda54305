/** What is hashed with SHA-256, by the browser and by the server. */
export function proofText(challenge: string, solution: string): string {
  return `${challenge}.${solution}`
}

/** How many bits of a hash are zero before the first that is not. */
export function leadingZeroBits(hash: Uint8Array): number {
  let bits = 0
  for (const byte of hash) {
    if (byte !== 0) return bits + Math.clz32(byte) - 24
    bits += 8
  }
  return bits
}

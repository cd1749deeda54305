const WORDS_PER_FRAME = 16
const BYTES_PER_WORD = 4
/** Control word, and in the first frame both integration constants. */
const FIRST_DATA_WORD = 3

/** How differences stand in a word: so many of so many bits. Nibble codes of the SEED manual, appendix B. */
const PACKINGS = [
  { code: 1, count: 4, bits: 8 },
  { code: 2, count: 2, bits: 16 },
  { code: 3, count: 1, bits: 32 },
] as const

/**
 * Steim-1: first differences, as many as fit into so many frames of 64 bytes. `before` is the last sample of the
 * record before. Gives how many samples went in.
 */
export function encodeSteim1(
  samples: Int32Array,
  { frames, before }: { frames: number; before: number },
): { bytes: Uint8Array; count: number } {
  const bytes = new Uint8Array(frames * WORDS_PER_FRAME * BYTES_PER_WORD)
  const view = new DataView(bytes.buffer)
  const difference = (index: number) =>
    (samples[index] ?? 0) - (index === 0 ? before : (samples[index - 1] ?? 0))
  let count = 0
  for (let word = FIRST_DATA_WORD; word < frames * WORDS_PER_FRAME && count < samples.length; word += 1) {
    const inFrame = word % WORDS_PER_FRAME
    if (inFrame === 0) continue
    const packing = PACKINGS.find((candidate) => fits(candidate, count)) ?? PACKINGS[2]
    for (let index = 0; index < packing.count; index += 1) {
      const at = word * BYTES_PER_WORD + (index * packing.bits) / 8
      if (packing.bits === 8) view.setInt8(at, difference(count + index))
      else if (packing.bits === 16) view.setInt16(at, difference(count + index))
      else view.setInt32(at, difference(count + index))
    }
    const control = (word - inFrame) * BYTES_PER_WORD
    const shift = 2 * (WORDS_PER_FRAME - 1 - inFrame)
    view.setUint32(control, (view.getUint32(control) | (packing.code << shift)) >>> 0)
    count += packing.count
  }
  view.setInt32(BYTES_PER_WORD, samples[0] ?? 0)
  view.setInt32(2 * BYTES_PER_WORD, samples[count - 1] ?? 0)
  return { bytes, count }

  function fits({ count: number, bits }: (typeof PACKINGS)[number], first: number): boolean {
    if (first + number > samples.length) return false
    const limit = 2 ** (bits - 1)
    for (let index = first; index < first + number; index += 1) {
      const value = difference(index)
      if (value < -limit || value >= limit) return false
    }
    return true
  }
}

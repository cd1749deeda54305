/** Reads Steim-1 by the tables of the SEED manual; the last value has to be the reverse integration constant. */
export function decodeSteim1(bytes: Uint8Array, count: number): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const differences: number[] = []
  for (let frame = 0; frame + 64 <= bytes.length; frame += 64) {
    const control = view.getUint32(frame)
    for (let word = 1; word < 16; word += 1) {
      const at = frame + 4 * word
      switch ((control >>> (30 - 2 * word)) & 3) {
        case 1:
          for (let index = 0; index < 4; index += 1) differences.push(view.getInt8(at + index))
          break
        case 2:
          differences.push(view.getInt16(at), view.getInt16(at + 2))
          break
        case 3:
          differences.push(view.getInt32(at))
          break
      }
    }
  }
  if (differences.length !== count) throw new Error(`${differences.length} differences for ${count} samples`)
  let value = view.getInt32(4)
  const samples = [value, ...differences.slice(1).map((difference) => (value += difference))]
  if (samples.at(-1) !== view.getInt32(8))
    throw new Error('the last sample is not the one that was announced')
  return samples
}

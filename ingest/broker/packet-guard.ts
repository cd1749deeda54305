/**
 * Watches the bytes of one MQTT connection and says when a packet announces more than is allowed: the
 * broker library would collect it in memory first. Fixed header of MQTT 3.1.1, clause 2.2.
 */
export class PacketGuard {
  readonly #limit: number
  /** Bytes of the packet body that are still to come. */
  #body = 0
  /** Remaining length read so far, and the weight of its next digit; undefined between packets. */
  #length: { value: number; weight: number } | undefined

  constructor(limit: number) {
    this.#limit = limit
  }

  /** False when the connection must be closed: a packet is too large, or the length is malformed. */
  accepts(chunk: Uint8Array): boolean {
    let index = 0
    while (index < chunk.length) {
      if (this.#body > 0) {
        const taken = Math.min(this.#body, chunk.length - index)
        this.#body -= taken
        index += taken
        continue
      }
      const byte = chunk[index] ?? 0
      index += 1
      if (this.#length === undefined) {
        this.#length = { value: 0, weight: 1 }
        continue
      }
      this.#length.value += (byte & 0x7f) * this.#length.weight
      if (this.#length.value > this.#limit) return false
      if ((byte & 0x80) === 0) {
        this.#body = this.#length.value
        this.#length = undefined
      } else {
        // At most four bytes of length [MQTT-2.2.3].
        if (this.#length.weight >= 128 ** 3) return false
        this.#length.weight *= 128
      }
    }
    return true
  }
}

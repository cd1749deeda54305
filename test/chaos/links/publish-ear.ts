import type { Ear } from './link.ts'

/** Kinds of MQTT 3.1.1 packets and their flags, in the first byte. */
const PUBLISH = 3
const QOS = 0b0110

/** Finds the messages that a client publishes in the bytes of its connection (MQTT 3.1.1, 2.2 and 3.3). */
export function publishEar(heard: (topic: string, payload: Buffer) => void): Ear {
  let rest: Buffer = Buffer.alloc(0)
  return (bytes) => {
    rest = Buffer.concat([rest, bytes])
    for (let packet = packetIn(rest); packet !== undefined; packet = packetIn(rest)) {
      const { first, body, end } = packet
      if (first >> 4 === PUBLISH) {
        const topicEnd = 2 + body.readUInt16BE(0)
        const idBytes = (first & QOS) === 0 ? 0 : 2
        heard(body.toString('utf8', 2, topicEnd), body.subarray(topicEnd + idBytes))
      }
      rest = rest.subarray(end)
    }
  }
}

/** The first packet, once it is whole. */
function packetIn(bytes: Buffer): { first: number; body: Buffer; end: number } | undefined {
  let length = 0
  for (let at = 1; at < bytes.length && at <= 4; at++) {
    const digit = bytes[at] ?? 0
    length += (digit & 0x7f) * 128 ** (at - 1)
    if ((digit & 0x80) !== 0) continue
    const end = at + 1 + length
    return end > bytes.length ? undefined : { first: bytes[0] ?? 0, body: bytes.subarray(at + 1, end), end }
  }
  return undefined
}

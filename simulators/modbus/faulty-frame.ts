import type { FrameFault } from '../fault/faulty-wire.ts'
import type { Frame, Framing } from './frame.ts'

/** An answer that names another unit or another function, with a checksum that fits. */
export function faultyFrame(answer: Frame, faults: readonly FrameFault[]): Frame {
  let frame = answer
  for (const { kind } of faults) {
    if (kind === 'wrong-unit') frame = { ...frame, unit: neighbour(frame.unit) }
    // 3 for 4, 4 for 3, 1 for 2 and so on: the function code that is wrong and yet likely.
    if (kind === 'wrong-function') frame = { ...frame, pdu: frame.pdu.with(0, otherFunction(frame.pdu[0])) }
  }
  return frame
}

/** What somebody else might say on this line: as long as the answer, with other data. */
export function foreignFrame(answer: Frame, framing: Framing): Frame {
  const pdu = answer.pdu.map((byte, index) => (index < 2 ? byte : byte ^ 0x55))
  return framing.isShared
    ? { ...answer, unit: neighbour(answer.unit), pdu }
    : { ...answer, transaction: answer.transaction ^ 0x8000, pdu }
}

/** Unit ids in use are 1 to 247. */
function neighbour(unit: number): number {
  return (unit % 247) + 1
}

function otherFunction(code = 0): number {
  return (((code & 0x7f) - 1) ^ 1) + 1 + (code & 0x80)
}

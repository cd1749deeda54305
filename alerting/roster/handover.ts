import Type from 'typebox'
import { formatIso } from '../../contracts/iso-time.ts'
import type { HandoverView } from '../../contracts/notify/api.ts'

const MAX_HANDOVERS = 200

/** What a shift tells the next one, as it is kept; `time` is epoch ms. */
export const HandoverSchema = Type.Object({
  time: Type.Integer(),
  duty: Type.String(),
  by: Type.String(),
  text: Type.String(),
})
export type Handover = Readonly<Type.Static<typeof HandoverSchema>>

/** Oldest first; the newest are kept. */
export function withHandover(handovers: readonly Handover[], handover: Handover): Handover[] {
  return [...handovers, handover].slice(-MAX_HANDOVERS)
}

export function handoverView({ time, ...handover }: Handover, timezone: string): HandoverView {
  return { ...handover, time: formatIso(time, timezone) }
}

import type { Delivery, Receipt } from '../../../contracts/notify/message.ts'
import type { Channel } from '../../../contracts/notify/plan.ts'

/** The way out: one attempt at a time, of everything that cannot be decided here. */
export interface Sender {
  /** Takes other channels from now on. One that is wrong fails when it is used. */
  configure(facility: string, channels: readonly Channel[]): Promise<void>
  /** One attempt. @throws CodedError CHANNEL_* or RECEIVER_UNREACHED */
  send(delivery: Delivery): Promise<Receipt>
  /** Whether the other side would take a message; sends none. @throws CodedError CHANNEL_* */
  probe(facility: string, channel: string): Promise<void>
  close(): Promise<void>
}

import type { Delivery, Receipt } from '../../../contracts/notify/message.ts'
import type { Channel } from '../../../contracts/notify/plan.ts'

export { busySeconds } from './webhook-answer.ts'

/** Takes messages to the channels of facilities. Calls may be under way together; none holds up another channel. */
export interface Sender {
  /** Takes other channels from now on. Never throws for one bad channel: it fails when it is used. */
  configure(facility: string, channels: readonly Channel[]): Promise<void>
  /**
   * One attempt. It takes the timeout of the channel at most, once its turn has come: an e-mail channel carries 4
   * messages at once, a webhook 16, what is urgent first and one of them for that alone.
   * @throws CodedError CHANNEL_* or RECEIVER_UNREACHED; THREAD_ENDED when nobody knows whether it was sent. CHANNEL_BUSY
   * may say in its detail after how many seconds to come again: {@link busySeconds}
   */
  send(delivery: Delivery): Promise<Receipt>
  /**
   * Whether the other side would take a message; sends none. Of a mail server greeting, TLS and sign-in; of a webhook
   * the connection with its TLS. @throws CodedError CHANNEL_*
   */
  probe(facility: string, channel: string): Promise<void>
  /** What waits fails with THREAD_ENDED; what has begun has 3 s to end. */
  close(): Promise<void>
}

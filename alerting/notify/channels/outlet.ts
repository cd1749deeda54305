import type { CodedError } from '../../../contracts/errors.ts'
import type { Delivery, Receipt } from '../../../contracts/notify/message.ts'

/** One channel in use. Calls may be under way together. */
export interface Outlet {
  /** One attempt. @throws CodedError CHANNEL_* or RECEIVER_UNREACHED */
  send(delivery: Delivery): Promise<Receipt>
  /** Whether the other side would take a message; sends none. @throws CodedError CHANNEL_* */
  probe(): Promise<void>
  /** What has not begun fails with this; what has begun goes on, and its connections are closed afterwards. */
  end(error: CodedError): void
  /** What has begun fails too. */
  abort(error: CodedError): void
}

import type { AttachmentView } from '../../../contracts/register/hazard-api.ts'
import type { RegisterTrx } from '../store/tables.ts'

/** Where photos go: the attachments of the register, as far as reports need them. */
export interface ReportPhotos {
  /** Within the transaction of the report. @throws CodedError ATTACHMENT_*, REQUEST_INVALID */
  add(
    trx: RegisterTrx,
    photo: {
      subject: 'report'
      number: number
      facility: string
      name: string
      /** Base64. */
      content: string
      by: string
      /** Epoch ms. */
      time: number
    },
  ): Promise<unknown>
  list(number: number, timezone: string): Promise<AttachmentView[]>
}

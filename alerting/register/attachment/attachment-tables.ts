import type { Identity } from '../store/tables.ts'

/** Files of people; the same content is kept once. */
export interface AttachmentTables {
  attachment_content: {
    /** Hexadecimal. */
    sha256: string
    bytes: Uint8Array
    size: number
    /** Media type, by the content. */
    type: string
    /** Epoch ms. */
    created: number
  }
  attachment: {
    id: Identity
    /** The kind of entry that it belongs to: `hazard`. */
    subject: string
    /** Of that entry. */
    number: number
    facility: string
    sha256: string
    name: string
    by_whom: string
    /** Epoch ms. */
    time: number
  }
}

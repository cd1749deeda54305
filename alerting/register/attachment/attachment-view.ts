import { formatIso } from '../../../contracts/iso-time.ts'
import type { AttachmentView } from '../../../contracts/register/hazard-api.ts'
import type { Attachment } from './attachment-desk.ts'

/** As the API shows it, in the time of its plant. */
export function attachmentView(
  { id, name, type, size, sha256, by, time }: Attachment,
  timezone: string,
): AttachmentView {
  return { id, name, type, size, sha256, by, time: formatIso(time, timezone) }
}

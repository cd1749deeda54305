import { REPORT_LIMITS } from '../../../contracts/register/report-api.ts'
import { AttachmentDesk } from '../attachment/attachment-desk.ts'
import type { RegisterContext } from '../context.ts'
import type { FacilityBook } from '../facility-book.ts'
import { ReportContacts } from './report-contacts.ts'
import { ReportIntake } from './report-intake.ts'
import { ReportPlaces } from './report-places.ts'
import { ReportReading } from './report-reading.ts'
import { ReportTriage } from './report-triage.ts'

/** Public reports of hazards, from the open form to the reward (docs/public-reports.md). */
export class ReportDesk {
  /** What anybody may do. */
  readonly intake: ReportIntake
  readonly reading: ReportReading
  readonly triage: ReportTriage
  readonly contacts: ReportContacts

  readonly #places: ReportPlaces

  constructor(context: RegisterContext, facilities: Pick<FacilityBook, 'zones'>) {
    const places = new ReportPlaces(context)
    this.#places = places
    const photos = new AttachmentDesk({ maxBytes: REPORT_LIMITS.photoBytes })
    this.intake = new ReportIntake(context, places, photos)
    this.reading = new ReportReading(context, { facilities, photos })
    this.triage = new ReportTriage(context, places)
    this.contacts = new ReportContacts(context, places)
  }

  /** Whether the plants have the keys that they name. @throws CodedError SECRET_UNREADABLE or REPORT_KEY_INVALID */
  check(): void {
    this.#places.check()
  }
}

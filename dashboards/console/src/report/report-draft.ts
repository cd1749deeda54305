import type { NewReport, ReportForm } from '../../../../contracts/register/report-api.ts'
import type { Proven } from './proof-state.ts'
import type { ReportTextKey } from './report-texts.ts'

/** Of a reporter who does not know which plant it is. */
export const UNKNOWN = '?'

/** A photo as it is sent. */
export interface Photo {
  name: string
  /** Base64. */
  content: string
  /** Bytes. */
  size: number
}

/** What has been typed so far. */
export interface Draft {
  /** Empty: not chosen yet. */
  facility: string
  text: string
  where: string
  /** As the field has it, in the time of the browser: `2026-11-29T10:00`. */
  happened: string
  isEmployee: boolean
  name: string
  phone: string
  email: string
  /** People do not see it. */
  website: string
  photos: readonly Photo[]
}

/** The plant of the link, or the only one there is, is chosen already. */
export function newDraft({ facilities }: Pick<ReportForm, 'facilities'>, facility: string | null): Draft {
  const linked = facilities.find(({ id }) => id === facility)
  const [only] = facilities
  const chosen = linked ?? (facilities.length === 1 ? only : undefined)
  return {
    facility: chosen?.id ?? '',
    text: '',
    where: '',
    happened: '',
    isEmployee: false,
    name: '',
    phone: '',
    email: '',
    website: '',
    photos: [],
  }
}

/** What is missing, by the field that it belongs to. */
export type Missing = Partial<Record<'facility' | 'text' | 'where', ReportTextKey>>

export function missingOf(draft: Draft, { leastText }: ReportForm['limits']): Missing {
  return {
    ...(draft.facility === '' ? { facility: 'needPlant' } : {}),
    ...([...draft.text.trim()].length < leastText ? { text: 'needText' } : {}),
    ...(draft.facility === UNKNOWN && draft.where.trim() === '' ? { where: 'needWhere' } : {}),
  }
}

export function reportOf(draft: Draft, proven: Proven): NewReport {
  const { facility, text, where, happened, isEmployee, name, phone, email, website, photos } = draft
  const contact = Object.fromEntries(
    Object.entries({ name, phone, email }).filter(([, value]) => value.trim() !== ''),
  )
  return {
    ...(facility === UNKNOWN ? {} : { facility }),
    text,
    ...(where.trim() === '' ? {} : { where }),
    ...(happened === '' ? {} : { happened: new Date(happened).toISOString() }),
    ...(photos.length === 0
      ? {}
      : { photos: photos.map((photo) => ({ name: photo.name, content: photo.content })) }),
    ...(Object.keys(contact).length === 0 ? {} : { contact }),
    isEmployee,
    website,
    ...proven,
  }
}

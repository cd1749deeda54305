import { CodedError } from '../../../contracts/errors.ts'
import { parseIso } from '../../../contracts/iso-time.ts'
import { type NewReport, REPORT_LIMITS } from '../../../contracts/register/report-api.ts'
import { cleanLine, cleanText, wordsHash } from './clean-text.ts'
import type { Contact } from './contact-seal.ts'

/** What a stranger sent, fit to be kept. Times in epoch ms. */
export interface ReportInput {
  readonly text: string
  /** Hash of its words. */
  readonly words: string
  readonly where: string | null
  readonly happened: number | null
  readonly isEmployee: boolean
  readonly contact: Contact | undefined
  /** Content as base64. What the file was called says more of the reporter than of the plant. */
  readonly photos: readonly { readonly name: string; readonly content: string }[]
}

const PHOTO = /\.(jpe?g|png|webp|heic)$/i
/** A clock of a phone may be ahead by so much, ms. */
const AHEAD_MS = 600_000

/** @throws CodedError REPORT_REFUSED, REPORT_INCOMPLETE or REQUEST_INVALID */
export function reportInput(report: NewReport, now: number): ReportInput {
  if ((report.website ?? '') !== '') throw new CodedError('REPORT_REFUSED', 'website is filled in')
  const text = cleanText(report.text)
  if ([...text].length < REPORT_LIMITS.leastText)
    throw new CodedError('REPORT_INCOMPLETE', `text: at least ${REPORT_LIMITS.leastText} characters`)
  const where = cleanLine(report.where ?? '')
  if (report.facility === undefined && where === '')
    throw new CodedError('REPORT_INCOMPLETE', 'where: needed when the plant is not known')
  return {
    text,
    words: wordsHash(text),
    where: where === '' ? null : where,
    happened: happenedAt(report.happened, now),
    isEmployee: report.isEmployee ?? false,
    contact: contactOf(report.contact),
    photos: (report.photos ?? []).map(({ name, content }, index) => ({
      name: `photo-${index + 1}.${endingOf(name)}`,
      content,
    })),
  }
}

function happenedAt(text: string | undefined, now: number): number | null {
  if (text === undefined || text === '') return null
  const ms = parseIso(text)
  if (ms === undefined)
    throw new CodedError('REQUEST_INVALID', 'happened: it is no ISO 8601 time with an offset')
  if (ms > now + AHEAD_MS) throw new CodedError('REPORT_INCOMPLETE', 'happened: it lies ahead')
  return Math.min(ms, now)
}

function contactOf(given: NewReport['contact']): Contact | undefined {
  const parts = Object.entries(given ?? {})
    .map(([part, text]) => [part, cleanLine(text)] as const)
    .filter(([, text]) => text !== '')
  return parts.length === 0 ? undefined : Object.fromEntries(parts)
}

function endingOf(name: string): string {
  const ending = PHOTO.exec(name)?.[1]?.toLowerCase()
  if (ending === undefined)
    throw new CodedError('REQUEST_INVALID', 'photos: a name ends in .jpg, .png, .webp or .heic')
  return ending
}

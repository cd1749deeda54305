import type { ClassView } from '../../../contracts/alarm-detail-api.ts'
import { parseDuration } from '../../../contracts/duration.ts'
import type { TextKey } from './texts.ts'

/** Actions that put a flag on an alarm. */
export const FLAG_ACTIONS = ['shelve', 'suppress', 'out-of-service'] as const
export type FlagAction = (typeof FLAG_ACTIONS)[number]

/** A duration such as `30m`; `return`: until the alarm returns, once; `open`: until somebody lifts it. */
export type Span = string

/** What each may last, and what is chosen at first. Key: the action. */
const SPANS: Readonly<Record<FlagAction, { spans: readonly Span[]; first: Span }>> = {
  shelve: { spans: ['15m', '30m', '1h', '2h', '8h', 'return'], first: '30m' },
  suppress: { spans: ['1h', '8h', '24h', '7d', 'open'], first: '8h' },
  'out-of-service': { spans: ['1h', '8h', '24h', '7d', '30d'], first: '8h' },
}

/** What a person may choose. */
export interface SpanChoice {
  offered: readonly Span[]
  first: Span
  /** The class cuts the list; undefined when it allows all of it. */
  longest: string | undefined
}

/** The times that the class allows. */
export function spansFor(action: FlagAction, of: ClassView | undefined): SpanChoice {
  const { spans, first } = SPANS[action]
  const most = action === 'shelve' && of !== undefined ? parseDuration(of.maxShelve) : undefined
  const offered = spans.filter((span) => most === undefined || (parseDuration(span) ?? 0) <= most)
  const isCut = offered.length < spans.length
  return {
    offered,
    first: offered.includes(first) ? first : (offered[0] ?? first),
    longest: isCut ? of?.maxShelve : undefined,
  }
}

/** Whether the class takes a second person. Without the class nobody knows, and the server decides. */
export function takesTwo(action: FlagAction, of: ClassView | undefined): boolean {
  return (action === 'shelve' ? of?.shelving : of?.bypass) === 'two-person'
}

export interface FlagForm {
  span: Span
  reason: string
  by: string
  approvedBy: string
}

/** What is missing. Key: the field. */
export type FormProblems = Partial<Record<'reason' | 'by' | 'approvedBy', TextKey>>

/** @param needs `person`: nobody is signed in; `two`: a second person must be named */
export function problemsOf(
  form: Omit<FlagForm, 'span'>,
  needs: { person: boolean; two: boolean },
): FormProblems {
  const [by, approvedBy] = [form.by.trim(), form.approvedBy.trim()]
  const isSame = approvedBy !== '' && approvedBy.toLowerCase() === by.toLowerCase()
  const missing = needs.two && approvedBy === '' ? 'needApprover' : undefined
  const second = isSame ? 'needSomebodyElse' : missing
  return {
    ...(form.reason.trim() === '' ? { reason: 'needReason' } : {}),
    ...(needs.person && by === '' ? { by: 'needPerson' } : {}),
    ...(second === undefined ? {} : { approvedBy: second }),
  }
}

/** As the API takes it, but for who acts. */
export function flagBody({ span, reason, approvedBy }: Omit<FlagForm, 'by'>): object {
  return {
    reason: reason.trim(),
    ...(span === 'return' ? { oneShot: true } : span === 'open' ? {} : { for: span }),
    ...(approvedBy.trim() === '' ? {} : { approvedBy: approvedBy.trim() }),
  }
}

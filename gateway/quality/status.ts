import type { StatusRule } from '../../contracts/facility.ts'
import type { StatusReason } from '../../contracts/facility-words.ts'
import type { Reason } from '../../contracts/quality.ts'
import { qualityOf } from './assess.ts'

/** What stands in a status or heartbeat register; or why that is not known. */
export type Found =
  | {
      readonly ok: true
      /** The raw value in decimal digits; of a record the text of the field. */
      readonly text: string
      /** Undefined when the text is no number. */
      readonly raw: number | undefined
    }
  | { readonly ok: false; readonly reason: Reason }

/** What the device says about a sensor. */
export type StatusVerdict =
  | { readonly kind: 'good' }
  | { readonly kind: 'said'; readonly reason: StatusReason }
  /** It could not be asked, so nobody knows: never good. */
  | { readonly kind: 'unread'; readonly reason: Reason }

/** The first rule with something bad to say wins, then the first with something uncertain. */
export function statusOf(
  rules: readonly StatusRule[],
  find: (register: StatusRule['register']) => Found,
): StatusVerdict {
  let uncertain: StatusVerdict | undefined
  for (const rule of rules) {
    const verdict = verdictOf(rule, find(rule.register))
    if (verdict.kind === 'good') continue
    if (verdict.kind === 'unread' || qualityOf(verdict.reason) === 'bad') return verdict
    uncertain ??= verdict
  }
  return uncertain ?? { kind: 'good' }
}

/** Bad beats uncertain, uncertain beats good; of two alike the first. */
export function worseStatus(a: StatusVerdict, b: StatusVerdict): StatusVerdict {
  return rankOf(b) > rankOf(a) ? b : a
}

function rankOf(verdict: StatusVerdict): number {
  if (verdict.kind === 'good') return 0
  return verdict.kind === 'said' && qualityOf(verdict.reason) !== 'bad' ? 1 : 2
}

function verdictOf(rule: StatusRule, found: Found): StatusVerdict {
  if (!found.ok) return { kind: 'unread', reason: found.reason }
  const text = rule.bits === undefined ? found.text : bitField(found.raw, rule.bits)
  if (text === undefined) return { kind: 'unread', reason: 'not-decodable' }
  const meaning = rule.means.get(text) ?? rule.others
  return meaning === 'good' ? { kind: 'good' } : { kind: 'said', reason: meaning }
}

/** The bits from the lowest to the highest as a number in decimal digits. */
function bitField(raw: number | undefined, [low, high]: readonly [number, number]): string | undefined {
  if (raw === undefined || !Number.isInteger(raw)) return undefined
  // `>>>` takes the low 32 bits of any integer, in two's complement.
  return String((raw >>> low) % 2 ** (high - low + 1))
}

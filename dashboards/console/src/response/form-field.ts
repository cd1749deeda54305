import { plantTimeIso } from '../plant-time.ts'
import type { RegisterTextKey } from '../texts/register.ts'

/** One thing that a form asks for, under the name that the API has for it. */
export interface FormField {
  readonly name: string
  readonly label: string
  /** `count`: a whole number of at least 0; `past`: a time that is no later than now. */
  readonly input: 'line' | 'text' | 'number' | 'count' | 'past' | 'choice' | 'check'
  readonly isNeeded?: boolean
  readonly hint?: string | undefined
  readonly maxLength?: number
  readonly choices?: readonly { value: string; text: string }[]
  /** What it begins with. */
  readonly value?: string
}

/** A form as it was typed. Key: name of the field. */
export type FormDraft = Readonly<Record<string, string>>

export interface FormPlace {
  /** IANA name: times are typed in the time of the plant. */
  timezone: string
  /** Epoch ms. */
  now: number
}

/** Clocks of people and servers differ by a little, ms. */
const SLACK_MS = 60_000

export function firstOf(fields: readonly FormField[]): FormDraft {
  return Object.fromEntries(fields.map(({ name, value = '' }) => [name, value]))
}

/** What the request says, or what is wrong with each field. What is empty is left out. */
export function readFields(
  fields: readonly FormField[],
  draft: FormDraft,
  place: FormPlace,
):
  | { ok: true; said: Readonly<Record<string, unknown>> }
  | { ok: false; problems: Readonly<Record<string, RegisterTextKey>> } {
  const problems: Record<string, RegisterTextKey> = {}
  const said: Record<string, unknown> = {}
  for (const field of fields) {
    const read = readField(field, (draft[field.name] ?? '').trim(), place)
    if ('problem' in read) problems[field.name] = read.problem
    else if (read.value !== undefined) said[field.name] = read.value
  }
  return Object.keys(problems).length > 0 ? { ok: false, problems } : { ok: true, said }
}

function readField(
  { input, isNeeded = false }: FormField,
  typed: string,
  { timezone, now }: FormPlace,
): { value: unknown } | { problem: RegisterTextKey } {
  if (input === 'check') return { value: typed === 'true' }
  if (typed === '') return isNeeded ? { problem: 'missing' } : { value: undefined }
  switch (input) {
    case 'number': {
      const value = Number(typed.replaceAll(/[\s,]/g, '').replace('−', '-'))
      return Number.isFinite(value) ? { value } : { problem: 'noNumber' }
    }
    case 'count':
      return /^\d{1,15}$/.test(typed) ? { value: Number(typed) } : { problem: 'notNumber' }
    case 'past': {
      const time = plantTimeIso(typed, timezone)
      if (time === undefined) return { problem: 'notTime' }
      return Date.parse(time) <= now + SLACK_MS ? { value: time } : { problem: 'inFuture' }
    }
    default:
      return { value: typed }
  }
}

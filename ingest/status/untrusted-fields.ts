import type { FieldValue } from '../../contracts/store.ts'

/** Characters of a text that somebody sent. */
const MAX_TEXT = 100

type Fields = Record<string, FieldValue>

/** Something of a health message, which is shown as it came: what is not of its type is not there. */
export function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}

/** What stands under this name itself; a name such as `constructor` finds nothing. */
export function member(value: unknown, name: string): unknown {
  const fields = record(value)
  return Object.hasOwn(fields, name) ? fields[name] : undefined
}

/** Counts as integer fields, by the names they have there. Key of `names`: name of the field. */
export function counts(value: unknown, names: Readonly<Record<string, string>>): Fields {
  return pick(value, names, (found) =>
    typeof found === 'number' && Number.isSafeInteger(Math.trunc(found))
      ? BigInt(Math.trunc(found))
      : undefined,
  )
}

/** Measured numbers as float fields. */
export function gauges(value: unknown, names: Readonly<Record<string, string>>): Fields {
  return pick(value, names, (found) =>
    typeof found === 'number' && Number.isFinite(found) ? found : undefined,
  )
}

/** Texts as string fields, cut where no code or name is that long. */
export function texts(value: unknown, names: Readonly<Record<string, string>>): Fields {
  return pick(value, names, (found) => (typeof found === 'string' ? found.slice(0, MAX_TEXT) : undefined))
}

/** Yes and no as 1 and 0, which panels can add up. */
export function flags(value: unknown, names: Readonly<Record<string, string>>): Fields {
  return pick(value, names, (found) => (typeof found === 'boolean' ? BigInt(found) : undefined))
}

/** The sum of all counts in an object, such as errors by kind. Nothing when it is none. */
export function total(value: unknown, name: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return {}
  const sum = Object.values(value)
    .filter((found): found is number => typeof found === 'number' && Number.isSafeInteger(found))
    .reduce((before, found) => before + found, 0)
  return Number.isSafeInteger(sum) ? { [name]: BigInt(sum) } : {}
}

function pick(
  value: unknown,
  names: Readonly<Record<string, string>>,
  read: (found: unknown) => FieldValue | undefined,
): Fields {
  const fields: Fields = {}
  for (const [field, name] of Object.entries(names)) {
    const found = read(member(value, name))
    if (found !== undefined) fields[field] = found
  }
  return fields
}

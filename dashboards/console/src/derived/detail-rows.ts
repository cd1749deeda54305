import { isObject, numberOf, textOf, type Untyped } from './untyped.ts'

/** How a detail is written. */
type DetailFormat = 'number' | 'time' | 'word' | { readonly unit: string }

/** In the order in which people read them. What is told under another name is not shown: it is for other programs. */
const FORMATS: Readonly<Record<string, DetailFormat>> = {
  phase: 'word',
  mode: 'word',
  reset: 'word',
  flow: { unit: 'm3/h' },
  flowConfidence: { unit: 'm3/h' },
  volume: { unit: 'm3' },
  volumeToGo: { unit: 'm3' },
  leastMinutes: { unit: 'min' },
  response: { unit: 'min' },
  S: 'number',
  R: 'number',
  alpha: 'number',
  grade: 'word',
  ufv: { unit: 'm3' },
  sigma: { unit: 'm3' },
  inflow: { unit: 'm3' },
  outflow: { unit: 'm3' },
  cusumHigh: { unit: 'm3' },
  cusumLow: { unit: 'm3' },
  rest: { unit: 'm3' },
  moved: { unit: 'm3' },
  noise: { unit: 'm3' },
  minutes: { unit: 'min' },
  passedMinutes: { unit: 'min' },
  seenMinutes: { unit: 'min' },
  shift: 'time',
  period: 'time',
  since: 'time',
  until: 'time',
  skipped: 'number',
  rejects: 'number',
  cas: 'word',
}

/** A line of a computation's details. */
export type DetailRow =
  | { readonly key: string; readonly kind: 'number'; readonly value: number; readonly unit: string }
  | { readonly key: string; readonly kind: 'time'; readonly value: number }
  | { readonly key: string; readonly kind: 'word'; readonly value: string }

/** What there is to be said in one line each; what is not known now has none. */
export function detailRows(detail: Untyped): DetailRow[] {
  return Object.entries(FORMATS).flatMap(([key, format]): DetailRow[] => {
    const value = detail[key]
    if (format === 'word') {
      const word = textOf(value) ?? (numberOf(value) === undefined ? undefined : String(value))
      return word === undefined ? [] : [{ key, kind: 'word', value: word }]
    }
    // Of a shift or a period it is told when it has begun.
    const number = numberOf(isObject(value) ? value.from : value)
    if (number === undefined) return []
    if (format === 'time') return [{ key, kind: 'time', value: number }]
    return [{ key, kind: 'number', value: number, unit: typeof format === 'object' ? format.unit : '1' }]
  })
}

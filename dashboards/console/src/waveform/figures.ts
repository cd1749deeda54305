import { FEATURE_UNITS, FEATURES, type Feature } from '../../../../contracts/analytics/seismic/wave.ts'
import { looseNumber, numberText, unitSign } from '../number-text.ts'
import type { Entry } from '../texts/entry.ts'
import { FEATURE_TEXTS } from '../texts/waveforms.ts'

/** What people ask for first. */
export const MAIN_FEATURES = ['pga', 'pgv', 'jma', 'gbt17742'] as const satisfies Feature[]
const REST = (Object.keys(FEATURES) as Feature[]).filter(
  (feature) => feature !== 'event' && !MAIN_FEATURES.some((main) => main === feature),
)
/** Instrumental intensities have one place by definition. */
const ONE_PLACE: readonly string[] = ['jma', 'gbt17742'] satisfies Feature[]

export interface Figure {
  readonly key: string
  /** Undefined for one that this release does not know: its key is shown. */
  readonly name: Entry | undefined
  readonly text: string
}

/** The figures of an event: those that matter first, those that nobody knows last. */
export function figuresOf(features: Readonly<Record<string, number>>): Figure[] {
  const known: readonly string[] = [...MAIN_FEATURES, ...REST]
  const others = Object.keys(features).filter((key) => !known.includes(key) && key !== 'event')
  return [...known, ...others].flatMap((key) => {
    const value = features[key]
    if (value === undefined) return []
    return [{ key, name: FEATURE_TEXTS[key as Feature], text: figureText(key, value) }]
  })
}

/** With its unit; three places, since ground motion is not known better. */
export function figureText(key: string, value: number): string {
  const unit = unitSign(FEATURE_UNITS[key as Feature] ?? '1')
  const number = ONE_PLACE.includes(key) ? numberText(value, 1) : looseNumber(Number(value.toPrecision(3)))
  return unit === '' ? number : `${number} ${unit}`
}

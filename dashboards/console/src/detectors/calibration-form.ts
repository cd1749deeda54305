import type { NewCalibration } from '../../../../contracts/calibration-api.ts'
import { CALIBRATION_RESULTS } from '../../../../contracts/calibration-words.ts'
import { plantTimeIso } from '../plant-time.ts'

export const WORD_FIELDS = [
  'gas',
  'bottle',
  'certificate',
  'certificateExpiry',
  'technician',
  'note',
] as const
export const NUMBER_FIELDS = ['foundZero', 'foundSpan', 'leftZero', 'leftSpan', 't50', 't90'] as const
export type NumberField = (typeof NUMBER_FIELDS)[number]
type Field = 'kind' | 'result' | 'when' | (typeof WORD_FIELDS)[number] | NumberField

/** A record as it was typed. */
export type CalibrationDraft = Readonly<Record<Field, string>>

/** Nothing is passed until somebody says so: a record cannot be taken back. */
export const EMPTY_DRAFT: CalibrationDraft = {
  kind: 'bump',
  result: '',
  when: '',
  ...{ gas: '', bottle: '', certificate: '', certificateExpiry: '', technician: '', note: '' },
  ...{ foundZero: '', foundSpan: '', leftZero: '', leftSpan: '', t50: '', t90: '' },
}

/** Numbers that are none; of those nothing is sent. */
export function wrongNumbers(draft: CalibrationDraft): NumberField[] {
  return NUMBER_FIELDS.filter((name) => draft[name].trim() !== '' && !Number.isFinite(numberOf(draft[name])))
}

/** Of what failed it is said why. */
export function isNoteMissing({ result, note }: CalibrationDraft): boolean {
  return result === 'fail' && note.trim() === ''
}

/** As the API takes it, but for who acts; what is empty is left out. Undefined while no result is chosen. */
export function calibrationBody(
  draft: CalibrationDraft,
  timezone: string,
): Omit<NewCalibration, 'by'> | undefined {
  const result = CALIBRATION_RESULTS.find((known) => known === draft.result)
  if (result === undefined) return undefined
  const words = Object.fromEntries(
    WORD_FIELDS.map((name) => [name, draft[name].trim()]).filter(([, text]) => text !== ''),
  )
  const number = (name: NumberField, key: string = name) =>
    draft[name].trim() === '' ? {} : { [key]: numberOf(draft[name]) }
  const asFound = { ...number('foundZero', 'zero'), ...number('foundSpan', 'span') }
  const asLeft = { ...number('leftZero', 'zero'), ...number('leftSpan', 'span') }
  const time = draft.when === '' ? undefined : plantTimeIso(draft.when, timezone)
  return {
    kind: draft.kind === 'calibration' ? 'calibration' : 'bump',
    result,
    ...words,
    ...(Object.keys(asFound).length === 0 ? {} : { asFound }),
    ...(Object.keys(asLeft).length === 0 ? {} : { asLeft }),
    ...number('t50'),
    ...number('t90'),
    ...(time === undefined ? {} : { time }),
  }
}

/** A comma is what many keyboards have. */
function numberOf(text: string): number {
  return Number(text.trim().replace(',', '.'))
}

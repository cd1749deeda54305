import { alarmsProblems } from '../../contracts/alarm-rules.ts'
import {
  SETTING_FIELDS,
  type SettingSteps,
  type SettingValues,
  type Settled,
  type WantedValues,
  WantedValuesSchema,
} from '../../contracts/alarm-settings.ts'
import { schemaProblems } from '../../contracts/config-problems.ts'
import { formatDuration, parseDuration } from '../../contracts/duration.ts'
import { CodedError } from '../../contracts/errors.ts'
import { SYSTEM_PREFIX } from '../../contracts/ids.ts'
import { secondPerson } from '../action.ts'
import { type AlarmSettings, differs, effective, standing } from './alarm-settings.ts'
import type { Revision } from './revision.ts'
import { pick, valuesOf, withValues } from './setting-values.ts'

/** Who asks for a change, why, and looking at what. */
interface Asked {
  by?: string
  approvedBy?: string
  reason?: string
  /** The revision that was seen; undefined takes what there is. */
  revision?: number
  /** Where they are, with sign-in. */
  address?: string
}

/** What an engineer asks of the settings of an alarm. */
export type SettingRequest = Asked & ({ changes: WantedValues } | { settle: Settled })

/** When it is in force: by the server, and by the clock that dates the readings of its sensor; epoch ms. */
export type SettingMoment = Pick<Revision, 'time' | 'sensorTime'>

/**
 * The revision that a request is.
 * @throws CodedError REASON_REQUIRED, SECOND_PERSON_REQUIRED, SETTING_FIXED, SETTING_PAST, SETTING_INVALID or
 * SETTING_SAME
 */
export function revisionOf(settings: AlarmSettings, request: SettingRequest, at: SettingMoment): Revision {
  const people = agreed(settings, request)
  const step = 'changes' in request ? change(settings, request.changes) : settle(settings, request.settle)
  const { file, unit, revisions } = settings
  return {
    revision: revisions.length + 1,
    ...at,
    ...people,
    changes: stepsFrom(settings, step.values),
    settled: 'settle' in request ? request.settle : null,
    ...step,
    basis: { when: file.when, unit },
  }
}

/** @throws CodedError REASON_REQUIRED, SECOND_PERSON_REQUIRED, SETTING_FIXED or SETTING_PAST */
function agreed(
  { file, revisions }: AlarmSettings,
  { by = '', approvedBy, reason = '', revision = revisions.length }: Asked,
): Pick<Revision, 'by' | 'approvedBy' | 'reason'> {
  if (by.trim() === '' || reason.trim() === '')
    throw new CodedError('REASON_REQUIRED', `a change needs ${by.trim() === '' ? 'a person' : 'a reason'}`)
  const second = secondPerson(by, approvedBy)
  if (second === undefined)
    throw new CodedError('SECOND_PERSON_REQUIRED', 'who approves is another than who asks')
  if (file.sensor.startsWith(SYSTEM_PREFIX)) throw new CodedError('SETTING_FIXED', file.id)
  if (revision !== revisions.length)
    throw new CodedError(
      'SETTING_PAST',
      `revision ${revision} was seen, ${file.id} has revision ${revisions.length}`,
    )
  return { by, approvedBy: second, reason }
}

type Step = Pick<Revision, 'values' | 'against'>

/** What is set to what the file says follows the file again. */
function change(settings: AlarmSettings, wanted: WantedValues): Step {
  const asked = checked(settings, wanted)
  const [file, before] = [valuesOf(settings.file), standing(settings)]
  const values = pick({ ...before, ...asked }, (field) => ({ ...before, ...asked })[field] !== file[field])
  const against = { ...file, ...pick(settings.revisions.at(-1)?.against ?? {}, isNotIn(asked)) }
  if (Object.keys(stepsFrom(settings, values)).length === 0)
    throw new CodedError('SETTING_SAME', `${settings.file.id} is as is asked for`)
  return { values, against: pick(against, isIn(values)) }
}

function settle(settings: AlarmSettings, take: Settled): Step {
  const values = standing(settings)
  const isOpen = differs(settings) || (take === 'file' && Object.keys(values).length > 0)
  if (!isOpen) throw new CodedError('SETTING_SAME', `nothing of ${settings.file.id} is to be settled`)
  return take === 'file'
    ? { values: {}, against: {} }
    : { values, against: pick(valuesOf(settings.file), isIn(values)) }
}

/** By the rules of the facility file. @throws CodedError SETTING_INVALID with all that is wrong */
function checked(settings: AlarmSettings, wanted: WantedValues): Partial<SettingValues> {
  const { when, rises = [], key } = settings.file
  const shape = schemaProblems(WantedValuesSchema, wanted)
  const values = shape.length > 0 ? {} : canonical(wanted)
  // An alarm without a limit has none, and keeps it.
  const { limit, ...others } = { ...valuesOf(effective(settings)), ...values }
  const alarm = {
    ...others,
    when,
    ...(limit === null ? {} : { limit }),
    rise: rises.map(({ afterMs, priority }) => ({ after: formatDuration(afterMs), priority })),
  }
  const problems = [...shape, ...(shape.length > 0 ? [] : alarmsProblems({ [key]: alarm }, []))]
  if (problems.length === 0) return values
  throw new CodedError('SETTING_INVALID', problems.map(({ message }) => message).join('; '))
}

/** Each value in the one way in which it is written. @throws CodedError SETTING_INVALID */
function canonical(wanted: WantedValues): Partial<SettingValues> {
  const delays = pick(wanted, (field) => field === 'onDelay' || field === 'offDelay')
  const texts = Object.entries(delays).map(([field, text]) => {
    const ms = parseDuration(String(text))
    if (!Number.isSafeInteger(ms)) throw new CodedError('SETTING_INVALID', `${field}: ${text} is too long`)
    return [field, formatDuration(Number(ms))]
  })
  return { ...wanted, ...Object.fromEntries(texts) }
}

/** What is in force with these values of run time, where it is another than now. */
function stepsFrom(settings: AlarmSettings, values: Partial<SettingValues>): SettingSteps {
  const from = valuesOf(effective(settings))
  const to = valuesOf(withValues(settings.file, values))
  const steps = SETTING_FIELDS.filter((field) => from[field] !== to[field]).map((field) => [
    field,
    [from[field], to[field]],
  ])
  return Object.fromEntries(steps)
}

function isIn(values: object): (field: string) => boolean {
  return (field) => Object.hasOwn(values, field)
}

function isNotIn(values: object): (field: string) => boolean {
  return (field) => !Object.hasOwn(values, field)
}

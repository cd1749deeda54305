import { alarmsProblems } from './alarm-rules.ts'
import { type AlarmFile, AlarmSchema } from './alarm-schema.ts'
import { schemaProblems } from './config-problems.ts'
import { formatDuration } from './duration.ts'
import { CodedError } from './errors.ts'
import type { AlarmConfig, Facility, Sensor } from './facility.ts'
import { ms } from './resolve-parts.ts'
import { didYouMean } from './suggestion.ts'

/** Settings of an alarm that can be changed for a trial, as the facility file calls them. */
export const OVERRIDABLE = [
  'limit',
  'deadband',
  'onDelay',
  'offDelay',
  'priority',
  'latching',
  'onBad',
] as const satisfies readonly (keyof AlarmFile)[]
export type Overridable = (typeof OVERRIDABLE)[number]

/** Settings as the facility file writes them; limit is null for stale and fault, which have none. */
export type AlarmSettings = Omit<Pick<AlarmFile, Overridable>, 'limit'> & { readonly limit: number | null }

/** One setting that stands for that of the file. */
export interface AlarmOverride {
  /** As a person wrote it, for messages. */
  readonly text: string
  readonly alarm: string
  readonly key: Overridable
  readonly value: string | number | boolean
}

/**
 * Reads `GT-101.H.limit=15`. Whether there is such an alarm, and whether it takes the value, is for
 * {@link withOverrides} to say. @throws CodedError USAGE
 */
export function parseOverride(text: string): AlarmOverride {
  const [, name = '', given = ''] = /^([^=]+)=(.*)$/s.exec(text) ?? []
  const dot = name.lastIndexOf('.')
  if (dot <= 0 || given.trim() === '')
    throw refused(text, 'expected ALARM.KEY=VALUE, such as GT-101.H.limit=15')
  const word = name.slice(dot + 1).trim()
  const key = OVERRIDABLE.find((known) => known === word)
  if (key === undefined)
    throw refused(
      text,
      `no setting "${word}"${didYouMean(word, OVERRIDABLE)}: there are ${OVERRIDABLE.join(', ')}`,
    )
  return { text, alarm: name.slice(0, dot).trim(), key, value: scalar(given.trim()) }
}

/**
 * The facility with some settings of its alarms changed, by the rules of the facility file; of the same setting the
 * last counts. Only `sensors` is changed, which is what evaluation reads: the sensors of gateways stay as in the file.
 * @throws CodedError USAGE that names every override that is wrong
 */
export function withOverrides(facility: Facility, overrides: readonly AlarmOverride[]): Facility {
  const problems: string[] = []
  const changed = new Map<string, AlarmConfig>()
  for (const [id, wanted] of Map.groupBy(overrides, ({ alarm }) => alarm)) {
    const config = alarmOf(facility, id)
    if (config === undefined) {
      const known = [...facility.sensors.values()].flatMap(({ alarms }) => alarms.map((alarm) => alarm.id))
      problems.push(`${wanted[0]?.text}: no alarm "${id}" in ${facility.file}${didYouMean(id, known)}`)
      continue
    }
    const found = problemsOf(config, wanted)
    problems.push(...found)
    if (found.length === 0) changed.set(id, overridden(config, wanted))
  }
  if (problems.length > 0) throw new CodedError('USAGE', problems.join('\n'))
  const withChanges = (sensor: Sensor): Sensor =>
    sensor.alarms.some(({ id }) => changed.has(id))
      ? { ...sensor, alarms: sensor.alarms.map((alarm) => changed.get(alarm.id) ?? alarm) }
      : sensor
  return {
    ...facility,
    sensors: new Map([...facility.sensors].map(([id, sensor]) => [id, withChanges(sensor)])),
  }
}

/** What can be changed of an alarm, as it is. */
export function settingsOf(config: AlarmConfig): AlarmSettings {
  return {
    limit: Number.isNaN(config.limit) ? null : config.limit,
    deadband: config.deadband,
    onDelay: formatDuration(config.onDelayMs),
    offDelay: formatDuration(config.offDelayMs),
    priority: config.priority,
    latching: config.latching,
    onBad: config.onBad,
  }
}

function alarmOf(facility: Facility, id: string): AlarmConfig | undefined {
  const sensor = facility.sensors.get(id.slice(0, Math.max(0, id.lastIndexOf('.'))))
  return sensor?.alarms.find((alarm) => alarm.id === id)
}

/** What the rules of the facility file have against these values, in words that begin with what was written. */
function problemsOf(config: AlarmConfig, wanted: readonly AlarmOverride[]): string[] {
  const { limit, ...settings } = settingsOf(config)
  const file = {
    when: config.when,
    ...(limit === null ? {} : { limit }),
    ...settings,
    class: config.class.id,
    rise: (config.rises ?? []).map(({ afterMs, priority }) => ({ after: formatDuration(afterMs), priority })),
    suppressWhen: [],
    ...Object.fromEntries(wanted.map(({ key, value }) => [key, value])),
  }
  const shape = schemaProblems(AlarmSchema, file)
  const found =
    shape.length > 0
      ? shape
      : alarmsProblems({ [config.key]: file as AlarmFile }, []).map(({ path, message }) => ({
          path: path.slice(1),
          message,
        }))
  return found.map(({ path, message }) => {
    const cause = wanted.findLast(({ key }) => key === path[0]) ?? wanted.at(-1)
    return `${cause?.text}: ${message}`
  })
}

function overridden(config: AlarmConfig, wanted: readonly AlarmOverride[]): AlarmConfig {
  const { onDelay, offDelay, ...others } = Object.fromEntries(
    wanted.map(({ key, value }) => [key, value]),
  ) as Partial<Pick<AlarmFile, Overridable>>
  return {
    ...config,
    ...others,
    ...(onDelay === undefined ? {} : { onDelayMs: ms(onDelay) }),
    ...(offDelay === undefined ? {} : { offDelayMs: ms(offDelay) }),
  }
}

/** As YAML would take it: a number, true, false, or a text. */
function scalar(text: string): string | number | boolean {
  if (/^[-+]?(\d+(\.\d*)?|\.\d+)(e[-+]?\d+)?$/i.test(text)) return Number(text)
  return text === 'true' ? true : text === 'false' ? false : text
}

function refused(text: string, why: string): CodedError {
  return new CodedError('USAGE', `${text}: ${why}`)
}

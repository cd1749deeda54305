import { isLoopback } from '../address.ts'
import { STANDARD_CLASSES, WATCHDOG_CLASS } from '../alarm-class.ts'
import type { Path } from '../config-document.ts'
import type { Problem } from '../config-problems.ts'
import { parseDuration } from '../duration.ts'
import type { FacilityFile } from '../facility-schema.ts'
import { type Placed, placed, type Sound } from '../sound-parts.ts'
import { didYouMean } from '../suggestion.ts'
import type { ChannelFile, DutyFile, NotifyFile } from './schema.ts'
import { watchdogPlaceProblems } from './watchdog-rules.ts'

type File = Sound<FacilityFile>

/** What the schema cannot say of responders, duties, channels and policies. */
export function notifyProblems(
  file: File,
  known: { areas: readonly string[]; sensors: readonly string[] },
): Problem[] {
  const responders = placed(file.responders, ['responders'])
  const duties = placed(file.roster, ['roster'])
  const channels = placed(file.notify?.channels, ['notify', 'channels'])
  const policies = placed(file.notify?.policies, ['notify', 'policies'])
  const names = {
    ...known,
    responders: idsOf(responders),
    duties: idsOf(duties),
    channels: idsOf(channels),
    classes: [...STANDARD_CLASSES, ...Object.keys(file.classes ?? {})],
  }
  return [
    ...duties.flatMap((duty) => dutyProblems(duty, names.responders, file.facility?.shifts ?? [])),
    ...channels.flatMap((channel) => channelProblems(channel, names.channels)),
    ...fallbackCircles(channels),
    ...policies.flatMap((policy) => policyProblems(policy, names)),
    ...watchdogProblems(file, channels, names),
  ]
}

function idsOf(parts: readonly Placed<{ readonly id?: string | undefined }>[]): string[] {
  return parts.flatMap(({ part: { id } }) => id ?? [])
}

/** A problem at each name that is not there. */
function unknown(
  what: string,
  known: readonly string[],
  names: readonly (string | undefined)[] | undefined,
  path: Path,
): Problem[] {
  return (names ?? []).flatMap((name, index) =>
    name === undefined || known.includes(name)
      ? []
      : [{ path: [...path, index], message: `no ${what} "${name}"${didYouMean(name, known)}` }],
  )
}

function dutyProblems(
  { part: duty, path }: Placed<Sound<DutyFile>>,
  responders: readonly string[],
  facilityShifts: readonly (string | undefined)[],
): Problem[] {
  const teams = Object.entries(duty.teams ?? {})
  const cycle = duty.cycle ?? []
  const shifts = duty.shifts ?? facilityShifts
  const problems = [
    ...unknown('responder', responders, duty.always, [...path, 'always']),
    ...teams.flatMap(([team, members]) =>
      unknown('responder', responders, members, [...path, 'teams', team]),
    ),
    ...unknown('team', [...teams.map(([team]) => team), '-'], cycle, [...path, 'cycle']),
  ]
  for (const [index, shift] of (duty.shifts ?? []).entries()) {
    const before = duty.shifts?.[index - 1]
    if (shift !== undefined && before !== undefined && shift <= before)
      problems.push({
        path: [...path, 'shifts', index],
        message: `${shift}: in the order of the day, after ${before}`,
      })
  }
  if (cycle.length > 0 && duty.start === undefined)
    problems.push({
      path,
      message: 'a cycle needs a start: a day whose first shift is the first of the cycle',
    })
  if (duty.start !== undefined && !isDate(duty.start))
    problems.push({ path: [...path, 'start'], message: `"${duty.start}" is no day of the calendar` })
  if (cycle.length > 0 && shifts.length > 0 && cycle.length % shifts.length !== 0)
    problems.push({
      path: [...path, 'cycle'],
      message: `${cycle.length} entries for ${shifts.length} shifts a day: give whole days`,
    })
  if ((duty.always ?? []).length === 0 && cycle.every((team) => team === '-'))
    problems.push({ path, message: 'nobody ever has this duty: give always, or teams and a cycle' })
  return problems
}

function isDate(text: string): boolean {
  return new Date(`${text}T00:00:00Z`).toJSON()?.slice(0, 10) === text
}

/** Keys of each kind, besides those of all. */
const OF_KIND = {
  email: ['host', 'port', 'security', 'username', 'passwordFile', 'from'],
  webhook: ['url', 'urlFile', 'format', 'secretFile'],
} as const

function channelProblems(
  { part: channel, path }: Placed<Sound<ChannelFile>>,
  channels: readonly string[],
): Problem[] {
  const { kind } = channel
  if (kind === undefined) return []
  const other = kind === 'email' ? 'webhook' : 'email'
  const problems: Problem[] = OF_KIND[other]
    .filter((key) => channel[key] !== undefined)
    .map((key) => ({ path: [...path, key], message: `kind ${kind} has no ${key}` }))
  if (kind === 'email')
    for (const key of ['host', 'from'] as const)
      if (channel[key] === undefined) problems.push({ path, message: `kind email needs ${key}` })
  if (channel.security === 'none' && channel.host !== undefined && !isLoopback(channel.host))
    problems.push({ path: [...path, 'security'], message: 'none: only on a loopback address' })
  if ((channel.username === undefined) !== (channel.passwordFile === undefined))
    problems.push({ path, message: 'username and passwordFile belong together' })
  if (kind === 'webhook' && (channel.url === undefined) === (channel.urlFile === undefined))
    problems.push({ path, message: 'kind webhook needs either url or urlFile' })
  if (channel.url !== undefined && !isSafeUrl(channel.url))
    problems.push({
      path: [...path, 'url'],
      message: 'http:// is for loopback addresses only: give https://',
    })
  const { secretFile, format = 'davylamp' } = channel
  if (secretFile !== undefined && format !== 'davylamp' && format !== 'dingtalk')
    problems.push({ path: [...path, 'secretFile'], message: `format ${format} signs nothing` })
  problems.push(...within(channel.timeout, [...path, 'timeout'], '100ms', '2m'))
  problems.push(...within(channel.limit?.per, [...path, 'limit', 'per'], '1s', '1d'))
  if (channel.fallback !== undefined)
    problems.push(...unknown('channel', channels, [channel.fallback], path).map(at('fallback')))
  return problems
}

/** A single name stands at its key, not in a list. */
function at(key: string): (problem: Problem) => Problem {
  return ({ path, message }) => ({ path: [...path.slice(0, -1), key], message })
}

/** @returns false too of what is no URL */
export function isSafeUrl(url: string): boolean {
  const parsed = URL.parse(url)
  return (
    parsed !== null && (parsed.protocol === 'https:' || isLoopback(parsed.hostname.replace(/^\[|\]$/g, '')))
  )
}

function fallbackCircles(channels: readonly Placed<Sound<ChannelFile>>[]): Problem[] {
  const next = new Map(channels.map(({ part: { id, fallback } }) => [id, fallback]))
  return channels.flatMap(({ part: { id, fallback }, path }) => {
    const seen = new Set<string | undefined>()
    for (let at = fallback; at !== undefined && !seen.has(at); at = next.get(at)) {
      if (at === id)
        return [{ path: [...path, 'fallback'], message: `"${id}" falls back on itself in a circle` }]
      seen.add(at)
    }
    return []
  })
}

type Names = Readonly<
  Record<'areas' | 'sensors' | 'classes' | 'duties' | 'channels' | 'responders', readonly string[]>
>
type PolicyFile = NotifyFile['policies'][number]

/** What a match may name. */
export interface MatchNames {
  readonly classes: readonly string[]
  readonly areas: readonly string[]
  readonly sensors: readonly string[]
}

export function matchProblems(match: Sound<PolicyFile>['match'], path: Path, names: MatchNames): Problem[] {
  const areas = names.areas.length === 0 ? undefined : match?.areas
  return [
    ...unknown('class', names.classes, match?.classes, [...path, 'classes']),
    ...unknown('area', [...names.areas, 'system'], areas, [...path, 'areas']),
    ...unknown(
      'sensor',
      names.sensors,
      match?.sensors?.filter((sensor) => sensor?.startsWith('sys.') !== true),
      [...path, 'sensors'],
    ),
  ]
}

function policyProblems({ part: policy, path }: Placed<Sound<PolicyFile>>, names: Names): Problem[] {
  const steps = placed(policy.steps, [...path, 'steps'])
  const problems = [
    ...matchProblems(policy.match, [...path, 'match'], names),
    ...within(policy.repeat, [...path, 'repeat'], '10s', '1d'),
    ...within(policy.group, [...path, 'group'], '0s', '1h'),
  ]
  if (policy.id === WATCHDOG_CLASS)
    problems.push({ path: [...path, 'id'], message: `"${WATCHDOG_CLASS}" is the policy of the watchdog` })
  let last = -1
  for (const { part: step, path: place } of steps) {
    const after = parseDuration(step.after ?? '0s') ?? 0
    if (after <= last && last >= 0)
      problems.push({ path: [...place, 'after'], message: 'steps stand in the order of time' })
    last = after
    problems.push(...within(step.after, [...place, 'after'], '0s', '7d'))
    problems.push(...unknown('duty', names.duties, step.to, [...place, 'to']))
    problems.push(...unknown('channel', names.channels, step.by, [...place, 'by']))
  }
  return problems
}

function watchdogProblems(
  file: File,
  channels: readonly Placed<Sound<ChannelFile>>[],
  names: Names,
): Problem[] {
  const watchdog = file.notify?.watchdog
  if (watchdog === undefined) return []
  const path = ['notify', 'watchdog']
  const one = (what: string, known: readonly string[], key: 'sensor' | 'channel') =>
    unknown(what, known, [watchdog[key]], path).map(at(key))
  const channel = channels.find(({ part }) => part.id === watchdog.channel)?.part
  const isReached =
    channel === undefined || (channel.kind === 'webhook' && (channel.format ?? 'davylamp') === 'davylamp')
  return [
    ...one('sensor', names.sensors, 'sensor'),
    ...one('channel', names.channels, 'channel'),
    ...(isReached
      ? []
      : [{ path: [...path, 'channel'], message: 'it takes a channel of kind webhook and format davylamp' }]),
    ...unknown('channel', names.channels, watchdog.tell, [...path, 'tell']),
    ...unknown('responder', names.responders, watchdog.to, [...path, 'to']),
    ...within(watchdog.every, [...path, 'every'], '2s', '1d'),
    ...within(watchdog.within, [...path, 'within'], '1s', '1h'),
    ...watchdogPlaceProblems(file, watchdog),
  ]
}

/** A duration that is out of bounds. */
export function within(text: string | undefined, path: Path, least: string, most: string): Problem[] {
  const ms = text === undefined ? undefined : parseDuration(text)
  const isWithin = ms === undefined || (ms >= (parseDuration(least) ?? 0) && ms <= (parseDuration(most) ?? 0))
  return isWithin ? [] : [{ path, message: `${text}: expected ${least} to ${most}` }]
}

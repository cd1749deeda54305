import type { PlacedAlarms } from './alarm-rules.ts'
import type { AlarmFile } from './alarm-schema.ts'
import type { Path } from './config-document.ts'
import type { Problem } from './config-problems.ts'
import { alarmId } from './ids.ts'
import type { Sound } from './sound-parts.ts'

type Alarm = Sound<AlarmFile>
type Rule = Sound<AlarmFile['suppressWhen'][number]>

/** An alarm that suppresses another, and where the rule says so. */
interface Link {
  readonly by: string
  readonly path: Path
}

/** Key: alarm id; value: who suppresses it whenever they are active. */
type Links = ReadonlyMap<string, readonly Link[]>

/**
 * Alarms that suppress each other by rule, two or more in a circle: once all are active nobody hears of any. A rule
 * on a sensor counts as one on those of its alarms that cannot be active while it does not hold. Groups close no
 * circle, since an alarm that is hidden is no longer the first of its group.
 */
export function circleProblems(places: readonly PlacedAlarms[]): Problem[] {
  const links = inCircles(linksOf(places))
  const told = new Set<string>()
  return [...links.keys()].flatMap((alarm) => {
    if (told.has(alarm)) return []
    const [first, ...others] = circleFrom(alarm, links)
    if (first === undefined) return []
    for (const { by } of [first, ...others]) told.add(by)
    const chain = others.map(({ by }, at) => `, ${[first, ...others][at]?.by} by ${by}`).join('')
    const message =
      others.length === 0
        ? `${alarm} is active only while this holds: an alarm cannot suppress itself`
        : `${alarm} is suppressed by ${first.by}${chain}: while all are active nobody hears of any`
    return [{ path: first.path, message }]
  })
}

function linksOf(places: readonly PlacedAlarms[]): Links {
  const alarmsOf = new Map(places.map(({ sensor, alarms }) => [sensor, Object.entries(alarms ?? {})]))
  const links = new Map<string, Link[]>()
  for (const { sensor, alarms, path } of places) {
    if (sensor === undefined) continue
    for (const [key, alarm] of Object.entries(alarms ?? {})) {
      const own = alarmId(sensor, key)
      const found = (alarm?.suppressWhen ?? []).flatMap((rule, index): Link[] => {
        const at = [...path, key, 'suppressWhen', index]
        if (rule?.sensor === undefined)
          // That an alarm names itself is told where names are looked up.
          return rule?.alarm === undefined || rule.alarm === own
            ? []
            : [{ by: rule.alarm, path: [...at, 'alarm'] }]
        const decides = rule.sensor
        return (alarmsOf.get(decides) ?? []).flatMap(([other, judged]) =>
          judged !== undefined && implies(judged, rule)
            ? [{ by: alarmId(decides, other), path: [...at, 'sensor'] }]
            : [],
        )
      })
      if (found.length > 0) links.set(own, found)
    }
  }
  return links
}

/** A good value that is beyond the limit of the alarm is always one at which the rule holds. */
function implies({ when, limit, deadband = 0 }: Alarm, rule: Rule): boolean {
  const { when: ruleWhen = 'equals', limit: ruleLimit, deadband: ruleDeadband = 0 } = rule
  if (limit === undefined || ruleLimit === undefined) return false
  const isAbove = when === 'high' || when === 'equals'
  const isBelow = when === 'low' || when === 'equals'
  switch (ruleWhen) {
    case 'high':
      return isAbove && limit >= ruleLimit
    case 'low':
      return isBelow && limit <= ruleLimit
    case 'equals':
      return when === 'equals' && limit === ruleLimit
    case 'not-equals':
      if (when === 'not-equals') return limit === ruleLimit && deadband >= ruleDeadband
      return (isAbove && limit - ruleLimit > ruleDeadband) || (isBelow && ruleLimit - limit > ruleDeadband)
  }
}

/** Without those that suppress nobody who is left, or are suppressed by nobody who is left: mostly nothing stays. */
function inCircles(links: Links): Links {
  const kept = new Map(links)
  for (let size = -1; size !== kept.size; ) {
    size = kept.size
    const suppressing = new Set([...kept.values()].flat().map(({ by }) => by))
    for (const [alarm, by] of kept) {
      const left = by.filter((link) => kept.has(link.by))
      if (left.length === 0 || !suppressing.has(alarm)) kept.delete(alarm)
      else kept.set(alarm, left)
    }
  }
  return kept
}

/** The shortest way from an alarm back to it; empty when there is none. */
function circleFrom(alarm: string, links: Links): Link[] {
  const seen = new Set<string>()
  let ways: Link[][] = [[]]
  while (ways.length > 0) {
    const next: Link[][] = []
    for (const way of ways)
      for (const link of links.get(way.at(-1)?.by ?? alarm) ?? []) {
        if (link.by === alarm) return [...way, link]
        if (seen.has(link.by)) continue
        seen.add(link.by)
        next.push([...way, link])
      }
    ways = next
  }
  return []
}

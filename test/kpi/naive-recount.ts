import type { JournalItem } from '../../contracts/api.ts'
import type { KpiQuery } from '../../contracts/kpi.ts'

/** Half-open, epoch ms. */
type Span = readonly [from: number, to: number]

interface Recount {
  annunciated: number
  late: number
  priorities: Record<string, number>
  /** Key: date of the plant. */
  perDay: Record<string, number>
  hoursOver30: number
  periodsOver10: number
  /** Never acknowledged by a person who had to. */
  never: number
  /** Ascending, ms. */
  acknowledged: number[]
  returned: number[]
  standing: string[]
  /** Key: alarm. */
  shelvedMs: Record<string, number>
  outOfServiceMs: Record<string, number>
  /** Key: date; alarms that were stale then. */
  stale: Record<string, string[]>
  floodMs: number
}

/** The figures counted anew, each by itself, from the whole journal held in memory: slow and plain. */
export function recount(items: readonly JournalItem[], query: KpiQuery): Recount {
  const { from, to, timezone } = query
  const isIn = (ms: number) => ms >= from && ms < to
  const format = new Intl.DateTimeFormat('sv-SE', {
    timeZone: timezone,
    dateStyle: 'short',
    timeStyle: 'medium',
  })
  const formatted = new Map<number, string>()
  const localTime = (at: number) => {
    const text = formatted.get(at) ?? format.format(at)
    formatted.set(at, text)
    return text
  }
  const entries = items
    .map((item) => ({ ...item, at: Date.parse(item.time) }))
    .filter((item) => query.area === undefined || item.alarm.area === query.area)
  const told = entries.filter(
    ({ event, alarm }) =>
      /^(raised|re-alarmed|priority-raised)$/.test(event) &&
      (alarm.state === 'UNACK' || alarm.state === 'ACKED'),
  )
  const inWindow = told.filter(({ at }) => isIn(at))
  const byKey = (key: (at: number) => string) => {
    const counts: Record<string, number> = {}
    for (const { at } of inWindow) {
      const name = key(at)
      counts[name] = (counts[name] ?? 0) + 1
    }
    return counts
  }
  // An hour that comes twice is told apart by its distance from UTC.
  const offset = (at: number) =>
    Date.parse(`${localTime(at).replace(' ', 'T')}Z`) - Math.floor(at / 1000) * 1000
  const over = (length: number, limit: number) =>
    Object.values(byKey((at) => `${offset(at)} ${localTime(at).slice(0, length)}`)).filter((n) => n > limit)
      .length
  const priorities: Record<string, number> = {}
  for (const { alarm } of inWindow) priorities[alarm.priority] = (priorities[alarm.priority] ?? 0) + 1

  const alarms = [...new Set(entries.map(({ alarm }) => alarm.id))].sort()
  const byAlarm = Map.groupBy(
    entries.filter(({ event }) => event !== 'late'),
    ({ alarm }) => alarm.id,
  )
  const ofAlarm = (id: string) => byAlarm.get(id) ?? []
  /** When a part of the state held, up to the end of the window. */
  const spans = (id: string, holds: (alarm: JournalItem['alarm']) => boolean): Span[] => {
    const found: Span[] = []
    let since: number | undefined
    for (const { at, alarm } of ofAlarm(id).filter((item) => item.at < to)) {
      if (holds(alarm)) since ??= at
      else if (since !== undefined) {
        found.push([since, at])
        since = undefined
      }
    }
    return since === undefined ? found : [...found, [since, to]]
  }
  const within = (list: readonly Span[]) =>
    list.reduce((sum, [start, end]) => sum + Math.max(0, Math.min(end, to) - Math.max(start, from)), 0)
  const msOf = (holds: (alarm: JournalItem['alarm']) => boolean) =>
    Object.fromEntries(alarms.map((id) => [id, within(spans(id, holds))] as const).filter(([, ms]) => ms > 0))

  const acknowledged = inWindow.flatMap(({ alarm, at }) => {
    const answer = ofAlarm(alarm.id).find(
      (item) => item.event === 'acknowledged' && item.alarm.occurrence === alarm.occurrence && item.at < to,
    )
    return answer === undefined ? [] : [answer.at - at]
  })
  const returned = inWindow.flatMap(({ event, alarm, at, seq }) => {
    if (event !== 'raised') return []
    const next = ofAlarm(alarm.id).find((item) => item.seq > seq && /^(returned|raised)$/.test(item.event))
    return next?.event === 'returned' && next.at < to ? [next.at - at] : []
  })

  const stale: Record<string, string[]> = {}
  for (const id of alarms) {
    const live = spans(id, ({ live }) => live === 'UNACK' || live === 'ACKED')
    const shown = spans(id, ({ state }) => state === 'UNACK' || state === 'ACKED')
    for (const [liveFrom, liveTo] of live) {
      for (const [shownFrom, shownTo] of shown) {
        const begin = Math.max(liveFrom + 86_400_000, shownFrom, from)
        const end = Math.min(liveTo, shownTo, to)
        // Every minute of it, and its last moment.
        for (let at = begin; at < end; at += 60_000) mark(stale, localTime(at).slice(0, 10), id)
        if (end > begin) mark(stale, localTime(end - 1).slice(0, 10), id)
      }
    }
  }

  return {
    annunciated: inWindow.length,
    late: entries.filter(({ event, at }) => event === 'late' && isIn(at)).length,
    priorities,
    perDay: byKey((at) => localTime(at).slice(0, 10)),
    hoursOver30: over(13, 30),
    periodsOver10: over(15, 10),
    never: inWindow.filter((item) => {
      if (item.alarm.ack === 'acked') return false
      const same = ofAlarm(item.alarm.id).filter(
        ({ seq, at, alarm }) => seq > item.seq && at < to && alarm.occurrence === item.alarm.occurrence,
      )
      return !same.some(
        ({ event, alarm }, index) =>
          event === 'acknowledged' ||
          (event === 'returned' && alarm.ack === 'acked' && !same.slice(0, index).some(isAcknowledged)),
      )
    }).length,
    acknowledged: acknowledged.sort((a, b) => a - b),
    returned: returned.sort((a, b) => a - b),
    standing: alarms.filter((id) =>
      spans(id, ({ state }) => state === 'UNACK' || state === 'ACKED').some(([, end]) => end === to),
    ),
    shelvedMs: msOf(({ shelved }) => shelved !== null),
    outOfServiceMs: msOf(({ outOfService }) => outOfService !== null),
    stale,
    floodMs: floodTime(
      told.map(({ at }) => at),
      query,
    ),
  }
}

function isAcknowledged({ event }: JournalItem): boolean {
  return event === 'acknowledged'
}

function mark(days: Record<string, string[]>, date: string, id: string): void {
  const list = days[date] ?? []
  days[date] = list.includes(id) ? list : [...list, id]
}

/** Second by second. Times are whole seconds or count from the next one on. */
function floodTime(times: readonly number[], { from, to }: KpiQuery): number {
  const sorted = times.toSorted((a, b) => a - b)
  let [inFlood, ms, low, high] = [false, 0, 0, 0]
  for (let now = from - 86_400_000; now < to; now += 1_000) {
    while ((sorted[high] ?? Number.POSITIVE_INFINITY) <= now) high += 1
    while ((sorted[low] ?? Number.POSITIVE_INFINITY) <= now - 600_000) low += 1
    if (high - low > 10) inFlood = true
    if (high - low < 5) inFlood = false
    if (inFlood && now >= from) ms += 1_000
  }
  return ms
}

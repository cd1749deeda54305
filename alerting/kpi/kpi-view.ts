import { formatIso } from '../../contracts/iso-time.ts'
import type { AlarmKpi, HiddenKind } from '../../contracts/kpi.ts'
import type { KpiSums } from './alarm-kpi.ts'
import type { AlarmTrack } from './alarm-track.ts'
import { figuresOf } from './figures.ts'

/** Lists of alarms end here; the figures count all of them. */
const LIST_LIMIT = 100
const FLOOD_LIMIT = 1_000

/** What the pass has counted, as the API gives it. */
export function kpiView(sums: KpiSums, journalSince: number | null): AlarmKpi {
  const { query, calendar, load, detector, tracks } = sums
  const { facility, area, timezone, from, to } = query
  const iso = (ms: number) => formatIso(ms, timezone)
  const isJudged = calendar.isLong(from, to)
  const counted = load.finish()
  const { annunciated, lastHour } = counted
  const { last10Minutes, isFlood } = detector.state
  const hidden = (kind: HiddenKind) => hiddenList(tracks, kind, { to, iso })
  return {
    facility,
    area: area ?? null,
    from: iso(from),
    to: iso(to),
    journalSince: journalSince === null ? null : iso(journalSince),
    judged: isJudged,
    annunciated,
    late: sums.late,
    now: { last10Minutes, lastHour, inFlood: isFlood },
    figures: figuresOf(sums, counted, { iso, isJudged }),
    floods: sums.floods.slice(-FLOOD_LIMIT).map(({ start, end, alarms, peak }) => ({
      start: iso(start),
      end: end === null ? null : iso(end),
      alarms,
      peak,
    })),
    topTen: worst(tracks, (track) => track.annunciated)
      .slice(0, 10)
      .map((track) => ({
        ...nameOf(track),
        count: track.annunciated,
        share: (100 * track.annunciated) / annunciated,
      })),
    chattering: worst(tracks, ({ chatter }) => chatter.cycles).map((track) => {
      const { episodes, cycles, last } = track.chatter
      return { ...nameOf(track), episodes, cycles, last: iso(last) }
    }),
    fleeting: worst(tracks, ({ chatter }) => chatter.fleeting).map((track) => ({
      ...nameOf(track),
      count: track.chatter.fleeting,
    })),
    stale: staleList(tracks, iso),
    standing: standingList(tracks, { to, iso }),
    acknowledge: { ...sums.acknowledge.result },
    return: { ...sums.comeBack.result },
    priorities: { ...sums.priorities },
    shelved: hidden('shelved'),
    suppressed: hidden('suppressed'),
    outOfService: hidden('outOfService'),
    days: load.days.rows.map((row) => ({ ...row, from: iso(row.from), to: iso(row.to) })),
    shifts: load.shifts.rows.map((row) => ({ ...row, from: iso(row.from), to: iso(row.to) })),
  }
}

function nameOf({ alarm: { id: alarm, sensorName, area, priority } }: AlarmTrack) {
  return { alarm, sensorName, area, priority }
}

/** Those with any, most first; of equals in the order of their ids. */
function worst(tracks: readonly AlarmTrack[], count: (track: AlarmTrack) => number): AlarmTrack[] {
  return tracks
    .filter((track) => count(track) > 0)
    .sort((a, b) => count(b) - count(a) || byId(a, b))
    .slice(0, LIST_LIMIT)
}

function byId(a: AlarmTrack, b: AlarmTrack): number {
  return a.alarm.id < b.alarm.id ? -1 : 1
}

function staleList(tracks: readonly AlarmTrack[], iso: (ms: number) => string): AlarmKpi['stale'] {
  return worst(tracks, ({ stale }) => stale?.longest ?? 0).flatMap((track) => {
    if (track.stale === undefined) return []
    const { count, since, until, longest } = track.stale
    return [
      { ...nameOf(track), count, since: iso(since), until: until === null ? null : iso(until), longest },
    ]
  })
}

function standingList(tracks: readonly AlarmTrack[], { to, iso }: AtEnd): AlarmKpi['standing'] {
  return worst(tracks, ({ standingSince }) => (standingSince === undefined ? 0 : to - standingSince)).map(
    (track) => {
      const since = track.standingSince ?? to
      const acknowledged = track.alarm.ack === 'acked'
      return { ...nameOf(track), since: iso(since), acknowledged, duration: to - since }
    },
  )
}

interface AtEnd {
  /** End of the window, epoch ms. */
  readonly to: number
  readonly iso: (ms: number) => string
}

/** Those that are so now come first, the longest of them first. */
function hiddenList(
  tracks: readonly AlarmTrack[],
  kind: HiddenKind,
  { to, iso }: AtEnd,
): AlarmKpi['shelved'] {
  return tracks
    .map((track) => {
      const time = track.hidden[kind]
      return { track, times: time.times, duration: time.durationUntil(to), now: time.now }
    })
    .filter(({ duration, now }) => duration > 0 || now !== undefined)
    .sort(
      (a, b) =>
        Number(b.now !== undefined) - Number(a.now !== undefined) ||
        b.duration - a.duration ||
        byId(a.track, b.track),
    )
    .slice(0, LIST_LIMIT)
    .map(({ track, times, duration, now }) => ({
      ...nameOf(track),
      times,
      duration,
      now: now === undefined ? null : { ...now, since: iso(now.since) },
    }))
}

import { readFileSync } from 'node:fs'
import { AlarmKpiPass } from '../../alerting/kpi/alarm-kpi.ts'
import type { AlarmState } from '../../contracts/alarm.ts'
import type { AlarmView, JournalItem } from '../../contracts/api.ts'
import { formatIso } from '../../contracts/iso-time.ts'
import type { AlarmKpi, Figure, FigureId, KpiQuery } from '../../contracts/kpi.ts'

/** What a line of a small journal says; the rest of an entry follows from it. */
export interface EntryLine {
  /** ISO 8601 or epoch ms. */
  time: string | number
  /** `{sensor}.{key}` */
  alarm: string
  event: string
  /** The state shown, and with `live` the one beneath its flags. */
  state: AlarmState
  live?: AlarmState
  /** Number of the occurrence; 1 unless said otherwise. */
  occurrence?: number
  priority?: AlarmView['priority']
  area?: string
  by?: string
  reason?: string
  until?: string
  raised?: string
  recorded?: string
}

const ACKED: readonly AlarmState[] = ['NORM', 'ACKED', 'LATCH_ACK']

/** An entry as the journal has it. */
export function entry(line: EntryLine, seq: number, facility = 'plant'): JournalItem {
  const { alarm: id, event, state, live = state, priority = 'low', area = 'yard' } = line
  const { by = 'operator', reason = 'because', until = null } = line
  const time = typeof line.time === 'number' ? formatIso(line.time, 'UTC') : line.time
  const flag = { by, reason, until }
  const sensor = id.slice(0, id.lastIndexOf('.'))
  const item = {
    seq,
    recorded: line.recorded ?? time,
    time,
    facility,
    event,
    from: 'NORM',
    by: line.by ?? null,
    alarm: {
      facility,
      id,
      sensor,
      sensorName: `Sensor ${sensor}`,
      area,
      kind: 'gas',
      unit: 'ppm',
      when: 'high',
      priority,
      state,
      live,
      condition: live === 'UNACK' || live === 'ACKED' ? 'active' : 'inactive',
      ack: ACKED.includes(live) ? 'acked' : 'unacked',
      latched: false,
      shelved: state === 'SHLVD' ? flag : null,
      suppressed: state === 'DSUPR' ? [flag] : [],
      outOfService: state === 'OOSRV' ? flag : null,
      occurrence: `${id}#${line.occurrence ?? 1}`,
      since: time,
      raised: line.raised ?? time,
      value: 1,
      limit: 1,
      quality: 'good',
      reason: null,
      message: '',
      acknowledgedBy: null,
      comment: null,
      late: false,
      journalled: true,
    },
  }
  // Events that this release does not have yet are told apart by their names alone.
  return item as JournalItem
}

/** A journal in test/kpi/journals: one line an entry, # begins a remark. */
export function journalOf(name: string): JournalItem[] {
  return readFileSync(new URL(`./journals/${name}.ndjson`, import.meta.url), 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('#'))
    .map((line, index) => entry(JSON.parse(line) as EntryLine, index + 1))
}

export function kpiOf(items: Iterable<JournalItem>, query: KpiQuery): AlarmKpi {
  const pass = new AlarmKpiPass(query)
  for (const item of items) pass.take(item)
  return pass.result(null)
}

/** ISO times. */
export function windowOf(from: string, to: string, over: Partial<KpiQuery> = {}): KpiQuery {
  const [start, end] = [Date.parse(from), Date.parse(to)]
  return {
    facility: 'plant',
    timezone: 'UTC',
    shifts: ['08:00', '20:00'],
    from: start,
    to: end,
    ...over,
  }
}

export function figure(kpi: AlarmKpi, id: FigureId): Figure {
  const found = kpi.figures.find((one) => one.id === id)
  if (found === undefined) throw new Error(`no figure ${id}`)
  return found
}

/** Values of the figures named. */
export function values(kpi: AlarmKpi, ...ids: FigureId[]): Partial<Record<FigureId, number | null>> {
  return Object.fromEntries(ids.map((id) => [id, figure(kpi, id).value]))
}

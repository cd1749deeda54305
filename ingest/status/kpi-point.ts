import type { AlarmKpi, FigureId } from '../../contracts/kpi.ts'
import type { StatusPoint } from '../../contracts/store.ts'

/** Counts of whole alarms, as integer fields. Key: field. */
const COUNTS = {
  peak10m: 'peak10Minutes',
  floods: 'floods',
  standing: 'standing',
  unacknowledged: 'unacknowledged',
  neverAcknowledged: 'neverAcknowledged',
  stale: 'staleAlarms',
  chattering: 'chatteringAlarms',
  fleeting: 'fleetingAlarms',
  shelved: 'shelved',
  suppressed: 'suppressed',
  outOfService: 'outOfService',
} as const satisfies Record<string, FigureId>

/** Measured numbers, as float fields; absent when there was nothing to measure. Key: field. */
const MEASURES = {
  timeInFloodPercent: 'timeInFlood',
  topTenPercent: 'topTenShare',
  lowPercent: 'shareLow',
  mediumPercent: 'shareMedium',
  highPercent: 'shareHigh',
  criticalPercent: 'shareCritical',
  acknowledgeMedian: 'acknowledgeMedian',
  acknowledgeP90: 'acknowledgeP90',
  returnMedian: 'returnMedian',
} as const satisfies Record<string, FigureId>

/** Alarm performance of the 24 hours before a time (epoch ms) as a point of that time. */
export function kpiPoint(kpi: AlarmKpi, time: number): StatusPoint {
  const value = (id: FigureId) => kpi.figures.find((figure) => figure.id === id)?.value ?? null
  const counts = Object.entries(COUNTS).map(([field, id]) => [field, BigInt(value(id) ?? 0)])
  const measures = Object.entries(MEASURES).flatMap(([field, id]) => {
    const measured = value(id)
    return measured === null ? [] : [[field, measured]]
  })
  return {
    measurement: 'alarm_kpi',
    tags: { facility: kpi.facility },
    fields: {
      rate10m: BigInt(kpi.now.last10Minutes),
      rateHour: BigInt(kpi.now.lastHour),
      rateDay: BigInt(kpi.annunciated),
      inFlood: BigInt(kpi.now.inFlood),
      ...Object.fromEntries(counts),
      ...Object.fromEntries(measures),
    },
    time,
  }
}

import { beforeEach, describe, expect, it } from 'vitest'
import type { AlarmKpi, KpiQuery } from '../../contracts/kpi.ts'
import { FIGURE_IDS } from '../../contracts/kpi-words.ts'
import type { StatusPoint } from '../../contracts/store.ts'
import { kpiPoint } from '../../ingest/status/kpi-point.ts'
import { KpiWriter } from '../../ingest/status/kpi-writer.ts'

const MINUTE = 60_000
/** 12:00 of some day. */
const NOON = Date.UTC(2026, 10, 21, 12)

/** Every figure has the number of its place in the list. */
function kpiWith(facility: string, missing: readonly string[] = []): AlarmKpi {
  const nothing = { count: 0, median: null, p90: null, max: null }
  return {
    facility,
    area: null,
    from: '',
    to: '',
    journalSince: null,
    judged: false,
    annunciated: 144,
    late: 0,
    now: { last10Minutes: 11, lastHour: 12, inFlood: true },
    figures: FIGURE_IDS.map((id, index) => ({
      id,
      value: missing.includes(id) ? null : index,
      unit: 'alarms',
      at: null,
      target: null,
      source: null,
      verdict: null,
    })),
    floods: [],
    topTen: [],
    chattering: [],
    fleeting: [],
    stale: [],
    standing: [],
    acknowledge: nothing,
    return: nothing,
    priorities: { low: 0, medium: 0, high: 0, critical: 0 },
    shelved: [],
    suppressed: [],
    outOfService: [],
    days: [],
    shifts: [],
  }
}

describe('a point of alarm performance', () => {
  it('has counts as integers and measures as floats', () => {
    const index = (id: (typeof FIGURE_IDS)[number]) => FIGURE_IDS.indexOf(id)
    expect(kpiPoint(kpiWith('plant'), NOON)).toEqual({
      measurement: 'alarm_kpi',
      tags: { facility: 'plant' },
      fields: {
        rate10m: 11n,
        rateHour: 12n,
        rateDay: 144n,
        inFlood: 1n,
        peak10m: BigInt(index('peak10Minutes')),
        floods: BigInt(index('floods')),
        standing: BigInt(index('standing')),
        unacknowledged: BigInt(index('unacknowledged')),
        neverAcknowledged: BigInt(index('neverAcknowledged')),
        stale: BigInt(index('staleAlarms')),
        chattering: BigInt(index('chatteringAlarms')),
        fleeting: BigInt(index('fleetingAlarms')),
        shelved: BigInt(index('shelved')),
        suppressed: BigInt(index('suppressed')),
        outOfService: BigInt(index('outOfService')),
        timeInFloodPercent: index('timeInFlood'),
        topTenPercent: index('topTenShare'),
        lowPercent: index('shareLow'),
        mediumPercent: index('shareMedium'),
        highPercent: index('shareHigh'),
        criticalPercent: index('shareCritical'),
        acknowledgeMedian: index('acknowledgeMedian'),
        acknowledgeP90: index('acknowledgeP90'),
        returnMedian: index('returnMedian'),
      },
      time: NOON,
    })
  })

  it('invents no number where nothing was measured', () => {
    const { fields } = kpiPoint(kpiWith('plant', ['acknowledgeMedian', 'topTenShare']), NOON)
    expect(fields).not.toHaveProperty('acknowledgeMedian')
    expect(fields).not.toHaveProperty('topTenPercent')
    expect(fields).toHaveProperty('acknowledgeP90')
  })
})

describe('the writer', () => {
  let asked: KpiQuery[]
  let written: StatusPoint[][]
  let fails: boolean
  let writer: KpiWriter

  beforeEach(() => {
    ;[asked, written, fails] = [[], [], false]
    const place = (id: string) => ({ id, timezone: 'Asia/Shanghai', shifts: ['08:00'] })
    writer = new KpiWriter({
      facilities: () => [place('plant'), place('mill')],
      states: {
        alarmKpi: async (query) => {
          if (fails) throw new Error('the thread has ended')
          asked.push(query)
          return kpiWith(query.facility)
        },
      },
      write: async (points) => {
        written.push([...points])
      },
    })
  })

  it('writes a point of each facility every 10 minutes, of the day before, on a grid', async () => {
    for (let at = NOON + 3 * MINUTE; at < NOON + 24 * MINUTE; at += 20_000) await writer.tick(at)
    expect(written.map((points) => points.map(({ tags, time }) => [tags.facility, time - NOON]))).toEqual(
      [0, 10, 20].map((minutes) => [
        ['plant', minutes * MINUTE],
        ['mill', minutes * MINUTE],
      ]),
    )
    expect(asked[0]).toEqual({
      facility: 'plant',
      timezone: 'Asia/Shanghai',
      shifts: ['08:00'],
      from: NOON - 24 * 60 * MINUTE,
      to: NOON,
    })
  })

  it('waits until the journal has what happened before', async () => {
    await writer.tick(NOON - MINUTE)
    await writer.tick(NOON + 4_999)
    expect(written.length).toBe(1)
    await writer.tick(NOON + 5_000)
    expect(written.at(-1)?.[0]?.time).toBe(NOON)
  })

  it('tries again at the next tick when figures could not be had', async () => {
    fails = true
    await expect(writer.tick(NOON + MINUTE)).rejects.toThrow('the thread has ended')
    fails = false
    await writer.tick(NOON + 2 * MINUTE)
    expect(written.map(([point]) => point?.time)).toEqual([NOON])
  })

  it('does not begin while it is at work', async () => {
    await Promise.all([writer.tick(NOON + MINUTE), writer.tick(NOON + 11 * MINUTE)])
    expect(written.map(([point]) => point?.time)).toEqual([NOON])
  })
})

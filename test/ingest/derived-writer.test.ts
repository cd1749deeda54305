import { beforeEach, describe, expect, it } from 'vitest'
import type { DerivedSensor } from '../../contracts/analytics/derived.ts'
import type { DerivedDetail } from '../../contracts/analytics/derived-api.ts'
import {
  type Architecture,
  architecture,
  type ChannelState,
} from '../../contracts/analytics/general/architecture.ts'
import type { StatusPoint } from '../../contracts/store.ts'
import { DerivedWriter } from '../../ingest/status/derived-writer.ts'
import { FilledCoverage } from '../../ingest/status/filled-coverage.ts'

const START = Date.UTC(2026, 10, 21)
const sensor = (id: string, compute: string) => ({ id, compute, area: 'yard' }) as DerivedSensor
const SETTINGS = {
  need: 2,
  onFault: 'drop-out',
  onInhibit: 'lower',
  onOverdue: 'ignore',
  minHealthy: 1,
} as const

function detailOf(compute: string, coverage: number | null, detail: DerivedDetail['detail']): DerivedDetail {
  const of = ['GT-1', 'GT-2', 'GT-3']
  return {
    compute,
    of,
    everyMs: 1_000,
    latenessMs: 2_000,
    windowMs: null,
    coverage,
    backFilling: false,
    tank: null,
    detail,
  }
}

function vote(...states: ChannelState[]): DerivedDetail {
  const { configured, live, need, of, votes, healthy }: Architecture = architecture(states, SETTINGS)
  const channels = states.map((state, at) => ({ id: `GT-${at + 1}`, state }))
  return detailOf('vote', healthy / states.length, { configured, live, need, of, votes, channels })
}

describe('points of derived sensors', () => {
  let now = 0
  let written: StatusPoint[] = []
  let details: Map<string, DerivedDetail>
  let writer: DerivedWriter
  let filled: FilledCoverage
  const pass = async (ms: number) => {
    for (let left = ms; left > 0; left -= 1_000) {
      now += 1_000
      await writer.tick()
    }
  }
  const fieldsOf = (id: string) =>
    written.filter(({ tags }) => tags.sensor === id).map(({ fields }) => fields)

  beforeEach(() => {
    now = 0
    written = []
    filled = new FilledCoverage()
    details = new Map([
      ['T-STEL', detailOf('stel', 0.8, { minutes: 15 })],
      ['V-1', vote('normal', 'normal', 'normal')],
    ])
    const facility = { id: 'plant', derived: [sensor('T-STEL', 'stel'), sensor('V-1', 'vote')] }
    const derived = { detail: (id: string) => details.get(id) }
    writer = new DerivedWriter({
      places: () => [{ intake: { facility, derived, filled } }],
      write: async (points) => {
        written.push(...points)
        return true
      },
      clock: { monotonic: () => now },
      steady: { now: () => START + now },
    })
  })

  it('are written once a minute, and say nothing of a vote where there is none', async () => {
    await pass(121_000)
    expect(written.filter(({ tags }) => tags.sensor === 'T-STEL')).toEqual(
      [1_000, 61_000, 121_000].map((at) => ({
        measurement: 'derived',
        tags: { facility: 'plant', area: 'yard', sensor: 'T-STEL', compute: 'stel' },
        fields: { coverage: 0.8 },
        time: START + at,
      })),
    )
    expect(fieldsOf('V-1')).toHaveLength(3)
  })

  it('tell what a vote has come down to within a second, and again only when it is another', async () => {
    await pass(5_000)
    details.set('V-1', vote('normal', 'inhibited', 'alarm'))
    await pass(10_000)
    details.set('V-1', vote('normal', 'normal', 'normal'))
    await pass(1_000)
    const healthy = {
      configured: '2oo3',
      architecture: '2oo3',
      need: 2n,
      healthy: 3n,
      degraded: 0n,
      votes: 0n,
    }
    expect(fieldsOf('V-1')).toEqual([
      { coverage: 1, of: 3n, ...healthy },
      {
        coverage: 2 / 3,
        configured: '2oo3',
        architecture: '1oo2',
        need: 1n,
        healthy: 2n,
        of: 3n,
        votes: 1n,
        degraded: 1n,
      },
      { coverage: 1, of: 3n, ...healthy },
    ])
    expect(written.filter(({ tags }) => tags.sensor === 'V-1').map(({ time }) => time - START)).toEqual([
      1_000, 6_000, 16_000,
    ])
  })

  it('of which nothing is known yet are left out', async () => {
    details.set('T-STEL', detailOf('stel', null, {}))
    details.delete('V-1')
    await pass(61_000)
    expect(written).toEqual([])
  })

  it('that were computed anew stand at their own minute, with the coverage of its last point, and once', async () => {
    const at = (time: number, coverage: number) => ({ reading: { time: START + time }, coverage })
    await pass(1_000)
    filled.note('T-STEL', [at(-120_000, 0.1), at(-61_000, 0.9), at(-60_000, 1)])
    filled.note('GONE', [at(-120_000, 1)])
    written = []
    await pass(5_000)
    expect(written.map(({ time, fields, tags }) => [tags.sensor, time - START, fields])).toEqual([
      ['T-STEL', -120_000, { filled: 0.9 }],
      ['T-STEL', -60_000, { filled: 1 }],
    ])
  })

  it('that were computed anew are kept within bounds while nobody takes them', () => {
    for (let minute = 0; minute < 25_000; minute += 1)
      filled.note('T-STEL', [{ reading: { time: minute * 60_000 }, coverage: 1 }])
    const kept = filled.take()
    expect(kept).toHaveLength(20_000)
    expect(kept.at(-1)?.minute).toBe(24_999 * 60_000)
    expect(filled.take()).toEqual([])
  })
})

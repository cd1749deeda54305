import { QUALITY_NUMBER } from '../../contracts/quality.ts'
import type { StatusPoint } from '../../contracts/store.ts'
import { derivedPoint, filledPoint } from '../../ingest/status/derived-point.ts'

const EVERY_MS = 5_000
const SPAN_MS = 600_000

/** What derived sensors and seismic features are: measurement, sensor, quantity, unit and value by the share of the time. */
const SERIES: readonly [
  measurement: string,
  sensor: string,
  quantity: string,
  unit: string,
  value: (share: number) => number,
][] = [
  ['level', 'T-201.VOL', 'volume', 'm3', (share) => 40 + 10 * share],
  ['level', 'T-201.STD', 'standard-volume', 'm3', (share) => 39 + 10 * share],
  ['flow', 'T-201.FLOW', 'net-flow', 'm3/h', () => 60],
  ['level', 'T-201.TTL', 'time-to-limit', 'min', (share) => 30 - 20 * share],
  ['level', 'T-201.OVERFILL', 'overfill', 'min', (share) => 20 - 19 * share],
  ['level', 'T-201.INV', 'inventory', 't', (share) => 30 + 8 * share],
  ['level', 'T-201.MOVED', 'movement', 'm3', (share) => -share],
  ['other', 'FARM.R', 'major-hazard', '1', (share) => 8 + 4 * share],
  ['gas', 'GT-111.STEL', 'stel', 'mg/m3', (share) => 12 * share],
  ['gas', 'GT-111.TWA', 'twa', 'mg/m3', (share) => 3 * share],
  // The example has one in ppm of its own, which has no value before its first whole minute.
  ['gas', 'GT-112.STEL', 'stel', 'ppm', (share) => 8 * share],
  ['gas', 'GT.MIX', 'mixture', '1', (share) => 1.2 * share],
  ['state', 'CL.VOTE', 'vote', '1', (share) => (share > 0.8 ? 1 : 0)],
]
const FEATURES: readonly [
  sensor: string,
  quantity: string,
  unit: string,
  value: (share: number) => number,
][] = [
  ['SE-401.JMA', 'jma', '1', (share) => 4 * share],
  ['SE-401.GB', 'gbt17742', '1', (share) => 5 * share],
  ['SE-401.STALTA', 'staLta', '1', (share) => 1 + 9 * share],
  ['SE-401.NOISE', 'noise', 'Gal', () => 0.004],
  ['SE-401.EVENT', 'event', '1', (share) => (share > 0.4 && share < 0.6 ? 1 : 0)],
]

/** Ten minutes of everything that boards of derived values and of seismic features show, up to a time (epoch ms). */
export function computedPoints(facility: string, now: number): StatusPoint[] {
  const series = [
    ...SERIES.map((one) => ({
      one,
      place: { area: 'tank-farm', gateway: 'derived', device: 'derived-1000-2000' },
    })),
    ...FEATURES.map((one) => ({
      one: ['seismic', ...one] as const,
      place: { area: 'seismic-unit', gateway: 'gw-2', device: 'array' },
    })),
  ]
  const readings: StatusPoint[] = []
  const votes: StatusPoint[] = []
  for (let time = now - SPAN_MS; time <= now; time += EVERY_MS) {
    const share = (time - now + SPAN_MS) / SPAN_MS
    for (const { one, place } of series) {
      const [measurement, sensor, quantity, unit, value] = one
      readings.push({
        measurement,
        tags: { facility, ...place, sensor, quantity, unit },
        fields: { value: value(share), quality: BigInt(QUALITY_NUMBER.good), reason: '' },
        time,
      })
    }
    const vote = derivedPoint(
      facility,
      { id: 'CL.VOTE', area: 'tank-farm', compute: 'vote' },
      voteDetail(share),
      time,
    )
    if (vote !== undefined) votes.push(vote)
  }
  const stel = { id: 'GT-111.STEL', area: 'tank-farm', compute: 'stel' }
  const limits = [limitOf(stel.id, 'mg/m3'), limitOf('GT-112.STEL', 'ppm')].map(
    (tags): StatusPoint => ({
      measurement: 'alarm_limit',
      tags: { facility, ...tags },
      fields: { limit: 10, deadband: 0.5, rank: 3n, when: 'high' },
      time: now - SPAN_MS,
    }),
  )
  return [
    ...readings,
    ...votes,
    filledPoint(facility, stel, { coverage: 0.9, minute: now - SPAN_MS }),
    ...limits,
  ]
}

function limitOf(sensor: string, unit: string) {
  return { area: 'tank-farm', sensor, alarm: `${sensor}.H`, kind: 'gas', unit }
}

/** A channel leaves it half-way. */
function voteDetail(share: number) {
  const of = share < 0.5 ? 3 : 2
  const channels = [1, 2, 3]
  const detail = {
    configured: '2oo3',
    live: `${of === 3 ? 2 : 1}oo${of}`,
    need: of - 1,
    of,
    votes: 0,
    channels,
  }
  return { coverage: of / 3, detail }
}

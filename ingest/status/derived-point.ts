import type { DerivedSensor } from '../../contracts/analytics/derived.ts'
import type { DerivedDetail } from '../../contracts/analytics/derived-api.ts'
import type { FieldValue, StatusPoint } from '../../contracts/store.ts'

/** What a vote has come down to, as `describe` of votes and coincidences tells it. */
export interface LiveArchitecture {
  readonly configured: string
  readonly live: string
  readonly need: number
  readonly of: number
  readonly votes: number
  readonly channels: number
}

/** Undefined where nothing votes. */
export function liveArchitecture({ detail }: Pick<DerivedDetail, 'detail'>): LiveArchitecture | undefined {
  const { configured, live, need, of, votes, channels } = detail
  if (typeof configured !== 'string' || typeof live !== 'string' || !Array.isArray(channels)) return undefined
  return {
    configured,
    live,
    need: Number(need),
    of: Number(of),
    votes: Number(votes),
    channels: channels.length,
  }
}

/** How complete a derived sensor is at a time (epoch ms), and what its vote has come down to. */
export function derivedPoint(
  facility: string,
  sensor: Pick<DerivedSensor, 'id' | 'area' | 'compute'>,
  { coverage, detail }: Pick<DerivedDetail, 'coverage' | 'detail'>,
  time: number,
): StatusPoint | undefined {
  const fields: Record<string, FieldValue> = {}
  if (coverage !== null) fields.coverage = coverage
  const vote = liveArchitecture({ detail })
  if (vote !== undefined) {
    fields.configured = vote.configured
    fields.architecture = vote.live
    fields.need = BigInt(vote.need)
    fields.votes = BigInt(vote.votes)
    fields.healthy = BigInt(vote.of)
    fields.of = BigInt(vote.channels)
    fields.degraded = BigInt(vote.of < vote.channels)
  }
  if (Object.keys(fields).length === 0) return undefined
  return { measurement: 'derived', tags: tagsOf(facility, sensor), fields, time }
}

/** How complete points of a minute (epoch ms) are that were computed anew. */
export function filledPoint(
  facility: string,
  sensor: Pick<DerivedSensor, 'id' | 'area' | 'compute'>,
  { coverage, minute }: { readonly coverage: number; readonly minute: number },
): StatusPoint {
  return {
    measurement: 'derived',
    tags: tagsOf(facility, sensor),
    fields: { filled: coverage },
    time: minute,
  }
}

function tagsOf(
  facility: string,
  { id, area, compute }: Pick<DerivedSensor, 'id' | 'area' | 'compute'>,
): Record<string, string> {
  return { facility, area, sensor: id, compute }
}

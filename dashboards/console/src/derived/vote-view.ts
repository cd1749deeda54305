import { isObject, listOf, numberOf, textOf, type Untyped } from './untyped.ts'

/** A vote as its computation describes it. */
export interface VoteView {
  readonly configured: string
  readonly live: string
  readonly need: number
  readonly of: number
  readonly votes: number
  readonly isTripped: boolean
  /** Of a coincidence: the station that was beyond alone, and when, epoch ms. */
  readonly alone: { readonly station: string; readonly time: number } | undefined
  readonly channels: readonly VoteChannel[]
}

export interface VoteChannel {
  readonly id: string
  readonly sensor: string
  readonly state: string
  readonly votes: boolean
  readonly value: number | undefined
}

/** Undefined for a computation that votes on nothing. */
export function voteView(detail: Untyped): VoteView | undefined {
  const [configured, live] = [textOf(detail.configured), textOf(detail.live)]
  if (configured === undefined || live === undefined) return undefined
  return {
    configured,
    live,
    need: numberOf(detail.need) ?? 0,
    of: numberOf(detail.of) ?? 0,
    votes: numberOf(detail.votes) ?? 0,
    isTripped: detail.tripped === true,
    alone: aloneOf(detail.alone),
    channels: listOf(detail.channels).map((channel) => ({
      id: textOf(channel.id) ?? '',
      sensor: textOf(channel.sensor) ?? '',
      state: textOf(channel.state) ?? '',
      votes: channel.votes === true,
      value: numberOf(channel.value),
    })),
  }
}

function aloneOf(alone: unknown): VoteView['alone'] {
  if (!isObject(alone)) return undefined
  const [station, time] = [textOf(alone.station), numberOf(alone.time)]
  return station === undefined || time === undefined ? undefined : { station, time }
}

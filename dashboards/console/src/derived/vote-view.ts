import { isObject, listOf, numberOf, textOf, type Untyped } from './untyped.ts'

/** A vote as its computation describes it. */
export interface VoteView {
  readonly configured: string
  readonly live: string
  readonly need: number
  readonly of: number
  readonly votes: number
  /** Enough channels are healthy. */
  readonly isProtected: boolean
  readonly isTripped: boolean
  /** Channels that have left the vote beyond their limit, and hold a trip that those in it do not call for. */
  readonly heldBy: readonly string[]
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
  readonly limit: number | undefined
  /** What it read last that could be believed, whether it votes or not. */
  readonly isBeyond: boolean
}

/** Undefined for a computation that votes on nothing. */
export function voteView(detail: Untyped): VoteView | undefined {
  const [configured, live] = [textOf(detail.configured), textOf(detail.live)]
  if (configured === undefined || live === undefined) return undefined
  const [need, of] = [numberOf(detail.need) ?? 0, numberOf(detail.of) ?? 0]
  const isTripped = detail.tripped === true
  const channels = listOf(detail.channels).map(channelOf)
  return {
    configured,
    live,
    need,
    of,
    votes: numberOf(detail.votes) ?? 0,
    isProtected: typeof detail.isProtected === 'boolean' ? detail.isProtected : of > 0,
    isTripped,
    heldBy: isTripped ? holdersOf(channels, need) : [],
    alone: aloneOf(detail.alone),
    channels,
  }
}

function channelOf(channel: Untyped): VoteChannel {
  return {
    id: textOf(channel.id) ?? '',
    sensor: textOf(channel.sensor) ?? '',
    state: textOf(channel.state) ?? '',
    votes: channel.votes === true,
    value: numberOf(channel.value),
    limit: numberOf(channel.limit),
    isBeyond: channel.isBeyond === true,
  }
}

function holdersOf(channels: readonly VoteChannel[], need: number): string[] {
  const calling = channels.filter(({ state }) => state === 'alarm').length
  if (calling >= need) return []
  return channels.filter(({ isBeyond, votes }) => isBeyond && !votes).map(({ id }) => id)
}

function aloneOf(alone: unknown): VoteView['alone'] {
  if (!isObject(alone)) return undefined
  const [station, time] = [textOf(alone.station), numberOf(alone.time)]
  return station === undefined || time === undefined ? undefined : { station, time }
}

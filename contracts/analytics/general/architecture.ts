/** What a channel of a vote is: the first two are healthy. `silent`: nothing has been heard of it for too long. */
export const CHANNEL_STATES = [
  'normal',
  'alarm',
  'overdue',
  'fault',
  'silent',
  'inhibited',
  'warm-up',
] as const
export type ChannelState = (typeof CHANNEL_STATES)[number]

export interface VoteSettings {
  /** M of M out of N. */
  readonly need: number
  /** Of faulted and silent channels. */
  readonly onFault: 'vote' | 'drop-out'
  /** Of inhibited ones, and of those that warm up. */
  readonly onInhibit: 'drop-out' | 'lower'
  /** Of channels whose calibration or test is overdue; those that are ignored are `normal` or `alarm`. */
  readonly onOverdue: 'vote' | 'drop-out' | 'ignore'
  /** With fewer healthy channels there is no protection. */
  readonly minHealthy: number
}

/** What a vote is at the moment. */
export interface Architecture {
  /** As designed, such as `2oo3`. */
  readonly configured: string
  /**
   * What the healthy channels are left with, such as `1oo2`. Faulted channels that vote have used up a part of what is
   * needed: `0oo1` trips whatever the healthy one says. `0oo0` with nothing left is no protection.
   */
  readonly live: string
  /** How many healthy channels have to be in alarm, and out of how many. */
  readonly need: number
  readonly of: number
  /** Votes that count, of channels in alarm and of faulted ones that vote. */
  readonly votes: number
  /** Which channels these are, in the order of the channels. */
  readonly voting: readonly boolean[]
  readonly healthy: number
  readonly trips: boolean
  /** Enough channels are healthy. */
  readonly isProtected: boolean
}

/** What a channel does in a vote. */
type Part = 'in' | 'votes' | 'out' | 'lowers'

/**
 * What a vote M out of N has come down to (IEC 61511 and ISA TR84.00.07 practice). A channel that drops out leaves M as
 * it is, and never more than there are left: 2oo3 becomes 2oo2, 2oo2 becomes 1oo1 and not one that never trips. One that
 * lowers takes its vote along, down to one: 2oo3 becomes 1oo2. One that votes stands for a channel in alarm.
 */
export function architecture(channels: readonly ChannelState[], settings: VoteSettings): Architecture {
  const parts = channels.map((state) => partOf(state, settings))
  const count = (part: Part) => parts.filter((one) => one === part).length
  const asFault = count('votes')
  const of = count('in')
  const lowered = Math.max(1, settings.need - count('lowers'))
  const needed = Math.min(lowered, of + asFault)
  const voting = channels.map(
    (state, at) => parts[at] === 'votes' || (parts[at] === 'in' && state === 'alarm'),
  )
  const votes = voting.filter(Boolean).length
  const need = Math.max(0, needed - asFault)
  return {
    configured: `${settings.need}oo${channels.length}`,
    live: `${need}oo${of}`,
    need,
    of,
    votes,
    voting,
    healthy: of,
    trips: needed > 0 && votes >= needed,
    isProtected: of >= settings.minHealthy,
  }
}

function partOf(state: ChannelState, { onFault, onInhibit, onOverdue }: VoteSettings): Part {
  switch (state) {
    case 'normal':
    case 'alarm':
      return 'in'
    case 'fault':
    case 'silent':
      return onFault === 'vote' ? 'votes' : 'out'
    case 'inhibited':
    case 'warm-up':
      return onInhibit === 'lower' ? 'lowers' : 'out'
    case 'overdue':
      return onOverdue === 'vote' ? 'votes' : 'out'
  }
}

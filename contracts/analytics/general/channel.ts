import { type AlarmSide, sideOf } from '../../alarm-side.ts'
import { reasonRow } from '../../quality.ts'
import type { Slice } from '../slice.ts'
import type { ChannelState, VoteSettings } from './architecture.ts'

export interface SetPoint {
  readonly when: 'high' | 'low'
  /** In the unit of the input. */
  readonly limit: number
  readonly deadband: number
  /** How long the value has to be beyond, and to be back, ms. */
  readonly onDelayMs: number
  readonly offDelayMs: number
}

/** What a channel has made of its value so far: plain JSON data. */
export interface Channel {
  readonly isBeyond: boolean
  /** Since when it has been otherwise, epoch ms: a delay runs. */
  readonly since: number | null
}

export const INSIDE: Channel = { isBeyond: false, since: null }
const BEYOND: Channel = { isBeyond: true, since: null }

/** What a slice says of the value, whatever its channel may do in the vote. */
export type Says = AlarmSide | 'nothing'

/**
 * As alarms take readings (DESIGN section 2): beyond at the limit, returned further inside than the deadband. An
 * uncertain value may say that it is beyond, never that it is back; a bad one says nothing, but for one that is outside
 * the range of its instrument on the side of the limit.
 */
export function saysOf(
  { value, quality, reason }: Slice,
  { when, limit, deadband }: Pick<SetPoint, 'when' | 'limit' | 'deadband'>,
): Says {
  const { evidence } = reasonRow(quality, reason)
  if (evidence === `beyond-${when}`) return 'beyond'
  if (quality === 'bad' || value === undefined) return 'nothing'
  const side = sideOf({ when, limit, deadband }, value)
  return side === 'beyond' || quality === 'good' ? side : 'nothing'
}

/**
 * A channel after a step, by the delays of alarms (DESIGN section 7): silence and bad quality let an on-delay run, good
 * evidence against it that is dated before its end stops it, and an off-delay ends on good evidence alone.
 */
export function channelAfter(
  channel: Channel,
  slice: Slice,
  { from, to, point }: { from: number; to: number; point: SetPoint },
): Channel {
  const says = saysOf(slice, point)
  // What held before the step is evidence of its end, as alarms take a poll that changed nothing.
  const at = slice.time > from && slice.time <= to ? slice.time : to
  const isContrary = says === 'between' || says === 'returned'
  const now = due(channel, isContrary ? at : to, point)
  const { isBeyond, since } = now
  switch (says) {
    case 'beyond':
      return isBeyond ? BEYOND : due({ isBeyond, since: since ?? at }, to, point)
    case 'between':
      return isBeyond ? BEYOND : INSIDE
    case 'returned':
      if (!isBeyond) return INSIDE
      return to - (since ?? at) >= point.offDelayMs ? INSIDE : { isBeyond, since: since ?? at }
    case 'nothing':
      return now
  }
}

/** An on-delay ends by the clock. */
function due(channel: Channel, by: number, { onDelayMs }: SetPoint): Channel {
  const { isBeyond, since } = channel
  return !isBeyond && since !== null && by - since >= onDelayMs ? BEYOND : channel
}

/** @param isBeyond what it has last said of its value */
export function channelState(
  slice: Slice,
  isBeyond: boolean,
  { when, onOverdue }: Pick<VoteSettings, 'onOverdue'> & Pick<SetPoint, 'when'>,
): ChannelState {
  const { value, quality, reason, isOverdue } = slice
  const isOffScale = reasonRow(quality, reason).evidence === `beyond-${when}`
  if ((quality === 'bad' || value === undefined) && !isOffScale) return unusableState(reason)
  if (isOverdue && onOverdue !== 'ignore') return 'overdue'
  return isBeyond ? 'alarm' : 'normal'
}

function unusableState(reason: string | undefined): ChannelState {
  switch (reason) {
    case 'inhibited':
    case 'calibrating':
    case 'testing':
      return 'inhibited'
    case 'warm-up':
      return 'warm-up'
    case 'stale':
    case 'comm-lost':
      return 'silent'
    default:
      return 'fault'
  }
}

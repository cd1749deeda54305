import { reasonRow } from '../../quality.ts'
import type { Slice } from '../slice.ts'
import type { ChannelState, VoteSettings } from './architecture.ts'

export interface SetPoint {
  readonly when: 'high' | 'low'
  /** In the unit of the input. */
  readonly limit: number
  readonly deadband: number
}

/** What a slice says of the value, whatever its channel may do in the vote. */
export type Says = 'beyond' | 'returned' | 'nothing'

/**
 * As alarms take readings (DESIGN section 2): beyond at the limit, returned further inside than the deadband. An
 * uncertain value may say that it is beyond, never that it is back; a bad one says nothing, but for one that is outside
 * the range of its instrument on the side of the limit.
 */
export function saysOf({ value, quality, reason }: Slice, { when, limit, deadband }: SetPoint): Says {
  const { evidence } = reasonRow(quality, reason)
  if (evidence === `beyond-${when}`) return 'beyond'
  if (quality === 'bad' || value === undefined) return 'nothing'
  const past = when === 'high' ? value - limit : limit - value
  if (past >= 0) return 'beyond'
  return quality === 'good' && past < -deadband ? 'returned' : 'nothing'
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

import { type AlarmState, isUnacknowledged } from '../../contracts/alarm.ts'
import type { Output, OutputState } from '../../contracts/annunciator.ts'
import type { SafeReason } from '../../contracts/wire.ts'
import { isShownBy, isTold, type ShownAlarm } from './shown-alarm.ts'

/** `since`: when it was first seen so, or unacknowledged; monotonic ms. */
export type Standing = ShownAlarm & { readonly since: number }

/** All that a decision is made from. */
export interface Picture {
  /** Why nothing is believed; undefined while the alarms are. */
  readonly safe: SafeReason | undefined
  /** Since when the server is heard, monotonic ms. */
  readonly aliveSince: number
  readonly alarms: Iterable<Standing>
}

export type Look = OutputState | 'flashing'

/** What an output is to do. */
export interface Wish {
  readonly state: OutputState
  readonly look: Look
  /** When a flash goes on or off next, monotonic ms. */
  readonly changesAt?: number
  /** The alarm that it shows, or why it is safe. */
  readonly because?: string
}

/** States in which a lamp for what stands is lit: a latched alarm stands until it is reset. */
const STANDING: ReadonlySet<AlarmState> = new Set(['UNACK', 'ACKED', 'LATCH_UNACK', 'LATCH_ACK'])

/** What this output is to do at this time (monotonic ms). Pure. */
export function wishOf(output: Output, picture: Picture, now: number): Wish {
  if (picture.safe !== undefined) return { ...steady(output.safe), because: picture.safe }
  if (output.shows === 'server-alive')
    return output.flashMs === undefined ? steady('on') : flashing(output.flashMs, picture.aliveSince, now)
  let shown: { look: Look; alarm: Standing } | undefined
  for (const alarm of picture.alarms) {
    const look = lookOf(output, alarm)
    if (look === 'off' || (shown !== undefined && !isBefore({ look, alarm }, shown))) continue
    shown = { look, alarm }
  }
  if (shown === undefined) return steady('off')
  const { look, alarm } = shown
  const isFlashing = look === 'flashing' && output.flashMs !== undefined
  return {
    ...(isFlashing ? flashing(output.flashMs, alarm.since, now) : steady('on')),
    because: `${alarm.id} ${alarm.state}`,
  }
}

/** How the output shows this alarm if there is no other. */
export function lookOf(output: Output, alarm: ShownAlarm): Look {
  if (!isTold(alarm) || !isShownBy(output.match, alarm) || (output.isAudible && alarm.silenced)) return 'off'
  const isUnseen = isUnacknowledged(alarm.state)
  if (isUnseen && output.flashMs !== undefined) return 'flashing'
  if (output.shows === 'unacknowledged') return isUnseen ? 'on' : 'off'
  return STANDING.has(alarm.state) ? 'on' : 'off'
}

/** What flashes goes before what is steady, and the older before the younger, so that the beat does not change. */
function isBefore(a: { look: Look; alarm: Standing }, b: { look: Look; alarm: Standing }): boolean {
  return a.look === b.look ? a.alarm.since < b.alarm.since : a.look === 'flashing'
}

function steady(state: OutputState): Wish {
  return { state, look: state }
}

/** It begins with light: nobody is to wait for the first of it. */
function flashing(periodMs: number, since: number, now: number): Wish {
  const half = periodMs / 2
  const halves = Math.max(0, Math.floor((now - since) / half))
  return { state: halves % 2 === 0 ? 'on' : 'off', look: 'flashing', changesAt: since + (halves + 1) * half }
}

import type { AlarmKpi, Figure, FigureId } from '../../../contracts/kpi.ts'
import { durationText, numberText } from './figure-words.ts'

/** An alarm that is so much of all is worth a look of its own, percent. */
const BAD_ACTOR = 10
/** Names in a sentence. */
const NAMED = 3

/**
 * What a plant can do about what is over, the most effective first: each line names the alarms it is about. Empty when
 * nothing asks for anything.
 */
export function adviceOn(kpi: AlarmKpi): string[] {
  const figure = (id: FigureId): Figure | undefined => kpi.figures.find((one) => one.id === id)
  const isOver = (...ids: FigureId[]) => ids.some((id) => figure(id)?.verdict === 'over')
  const value = (id: FigureId) => figure(id)?.value ?? 0
  const lines: string[] = []

  const bad = kpi.topTen.filter(({ share }) => share >= BAD_ACTOR && kpi.annunciated >= 10)
  if (bad.length > 0) {
    const which = bad.slice(0, NAMED).map(({ alarm, share }) => `${alarm} (${numberText(share)} %)`)
    lines.push(
      `Begin with ${list(which)}: ${bad.length === 1 ? 'that one alarm is' : 'those are'} a large part of all. Look at the limit, the deadband, the delays and the instrument, in this order.`,
    )
  }
  if (kpi.chattering.length > 0)
    lines.push(
      `${named(kpi.chattering)} chattered: a wider deadband or a longer off-delay ends that, unless the instrument itself is faulty.`,
    )
  if (kpi.fleeting.length > 0)
    lines.push(
      `${named(kpi.fleeting)} came and went before anybody could act: a longer on-delay, as far as the time to respond allows, or no alarm at all.`,
    )
  const standing = kpi.stale.filter(({ until }) => until === null)
  if (standing.length > 0)
    lines.push(
      `${named(standing)} ${standing.length === 1 ? 'has' : 'have'} been active for up to ${durationText(Math.max(...standing.map(({ longest }) => longest)))} and still ${standing.length === 1 ? 'stands' : 'stand'}: have the cause mended, or take the alarm out of service with an owner and an end.`,
    )
  if (isOver('timeInFlood', 'periodsOver10', 'peak10Minutes'))
    lines.push(
      'Go through the floods with operators: alarms that follow from one cause are candidates for suppression by design.',
    )
  if (isOver('alarmsPerDay', 'alarmsPerHour'))
    lines.push(
      'There are more alarms than an operator can answer. Every alarm that asks for no action is none: make it an entry of the journal or remove it.',
    )
  if (isOver('shareLow', 'shareMedium', 'shareHigh', 'shareCritical'))
    lines.push(
      'Too much is urgent. Set priorities by consequence and time to respond; what is high or critical should be rare.',
    )
  if (kpi.annunciated > 0 && value('neverAcknowledged') > kpi.annunciated / 10)
    lines.push(
      `${value('neverAcknowledged')} of ${kpi.annunciated} alarms were acknowledged by nobody: ask whether they were seen, and whether they were needed.`,
    )
  const endless = [...kpi.shelved, ...kpi.suppressed, ...kpi.outOfService].filter(
    ({ now }) => now !== null && now.until === null,
  )
  if (endless.length > 0)
    lines.push(`${named(endless)} ${endless.length === 1 ? 'is' : 'are'} hidden without an end: review that.`)
  return lines
}

function named(alarms: readonly { alarm: string }[]): string {
  const names = alarms.slice(0, NAMED).map(({ alarm }) => alarm)
  const others = alarms.length - names.length
  return list(others > 0 ? [...names, `${others} more`] : names)
}

function list(words: readonly string[]): string {
  const last = words.at(-1) ?? ''
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} and ${last}`
}

import { isSetAside, isUnacknowledged } from '../../contracts/alarm.ts'
import type { AlarmView } from '../../contracts/api.ts'
import type { NoticeRule } from '../../contracts/notify/words.ts'
import type { Notice } from './notice.ts'

/** What the stages may look at. */
export interface StageWorld {
  /** The alarm as it stands now; undefined: there is none any more. */
  view(facility: string, alarm: string): AlarmView | undefined
  /** Epoch ms. */
  readonly now: number
  /** It was decided before. */
  isKnown(id: string): boolean
}

/** Gives back those that go on, and those that end here, as `dropped` with the rule. Pure. */
export type Stage = (notices: readonly Notice[], world: StageWorld) => Notice[]

/** What was decided before, as before a crash, is not told again; nor is one message made twice in one go. */
export const deduplicate: Stage = (notices, world) => {
  const seen = new Set<string>()
  return notices.filter(({ id }) => {
    const isNew = !seen.has(id) && !world.isKnown(id)
    seen.add(id)
    return isNew
  })
}

/** Nobody is woken for what is set aside, acknowledged or past by now. */
export const mute: Stage = (notices, world) =>
  notices.map((notice) => {
    const why = muteReason(notice, world.view(notice.facility, notice.alarm), world.now)
    return why === undefined ? notice : { ...notice, state: 'dropped', why }
  })

/** That something is over is no news for longer than this, ms. */
const RETURN_MS = 900_000

/** The rule that mutes a notice, as the alarm stands now; `time` in epoch ms. */
export function muteReason(
  notice: Pick<Notice, 'cause' | 'occurrence' | 'view' | 'created'>,
  now: AlarmView | undefined,
  time: number,
): NoticeRule | undefined {
  if (notice.cause === 'test') return undefined
  if (notice.cause === 'returned') return time - notice.created > RETURN_MS ? 'past' : undefined
  if (now === undefined) return 'gone'
  if (now.late) return 'late'
  if (isSetAside(now.state)) return 'set-aside'
  if (now.occurrence !== notice.occurrence) return 'past'
  // Of a class that nobody acknowledges it is told all the same.
  const isToldOnce = notice.view.ack === 'acked'
  return isToldOnce || isUnacknowledged(now.state) ? undefined : 'acknowledged'
}

/** From what was decided to what is sent; {@link ChannelLane} limits, sends and records it. */
export const STAGES: readonly Stage[] = [mute, deduplicate]

export function staged(notices: readonly Notice[], world: StageWorld): Notice[] {
  return STAGES.reduce<readonly Notice[]>((list, stage) => stage(list, world), notices) as Notice[]
}

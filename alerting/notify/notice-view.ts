import { formatIso } from '../../contracts/iso-time.ts'
import type { ChannelView, NoticeView } from '../../contracts/notify/api.ts'
import type { Channel } from '../../contracts/notify/plan.ts'
import { readSecret } from '../../contracts/secret.ts'
import type { ChannelLane } from './channel-lane.ts'
import type { Notice } from './notice.ts'

/** A notice as the API shows it. */
export function noticeView(notice: Notice, timezone: string): NoticeView {
  const time = (ms: number | null) => (ms === null ? null : formatIso(ms, timezone))
  const { id, facility, alarm, occurrence, cause, policy, step, duties, channel, to, view, answered } = notice
  return {
    id,
    facility,
    alarm,
    occurrence,
    cause,
    policy,
    step,
    duties: [...duties],
    channel,
    to,
    priority: view.priority,
    lifeSafety: view.lifeSafety,
    state: notice.state,
    created: formatIso(notice.created, timezone),
    attempts: notice.attempts,
    sent: time(notice.sent),
    receipt: notice.receipt,
    error: notice.error,
    why: notice.why,
    together: notice.together,
    answered: answered === null ? null : { by: answered.by, time: formatIso(answered.time, timezone) },
  }
}

/** A channel as the API shows it, with what is known of it. */
export function channelView(
  { facility, timezone }: { facility: string; timezone: string },
  channel: Channel,
  lane: ChannelLane | undefined,
): ChannelView {
  const time = (ms: number | null | undefined) => (ms == null ? null : formatIso(ms, timezone))
  const { id, kind } = channel
  const error = lane?.error
  return {
    facility,
    id,
    kind,
    target: targetOf(channel),
    state: lane?.state ?? 'unknown',
    since: time(lane?.since),
    lastSent: time(lane?.lastSent),
    error: error === undefined ? null : `${error.code}: ${error.detail}`,
    waiting: lane?.waiting ?? 0,
  }
}

/** Where it leads to: the host alone, since the URLs of chat services are secrets. */
function targetOf(channel: Channel): string {
  if (channel.kind === 'email') return `${channel.host}:${channel.port}`
  return URL.parse(channel.url ?? urlIn(channel.urlFile))?.host ?? ''
}

function urlIn(file: string | undefined): string {
  try {
    return file === undefined ? '' : readSecret(file, 'urlFile')
  } catch {
    // It is told by the channel when it is used.
    return ''
  }
}

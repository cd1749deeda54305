import type { AlarmView } from '../../../contracts/api.ts'
import type {
  AbsenceView,
  AnswerView,
  ChannelView,
  DutyView,
  HandoverView,
  NoticeView,
  PathView,
  ShiftView,
} from '../../../contracts/notify/api.ts'
import type { Answer } from './api-client.ts'
import type { Asking } from './people-api-client.ts'

type Items<T> = Promise<Answer<{ items: T[] }>>

export interface NewAbsence {
  person: string
  /** ISO times with an offset. */
  from: string
  to: string
  substitute?: string
  reason: string
  by?: string
}

/** What notices are asked for; all of them when nothing is given. */
export interface NoticeQuery {
  facility?: string
  alarm?: string
  occurrence?: string
  state?: string
  /** The cursor `next` of the page before. */
  before?: string
  limit: number
}

/** People who are told of alarms: the roster, messages, and answers to them. */
export class NotifyApi {
  readonly #ask: Asking

  constructor(ask: Asking) {
    this.#ask = ask
  }

  roster(facility: string): Items<DutyView> {
    return this.#ask.get(`/api/v1/roster?${new URLSearchParams({ facility })}`)
  }

  /** @param window ISO times with an offset */
  shifts(facility: string, duty: string, window: { from: string; to: string }): Items<ShiftView> {
    return this.#ask.get(`${placeOf(facility)}/roster?${new URLSearchParams({ duty, ...window })}`)
  }

  absences(facility: string): Items<AbsenceView> {
    return this.#ask.get(`${placeOf(facility)}/absences`)
  }

  enterAbsence(facility: string, absence: NewAbsence): Promise<Answer<AbsenceView>> {
    return this.#ask.post(`${placeOf(facility)}/absences`, absence)
  }

  takeBackAbsence(facility: string, id: string): Promise<Answer<object>> {
    return this.#ask.remove(`${placeOf(facility)}/absences/${encodeURIComponent(id)}`)
  }

  handovers(facility: string, duty: string): Items<HandoverView> {
    return this.#ask.get(`${placeOf(facility)}/handovers?${new URLSearchParams({ duty })}`)
  }

  handOver(
    facility: string,
    note: { duty: string; text: string; by?: string },
  ): Promise<Answer<HandoverView>> {
    return this.#ask.post(`${placeOf(facility)}/handovers`, note)
  }

  notices(query: NoticeQuery): Promise<Answer<{ items: NoticeView[]; next?: string | number | null }>> {
    const given = Object.entries(query).map(([name, value]): [string, string] => [name, String(value)])
    return this.#ask.get(`/api/v1/notices?${new URLSearchParams(given.filter(([, value]) => value !== ''))}`)
  }

  channels(): Items<ChannelView> {
    return this.#ask.get('/api/v1/channels')
  }

  /** Sends a message to who asks, or to the group. */
  testChannel(facility: string, channel: string): Promise<Answer<NoticeView>> {
    return this.#ask.post(`${placeOf(facility)}/channels/${encodeURIComponent(channel)}/test`, {})
  }

  path(): Promise<Answer<PathView>> {
    return this.#ask.get('/api/v1/path')
  }

  /** What the link of a message is about; changes nothing, and takes no sign-in. */
  lookAtAnswer(code: string): Promise<Answer<AnswerView>> {
    return this.#ask.post('/api/v1/answers/look', { code })
  }

  answer(said: { code: string; comment?: string; by?: string }): Promise<Answer<AlarmView>> {
    return this.#ask.post('/api/v1/answers', said)
  }
}

function placeOf(facility: string): string {
  return `/api/v1/facilities/${encodeURIComponent(facility)}`
}

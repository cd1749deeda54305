import type { AlarmView } from '../../contracts/api.ts'
import { CodedError } from '../../contracts/errors.ts'
import { formatIso } from '../../contracts/iso-time.ts'
import type { AnswerView } from '../../contracts/notify/api.ts'
import { optional } from '../../contracts/resolve-parts.ts'
import { actionInput } from '../action.ts'
import { type Principal, personKey } from '../people/person.ts'
import type { AnswerLinks } from './answer-link.ts'
import type { Notice } from './notice.ts'
import type { NoticeStore } from './notice-store.ts'
import type { NotifiedPlace } from './notified-place.ts'

interface AnswerDeskOptions {
  places: () => ReadonlyMap<string, NotifiedPlace & AnsweringPlace>
  states: Pick<NoticeStore, 'notice'>
  links: AnswerLinks
  /** Keeps that the link of a notice was used. */
  answered: (notice: Notice) => Promise<void>
  now: () => number
}

interface AnsweringPlace {
  alarms: {
    act(
      alarm: string,
      input: Parameters<NotifiedPlace['alarms']['act']>[1],
      address?: string,
    ): Promise<AlarmView>
  }
}

/** Answers to messages: a link shows its alarm to whoever has it, and acknowledges for whom it was sent, once. */
export class AnswerDesk {
  readonly #options: AnswerDeskOptions
  /** Links that are being used, or were in this run. */
  readonly #used = new Set<string>()

  constructor(options: AnswerDeskOptions) {
    this.#options = options
  }

  /** @throws CodedError ANSWER_INVALID, ANSWER_ENDED or ANSWER_USED */
  async look(code: string): Promise<AnswerView> {
    const { notice, until, place, alarm } = await this.#read(code)
    const { id, name, timezone } = place.facility
    const { rationalization } = place.alarms.config(notice.alarm) ?? {}
    return {
      facility: id,
      facilityName: name,
      to: notice.to,
      until: formatIso(until, timezone),
      alarm,
      ...optional('action', rationalization?.action),
      ...optional('consequence', rationalization?.consequence),
      isCurrent: alarm.occurrence === notice.occurrence,
    }
  }

  /**
   * Acknowledges the occurrence that the message was about, under the name of who is signed in.
   * @throws CodedError ANSWER_*, or that of the acknowledgement; the link is as good as before then
   */
  async answer(code: string, by: Principal, comment: string | undefined): Promise<AlarmView> {
    const { notice, place } = await this.#read(code)
    if (by.kind !== 'demo' && notice.to !== null && personKey(by.name) !== personKey(notice.to))
      throw new CodedError('ANSWER_NOT_YOURS', `the message was for "${notice.to}"`)
    const { id, alarm, occurrence } = notice
    this.#used.add(id)
    try {
      const request = {
        action: 'acknowledge' as const,
        by: by.name,
        occurrence: Number(occurrence.slice(occurrence.lastIndexOf('#') + 1)),
        ...(comment === undefined ? {} : { comment }),
      }
      const view = await place.alarms.act(
        alarm,
        (now, config) => actionInput(request, now, config),
        by.address ?? undefined,
      )
      await this.#options.answered({ ...notice, answered: { by: by.name, time: this.#options.now() } })
      return view
    } catch (error) {
      this.#used.delete(id)
      throw error
    }
  }

  async #read(code: string) {
    const { links, states, places, now } = this.#options
    const read = links.read(code, now())
    const notice = await states.notice(read.notice)
    const place = notice && places().get(notice.facility)
    const alarm = notice && place?.alarms.view(notice.alarm)
    if (notice === undefined || place === undefined || alarm === undefined)
      throw new CodedError('ANSWER_INVALID', 'what it is about is no more')
    if (notice.answered !== null || this.#used.has(notice.id))
      throw new CodedError('ANSWER_USED', 'the link was used')
    return { notice, until: read.until, place, alarm }
  }
}

import { parseDuration } from '../../contracts/duration.ts'
import type { AlarmConfig, Facility } from '../../contracts/facility.ts'
import type { MessageFacts } from '../../contracts/notify/message.ts'
import { optional } from '../../contracts/resolve-parts.ts'
import type { AnswerLinks } from './answer-link.ts'
import type { Notice } from './notice.ts'

interface FactSources {
  facility: Facility
  /** As it is set now; undefined: it is no more. */
  config: AlarmConfig | undefined
  links: AnswerLinks
}

/** Whatever a message says of a notice. */
export function factsOf(notice: Notice, { facility, config, links }: FactSources): MessageFacts {
  const { view, cause, to } = notice
  const { id, name, timezone, notify } = facility
  const { rationalization } = config ?? {}
  const area = facility.areas.find((known) => known.id === view.area)?.name ?? view.area
  const within = rationalization?.respondWithin
  // Who asks for an answer has to know who gives it: a group gets no link of that kind.
  const isToBeAnswered = to !== null && cause !== 'returned' && cause !== 'test' && view.ack === 'unacked'
  const { url } = notify
  return {
    id: notice.id,
    cause,
    facility: { id, name, timezone },
    area,
    alarm: view,
    ...optional('consequence', rationalization?.consequence),
    ...optional('action', rationalization?.action),
    ...optional('respondWithinMs', within === undefined ? undefined : parseDuration(within)),
    duties: notice.duties.map((duty) => notify.duties.get(duty)?.name ?? duty),
    step: notice.step,
    ...optional(
      'answerUrl',
      url !== undefined && isToBeAnswered
        ? `${url}/#/answer/${links.code(notice.id, notice.created + notify.linkForMs)}`
        : undefined,
    ),
    ...optional(
      'alarmUrl',
      url === undefined
        ? undefined
        : `${url}/#/alarm/${encodeURIComponent(id)}/${encodeURIComponent(view.id)}`,
    ),
    time: notice.created,
  }
}

import type { AlarmView } from '../../contracts/api.ts'
import type { ErrorCode } from '../../contracts/errors.ts'
import type {
  AbsenceView,
  AnswerView,
  ChannelView,
  DutyView,
  HandoverView,
  NoticeView,
  PathView,
} from '../../contracts/notify/api.ts'
import type { Who } from '../../contracts/people-api.ts'
import { type ActionBody, type Answer, ok, problem } from './fake-alarms.ts'
import { FACILITY, iso } from './fake-plant.ts'
import { dutyView, type FakeDuty, shiftsOf } from './fake-roster.ts'

interface Asked {
  method: string
  path: readonly string[]
  query: URLSearchParams
  body: unknown
  who: Who | undefined
}

/** The routes of notification as the console knows them, with everything in memory. */
export class FakeNotify {
  readonly duties: FakeDuty[] = []
  readonly absences: AbsenceView[] = []
  /** Newest first. */
  readonly handovers: HandoverView[] = []
  readonly notices: NoticeView[] = []
  readonly channels: ChannelView[] = []
  /** Notices that come at once, however many are asked for. */
  most = 1_000
  path: PathView = { legs: [], watchdog: null }
  /** Key: code of the link. */
  readonly answers = new Map<string, Pick<AnswerView, 'to' | 'action'> & { alarm: string }>()
  /** What every link is refused with. */
  refusing: ErrorCode | undefined
  readonly #ports: {
    alarm: (id: string) => AlarmView | undefined
    acknowledge: (id: string, said: ActionBody) => Answer
    now: () => number
  }

  constructor(ports: {
    alarm: (id: string) => AlarmView | undefined
    acknowledge: (id: string, said: ActionBody) => Answer
    now: () => number
  }) {
    this.#ports = ports
  }

  /** @returns undefined for what is none of its business */
  answer(asked: Asked): Answer | undefined {
    const { method, path, query } = asked
    if (path[0] === 'answers') return this.#answers(asked)
    if (asked.who === undefined) return undefined
    const [place, facility, what, id] = path
    if (place === 'facilities') return this.#ofFacility(asked, { facility: facility ?? '', what, id })
    if (method !== 'GET') return undefined
    switch (path.join('/')) {
      case 'roster':
        return ok({ items: query.get('facility') === FACILITY ? this.#duties() : [] })
      case 'notices':
        return ok(this.#noticePage(query))
      case 'channels':
        return ok({ items: this.channels })
      case 'path':
        return ok(this.path)
      default:
        return undefined
    }
  }

  #duties(): DutyView[] {
    const now = this.#ports.now()
    return this.duties.map((duty) =>
      dutyView(duty, { now, absences: this.absences, handovers: this.handovers }),
    )
  }

  #ofFacility(
    { method, query, body, who }: Asked,
    { what, id }: { facility: string; what: string | undefined; id: string | undefined },
  ): Answer | undefined {
    switch (`${method} ${what}`) {
      case 'GET roster': {
        const duty = this.duties.find((candidate) => candidate.id === query.get('duty'))
        if (duty === undefined) return problem('DUTY_UNKNOWN', `there is no ${query.get('duty')}`)
        const [from, to] = [query.get('from'), query.get('to')].map((time) => Date.parse(time ?? ''))
        return ok({ items: shiftsOf(duty, { from: from ?? 0, to: to ?? 0, absences: this.absences }) })
      }
      case 'GET absences':
        return ok({ items: this.absences })
      case 'POST absences':
        return this.#enter(body as AbsenceView, who)
      case 'DELETE absences': {
        const index = this.absences.findIndex((absence) => absence.id === id)
        if (index < 0) return problem('ABSENCE_UNKNOWN', `there is no ${id}`)
        this.absences.splice(index, 1)
        return { status: 204, body: undefined }
      }
      case 'GET handovers':
        return ok({ items: this.handovers.filter(({ duty }) => duty === query.get('duty')) })
      case 'POST handovers': {
        const { duty, text, by } = body as { duty: string; text: string; by?: string }
        const note = { time: iso(this.#ports.now()), duty, text, by: by ?? who?.name ?? '' }
        this.handovers.unshift(note)
        return ok(note)
      }
      case 'POST channels':
        return this.#test(id ?? '')
      default:
        return undefined
    }
  }

  #enter(asked: AbsenceView, who: Who | undefined): Answer {
    if (who?.role === 'operator' && asked.person !== who.name)
      return problem('ABSENCE_NOT_OWN', `${asked.person} is not ${who.name}`)
    const absence = {
      ...asked,
      id: `a${this.absences.length + 1}`,
      substitute: asked.substitute ?? null,
      by: asked.by ?? who?.name ?? '',
    }
    this.absences.push(absence)
    return ok(absence)
  }

  #test(id: string): Answer {
    const channel = this.channels.find((candidate) => candidate.id === id)
    if (channel === undefined) return problem('CHANNEL_UNKNOWN', `there is no ${id}`)
    const failed = channel.state === 'failing'
    const notice = noticeOf(`t${this.notices.length}`, this.#ports.now(), {
      alarm: '',
      occurrence: '',
      cause: 'test',
      step: 0,
      duties: [],
      channel: id,
      to: 'Chen Yu',
      state: failed ? 'failed' : 'sent',
      receipt: failed ? null : '250 2.0.0 Ok: queued as 4F2A',
      error: failed ? channel.error : null,
    })
    this.notices.unshift(notice)
    return ok(notice)
  }

  #noticePage(query: URLSearchParams): { items: NoticeView[]; next?: string } {
    const matching = this.notices
      .filter((notice) =>
        (['facility', 'alarm', 'occurrence', 'state'] as const).every(
          (name) => query.get(name) === null || query.get(name) === notice[name],
        ),
      )
      .toSorted((a, b) => Date.parse(b.created) - Date.parse(a.created))
    const start = Number(query.get('before') ?? 0)
    const end = start + Math.min(this.most, Number(query.get('limit') ?? 100))
    const items = matching.slice(start, end)
    return end < matching.length ? { items, next: String(end) } : { items }
  }

  #answers({ path, body, who }: Asked): Answer {
    const { code, ...said } = body as { code: string; comment?: string; by?: string }
    const link = this.answers.get(code)
    if (link === undefined) return problem('ANSWER_INVALID', 'the code is not of this server')
    if (this.refusing !== undefined) return problem(this.refusing, 'the link is refused')
    const alarm = this.#ports.alarm(link.alarm)
    if (alarm === undefined) return problem('ALARM_UNKNOWN', `there is no ${link.alarm}`)
    if (path[1] === 'look') {
      const { to, action } = link
      const until = iso(this.#ports.now() + 3_600_000)
      const isCurrent = alarm.occurrence !== null
      return ok({
        facility: FACILITY,
        facilityName: 'Demo plant',
        to,
        until,
        alarm,
        ...(action === undefined ? {} : { action }),
        isCurrent,
      } satisfies AnswerView)
    }
    if (who === undefined) return problem('AUTH_REQUIRED', 'nobody is signed in')
    return this.#ports.acknowledge(link.alarm, { ...said, by: said.by ?? who.name })
  }
}

/** A notice that was taken, unless told otherwise. */
export function noticeOf(id: string, created: number, more: Partial<NoticeView> = {}): NoticeView {
  return {
    id,
    facility: FACILITY,
    alarm: 'GT-102.HH',
    occurrence: 'o1',
    cause: 'raised',
    policy: 'urgent',
    step: 1,
    duties: ['operator'],
    channel: 'mail',
    to: 'Li Wei',
    priority: 'critical',
    lifeSafety: true,
    state: 'sent',
    created: iso(created),
    attempts: 1,
    sent: more.state === undefined || more.state === 'sent' ? iso(created + 900) : null,
    receipt: more.state === undefined || more.state === 'sent' ? '250 2.0.0 Ok: queued as 4F2A' : null,
    error: null,
    why: null,
    together: null,
    answered: null,
    ...more,
  }
}

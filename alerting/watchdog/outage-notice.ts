import { formatDuration } from '../../contracts/duration.ts'
import type { Facility } from '../../contracts/facility.ts'
import { formatIso } from '../../contracts/iso-time.ts'
import type { SystemNotice } from '../../contracts/notify/message.ts'
import type { WatchdogPlan } from '../../contracts/notify/plan.ts'
import type { Language } from '../../contracts/notify/words.ts'
import { localTime } from '../notify/channels/message-text.ts'
import type { Turn } from './outage.ts'
import type { ServerWord } from './server-question.ts'
import { sayIn } from './words.ts'

/** What is known when people are told. Times are epoch ms. */
export interface OutageFacts {
  readonly turn: Turn['turn']
  readonly broken: Turn['broken']
  readonly since: number
  readonly until: number
  /** Not asked when the path works again. */
  readonly server?: ServerWord
}

/** What people read of it. */
export function outageNotice(
  facts: OutageFacts,
  { facility, plan }: { facility: Pick<Facility, 'id' | 'name' | 'timezone'>; plan: WatchdogPlan },
  language: Language,
): SystemNotice {
  const say = sayIn(language)
  const { id, name, timezone } = facility
  const time = (at: number) => localTime(formatIso(at, timezone), timezone)
  const isWell = facts.turn === 'well'
  const values = plainValues(plan)
  return {
    facility: { id, name, timezone },
    cause: isWell ? 'returned' : 'raised',
    subject: say(facts.turn, { plant: name }),
    lines: [
      { label: say('since'), text: time(facts.since) },
      ...(isWell ? [{ label: say('until'), text: time(facts.until) }] : []),
      { label: say('wrong'), text: isWell ? '' : say(facts.broken, values) },
      { label: say('server'), text: facts.server === undefined ? '' : serverText(facts.server, say) },
      { label: say('means'), text: say(isWell ? 'meansWell' : 'meansBroken') },
      { label: say('todo'), text: say(isWell ? 'todoWell' : 'todoBroken') },
    ].filter(({ text }) => text !== ''),
  }
}

/** What its words are filled with. */
export function plainValues({ device: { host, port }, sensor, withinMs }: WatchdogPlan) {
  return {
    device: `${host.includes(':') ? `[${host}]` : host}:${port}`,
    sensor,
    within: formatDuration(withinMs),
  }
}

export function serverText(server: ServerWord, say: ReturnType<typeof sayIn>): string {
  switch (server.says) {
    case 'ready':
      return say('ready')
    case 'waiting':
      return server.for.length === 0 ? say('unready') : say('waiting', { what: server.for.join(', ') })
    case 'silent':
      return say('silent', { url: server.url, detail: server.detail })
  }
}

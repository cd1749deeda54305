import { vi } from 'vitest'
import { actionInput } from '../../../alerting/action.ts'
import { AlarmService } from '../../../alerting/alarm-service.ts'
import { AlarmLegs } from '../../../alerting/notify/alarm-legs.ts'
import { AnswerDesk } from '../../../alerting/notify/answer-desk.ts'
import { AnswerLinks } from '../../../alerting/notify/answer-link.ts'
import type { Sender } from '../../../alerting/notify/channels/sender.ts'
import type { Notice } from '../../../alerting/notify/notice.ts'
import { NoticeDesk } from '../../../alerting/notify/notice-desk.ts'
import type { NotifiedPlace } from '../../../alerting/notify/notified-place.ts'
import { legKey, Notifier } from '../../../alerting/notify/notifier.ts'
import type { AlarmAction } from '../../../contracts/alarm.ts'
import { SteadyClock } from '../../../contracts/clock.ts'
import { CodedError, type ErrorCode } from '../../../contracts/errors.ts'
import type { Facility } from '../../../contracts/facility.ts'
import { silentLogger } from '../../../contracts/logger.ts'
import type { Delivery } from '../../../contracts/notify/message.ts'
import type { Channel } from '../../../contracts/notify/plan.ts'
import { temporaryFolder } from '../../temporary-folder.ts'
import { evidenceBatch, smallFacility } from '../alarm-fixtures.ts'
import { DirectStates } from '../direct-states.ts'

/** Two on duty, one on call, one manager; mail, a chat group and a second chat group. */
const PEOPLE = `
responders:
  - { id: li, name: Li Wei, email: li@plant.example, language: zh }
  - { id: wang, name: Wang Fang, email: wang@plant.example, mobile: "+8613800000000" }
  - { id: chen, name: Chen Jie, email: chen@plant.example }
  - { id: zhao, name: Zhao Min }
roster:
  - { id: operators, always: [li, wang] }
  - { id: oncall, always: [chen] }
  - { id: managers, always: [zhao] }
`
const CHANNELS = `
    - { id: mail, kind: email, host: 127.0.0.1, security: none, from: davylamp@plant.example }
    - { id: chat, kind: webhook, url: "http://127.0.0.1:9/chat" }
    - { id: spare, kind: webhook, url: "http://127.0.0.1:9/spare" }`

/** A small facility that tells people so, of everything but sensors that fall silent; `channels` instead of {@link CHANNELS}. */
export function toldFacility(
  policies: string,
  { alarms, channels = CHANNELS, head = '' }: { alarms?: string; channels?: string; head?: string } = {},
): Facility {
  return smallFacility(
    alarms,
    `${PEOPLE}${head}
notify:
  url: https://console.example/
  channels:${channels}
  policies:
    - { id: silent, match: { keys: [FAULT] }, steps: [] }${policies}
`,
  )
}

/** The way out, as tests want it: what was sent, and which channels fail how. */
export class FakeSender implements Sender {
  readonly sent: Delivery[] = []
  /** Attempts that failed too. */
  readonly tried: Delivery[] = []
  readonly configured: Channel[][] = []
  /** Key: channel; `hang`: nothing is ever heard of it. */
  readonly faults = new Map<string, ErrorCode | 'hang'>()
  probes = 0

  async configure(_facility: string, channels: readonly Channel[]) {
    this.configured.push([...channels])
  }

  async send(delivery: Delivery) {
    this.tried.push(delivery)
    await this.#fail(delivery.channel)
    this.sent.push(delivery)
    return { text: 'taken' }
  }

  async probe(_facility: string, channel: string) {
    this.probes += 1
    await this.#fail(channel)
  }

  async close() {}

  /** `channel to` of what was sent, in order; a group has no name. */
  get letters(): string[] {
    return this.sent.map(({ channel, to, facts }) => {
      const [{ cause } = { cause: '' }] = facts
      const names = channel === 'mail' ? to.map(({ id }) => id).join('+') : 'group'
      return `${cause} ${channel} ${names}${facts.length > 1 ? ` x${facts.length}` : ''}`
    })
  }

  async #fail(channel: string): Promise<void> {
    const fault = this.faults.get(channel)
    if (fault === undefined) return
    if (fault === 'hang') return new Promise(() => undefined)
    throw new CodedError(fault, 'as the test wants it')
  }
}

/** A server that tells people, without anything before its alarms and behind its sender. Time is virtual: install fake timers. */
export class NotifyScene {
  readonly states: DirectStates
  readonly sender: FakeSender
  readonly links = new AnswerLinks('a key of the test')
  readonly legs = new AlarmLegs()
  facility: Facility
  /** Key: duty; those who have it now. What is not here is as the file says. */
  readonly duty = new Map<string, string[]>()
  alarms!: AlarmService
  notifier!: Notifier
  desk!: NoticeDesk
  answers!: AnswerDesk
  hole: number | undefined
  #position = 0
  #shift = 0

  private constructor(facility: Facility, states: DirectStates, sender: FakeSender) {
    this.facility = facility
    this.states = states
    this.sender = sender
  }

  static async open(
    facility: Facility,
    { states = new DirectStates(temporaryFolder()), sender = new FakeSender(), isQuiet = false } = {},
  ): Promise<NotifyScene> {
    const scene = new NotifyScene(facility, states, sender)
    await scene.#open(isQuiet)
    return scene
  }

  get place(): NotifiedPlace & { alarms: AlarmService } {
    const scene = this
    return {
      get facility() {
        return scene.facility
      },
      alarms: this.alarms,
      roster: {
        onDuty: (duty) => {
          const { duties, responders } = scene.facility.notify
          const ids = scene.duty.get(duty) ?? duties.get(duty)?.always ?? []
          return ids.flatMap((id) => responders.get(id) ?? [])
        },
        hole: () => scene.hole,
      },
    }
  }

  now(): number {
    return Date.now() + this.#shift
  }

  /** The wall clock is stepped by so many ms. */
  step(ms: number): void {
    this.#shift += ms
    this.notifier.clockStepped(ms)
  }

  async read(sensor: string, value: number): Promise<void> {
    this.#position += 1
    const time = this.now()
    const batch = evidenceBatch({
      gateway: sensor === 'T-3' ? 'gw-2' : 'gw-1',
      readings: [{ sensor, time, value, quality: 'good' }],
    })
    await this.alarms.evaluate(batch, this.#position)
  }

  async act(action: AlarmAction, alarm: string, by = 'li'): Promise<void> {
    await this.alarms.act(alarm, (now, config) =>
      actionInput({ action, by, reason: 'for the test', forMs: 3_600_000 }, now, config),
    )
  }

  pass(ms: number): Promise<unknown> {
    return vi.advanceTimersByTimeAsync(ms)
  }

  /** Newest first. */
  async notices(): Promise<Notice[]> {
    return (await this.states.notices({ limit: 1_000 })).map(({ notice }) => notice)
  }

  async events(alarm: string): Promise<string[]> {
    const items = await this.states.journal({ facility: 'plant', alarm, limit: 100 })
    return items.map(({ event }) => event).reverse()
  }

  /** As a process that was killed leaves it: nothing is closed, nothing more is sent, and another one starts. */
  async kill(): Promise<NotifyScene> {
    const now = Date.now()
    // It sets the clock back too.
    vi.clearAllTimers()
    vi.setSystemTime(now)
    const sender = new FakeSender()
    return NotifyScene.open(this.facility, { states: this.states, sender })
  }

  async close(): Promise<void> {
    await this.notifier.close()
    await this.alarms.stop()
  }

  async #open(isQuiet: boolean): Promise<void> {
    const { facility, states, sender, links, legs } = this
    const now = () => this.now()
    const clock = { wall: now, monotonic: now }
    let note: (told: Parameters<Notifier['note']>[0]) => void = () => undefined
    this.alarms = await AlarmService.start({
      facility,
      states,
      clock: new SteadyClock(clock),
      tell: (told) => note(told),
      onRaised: (occurrence, time) =>
        legs.evaluated(legKey({ facility: facility.id, occurrence }), time, now()),
      logger: silentLogger,
    })
    const places = () => new Map([['plant', this.place]])
    const notifier = await Notifier.open({ places, states, sender, links, legs, now, logger: silentLogger })
    this.notifier = notifier
    this.desk = new NoticeDesk({ places, states, notifier, legs, now })
    this.answers = new AnswerDesk({
      places,
      states,
      links,
      now,
      answered: (notice) => notifier.answered(notice),
    })
    note = (told) => notifier.note(told)
    this.alarms.live()
    if (!isQuiet) await notifier.start()
  }
}

import { CodedError, type ErrorCode } from '../../contracts/errors.ts'
import type { Receipt } from '../../contracts/notify/message.ts'
import type { Channel } from '../../contracts/notify/plan.ts'
import type { ChannelState, NoticeRule } from '../../contracts/notify/words.ts'
import { busySeconds } from './channels/webhook-answer.ts'
import { byUrgency, type Notice } from './notice.ts'

/** So many messages are under way at once through a channel, the last place for life safety alone. */
const WIDTH = { email: 4, webhook: 16 } as const
/** A channel that fails is tried again after so long, the last one again and again, ms. */
const RETRY_MS = [1_000, 2_000, 5_000, 10_000, 30_000, 60_000] as const
/** Nobody is kept waiting by a channel for longer than this, whatever it asks for, ms. */
const LONGEST_MS = 600_000
/** A notice that no attempt has brought away by then has failed, ms. */
const GIVE_UP_MS = 24 * 3_600_000
/** At most so many go in one message. */
const TOGETHER = 50

export interface ChannelLaneOptions {
  channel: () => Channel
  /** One message, made of these: the most urgent first. @throws CodedError CHANNEL_* or RECEIVER_UNREACHED */
  send: (notices: readonly Notice[], attempt: number) => Promise<Receipt>
  /** The rule that mutes it by now. */
  muted: (notice: Notice) => NoticeRule | undefined
  /** What has become of notices. */
  record: (notices: readonly Notice[]) => void
  /** The channel did not take this one, or is not even tried with it, for the first time: somebody else is to be tried. */
  onUnreached: (notice: Notice, error: CodedError) => void
  /** It fails, or works again. */
  onState: (state: ChannelState) => void
  /** Epoch ms. */
  now: () => number
}

/**
 * What waits for one channel: the most urgent goes first, as many at once as the channel bears. It limits what the
 * channel may carry, puts together what waits, and tries again for as long as the channel fails, with one message at a time.
 */
export class ChannelLane {
  readonly #options: ChannelLaneOptions
  /** The most urgent first, once sorted. */
  #ready: Notice[] = []
  #isSorted = true
  /** Not before this time, epoch ms. */
  #held: { readonly notice: Notice; readonly at: number }[] = []
  #underWay = 0
  /** In a row. */
  #failures = 0
  #nextTry = 0
  /** When messages were sent, within the window of the limit; epoch ms. */
  #sentAt: number[] = []
  /** Ids that somebody else was tried for. */
  readonly #passed = new Set<string>()
  state: ChannelState = 'unknown'
  /** Of {@link state}; epoch ms. */
  since: number | null = null
  lastSent: number | null = null
  error: CodedError | undefined

  constructor(options: ChannelLaneOptions) {
    this.#options = options
  }

  /** Messages that wait, those under way included. */
  get waiting(): number {
    return this.#ready.length + this.#held.length + this.#underWay
  }

  add(notices: readonly Notice[]): void {
    const now = this.#options.now()
    for (const notice of notices) {
      this.#supersede(notice)
      if (notice.groupUntil > now) this.#held.push({ notice, at: notice.groupUntil })
      else this.#put(notice)
    }
    if (this.state === 'failing' && this.error !== undefined) this.#passAll(this.error)
    this.pump()
  }

  /** Sends what may be sent now. Call it now and then. */
  pump(): void {
    const now = this.#options.now()
    this.#release(now)
    for (;;) {
      const next = this.#next(now)
      if (next === undefined) return
      this.#underWay += 1
      void this.#launch(next)
    }
  }

  /** What waits is left to nobody: taken out, as when the channel is no more. */
  drain(): Notice[] {
    const all = [...this.#ready, ...this.#held.map(({ notice }) => notice)]
    this.#ready = []
    this.#held = []
    return all
  }

  /** Whether it would take a message, when nothing else has shown that for so long, ms. */
  async probe(probe: () => Promise<void>, quietMs: number): Promise<void> {
    const now = this.#options.now()
    const isBusy = this.waiting > 0
    const isKnown = this.state === 'working' && now - Math.max(this.lastSent ?? 0, this.since ?? 0) < quietMs
    if (isBusy || isKnown || now < this.#nextTry) return
    try {
      await probe()
      this.#works()
    } catch (error) {
      this.#fails(coded(error))
    }
  }

  /** The wall clock was stepped by so many ms. */
  clockStepped(step: number): void {
    this.#nextTry += step
    this.#sentAt = this.#sentAt.map((at) => at + step)
    this.#held = this.#held.map(({ notice, at }) => ({ notice, at: at + step }))
  }

  /** What still waits to say less about the same to the same receiver is said with it. */
  #supersede(newer: Notice): void {
    if (newer.cause !== 'escalated' && newer.cause !== 'repeated') return
    const isOlder = ({ facility, occurrence, to, cause }: Notice) =>
      facility === newer.facility &&
      occurrence === newer.occurrence &&
      to === newer.to &&
      (cause === 'raised' || cause === 'escalated' || cause === 'repeated')
    const older = [...this.#ready, ...this.#held.map(({ notice }) => notice)].filter(isOlder)
    if (older.length === 0) return
    this.#ready = this.#ready.filter((notice) => !isOlder(notice))
    this.#held = this.#held.filter(({ notice }) => !isOlder(notice))
    this.#options.record(older.map((notice) => ({ ...notice, state: 'dropped', why: 'superseded' })))
  }

  #put(notice: Notice): void {
    this.#ready.push(notice)
    this.#isSorted = false
  }

  #release(now: number): void {
    if (!this.#held.some(({ at }) => at <= now)) return
    const due = this.#held.filter(({ at }) => at <= now)
    this.#held = this.#held.filter(({ at }) => at > now)
    for (const { notice } of due) this.#put(notice)
  }

  #width(): number {
    return this.#failures > 0 ? 1 : WIDTH[this.#options.channel().kind]
  }

  /** The notices of the next message; undefined: none may go now. */
  #next(now: number): Notice[] | undefined {
    const free = this.#width() - this.#underWay
    if (free <= 0 || (this.#failures > 0 && now < this.#nextTry)) return undefined
    if (!this.#isSorted) this.#ready.sort(byUrgency)
    this.#isSorted = true
    for (let first = this.#ready.shift(); first !== undefined; first = this.#ready.shift()) {
      const why = this.#options.muted(first)
      if (why !== undefined) {
        this.#options.record([{ ...first, state: 'dropped', why }])
        continue
      }
      const isApart = isSentApart(first)
      if (free === 1 && this.#width() > 1 && !first.view.lifeSafety) {
        this.#ready.unshift(first)
        return undefined
      }
      const isLimited = this.#isLimited(now)
      if (isLimited && !isApart) {
        // Nothing behind it is more urgent.
        this.#ready.unshift(first)
        this.#limitReady()
        return undefined
      }
      return isApart || !(first.groupUntil > first.created || first.why === LIMITED)
        ? [first]
        : this.#gathered(first)
    }
    return undefined
  }

  #isLimited(now: number): boolean {
    const { limit } = this.#options.channel()
    if (limit === undefined) return false
    this.#sentAt = this.#sentAt.filter((at) => at > now - limit.perMs)
    return this.#sentAt.length >= limit.count
  }

  /** What waits for the limit goes together once it may. */
  #limitReady(): void {
    this.#ready = this.#ready.map((notice) =>
      isSentApart(notice) || notice.why === LIMITED ? notice : { ...notice, why: LIMITED },
    )
  }

  /** With everything else that waits for the same receiver and need not go alone. */
  #gathered(first: Notice): Notice[] {
    const isWith = (notice: Notice) =>
      notice.to === first.to &&
      notice.facility === first.facility &&
      notice.cause === first.cause &&
      !isSentApart(notice)
    const more = [...this.#ready.filter(isWith), ...this.#held.map(({ notice }) => notice).filter(isWith)]
    const taken = new Set(more.slice(0, TOGETHER - 1))
    this.#ready = this.#ready.filter((notice) => !taken.has(notice))
    this.#held = this.#held.filter(({ notice }) => !taken.has(notice))
    const mutes = [...taken].map((notice) => ({ notice, why: this.#options.muted(notice) }))
    const dropped = mutes.filter(({ why }) => why !== undefined)
    if (dropped.length > 0)
      this.#options.record(
        dropped.map(({ notice, why }) => ({ ...notice, state: 'dropped', why: why ?? null })),
      )
    const going = mutes.filter(({ why }) => why === undefined).map(({ notice }) => notice)
    return [first, ...going].sort(byUrgency)
  }

  async #launch(notices: readonly Notice[]): Promise<void> {
    const [first] = notices
    const attempt = (first?.attempts ?? 0) + 1
    this.#sentAt.push(this.#options.now())
    try {
      const receipt = await this.#options.send(notices, attempt)
      this.#sent(notices, receipt)
    } catch (error) {
      this.#failed(notices, coded(error))
    }
    this.#underWay -= 1
    this.pump()
  }

  #sent(notices: readonly Notice[], { text }: Receipt): void {
    const now = this.#options.now()
    this.lastSent = now
    const [first] = notices
    const together = notices.length > 1 && first !== undefined ? first.id : null
    for (const { id } of notices) this.#passed.delete(id)
    this.#options.record(
      notices.map((notice) => ({
        ...notice,
        state: 'sent',
        attempts: notice.attempts + 1,
        sent: now,
        receipt: text.slice(0, 200),
        why: null,
        together,
      })),
    )
    this.#works()
  }

  #failed(notices: readonly Notice[], error: CodedError): void {
    const now = this.#options.now()
    const isFinal = FINAL.includes(error.code)
    const text = `${error.code}: ${error.detail}`.slice(0, 300)
    // Who has no address says nothing of the channel.
    if (error.code !== 'RECEIVER_UNREACHED') this.#fails(error)
    const tried = notices.map((notice): Notice => {
      const isGivenUp = isFinal || now - notice.created > GIVE_UP_MS
      return {
        ...notice,
        attempts: notice.attempts + 1,
        error: text,
        state: isGivenUp ? 'failed' : 'waiting',
      }
    })
    this.#options.record(tried)
    for (const notice of tried) {
      this.#pass(notice, error)
      if (notice.state === 'waiting') this.#put(notice)
      else this.#passed.delete(notice.id)
    }
    if (error.code !== 'RECEIVER_UNREACHED') this.#passAll(error)
  }

  /** What waits for a channel that fails is not held up by it. */
  #passAll(error: CodedError): void {
    for (const notice of this.#ready) this.#pass(notice, error)
  }

  #pass(notice: Notice, error: CodedError): void {
    if (this.#passed.has(notice.id)) return
    this.#passed.add(notice.id)
    this.#options.onUnreached(notice, error)
  }

  #works(): void {
    this.#failures = 0
    this.#nextTry = 0
    this.error = undefined
    this.#become('working')
  }

  #fails(error: CodedError): void {
    const usual = RETRY_MS[Math.min(this.#failures, RETRY_MS.length - 1)] ?? 0
    // It may have said when to come again.
    const wait = Math.max(usual, Math.min((busySeconds(error) ?? 0) * 1_000, LONGEST_MS))
    this.#failures += 1
    this.#nextTry = this.#options.now() + wait
    this.error = error
    this.#become('failing')
  }

  #become(state: ChannelState): void {
    if (state === this.state) return
    this.state = state
    this.since = this.#options.now()
    this.#options.onState(state)
  }
}

const LIMITED = 'limited' satisfies NoticeRule
/** What no further attempt will change. */
const FINAL: readonly string[] = ['CHANNEL_REFUSED', 'RECEIVER_UNREACHED'] satisfies ErrorCode[]

/** Life safety is never put together with anything, nor limited; nor is what somebody tries. */
export function isSentApart({ view, cause }: Pick<Notice, 'view' | 'cause'>): boolean {
  return view.lifeSafety || cause === 'test'
}

function coded(error: unknown): CodedError {
  return error instanceof CodedError ? error : new CodedError('CHANNEL_FAILED', String(error))
}

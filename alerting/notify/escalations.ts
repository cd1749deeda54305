import type { JournalItem } from '../../contracts/api.ts'
import type { Policy } from '../../contracts/notify/plan.ts'
import type { Told } from '../journal/journal-queue.ts'
import {
  begin,
  type Escalation,
  follow,
  hurried,
  isToldOnce,
  shifted,
  type Taken,
  take,
  toldOnce,
  wantsAttention,
  withTold,
} from './escalation.ts'
import type { Notice } from './notice.ts'
import { policyOf } from './policy-match.ts'

/** What an escalation asks to be told now. */
export interface Asked {
  readonly escalation: Escalation
  readonly policy: Policy
  readonly taken: Taken
}

/** Policies of a facility, as its file says now. */
export type Policies = (facility: string) => readonly Policy[]

/** What changed since it was asked last. */
export interface EscalationChange {
  readonly escalations: readonly Escalation[]
  readonly ended: readonly Escalation[]
}

/** Every occurrence that somebody may still have to be told of. In memory; its caller keeps what changed. */
export class Escalations {
  readonly #policies: Policies
  /** Key: facility and alarm: of each alarm one occurrence at a time. */
  readonly #standing = new Map<string, Escalation>()
  #changed = new Set<string>()
  #ended: Escalation[] = []

  constructor(policies: Policies, kept: readonly Escalation[] = []) {
    this.#policies = policies
    for (const escalation of kept) this.#standing.set(keyOf(escalation), escalation)
  }

  get size(): number {
    return this.#standing.size
  }

  of(facility: string, alarm: string): Escalation | undefined {
    return this.#standing.get(keyOf({ facility, alarm }))
  }

  /** What happened to an alarm; answers with what is to be told at once of its end. */
  note(item: Pick<Told, 'event' | 'alarm' | 'seq'>, now: number): Asked[] {
    const { facility, id } = item.alarm
    const before = this.of(facility, id)
    const asked = before === undefined ? [] : this.#follow(before, item)
    if (this.of(facility, id) === undefined) this.#begin(item, now)
    return asked
  }

  /** Everything that has fallen due. `tell` makes the notices of a step; one that makes none has reached nobody. */
  advance(now: number, tell: (asked: Asked) => readonly Notice[]): Notice[] {
    const made: Notice[] = []
    for (const escalation of this.#standing.values()) {
      if (escalation.due === null || escalation.due > now) continue
      const policy = this.#policyOf(escalation)
      if (policy === undefined) this.#end(escalation)
      else for (const notice of this.#advance(escalation, policy, now, tell)) made.push(notice)
    }
    return made
  }

  /** A step reached nobody: the next is taken at once. */
  hurry(facility: string, alarm: string, now: number): void {
    const escalation = this.of(facility, alarm)
    const policy = escalation && this.#policyOf(escalation)
    if (escalation !== undefined && policy !== undefined) this.#put(hurried(escalation, policy, now))
  }

  /** Ends those whose policy is no more. */
  prune(): void {
    for (const escalation of [...this.#standing.values()])
      if (this.#policyOf(escalation) === undefined) this.#end(escalation)
  }

  clockStepped(step: number): void {
    for (const escalation of this.#standing.values()) this.#put(shifted(escalation, step))
  }

  /** What is to be kept. */
  changes(): EscalationChange {
    const escalations = [...this.#changed].flatMap((key) => this.#standing.get(key) ?? [])
    // One that came back is not over.
    const ended = this.#ended.filter(
      ({ facility, alarm, occurrence }) => this.of(facility, alarm)?.occurrence !== occurrence,
    )
    this.#changed = new Set()
    this.#ended = []
    return { escalations, ended }
  }

  #begin(item: Pick<Told, 'event' | 'alarm' | 'seq'>, now: number): void {
    const { alarm, seq } = item
    if (alarm.occurrence === null || !(wantsAttention(alarm) || isToldOnce(item))) return
    const policy = policyOf({ policies: this.#policies(alarm.facility) }, alarm)
    if (policy === undefined || policy.steps.length === 0) return
    const named = { ...alarm, occurrence: alarm.occurrence }
    this.#put(begin(named, policy, { now, origin: seq ?? 0 }))
  }

  #follow(before: Escalation, item: Pick<JournalItem, 'event' | 'alarm'>): Asked[] {
    const policy = this.#policyOf(before)
    if (policy === undefined) {
      this.#end(before)
      return []
    }
    const { escalation, returned } = follow(before, item, policy)
    if (escalation === undefined) this.#end(before)
    else this.#put(escalation)
    if (!returned) return []
    return [{ escalation: before, policy, taken: { cause: 'returned', steps: [], step: 0, round: 0 } }]
  }

  #advance(
    before: Escalation,
    policy: Policy,
    now: number,
    tell: (asked: Asked) => readonly Notice[],
  ): Notice[] {
    const made: Notice[] = []
    let escalation = before
    for (let isGoingOn = true; isGoingOn; ) {
      const next = take(escalation, policy, now)
      const fresh = next.taken.flatMap((taken) => tell({ escalation: next.escalation, policy, taken }))
      escalation = withTold(next.escalation, fresh)
      made.push(...fresh)
      const isMissed = next.taken.length > 0 && fresh.length === 0
      if (isMissed) escalation = hurried(escalation, policy, now)
      isGoingOn = isMissed && escalation.due !== null && escalation.due <= now
    }
    const isOnce = made.some(({ view }) => view.ack === 'acked')
    const after = isOnce ? toldOnce(escalation, policy) : escalation
    if (after === undefined) this.#end(escalation)
    else this.#put(after)
    return made
  }

  /** Another file may have taken its policy away, or its last step. */
  #policyOf({ facility, policy }: Escalation): Policy | undefined {
    return this.#policies(facility).find(({ id }) => id === policy)
  }

  #put(escalation: Escalation): void {
    const key = keyOf(escalation)
    if (this.#standing.get(key) === escalation) return
    this.#standing.set(key, escalation)
    this.#changed.add(key)
  }

  #end(escalation: Escalation): void {
    this.#standing.delete(keyOf(escalation))
    this.#changed.delete(keyOf(escalation))
    this.#ended.push(escalation)
  }
}

function keyOf({ facility, alarm }: Pick<Escalation, 'facility' | 'alarm'>): string {
  return `${facility} ${alarm}`
}

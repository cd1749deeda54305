import type { JournalItem } from '../../../contracts/api.ts'
import type { StateStore } from '../../journal/state-store.ts'
import type { HazardFinding, RegisterContext, RegisterPlace } from '../context.ts'
import type { RegisterTrx } from '../store/tables.ts'
import { inTransaction } from '../store/transaction.ts'
import { alarmFinding, isByDesign, ruleFor, rulesFor, stretchOf } from './alarm-finding.ts'
import { causeOf } from './cause.ts'
import type { TestWatch } from './test-watch.ts'

/** Where it is kept how far the journal was looked through: of the whole server. */
const CURSOR = ['', 'hazard-cursor'] as const
/** Entries looked through in one transaction. */
const PAGE = 200
/** Occurrences of one alarm that are counted at most. */
const MOST_COUNTED = 1_000

interface AlarmWatchOptions extends RegisterContext {
  states: Pick<StateStore, 'after' | 'lastSeq' | 'journal' | 'keep' | 'kept'>
  tests: TestWatch
}

/**
 * Makes hazards of alarms by the rules of each facility. It reads the journal, entry by entry from where the last run
 * ended: what it makes of an occurrence is there once, however often it is read.
 */
export class AlarmWatch {
  readonly #options: AlarmWatchOptions
  #cursor: number
  #running: Promise<void> | undefined
  #isWanted = false
  #isClosed = false
  /** What rules that wait were seen to: rule and occurrence. */
  readonly #settled = new Set<string>()

  private constructor(options: AlarmWatchOptions, cursor: number) {
    this.#options = options
    this.#cursor = cursor
  }

  /** What happened before the first start of all is history: no hazards are made of it. */
  static async open(options: AlarmWatchOptions): Promise<AlarmWatch> {
    const { states } = options
    const kept = await states.kept(...CURSOR)
    const cursor = kept === undefined ? await states.lastSeq() : Number(kept)
    if (kept === undefined) await states.keep(...CURSOR, String(cursor))
    return new AlarmWatch(options, cursor)
  }

  /** The journal has grown. Nobody waits for it. */
  note(): void {
    this.#isWanted = true
    if (this.#isClosed) return
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined
    })
  }

  /** Everything up to now has been looked through. */
  async settled(): Promise<void> {
    this.note()
    await this.#running
  }

  async close(): Promise<void> {
    this.#isClosed = true
    this.#isWanted = false
    await this.#running
  }

  async #run(): Promise<void> {
    while (this.#isWanted) {
      this.#isWanted = false
      try {
        while (!this.#isClosed && (await this.#page()));
      } catch (error) {
        const { logger } = this.#options
        logger.warn({ error: String(error) }, 'alarms are not in the register of hazards yet')
      }
    }
  }

  /** Whether there may be more. */
  async #page(): Promise<boolean> {
    const { states } = this.#options
    const items = await states.after(this.#cursor, PAGE)
    const last = items.at(-1)
    if (last === undefined) return false
    const raised = items.filter(
      ({ event, alarm }) => isOccurrence(event) && alarm.occurrence !== null && !isByDesign(alarm),
    )
    if (raised.length > 0) await this.#take(raised)
    this.#cursor = last.seq
    await states.keep(...CURSOR, String(this.#cursor))
    return items.length === PAGE
  }

  async #take(items: readonly JournalItem[]): Promise<void> {
    const counted = new Map<JournalItem, HazardFinding>()
    for (const item of items) {
      const place = this.#options.places().get(item.facility)
      const finding = place && (await this.#finding(item, place))
      if (finding !== undefined) counted.set(item, finding)
    }
    if (counted.size === 0) return
    await this.#open([...counted.values()])
  }

  /** What becomes of an occurrence: by a rule; or, without one, what belongs to a hazard that is open. */
  async #finding(item: JournalItem, { facility }: RegisterPlace): Promise<HazardFinding | undefined> {
    const { alarm: view } = item
    const { rules } = facility.register
    const at = { occurrence: view.occurrence ?? '', time: Date.parse(item.time) }
    const raised = ruleFor(rules, view, ['raised'])
    if (raised !== undefined) return alarmFinding(raised, view, at)
    for (const rule of rulesFor(rules, view, ['repeated']))
      if ((await this.#count(item, rule.withinMs)) >= rule.count) return alarmFinding(rule, view, at)
    // A rule of another trigger, or a person, may have made one of it.
    const open = await this.#options.db
      .selectFrom('hazard')
      .select('rule')
      .where('facility', '=', facility.id)
      .where('cause', '=', causeOf.alarm(view.id))
      .where('is_open', '=', 1)
      .executeTakeFirst()
    if (open === undefined) return undefined
    const rule = {
      id: open.rule ?? 'alarm',
      when: 'raised',
      match: {},
      count: 0,
      withinMs: 0,
      forMs: 0,
    } as const
    return alarmFinding({ ...rule, grade: 'general', kind: 'condition' }, view, at)
  }

  async #count({ facility, alarm, time, seq }: JournalItem, withinMs: number): Promise<number> {
    const to = Date.parse(time)
    const items = await this.#options.states.journal({
      facility,
      alarm: alarm.id,
      from: to - withinMs + 1,
      before: seq + 1,
      limit: MOST_COUNTED,
    })
    return items.filter(({ event, alarm: view }) => isOccurrence(event) && !isByDesign(view)).length
  }

  /** Rules that wait: call again and again. */
  async look(): Promise<void> {
    // What waited for a database that was away.
    await this.settled()
    const findings: HazardFinding[] = []
    const keys: string[] = []
    for (const place of this.#options.places().values())
      for (const { key, finding } of this.#waited(place)) {
        findings.push(finding)
        keys.push(key)
      }
    if (findings.length > 0) await this.#open(findings)
    for (const key of keys) this.#settled.add(key)
    const overdue = await this.#options.tests.look()
    if (overdue.length > 0) await this.#open(overdue)
  }

  #waited({ facility, alarms }: RegisterPlace): { key: string; finding: HazardFinding }[] {
    const waiting = facility.register.rules.filter(
      ({ when }) => when === 'lasting' || when === 'bypassed' || when === 'out-of-service',
    )
    if (waiting.length === 0) return []
    const now = this.#options.now()
    const found: { key: string; finding: HazardFinding }[] = []
    for (const { config, record } of alarms.entries()) {
      const isAtRest =
        record.phase === 'inactive' &&
        record.shelved === null &&
        record.outOfService === null &&
        record.suppressed.length === 0
      if (isAtRest) continue
      const view = alarms.view(config.id)
      if (view === undefined) continue
      for (const rule of rulesFor(waiting, view, ['lasting', 'bypassed', 'out-of-service'])) {
        const stretch = stretchOf(rule.when, view)
        if (stretch === undefined || Date.parse(stretch.since) + rule.forMs > now) continue
        const key = `${facility.id} ${rule.id} ${stretch.occurrence}`
        if (this.#settled.has(key)) continue
        found.push({
          key,
          finding: alarmFinding(rule, view, { occurrence: stretch.occurrence, time: now }),
        })
      }
    }
    return found
  }

  async #open(findings: readonly HazardFinding[]): Promise<void> {
    const { db, steps } = this.#options
    await inTransaction(db, async (trx) => {
      for (const finding of findings) await this.#openOne(trx, finding)
    })
    await steps.entered()
  }

  /** Not for an occurrence that became, or was added to, a hazard before. */
  async #openOne(trx: RegisterTrx, finding: HazardFinding): Promise<void> {
    const { facility, occurrence } = finding
    const known =
      occurrence &&
      (await trx
        .selectFrom('hazard_occurrence')
        .select('number')
        .where('facility', '=', facility)
        .where('occurrence', '=', occurrence.id)
        .limit(1)
        .executeTakeFirst())
    if (known === undefined) await this.#options.hazards.open(trx, finding)
  }
}

/** Also one that was seen only in what came late. */
function isOccurrence(event: JournalItem['event']): boolean {
  return event === 'raised' || event === 'late'
}

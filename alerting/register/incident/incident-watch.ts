import type { AlarmView } from '../../../contracts/api.ts'
import type { EmergencyPlan } from '../../../contracts/register/incident-plan.ts'
import type { Told } from '../../journal/journal-queue.ts'
import type { RegisterPlace } from '../context.ts'
import { inTransaction } from '../store/transaction.ts'
import { settleBreach, untoldBreaches } from './clock-book.ts'
import type { IncidentDesk, IncidentDeskOptions } from './incident-desk.ts'
import { type OccurrenceRef, openIncident } from './incident-opening.ts'
import { autoOpenOf } from './plan-choice.ts'
import type { ResponseDesk } from './response-desk.ts'

/** Whom what no person did stands under. */
const BY_ALARM = 'alarm'
const BY_CLOCK = 'clock'
/** Occurrences that wait for a database that fails; beyond, the first look at all alarms finds those that still stand. */
const MOST_WAITING = 1_000

/** What opens and changes incidents without a person: alarms by rules, and clocks that run out. */
export class IncidentWatch {
  readonly #options: IncidentDeskOptions
  readonly #incidents: IncidentDesk
  readonly #response: ResponseDesk
  /** Key: facility and occurrence. */
  readonly #waiting = new Map<string, AlarmView>()
  /** One after the other: two alarms at once open one incident. */
  #turn: Promise<void> = Promise.resolve()
  /** Facilities whose standing alarms were looked through. */
  readonly #seen = new Set<string>()

  constructor(options: IncidentDeskOptions, incidents: IncidentDesk, response: ResponseDesk) {
    this.#options = options
    this.#incidents = incidents
    this.#response = response
  }

  /** Something has happened to an alarm. Nobody waits for it; said twice, it is done once. */
  note({ event, alarm }: Pick<Told, 'event' | 'alarm'>): void {
    if (event === 'raised' && this.#wait(alarm)) this.#turn = this.#turn.then(() => this.#drain())
  }

  /**
   * Call every few seconds: clocks that have run out, each once, and what could not be entered before. The first time
   * it looks through the alarms that stand: some may have been raised as the server ended.
   */
  async look(): Promise<void> {
    for (const [id, place] of this.#options.places()) {
      if (this.#seen.has(id)) continue
      this.#seen.add(id)
      this.#waitForStanding(place)
    }
    this.#turn = this.#turn.then(() => this.#drain()).then(() => this.#tellBreaches())
    await this.#turn
  }

  /** All that was noted up to now is done, or waits for the next look. */
  async settled(): Promise<void> {
    await this.#turn
  }

  #waitForStanding(place: RegisterPlace): void {
    if (place.facility.register.response.autoOpen.length === 0) return
    for (const { config } of place.alarms.entries()) {
      const alarm = place.alarms.view(config.id)
      // One that has returned to normal is past: nobody opens an incident for it hours later.
      if (alarm?.condition === 'active') this.#wait(alarm)
    }
  }

  /** Whether a rule is for it. */
  #wait(alarm: AlarmView): boolean {
    const place = this.#options.places().get(alarm.facility)
    if (place === undefined || alarm.occurrence === null) return false
    if (autoOpenOf(place.facility, alarm) === undefined || this.#waiting.size >= MOST_WAITING) return false
    this.#waiting.set(`${alarm.facility} ${alarm.occurrence}`, alarm)
    return true
  }

  /** Never rejects: what fails waits for the next look. */
  async #drain(): Promise<void> {
    for (const [key, alarm] of [...this.#waiting]) {
      try {
        await this.#take(alarm)
        this.#waiting.delete(key)
      } catch (error) {
        this.#options.logger.warn(
          { facility: alarm.facility, alarm: alarm.id, error: String(error) },
          'an alarm has not opened its incident yet',
        )
        return
      }
    }
  }

  async #take(alarm: AlarmView): Promise<void> {
    const place = this.#options.places().get(alarm.facility)
    const found = place && autoOpenOf(place.facility, alarm)
    if (place === undefined || found === undefined || alarm.occurrence === null) return
    const { db, now } = this.#options
    const occurrence = {
      alarm: alarm.id,
      occurrence: alarm.occurrence,
      time: alarm.raised === null ? now() : Date.parse(alarm.raised),
    }
    const known = await db
      .selectFrom('incident_alarm')
      .select('number')
      .where('facility', '=', alarm.facility)
      .where('occurrence', '=', occurrence.occurrence)
      .limit(1)
      .executeTakeFirst()
    if (known !== undefined) return
    const open = await this.#underWay(alarm.facility, found.plan)
    if (open !== undefined) await this.#response.attach(open, occurrence, BY_ALARM)
    else await this.#open(place, alarm, { ...found, occurrence })
  }

  /** The incident under way with a plan, the latest. */
  async #underWay(facility: string, plan: EmergencyPlan | undefined): Promise<number | undefined> {
    const row = await this.#options.db
      .selectFrom('incident')
      .select('number')
      .where('facility', '=', facility)
      .where('is_open', '=', 1)
      .where('plan', plan === undefined ? 'is' : '=', plan?.id ?? null)
      .orderBy('number', 'desc')
      .limit(1)
      .executeTakeFirst()
    return row?.number
  }

  async #open(
    place: RegisterPlace,
    alarm: AlarmView,
    { rule, plan, occurrence }: NonNullable<ReturnType<typeof autoOpenOf>> & { occurrence: OccurrenceRef },
  ): Promise<void> {
    const { db, steps, now } = this.#options
    const time = now()
    const number = await inTransaction(db, (trx) =>
      openIncident(trx, steps, place, {
        title: alarm.message,
        description: '',
        kind: plan?.kind ?? 'other',
        level: rule.level,
        plan,
        commander: null,
        area: alarm.area,
        location: undefined,
        started: Math.min(occurrence.time, time),
        alarms: [occurrence],
        reopens: null,
        by: BY_ALARM,
        address: undefined,
        now: time,
      }),
    )
    await steps.entered()
    await this.#incidents.told(number)
  }

  /** Never rejects: what fails is found again. */
  async #tellBreaches(): Promise<void> {
    const { db, steps, places, now, logger } = this.#options
    try {
      const found = await untoldBreaches(db, [...places().keys()], now())
      const told = new Set<number>()
      for (const breach of found) if (await this.#settle(breach)) told.add(breach.number)
      if (told.size === 0) return
      await steps.entered()
      for (const number of told) await this.#incidents.told(number)
    } catch (error) {
      logger.warn({ error: String(error) }, 'clocks of incidents could not be looked at')
    }
  }

  async #settle(breach: Awaited<ReturnType<typeof untoldBreaches>>[number]): Promise<boolean> {
    const { db, steps, now } = this.#options
    return inTransaction(db, async (trx) => {
      const time = now()
      const clock = await settleBreach(trx, breach, time)
      if (clock === undefined) return false
      const { row } = await this.#incidents.under(trx, clock.number, { refuse: () => undefined })
      await steps.add(trx, {
        subject: 'incident',
        number: clock.number,
        facility: clock.facility,
        time,
        by: BY_CLOCK,
        event: 'clock-breached',
        from: row.status,
        to: row.status,
        detail: {
          clock: clock.kind,
          due: clock.due,
          ...(clock.arrived === null ? {} : { arrived: clock.arrived }),
        },
      })
      return true
    })
  }
}

import { CodedError } from '../../../contracts/errors.ts'
import { formatIso, parseIso } from '../../../contracts/iso-time.ts'
import type {
  IncidentLinks,
  IncidentView,
  LogEntry,
  PlanView,
  ResponseFigures,
  StepReport,
  StockChange,
  StockUse,
  StockView,
  TeamReport,
  TeamView,
} from '../../../contracts/register/incident-api.ts'
import type { StockItem } from '../../../contracts/register/incident-plan.ts'
import type { IncidentEvent, IncidentStatus } from '../../../contracts/register/incident-words.ts'
import type { RegisterPlace } from '../context.ts'
import { zoneOf } from '../facility-book.ts'
import type { Actor } from '../hazard/hazard-desk.ts'
import type { RegisterTrx } from '../store/tables.ts'
import { inTransaction } from '../store/transaction.ts'
import type { IncidentDesk, IncidentDeskOptions, Under } from './incident-desk.ts'
import { attachAlarm, type OccurrenceRef, occurrenceOf } from './incident-opening.ts'
import { touch } from './incident-store.ts'
import { refuseOver } from './lifecycle.ts'
import { type FigureWindow, responseFigures } from './response-figures.ts'
import { planViews, teamViews } from './response-view.ts'
import { moveStock, moveTaken, partsOf, quantityOf } from './stock-book.ts'
import { stockViews } from './stock-view.ts'
import { reportTeam } from './team-book.ts'
import { refuseTime } from './team-times.ts'

/** Something that was done, as it goes into the history. */
interface Done {
  readonly event: IncidentEvent
  /** As it is then; default: as it was. */
  readonly status?: IncidentStatus
  readonly detail: Readonly<Record<string, unknown>>
}

/** What is done in an incident under way, and with the stock. Several people enter it at once: no version is asked for. */
export class ResponseDesk {
  readonly #options: IncidentDeskOptions
  readonly #incidents: IncidentDesk

  constructor(options: IncidentDeskOptions, incidents: IncidentDesk) {
    this.#options = options
    this.#incidents = incidents
  }

  /** @throws CodedError TEAM_UNKNOWN, TEAM_BUSY, TEAM_ELSEWHERE, INCIDENT_* */
  team(number: number, { team: id, event, time: given }: TeamReport, actor: Actor): Promise<IncidentView> {
    return this.#enter(number, actor, async (trx, under) => {
      const { row, place, now } = under
      const team = place.facility.register.response.teams.get(id)
      if (team === undefined) throw new CodedError('TEAM_UNKNOWN', `${row.facility} has no team "${id}"`)
      const time = momentOf(given, now)
      await reportTeam(trx, row, { team, event, time, started: row.started, now, by: actor.by })
      // Whoever is sent responds: nobody has to say so.
      const isFirst = event === 'dispatched' && row.status === 'open'
      if (isFirst) await this.#incidents.step(trx, under, { action: 'respond' }, actor)
      return {
        event: `team-${event}`,
        status: isFirst ? 'responding' : row.status,
        detail: { team: id, kind: team.kind, at: time },
      }
    })
  }

  /** A step of the checklist is done. @throws CodedError INCIDENT_* */
  step(number: number, step: string, report: StepReport, actor: Actor): Promise<IncidentView> {
    return this.#enter(number, actor, async (trx, { row, now }) => {
      const time = momentOf(report.time, now)
      refuseTime(time, { started: row.started, now })
      const { plan } = row
      const found =
        plan === null
          ? undefined
          : await trx
              .selectFrom('incident_step')
              .select('done')
              .where('number', '=', number)
              .where('plan', '=', plan)
              .where('step', '=', step)
              .executeTakeFirst()
      if (plan === null || found === undefined)
        throw new CodedError('INCIDENT_STEP_UNKNOWN', `incident ${number} has no step "${step}"`)
      if (found.done !== null) throw new CodedError('INCIDENT_STEP_DONE', `step "${step}"`)
      const { note } = report
      await trx
        .updateTable('incident_step')
        .set({ done: time, done_entered: now, done_by: actor.by, note: note ?? null })
        .where('number', '=', number)
        .where('plan', '=', plan)
        .where('step', '=', step)
        .execute()
      return { event: 'step-done', detail: { plan, step, at: time, ...(note === undefined ? {} : { note }) } }
    })
  }

  /** Notes and casualties. @throws CodedError INCIDENT_* */
  log(number: number, { text, casualties, time: given }: LogEntry, actor: Actor): Promise<IncidentView> {
    return this.#enter(number, actor, async (_, { row, now }) => {
      const time = momentOf(given, now)
      refuseTime(time, { started: row.started, now })
      return {
        event: 'note',
        detail: { text, at: time, ...(casualties === undefined ? {} : { casualties }) },
      }
    })
  }

  /** @throws CodedError ALARM_UNKNOWN, HAZARD_UNKNOWN, INCIDENT_* */
  link(number: number, links: IncidentLinks, actor: Actor): Promise<IncidentView> {
    return this.#enter(number, actor, async (trx, under) => {
      const { row, place, now } = under
      const alarms = (links.alarms ?? []).map((ref) => occurrenceOf(place, ref, now))
      const hazards = [...(links.hazards ?? [])]
      for (const hazard of hazards) await refuseForeign(trx, hazard, row.facility)
      if (links.hazard !== undefined) hazards.push(await this.#hazard(trx, under, links.hazard, actor))
      if (alarms.length + hazards.length === 0)
        throw new CodedError('INCIDENT_INCOMPLETE', 'give alarms, hazards or a hazard')
      for (const alarm of alarms) await attachAlarm(trx, row.facility, number, alarm)
      for (const hazard of hazards)
        await trx
          .insertInto('incident_hazard')
          .values({ number, hazard })
          .onConflict((conflict) => conflict.columns(['number', 'hazard']).doNothing())
          .execute()
      return {
        event: 'linked',
        detail: {
          ...(alarms.length === 0 ? {} : { alarms: alarms.map(({ occurrence }) => occurrence) }),
          ...(hazards.length === 0 ? {} : { hazards }),
        },
      }
    })
  }

  /** An occurrence that belongs to an incident by a rule. Whether it did not already. */
  async attach(number: number, alarm: OccurrenceRef, by: string): Promise<boolean> {
    const { db, steps } = this.#options
    const isNew = await inTransaction(db, async (trx) => {
      const under = await this.#incidents.under(trx, number, { refuse: () => undefined })
      if (!(await attachAlarm(trx, under.row.facility, number, alarm))) return false
      await touch(trx, number, under.now)
      const detail = { alarms: [alarm.occurrence] }
      await this.#add(trx, under, { by }, { event: 'alarm-attached', detail })
      return true
    })
    if (!isNew) return false
    await steps.entered()
    await this.#incidents.told(number)
    return true
  }

  /** Stock that an incident takes, or gives back. @throws CodedError STOCK_*, INCIDENT_* */
  use(number: number, { item: id, quantity }: StockUse, actor: Actor): Promise<IncidentView> {
    return this.#enter(number, actor, async (trx, { row, place, now }) => {
      const { unit } = itemOf(place, id)
      const taken = partsOf(quantity)
      if (taken === 0) throw new CodedError('REQUEST_INVALID', 'quantity: nothing is taken or returned')
      await moveTaken(trx, { number, item: id, change: taken })
      const after = await moveStock(trx, { facility: row.facility, item: id, change: -taken, now })
      const moved = {
        item: id,
        unit,
        quantity: Math.abs(quantityOf(taken)),
        left: quantityOf(after.quantity),
      }
      return { event: taken > 0 ? 'stock-taken' : 'stock-returned', detail: moved }
    })
  }

  /** Stock that is bought, counted or thrown away. @throws CodedError STOCK_*, FACILITY_UNKNOWN */
  async move(facility: string, id: string, given: StockChange, actor: Actor): Promise<StockView> {
    const { db, steps, now } = this.#options
    actor.refuse(facility)
    const place = this.#incidents.place(facility)
    itemOf(place, id)
    const change = partsOf(given.change)
    if (change === 0) throw new CodedError('REQUEST_INVALID', 'change: nothing is moved')
    const time = now()
    await inTransaction(db, async (trx) => {
      const { number, quantity } = await moveStock(trx, { facility, item: id, change, now: time })
      await steps.add(trx, {
        subject: 'stock',
        number,
        facility,
        time,
        by: actor.by,
        address: actor.address,
        event: 'moved',
        from: null,
        to: null,
        detail: {
          item: id,
          change: quantityOf(change),
          left: quantityOf(quantity),
          reason: given.reason,
        },
      })
    })
    await steps.entered()
    const view = (await stockViews(db, place)).find((item) => item.id === id)
    if (view === undefined) throw new CodedError('STOCK_UNKNOWN', `${facility} has no "${id}"`)
    return view
  }

  /** Of those that this server evaluates. */
  async plans(facilities: readonly string[]): Promise<PlanView[]> {
    return this.#places(facilities).flatMap(planViews)
  }

  async teams(facilities: readonly string[]): Promise<TeamView[]> {
    const { db, now } = this.#options
    return (await Promise.all(this.#places(facilities).map((place) => teamViews(db, place, now())))).flat()
  }

  async stock(facilities: readonly string[]): Promise<StockView[]> {
    return (
      await Promise.all(this.#places(facilities).map((place) => stockViews(this.#options.db, place)))
    ).flat()
  }

  /** How clocks were met. `facility` is what was asked for, times are those of one; of several, UTC. */
  async figures({
    facility,
    ...window
  }: Omit<FigureWindow, 'now'> & { facility: string | undefined }): Promise<ResponseFigures> {
    const { db, now, facilities } = this.#options
    const zone = facility === undefined ? 'UTC' : zoneOf(await facilities.zones([facility]), facility)
    const figures = await responseFigures(db, { ...window, now: now() })
    return {
      facility: facility ?? null,
      from: formatIso(window.from, zone),
      to: formatIso(window.to, zone),
      ...figures,
    }
  }

  #places(facilities: readonly string[]): RegisterPlace[] {
    return facilities.flatMap((id) => this.#options.places().get(id) ?? [])
  }

  /** One transaction with its entry in the history, in an incident under way. @throws CodedError INCIDENT_OVER */
  async #enter(
    number: number,
    actor: Actor,
    work: (trx: RegisterTrx, under: Under) => Promise<Done>,
  ): Promise<IncidentView> {
    const { db, steps } = this.#options
    await inTransaction(db, async (trx) => {
      const under = await this.#incidents.under(trx, number, actor)
      refuseOver(under.row.status)
      const done = await work(trx, under)
      await touch(trx, number, under.now)
      await this.#add(trx, under, actor, done)
    })
    await steps.entered()
    return this.#incidents.told(number)
  }

  async #add(
    trx: RegisterTrx,
    { row, now }: Under,
    { by, address }: Pick<Actor, 'by' | 'address'>,
    { event, status = row.status, detail }: Done,
  ): Promise<void> {
    await this.#options.steps.add(trx, {
      subject: 'incident',
      number: row.number,
      facility: row.facility,
      time: now,
      by,
      address,
      event,
      from: status,
      to: status,
      detail,
    })
  }

  async #hazard(
    trx: RegisterTrx,
    { row, now }: Under,
    hazard: NonNullable<IncidentLinks['hazard']>,
    { by, address }: Actor,
  ): Promise<number> {
    const { title, description, kind = 'condition', grade = 'general' } = hazard
    const { number } = await this.#options.hazards.open(trx, {
      facility: row.facility,
      source: 'manual',
      cause: `incident:${row.number}`,
      area: row.area ?? undefined,
      title,
      description,
      kind,
      grade,
      found: now,
      by,
      address,
      detail: { title, description, incident: row.number },
    })
    return number
  }
}

/** @throws CodedError HAZARD_UNKNOWN */
async function refuseForeign(trx: RegisterTrx, hazard: number, facility: string): Promise<void> {
  const row = await trx
    .selectFrom('hazard')
    .select('facility')
    .where('number', '=', hazard)
    .executeTakeFirst()
  if (row?.facility !== facility)
    throw new CodedError('HAZARD_UNKNOWN', `${facility} has no hazard ${hazard}`)
}

/** @throws CodedError STOCK_UNKNOWN */
function itemOf({ facility }: RegisterPlace, id: string): StockItem {
  const item = facility.register.response.stock.get(id)
  if (item === undefined) throw new CodedError('STOCK_UNKNOWN', `${facility.id} has no "${id}"`)
  return item
}

/** @throws CodedError REQUEST_INVALID */
function momentOf(text: string | undefined, now: number): number {
  if (text === undefined) return now
  const time = parseIso(text)
  if (time === undefined)
    throw new CodedError('REQUEST_INVALID', `time: "${text}" is no ISO 8601 time with an offset`)
  return time
}

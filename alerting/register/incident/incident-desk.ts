import { CodedError } from '../../../contracts/errors.ts'
import { parseIso } from '../../../contracts/iso-time.ts'
import type { AttachmentView, NewAttachment } from '../../../contracts/register/hazard-api.ts'
import type {
  IncidentDetail,
  IncidentTransition,
  IncidentView,
  NewIncident,
} from '../../../contracts/register/incident-api.ts'
import type { AttachmentDesk } from '../attachment/attachment-desk.ts'
import { attachmentView } from '../attachment/attachment-view.ts'
import type { RegisterContext, RegisterPlace } from '../context.ts'
import { type FacilityBook, zoneOf } from '../facility-book.ts'
import type { Actor } from '../hazard/hazard-desk.ts'
import type { RegisterTrx } from '../store/tables.ts'
import { inTransaction } from '../store/transaction.ts'
import { endClocks, waiveClock } from './clock-book.ts'
import { detailParts } from './incident-detail.ts'
import { layOut, type Opening, occurrenceOf, openIncident } from './incident-opening.ts'
import {
  clockRows,
  type IncidentFilter,
  incidentRow,
  incidentRows,
  stateOf,
  writeState,
} from './incident-store.ts'
import type { IncidentRow } from './incident-tables.ts'
import { incidentView } from './incident-view.ts'
import { act, actionsOf, type IncidentInput } from './lifecycle.ts'
import { planNamed, plansForAlarms } from './plan-choice.ts'
import { releaseAll } from './team-book.ts'

export interface IncidentDeskOptions extends RegisterContext {
  facilities: FacilityBook
  attachments: AttachmentDesk
  /** Somebody may command in the facility. Undefined: nobody signs in, and any name will do. */
  isKnown?: ((name: string, facility: string) => boolean) | undefined
  /** An incident has changed. Must not throw. */
  tell: (view: IncidentView) => void
}

/** What happens to an incident under way, within its transaction. */
export interface Under {
  readonly row: IncidentRow
  readonly place: RegisterPlace
  /** Epoch ms. */
  readonly now: number
}

/** Incidents: they are opened, led through their life, and looked at. What teams and stock do is in {@link ResponseDesk}. */
export class IncidentDesk {
  readonly #options: IncidentDeskOptions

  constructor(options: IncidentDeskOptions) {
    this.#options = options
  }

  /** The latest first, with the cursor of the next page. */
  async list(filter: IncidentFilter): Promise<{ items: IncidentView[]; next?: string }> {
    const { db, now } = this.#options
    const found = await incidentRows(db, { ...filter, limit: filter.limit + 1 }, now())
    const items = await this.#views(found.slice(0, filter.limit))
    const last = items.at(-1)
    return found.length > items.length && last !== undefined
      ? { items, next: String(last.number) }
      : { items }
  }

  /** @throws CodedError INCIDENT_UNKNOWN or OUT_OF_SCOPE */
  async detail(number: number, actor: Actor): Promise<IncidentDetail> {
    const { db, now, steps, attachments, places } = this.#options
    const row = await incidentRow(db, number)
    actor.refuse(row.facility)
    const timezone = await this.#zone(row.facility)
    const place = places().get(row.facility)
    const [[view], parts, history, files] = await Promise.all([
      this.#views([row]),
      detailParts(db, row, { timezone, place }),
      steps.of('incident', number, timezone),
      attachments.list(db, { facility: row.facility, subject: 'incident', number }),
    ])
    if (view === undefined) throw new CodedError('INCIDENT_UNKNOWN', `incident ${number}`)
    return {
      ...view,
      ...parts,
      history,
      attachments: files.map((file) => attachmentView(file, timezone)),
      actions: place === undefined ? [] : actionsOf(stateOf(row), { ...actor, now: now() }),
    }
  }

  /** @throws CodedError FACILITY_UNKNOWN, ALARM_UNKNOWN, PLAN_UNKNOWN, INCIDENT_TIME, REQUEST_INVALID */
  async open(given: NewIncident, actor: Actor): Promise<IncidentView> {
    const { db, steps, now } = this.#options
    actor.refuse(given.facility)
    const place = this.place(given.facility)
    const opening = this.#opening(given, place, actor, now())
    const number = await inTransaction(db, (trx) => openIncident(trx, steps, place, opening))
    await steps.entered()
    return this.told(number)
  }

  /** @throws CodedError INCIDENT_*, PLAN_UNKNOWN and nothing has changed */
  async transition(number: number, given: IncidentTransition, actor: Actor): Promise<IncidentView> {
    const { db, steps } = this.#options
    const { version, by: _, comment, ...input } = given
    const successor = await inTransaction(db, async (trx) => {
      const under = await this.under(trx, number, actor)
      if (under.row.version !== version)
        throw new CodedError('INCIDENT_CHANGED', `incident ${number} is at version ${under.row.version}`)
      return this.step(trx, under, input, actor, comment === undefined ? {} : { comment })
    })
    await steps.entered()
    if (successor !== undefined) await this.told(successor)
    return this.told(number)
  }

  /** One step of its life, with what hangs on it. Answers with the number of the one that goes on. */
  async step(
    trx: RegisterTrx,
    under: Under,
    input: IncidentInput,
    actor: Actor,
    more: Readonly<Record<string, unknown>> = {},
  ): Promise<number | undefined> {
    const { row, place, now } = under
    const state = stateOf(row)
    const after = act(state, input, { by: actor.by, role: actor.role, now })
    const successor = await this.#effects(trx, under, input, actor)
    await writeState(trx, row, { ...after, reopened_as: successor ?? after.reopened_as }, now)
    const { action, ...detail } = input
    await this.#options.steps.add(trx, {
      subject: 'incident',
      number: row.number,
      facility: place.facility.id,
      time: now,
      by: actor.by,
      address: actor.address,
      event: action,
      from: state.status,
      to: after.status,
      detail: { ...detail, ...more, ...(successor === undefined ? {} : { reopenedAs: successor }) },
    })
    return successor
  }

  /** @throws CodedError INCIDENT_UNKNOWN, ATTACHMENT_* */
  async attach(number: number, { name, content }: NewAttachment, actor: Actor): Promise<AttachmentView> {
    const { db, steps, attachments } = this.#options
    const { file, facility } = await inTransaction(db, async (trx) => {
      const { row, now } = await this.under(trx, number, actor)
      const subject = { subject: 'incident', number, facility: row.facility } as const
      const made = await attachments.add(trx, { ...subject, name, content, by: actor.by, time: now })
      await steps.add(trx, {
        ...subject,
        time: now,
        by: actor.by,
        address: actor.address,
        event: 'attachment',
        from: row.status,
        to: row.status,
        detail: { name: made.name, type: made.type, size: made.size, sha256: made.sha256 },
      })
      return { file: made, facility: row.facility }
    })
    await steps.entered()
    return attachmentView(file, await this.#zone(facility))
  }

  /** A file of an incident. @throws CodedError INCIDENT_UNKNOWN or ATTACHMENT_UNKNOWN */
  async file(number: number, id: number, actor: Actor) {
    const { db, attachments } = this.#options
    const { facility } = await incidentRow(db, number)
    actor.refuse(facility)
    const file = await attachments.read(db, id)
    if (file.subject !== 'incident' || file.number !== number)
      throw new CodedError('ATTACHMENT_UNKNOWN', `incident ${number} has no file ${id}`)
    return file
  }

  /** An incident that is to be changed. @throws CodedError INCIDENT_UNKNOWN, OUT_OF_SCOPE or FACILITY_UNKNOWN */
  async under(trx: RegisterTrx, number: number, actor: Pick<Actor, 'refuse'>): Promise<Under> {
    const row = await incidentRow(trx, number)
    actor.refuse(row.facility)
    return { row, place: this.place(row.facility), now: this.#options.now() }
  }

  /** Tells of an incident as it is now. */
  async told(number: number): Promise<IncidentView> {
    const { db, tell } = this.#options
    const [view] = await this.#views([await incidentRow(db, number)])
    if (view === undefined) throw new CodedError('INCIDENT_UNKNOWN', `incident ${number}`)
    tell(view)
    return view
  }

  /** @throws CodedError FACILITY_UNKNOWN */
  place(facility: string): RegisterPlace {
    const place = this.#options.places().get(facility)
    if (place === undefined)
      throw new CodedError('FACILITY_UNKNOWN', `this server does not evaluate "${facility}"`)
    return place
  }

  async #effects(
    trx: RegisterTrx,
    { row, place, now }: Under,
    input: IncidentInput,
    { by, address }: Actor,
  ): Promise<number | undefined> {
    const { number, started } = row
    switch (input.action) {
      case 'close':
      case 'false-alarm':
        await endClocks(trx, number, now)
        await releaseAll(trx, number, { by, now })
        return undefined
      case 'command':
        this.#refuseUnknown(input.commander ?? '', place)
        return undefined
      case 'choose-plan':
        await layOut(trx, number, planNamed(place, input.plan ?? ''), started)
        return undefined
      case 'waive-clock':
        if (input.clock !== undefined)
          await waiveClock(trx, number, { kind: input.clock, by, reason: input.reason ?? '', now })
        return undefined
      case 'reopen':
        return openIncident(trx, this.#options.steps, place, {
          title: row.title,
          description: input.reason ?? '',
          kind: row.kind,
          level: row.level,
          plan: row.plan === null ? undefined : place.facility.plans.get(row.plan),
          commander: null,
          area: row.area,
          location: row.lat === null || row.lon === null ? undefined : { lat: row.lat, lon: row.lon },
          started: now,
          alarms: [],
          reopens: number,
          by,
          address,
          now,
        })
      default:
        return undefined
    }
  }

  #opening(given: NewIncident, place: RegisterPlace, { by, address }: Actor, now: number): Opening {
    const { facility } = place
    const alarms = (given.alarms ?? []).map((ref) => occurrenceOf(place, ref, now))
    const called = plansForAlarms(place, alarms)
    const chosen = given.plan === undefined ? called[0] : given.plan
    const plan = typeof chosen === 'string' ? planNamed(place, chosen) : (chosen ?? undefined)
    const [first] = alarms.map(({ alarm }) => place.alarms.view(alarm))
    const { area = first?.area, commander, description = '', level = 3 } = given
    if (given.area !== undefined && !facility.areas.some(({ id }) => id === given.area))
      throw new CodedError('REQUEST_INVALID', `area: ${facility.id} has no area "${given.area}"`)
    if (commander !== undefined) this.#refuseUnknown(commander, place)
    const title = given.title ?? first?.message ?? plan?.name
    if (title === undefined)
      throw new CodedError('INCIDENT_INCOMPLETE', 'it needs a title, an alarm or a plan')
    return {
      title,
      description,
      kind: given.kind ?? plan?.kind ?? 'other',
      level,
      plan,
      commander: commander ?? null,
      area: area ?? null,
      location: given.location,
      started: startOf(given.started, alarms, now),
      alarms,
      reopens: null,
      by,
      address,
      now,
    }
  }

  #refuseUnknown(name: string, { facility }: RegisterPlace): void {
    if (this.#options.isKnown?.(name, facility.id) === false)
      throw new CodedError('INCIDENT_INCOMPLETE', `nobody with sign-in is called "${name}" in ${facility.id}`)
  }

  async #views(rows: readonly IncidentRow[]): Promise<IncidentView[]> {
    const { db, now, facilities } = this.#options
    const [zones, clocks] = await Promise.all([
      facilities.zones(rows.map(({ facility }) => facility)),
      clockRows(
        db,
        rows.map(({ number }) => number),
      ),
    ])
    const time = now()
    return rows.map((row) =>
      incidentView(
        row,
        clocks.filter(({ number }) => number === row.number),
        { timezone: zoneOf(zones, row.facility), now: time },
      ),
    )
  }

  async #zone(facility: string): Promise<string> {
    return zoneOf(await this.#options.facilities.zones([facility]), facility)
  }
}

/** @throws CodedError REQUEST_INVALID or INCIDENT_TIME */
function startOf(text: string | undefined, alarms: readonly { time: number }[], now: number): number {
  if (text === undefined) return Math.min(now, ...alarms.map(({ time }) => time))
  const started = parseIso(text)
  if (started === undefined)
    throw new CodedError('REQUEST_INVALID', `started: "${text}" is no ISO 8601 time with an offset`)
  if (started > now) throw new CodedError('INCIDENT_TIME', 'it begins in the future')
  return started
}

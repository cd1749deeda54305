import { CodedError } from '../../../contracts/errors.ts'
import { parseIso } from '../../../contracts/iso-time.ts'
import type {
  AttachmentView,
  HazardDetail,
  HazardView,
  NewAttachment,
  NewHazard,
  Transition,
} from '../../../contracts/register/hazard-api.ts'
import type { Role } from '../../../contracts/roles.ts'
import type { AttachmentDesk } from '../attachment/attachment-desk.ts'
import { attachmentView } from '../attachment/attachment-view.ts'
import type { RegisterContext, RegisterPlace } from '../context.ts'
import { type FacilityBook, zoneOf } from '../facility-book.ts'
import type { RegisterTrx } from '../store/tables.ts'
import { inTransaction } from '../store/transaction.ts'
import { causeOf, isCauseStanding } from './cause.ts'
import { type Hazard, NEW_HAZARD } from './hazard.ts'
import { type HazardQuery, listHazards } from './hazard-list.ts'
import { hazardOf } from './hazard-row.ts'
import type { HazardStore } from './hazard-store.ts'
import type { HazardRow } from './hazard-tables.ts'
import { hazardView, scaleView } from './hazard-view.ts'
import { type Acting, act, actionsOf, type HazardInput } from './lifecycle.ts'
import type { TestWatch } from './test-watch.ts'

interface HazardDeskOptions extends RegisterContext {
  store: HazardStore
  facilities: FacilityBook
  attachments: AttachmentDesk
  tests: Pick<TestWatch, 'isOverdue'>
  /** Somebody may answer for a hazard of the facility. Undefined: nobody signs in, and any name will do. */
  isKnown?: ((name: string, facility: string) => boolean) | undefined
  /** A hazard has changed. Must not throw. */
  tell: (view: HazardView) => void
}

/** Who asks, as the route knows them. */
export interface Actor {
  readonly by: string
  readonly role: Role
  /** From where, with sign-in. */
  readonly address?: string
  /** Of what they may not see they do not hear whether it is there. @throws CodedError OUT_OF_SCOPE */
  readonly refuse: (facility: string) => void
}

/** Occurrences that a hazard's page shows. */
const SHOWN = 100

/** The register of hazards, as people work with it. */
export class HazardDesk {
  readonly #options: HazardDeskOptions

  constructor(options: HazardDeskOptions) {
    this.#options = options
  }

  /** Newest first, with the cursor of the next page. */
  async list(query: HazardQuery): Promise<{ items: HazardView[]; next?: string }> {
    const { db, now } = this.#options
    const found = await listHazards(db, { ...query, limit: query.limit + 1 }, now())
    const items = await this.#views(found.slice(0, query.limit))
    const last = items.at(-1)
    return found.length > items.length && last !== undefined
      ? { items, next: String(last.number) }
      : { items }
  }

  /** @throws CodedError HAZARD_UNKNOWN or OUT_OF_SCOPE */
  async detail(number: number, actor: Actor): Promise<HazardDetail> {
    const { db, store, steps, attachments } = this.#options
    const row = await store.get(db, number)
    actor.refuse(row.facility)
    const [zones, history, files, alarms] = await Promise.all([
      this.#options.facilities.zones([row.facility]),
      steps.of('hazard', number, await this.#zone(row.facility)),
      attachments.list(db, { facility: row.facility, subject: 'hazard', number }),
      this.#occurrences(row),
    ])
    const zone = zoneOf(zones, row.facility)
    const place = this.#options.places().get(row.facility)
    const actions =
      place === undefined
        ? []
        : actionsOf(hazardOf(row), await this.#acting(hazardOf(row), place, actor, this.#options.now()))
    return {
      ...hazardView(row, zone, this.#options.now()),
      history,
      attachments: files.map((file) => attachmentView(file, zone)),
      alarms,
      actions,
      ...(place === undefined ? {} : { scale: scaleView(place.facility.register) }),
    }
  }

  /** What somebody has found; of an alarm whose hazard is open it becomes part of that. @throws CodedError */
  async create(given: NewHazard, actor: Actor): Promise<HazardView> {
    const { db, steps, now, hazards } = this.#options
    const { facility, area, sensor, alarm, title, description, kind = 'condition', grade = 'general' } = given
    actor.refuse(facility)
    const place = this.#place(facility)
    refuseNames(place, given)
    const { number } = await inTransaction(db, (trx) =>
      hazards.open(trx, {
        facility,
        source: 'manual',
        area,
        sensor: sensor ?? (alarm === undefined ? undefined : place.alarms.view(alarm)?.sensor),
        alarm,
        ...(alarm === undefined ? {} : { cause: causeOf.alarm(alarm) }),
        title,
        description,
        kind,
        grade,
        found: now(),
        by: actor.by,
        address: actor.address,
        detail: { title, description },
      }),
    )
    await steps.entered()
    return this.#view(number)
  }

  /** One step of the closed loop. @throws CodedError HAZARD_* and nothing has changed */
  async transition(
    number: number,
    { action, version, by: _, ...given }: Transition,
    actor: Actor,
  ): Promise<HazardView> {
    const { db, steps, store, now } = this.#options
    const input = inputOf({ action, ...given })
    const seen = await store.get(db, number)
    actor.refuse(seen.facility)
    const place = this.#place(seen.facility)
    if (input.area !== undefined) refuseNames(place, { area: input.area })
    const { isKnown } = this.#options
    for (const name of [input.responsible, input.leader])
      if (name !== undefined && isKnown?.(name, seen.facility) === false)
        throw new CodedError(
          'HAZARD_INCOMPLETE',
          `nobody with sign-in is called "${name}" in ${seen.facility}`,
        )
    const standing = await this.#acting(hazardOf(seen), place, actor, now())
    await inTransaction(db, async (trx) => {
      const row = await store.get(trx, number)
      // A comment changes nothing that somebody else could have looked at.
      if (row.version !== version && action !== 'comment')
        throw new CodedError('HAZARD_CHANGED', `hazard ${number} is at version ${row.version}`)
      const before = hazardOf(row)
      const next = act(before, input, standing)
      const successor = action === 'reopen' ? await this.#reopened(trx, before, place, standing) : undefined
      if (action !== 'comment')
        await store.update(trx, row, { ...next, reopenedAs: successor ?? next.reopenedAs }, place.facility)
      await steps.add(trx, {
        subject: 'hazard',
        number,
        facility: before.facility,
        time: standing.now,
        by: actor.by,
        address: actor.address,
        event: action,
        from: before.status,
        to: next.status,
        detail: { ...given, ...(successor === undefined ? {} : { reopenedAs: successor }) },
      })
    })
    await steps.entered()
    return this.#view(number)
  }

  /** @throws CodedError HAZARD_UNKNOWN, ATTACHMENT_* */
  async attach(number: number, { name, content }: NewAttachment, actor: Actor): Promise<AttachmentView> {
    const { db, steps, store, attachments, now } = this.#options
    const row = await store.get(db, number)
    actor.refuse(row.facility)
    this.#place(row.facility)
    const time = now()
    const made = await inTransaction(db, async (trx) => {
      const file = await attachments.add(trx, {
        subject: 'hazard',
        number,
        facility: row.facility,
        name,
        content,
        by: actor.by,
        time,
      })
      const { status } = await store.get(trx, number)
      await steps.add(trx, {
        subject: 'hazard',
        number,
        facility: row.facility,
        time,
        by: actor.by,
        address: actor.address,
        event: 'attachment',
        from: status,
        to: status,
        detail: { name: file.name, type: file.type, size: file.size, sha256: file.sha256 },
      })
      return file
    })
    await steps.entered()
    return attachmentView(made, await this.#zone(row.facility))
  }

  /** A file of a hazard. @throws CodedError HAZARD_UNKNOWN or ATTACHMENT_UNKNOWN */
  async file(number: number, id: number, actor: Actor) {
    const { db, store, attachments } = this.#options
    const row = await store.get(db, number)
    actor.refuse(row.facility)
    const file = await attachments.read(db, id)
    if (file.subject !== 'hazard' || file.number !== number)
      throw new CodedError('ATTACHMENT_UNKNOWN', `hazard ${number} has no file ${id}`)
    return file
  }

  /** Tells of hazards that have changed, whoever changed them. */
  async tell(numbers: Iterable<number>): Promise<void> {
    for (const number of new Set(numbers)) this.#options.tell(await this.#view(number))
  }

  async #view(number: number): Promise<HazardView> {
    const { db, store } = this.#options
    const [view] = await this.#views([await store.get(db, number)])
    if (view === undefined) throw new CodedError('HAZARD_UNKNOWN', `no hazard ${number}`)
    return view
  }

  async #views(rows: readonly HazardRow[]): Promise<HazardView[]> {
    const zones = await this.#options.facilities.zones(rows.map(({ facility }) => facility))
    return rows.map((row) => hazardView(row, zoneOf(zones, row.facility), this.#options.now()))
  }

  async #zone(facility: string): Promise<string> {
    return zoneOf(await this.#options.facilities.zones([facility]), facility)
  }

  #place(facility: string): RegisterPlace {
    const place = this.#options.places().get(facility)
    if (place === undefined)
      throw new CodedError('FACILITY_UNKNOWN', `this server does not evaluate "${facility}"`)
    return place
  }

  async #acting(hazard: Hazard, place: RegisterPlace, actor: Actor, now: number): Promise<Acting> {
    const { tests } = this.#options
    const isUntested =
      hazard.source === 'overdue-test' &&
      hazard.alarm !== null &&
      (await tests.isOverdue(place, hazard.alarm))
    return {
      by: actor.by,
      role: actor.role,
      now,
      plan: place.facility.register,
      isCauseStanding: isUntested || isCauseStanding(hazard, place),
    }
  }

  /** The same danger again, as a hazard of its own. @throws CodedError HAZARD_TRANSITION_ILLEGAL */
  async #reopened(
    trx: RegisterTrx,
    before: Hazard,
    { facility }: RegisterPlace,
    { by, now }: Acting,
  ): Promise<number> {
    const { store, steps } = this.#options
    const open = before.cause === null ? undefined : await store.ofCause(trx, facility.id, before.cause)
    if (open !== undefined)
      throw new CodedError('HAZARD_TRANSITION_ILLEGAL', `it is open already as ${open.number}`)
    const { source, rule, cause, sensor, alarm, area, title, description, kind, grade, majorBy } = before
    const same = { source, rule, cause, sensor, alarm, area, title, description, kind, grade, majorBy }
    const { number } = await store.insert(
      trx,
      {
        ...NEW_HAZARD,
        ...same,
        facility: facility.id,
        found: now,
        foundBy: by,
        reopens: before.number,
        updated: now,
      },
      facility,
    )
    await steps.add(trx, {
      subject: 'hazard',
      number,
      facility: facility.id,
      time: now,
      by,
      event: 'found',
      from: null,
      to: 'found',
      detail: { source, title, reopens: before.number },
    })
    return number
  }

  async #occurrences({ number, facility }: HazardRow): Promise<HazardDetail['alarms']> {
    const { db, facilities } = this.#options
    const zones = await facilities.zones([facility])
    const rows = await db
      .selectFrom('hazard_occurrence')
      .select(['alarm', 'occurrence', 'time'])
      .where('number', '=', number)
      .orderBy('time', 'desc')
      .limit(SHOWN)
      .execute()
    return rows.map(({ time, ...row }) => ({ ...row, time: facilities.iso(zones, facility, time) }))
  }
}

/** @throws CodedError REQUEST_INVALID for names that the facility does not have */
function refuseNames(
  { facility, alarms }: RegisterPlace,
  { area, sensor, alarm }: Pick<NewHazard, 'area' | 'sensor' | 'alarm'>,
): void {
  if (area !== undefined && !facility.areas.some(({ id }) => id === area))
    throw new CodedError('REQUEST_INVALID', `area: ${facility.id} has no area "${area}"`)
  if (sensor !== undefined && !facility.sensors.has(sensor))
    throw new CodedError('REQUEST_INVALID', `sensor: ${facility.id} has no sensor "${sensor}"`)
  if (alarm !== undefined && alarms.view(alarm) === undefined)
    throw new CodedError('ALARM_UNKNOWN', `${facility.id} has no alarm "${alarm}"`)
}

/** @throws CodedError REQUEST_INVALID for a time that is none */
function inputOf({ deadline, until, ...given }: Omit<Transition, 'version' | 'by'>): HazardInput {
  const time = (name: string, text: string | undefined) => {
    if (text === undefined) return {}
    const ms = parseIso(text)
    if (ms === undefined)
      throw new CodedError('REQUEST_INVALID', `${name}: "${text}" is no ISO 8601 time with an offset`)
    return { [name]: ms }
  }
  return { ...given, ...time('deadline', deadline), ...time('until', until) }
}

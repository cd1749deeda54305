import { CodedError } from '../../contracts/errors.ts'
import type { Facility } from '../../contracts/facility.ts'
import type { Logger } from '../../contracts/logger.ts'
import type { AbsenceView, DutyView, HandoverView, ShiftView } from '../../contracts/notify/api.ts'
import type { Duty, NotifyPlan, Responder } from '../../contracts/notify/plan.ts'
import type { AuditKind } from '../../contracts/people-api.ts'
import type { StateStore } from '../journal/state-store.ts'
import type { PeopleBook } from '../people/people-book.ts'
import {
  type AbsenceOrder,
  type AbsencesOf,
  type Asks,
  absenceText,
  absenceView,
  byPerson,
  refuseAbsence,
  refuseForeign,
  remembered,
} from './absence.ts'
import { handoverView, withHandover } from './handover.ts'
import { type KeptRoster, NOTHING_KEPT, parseRoster } from './kept-roster.ts'
import { dutyView, shiftView } from './roster-view.ts'
import { type Attendance, staffAt, stretchesOf } from './stretch.ts'

/** What absences and notes are kept under, for each facility. */
const KEPT = 'roster'

export interface RosterOptions {
  /** As its file says now. */
  facility: () => Pick<Facility, 'id' | 'timezone'> & {
    readonly notify: Pick<NotifyPlan, 'responders' | 'duties' | 'policies'>
  }
  states: Pick<StateStore, 'keep' | 'kept'>
  /** Whose audit record tells of changes; undefined: nobody signs in. */
  people: { readonly book: Pick<PeopleBook, 'note'> } | undefined
  /** Epoch ms. */
  now: () => number
  logger: Logger
}

/** A change that is decided, and what the audit record tells of it. */
interface Decided<T> {
  readonly kept: KeptRoster
  readonly result: T
  readonly note: { readonly kind: AuditKind; readonly subject: string; readonly detail: string }
}

/** Who has the duties of one facility: its file has the plan, people enter absences and hand-over notes. */
export class Roster {
  readonly #options: RosterOptions
  #kept: KeptRoster
  #absences: AbsencesOf
  /** Changes come one after the other. */
  #turn: Promise<unknown> = Promise.resolve()

  private constructor(options: RosterOptions, kept: KeptRoster) {
    this.#options = options
    this.#kept = kept
    this.#absences = byPerson(kept.absences)
  }

  /** What is damaged is told, and left out: people have to be reached all the same. */
  static async open(options: RosterOptions): Promise<Roster> {
    const { id } = options.facility()
    const text = await options.states.kept(id, KEPT)
    if (text === undefined) return new Roster(options, NOTHING_KEPT)
    try {
      return new Roster(options, parseRoster(id, text))
    } catch (error) {
      if (!(error instanceof CodedError)) throw error
      const { code, detail, remedy } = error
      options.logger.error({ facility: id, code, detail, remedy }, 'absences and hand-over notes are lost')
      return new Roster(options, NOTHING_KEPT)
    }
  }

  /** After absences and substitutes; none is a hole, or a duty that there is not. */
  onDuty(duty: string, at: number): readonly Responder[] {
    const found = this.#options.facility().notify.duties.get(duty)
    if (found === undefined) return []
    return staffAt(found, this.#attendance(), at).persons.map(({ responder }) => responder)
  }

  /** The first moment, epoch ms, at which a duty that a policy uses has nobody. */
  hole(from: number, to: number): number | undefined {
    const { duties, policies } = this.#options.facility().notify
    const used = new Set(policies.flatMap(({ steps }) => steps.flatMap((step) => step.to)))
    let first: number | undefined
    for (const id of used) {
      const duty = duties.get(id)
      const found = duty && this.#holeOf(duty, from, first ?? to)
      first = found ?? first
    }
    return first
  }

  /** Every duty as it is at a moment, and what comes next. */
  duties(at: number): DutyView[] {
    const { facility } = this.#options
    const handovers = this.handovers()
    return Array.from(facility().notify.duties.values(), (duty) =>
      dutyView(facility(), duty, {
        at,
        stretches: (from, to) => stretchesOf(duty, this.#attendance(), from, to),
        handover: handovers.find((handover) => handover.duty === duty.id) ?? null,
        hole: (from, to) => this.#holeOf(duty, from, to),
      }),
    )
  }

  /** @throws CodedError DUTY_UNKNOWN */
  shifts(duty: string, from: number, to: number): ShiftView[] {
    const { timezone } = this.#options.facility()
    return stretchesOf(this.#dutyOf(duty), this.#attendance(), from, to).map((stretch) =>
      shiftView(stretch, timezone),
    )
  }

  /** In order of time. */
  absences(): AbsenceView[] {
    const { facility, now } = this.#options
    return remembered(this.#kept.absences, now())
      .sort((a, b) => a.from - b.from)
      .map((absence) => absenceView(absence, facility().timezone))
  }

  /**
   * In force once it is kept. @throws CodedError RESPONDER_UNKNOWN, ABSENCE_INVALID, ABSENCE_NOT_OWN, ROSTER_FULL or
   * JOURNAL_UNWRITABLE
   */
  enter(order: AbsenceOrder, asks: Asks): Promise<AbsenceView> {
    return this.#change(asks, order.by, (kept, now) => {
      const { notify, timezone } = this.#options.facility()
      refuseForeign(order.person, asks)
      refuseAbsence(order, { responders: notify.responders, absences: kept.absences, now })
      const absence = { ...order, id: String(kept.next), substitute: order.substitute ?? null }
      return {
        kept: { ...kept, next: kept.next + 1, absences: [...kept.absences, absence] },
        result: absenceView(absence, timezone),
        note: {
          kind: 'absence-entered',
          subject: absence.person,
          detail: absenceText(absence, timezone),
        },
      }
    })
  }

  /** Likewise. @throws CodedError ABSENCE_UNKNOWN, ABSENCE_NOT_OWN or JOURNAL_UNWRITABLE */
  remove(id: string, asks: Asks): Promise<AbsenceView> {
    return this.#change(asks, asks.name, (kept) => {
      const { timezone } = this.#options.facility()
      const found = kept.absences.find((absence) => absence.id === id)
      if (found === undefined) throw new CodedError('ABSENCE_UNKNOWN', `absence "${id}"`)
      refuseForeign(found.person, asks)
      return {
        kept: { ...kept, absences: kept.absences.filter((absence) => absence !== found) },
        result: absenceView(found, timezone),
        note: { kind: 'absence-removed', subject: found.person, detail: absenceText(found, timezone) },
      }
    })
  }

  /** Newest first; of one duty, or of all. @throws CodedError DUTY_UNKNOWN */
  handovers(duty?: string): HandoverView[] {
    const wanted = duty === undefined ? undefined : this.#dutyOf(duty).id
    return this.#kept.handovers
      .filter((handover) => wanted === undefined || handover.duty === wanted)
      .map((handover) => handoverView(handover, this.#options.facility().timezone))
      .reverse()
  }

  /** There once it is kept. @throws CodedError DUTY_UNKNOWN or JOURNAL_UNWRITABLE */
  handOver(given: { duty: string; text: string; by: string }, asks: Asks): Promise<HandoverView> {
    return this.#change(asks, given.by, (kept, now) => {
      const { id } = this.#dutyOf(given.duty)
      const handover = { time: now, duty: id, by: given.by, text: given.text }
      return {
        kept: { ...kept, handovers: withHandover(kept.handovers, handover) },
        result: handoverView(handover, this.#options.facility().timezone),
        note: { kind: 'handover', subject: id, detail: given.text },
      }
    })
  }

  /** Decided on what there is when its turn comes; absences that say nothing any more go with it. */
  #change<T>(asks: Asks, by: string, decide: (kept: KeptRoster, now: number) => Decided<T>): Promise<T> {
    const done = this.#turn.then(async () => {
      const { facility, states, people, now } = this.#options
      const time = now()
      const absences = remembered(this.#kept.absences, time)
      const { kept, result, note } = decide({ ...this.#kept, absences }, time)
      const { id } = facility()
      await states.keep(id, KEPT, JSON.stringify(kept))
      this.#kept = kept
      this.#absences = byPerson(kept.absences)
      const detail = `${id}: ${note.detail}`
      await people?.book.note({ audit: [{ ...note, by, address: asks.address, detail }], result: undefined })
      return result
    })
    this.#turn = done.catch(() => undefined)
    return done
  }

  #holeOf(duty: Duty, from: number, to: number): number | undefined {
    return stretchesOf(duty, this.#attendance(), from, to).find(({ persons }) => persons.length === 0)?.from
  }

  #attendance(): Attendance {
    const { timezone, notify } = this.#options.facility()
    return { timezone, responders: notify.responders, absences: this.#absences }
  }

  /** @throws CodedError DUTY_UNKNOWN */
  #dutyOf(id: string): Duty {
    const duty = this.#options.facility().notify.duties.get(id)
    if (duty === undefined) throw new CodedError('DUTY_UNKNOWN', `no duty "${id}"`)
    return duty
  }
}

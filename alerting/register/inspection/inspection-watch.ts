import { formatIso } from '../../../contracts/iso-time.ts'
import type { InspectionPlan } from '../../../contracts/register/inspection-plan.ts'
import type { RegisterContext, RegisterPlace } from '../context.ts'
import type { RegisterTrx } from '../store/tables.ts'
import { inTransaction } from '../store/transaction.ts'
import { type Due, dueAt, missedIn } from './due.ts'
import { anchorOf, planRow, planRows } from './plan-store.ts'

/** The number of steps that belong to a plan and to no round. */
export const OF_PLAN = 0

/** Sees by the clock which inspections are overdue: records it, and makes a hazard of what is overdue for long. */
export class InspectionWatch {
  readonly #context: RegisterContext

  constructor(context: RegisterContext) {
    this.#context = context
  }

  /**
   * To be called again and again; what it has seen it does not see twice, also after a restart. Answers with the hazards
   * that it has made. What fails with one plan is told, and looked at again the next time.
   */
  async look(): Promise<number[]> {
    const { places, logger, steps } = this.#context
    const made: number[] = []
    let isNoted = false
    for (const place of places().values())
      for (const plan of await this.#wanted(place))
        try {
          const hazard = await this.#see(place, plan)
          isNoted = true
          if (hazard !== undefined) made.push(hazard)
        } catch (error) {
          const names = { facility: place.facility.id, plan: plan.id }
          logger.warn({ ...names, error: String(error) }, 'an inspection was not looked at')
        }
    if (isNoted) await steps.entered()
    return made
  }

  /** Plans that were never seen, and those with something to tell. */
  async #wanted({ facility }: RegisterPlace): Promise<InspectionPlan[]> {
    const { inspections } = facility.register
    if (inspections.length === 0) return []
    const rows = await planRows(this.#context.db, facility.id)
    const now = this.#context.now()
    return inspections.filter((plan) => {
      const row = rows.get(plan.id)
      if (row === undefined) return true
      const due = dueAt(plan, anchorOf(row), now, facility.timezone)
      return (due.isOverdue && row.overdue_told !== due.due) || (due.isHazard && row.hazard_told !== due.due)
    })
  }

  /** In one transaction, on what there is then. */
  #see(place: RegisterPlace, plan: InspectionPlan): Promise<number | undefined> {
    const { facility } = place
    const now = this.#context.now()
    return inTransaction(this.#context.db, async (trx) => {
      const row = await planRow(trx, facility.id, plan.id, now)
      const anchor = anchorOf(row)
      const due = dueAt(plan, anchor, now, facility.timezone)
      if (due.isOverdue && row.overdue_told !== due.due) {
        await this.#tell(trx, place, plan, { overdue_told: due.due })
        await this.#note(trx, place, plan, due, now)
      }
      if (!due.isHazard || row.hazard_told === due.due) return undefined
      await this.#tell(trx, place, plan, { hazard_told: due.due })
      const missed = missedIn(plan, [{ from: anchor, to: now }], anchor, facility.timezone)
      return this.#open(trx, place, plan, { due, now, missed, last: row.last_finished })
    })
  }

  async #tell(
    trx: RegisterTrx,
    { facility }: RegisterPlace,
    plan: InspectionPlan,
    set: { overdue_told: number } | { hazard_told: number },
  ): Promise<void> {
    await trx
      .updateTable('inspection_plan')
      .set(set)
      .where('facility', '=', facility.id)
      .where('plan', '=', plan.id)
      .execute()
  }

  async #note(
    trx: RegisterTrx,
    { facility }: RegisterPlace,
    plan: InspectionPlan,
    { due }: Due,
    now: number,
  ): Promise<void> {
    await this.#context.steps.add(trx, {
      subject: 'inspection',
      number: OF_PLAN,
      facility: facility.id,
      time: now,
      by: watcherOf(plan),
      event: 'overdue',
      from: null,
      to: null,
      detail: { plan: plan.id, due: formatIso(due, facility.timezone) },
    })
  }

  /** That nobody goes round is a hazard of management; one that is open takes what comes later. */
  async #open(
    trx: RegisterTrx,
    { facility }: RegisterPlace,
    plan: InspectionPlan,
    { due, now, missed, last }: { due: Due; now: number; missed: number; last: number | null },
  ): Promise<number> {
    const iso = (ms: number) => formatIso(ms, facility.timezone)
    const before = last === null ? 'No round was ever finished.' : `The last was finished at ${iso(last)}.`
    const { number } = await this.#context.hazards.open(trx, {
      facility: facility.id,
      source: 'inspection',
      rule: plan.id,
      cause: `inspection:${plan.id}`,
      area: plan.areas.length === 1 ? plan.areas[0] : undefined,
      title: `Inspection not done: ${plan.name}`.slice(0, 200),
      description: `A round was due at ${iso(due.due)}, and ${missed} were missed by now. ${before}`,
      kind: 'management',
      grade: 'general',
      found: now,
      by: watcherOf(plan),
      detail: { plan: plan.id, due: iso(due.due), missed },
    })
    return number
  }
}

/** What stands where a person would. */
function watcherOf({ id }: InspectionPlan): string {
  return `inspection:${id}`
}

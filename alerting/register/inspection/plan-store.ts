import type { InspectionPlan } from '../../../contracts/register/inspection-plan.ts'
import type { RegisterDb, RegisterTrx } from '../store/tables.ts'
import { countedFrom, type Due, dueAt, type Gap, missedIn } from './due.ts'
import type { PlanRow } from './inspection-tables.ts'

type Db = RegisterDb | RegisterTrx

/** How a plan stands. Times in epoch ms. */
export interface Standing extends Due {
  readonly row: PlanRow
  /** The round that is running. */
  readonly running: number | null
  readonly missed: { readonly count: number; readonly since: number }
}

/** A plan that nobody has looked at yet. */
function unseen(facility: string, plan: string, now: number): PlanRow {
  const nothing = {
    last_round: null,
    last_finished: null,
    last_by: null,
    overdue_told: null,
    hazard_told: null,
  }
  return { facility, plan, first_seen: now, ...nothing }
}

/** The row of a plan, which begins when it is first asked for. `now`: epoch ms. */
export async function planRow(
  trx: RegisterTrx,
  facility: string,
  plan: string,
  now: number,
): Promise<PlanRow> {
  const row = unseen(facility, plan, now)
  await trx
    .insertInto('inspection_plan')
    .values(row)
    .onConflict((conflict) => conflict.columns(['facility', 'plan']).doNothing())
    .execute()
  return (await planRows(trx, facility)).get(plan) ?? row
}

/** Key: plan. */
export async function planRows(db: Db, facility: string): Promise<ReadonlyMap<string, PlanRow>> {
  const rows = await db.selectFrom('inspection_plan').selectAll().where('facility', '=', facility).execute()
  return new Map(rows.map((row) => [row.plan, row]))
}

/** From when on the time to its next round runs. */
export function anchorOf({ last_finished, first_seen }: PlanRow): number {
  return last_finished ?? first_seen
}

/** How the plans of a facility stand. Key: plan. */
export async function standings(
  db: Db,
  { id, timezone }: { readonly id: string; readonly timezone: string },
  plans: readonly InspectionPlan[],
  now: number,
): Promise<ReadonlyMap<string, Standing>> {
  const rows = await planRows(db, id)
  const running = await runningRounds(db, id)
  const gaps = await finishedGaps(db, id, plans, now)
  return new Map(
    plans.map((plan) => {
      const row = rows.get(plan.id) ?? unseen(id, plan.id, now)
      const since = countedFrom(plan, now)
      const open = { from: anchorOf(row), to: now }
      const count = missedIn(plan, [...(gaps.get(plan.id) ?? []), open], since, timezone)
      const due = dueAt(plan, anchorOf(row), now, timezone)
      return [plan.id, { ...due, row, running: running.get(plan.id) ?? null, missed: { count, since } }]
    }),
  )
}

async function runningRounds(db: Db, facility: string): Promise<ReadonlyMap<string, number>> {
  const rows = await db
    .selectFrom('inspection_round')
    .select(['plan', 'number'])
    .where('facility', '=', facility)
    .where('state', '=', 'running')
    .execute()
  return new Map(rows.map(({ plan, number }) => [plan, number]))
}

/** Times without a round that have ended, as far as they are counted. Key: plan. */
async function finishedGaps(
  db: Db,
  facility: string,
  plans: readonly InspectionPlan[],
  now: number,
): Promise<ReadonlyMap<string, readonly Gap[]>> {
  const gaps = new Map<string, Gap[]>()
  for (const plan of plans) {
    const rows = await db
      .selectFrom('inspection_round')
      .select(['since', 'ended'])
      .where('facility', '=', facility)
      .where('plan', '=', plan.id)
      .where('ended', '>=', countedFrom(plan, now))
      .where('state', '=', 'finished')
      // Those within their grace have missed nothing.
      .where('is_late', '=', 1)
      .execute()
    gaps.set(
      plan.id,
      rows.flatMap(({ since, ended }) => (ended === null ? [] : [{ from: since, to: ended }])),
    )
  }
  return gaps
}

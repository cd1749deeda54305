import { CodedError } from '../../../contracts/errors.ts'
import type { Location } from '../../../contracts/facility.ts'
import type { EmergencyPlan } from '../../../contracts/register/incident-plan.ts'
import { CLOCKS, type IncidentKind, type IncidentLevel } from '../../../contracts/register/incident-words.ts'
import type { RegisterPlace, Steps } from '../context.ts'
import type { RegisterTrx } from '../store/tables.ts'

/** An occurrence of an alarm. */
export interface OccurrenceRef {
  readonly alarm: string
  readonly occurrence: string
  /** When it was raised, epoch ms. */
  readonly time: number
}

/** An incident that begins. Times in epoch ms. */
export interface Opening {
  readonly title: string
  readonly description: string
  readonly kind: IncidentKind
  readonly level: IncidentLevel
  readonly plan: EmergencyPlan | undefined
  readonly commander: string | null
  readonly area: string | null
  readonly location: Location | undefined
  readonly started: number
  readonly alarms: readonly OccurrenceRef[]
  /** The one that goes on as this. */
  readonly reopens: number | null
  readonly by: string
  readonly address: string | undefined
  readonly now: number
}

/** Starts the clocks of an incident and lays out its checklist. Answers with its number. */
export async function openIncident(
  trx: RegisterTrx,
  steps: Steps,
  { facility }: Pick<RegisterPlace, 'facility'>,
  opening: Opening,
): Promise<number> {
  const { title, description, kind, level, plan, commander, area, location, started, reopens, by, now } =
    opening
  const { number } = await trx
    .insertInto('incident')
    .values({
      facility: facility.id,
      title,
      description,
      kind,
      level,
      status: 'open',
      is_open: 1,
      version: 1,
      commander,
      commanders: JSON.stringify(commander === null ? [] : [commander]),
      plan: plan?.id ?? null,
      area,
      lat: location?.lat ?? null,
      lon: location?.lon ?? null,
      started,
      opened: now,
      opened_by: by,
      contained: null,
      ended: null,
      ended_by: null,
      review: null,
      reason: null,
      reopens,
      reopened_as: null,
      updated: now,
    })
    .returning('number')
    .executeTakeFirstOrThrow()
  for (const clock of CLOCKS) {
    const target = facility.register.response.targetMs[clock]
    await trx
      .insertInto('incident_clock')
      .values({
        number,
        facility: facility.id,
        kind: clock,
        started,
        target,
        due: started + target,
        arrived: null,
        stopped: null,
        waived: null,
        waived_by: null,
        waived_reason: null,
        is_settled: 0,
      })
      .execute()
  }
  if (plan !== undefined) await layOut(trx, number, plan, started)
  for (const alarm of opening.alarms) await attachAlarm(trx, facility.id, number, alarm)
  await steps.add(trx, {
    subject: 'incident',
    number,
    facility: facility.id,
    time: now,
    by,
    address: opening.address,
    event: 'opened',
    from: null,
    to: 'open',
    detail: {
      title,
      kind,
      level,
      started,
      ...(plan === undefined ? {} : { plan: plan.id }),
      ...(commander === null ? {} : { commander }),
      ...(reopens === null ? {} : { reopens }),
      ...(opening.alarms.length === 0 ? {} : { alarms: opening.alarms.map(({ occurrence }) => occurrence) }),
    },
  })
  return number
}

/** The checklist of a plan, behind what is left of another: what was done stays, what was not is no more to be done. */
export async function layOut(
  trx: RegisterTrx,
  number: number,
  plan: EmergencyPlan,
  started: number,
): Promise<void> {
  await trx.deleteFrom('incident_step').where('number', '=', number).where('done', 'is', null).execute()
  const done = await trx
    .selectFrom('incident_step')
    .select(['plan', 'step', 'position'])
    .where('number', '=', number)
    .execute()
  const last = Math.max(0, ...done.map(({ position }) => position))
  const missing = plan.steps.filter(
    ({ id }) => !done.some((known) => known.plan === plan.id && known.step === id),
  )
  for (const [index, { id, text, by, withinMs }] of missing.entries())
    await trx
      .insertInto('incident_step')
      .values({
        number,
        plan: plan.id,
        step: id,
        position: last + index + 1,
        text,
        who: by ?? null,
        due: withinMs === undefined ? null : started + withinMs,
        done: null,
        done_entered: null,
        done_by: null,
        note: null,
      })
      .execute()
}

/** Whether it did not belong to it already. */
export async function attachAlarm(
  trx: RegisterTrx,
  facility: string,
  number: number,
  alarm: OccurrenceRef,
): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await trx
    .insertInto('incident_alarm')
    .values({ number, facility, ...alarm })
    .onConflict((conflict) => conflict.columns(['number', 'occurrence']).doNothing())
    .executeTakeFirst()
  return numInsertedOrUpdatedRows === 1n
}

/** An alarm that somebody names. @throws CodedError ALARM_UNKNOWN or REQUEST_INVALID */
export function occurrenceOf(
  { facility, alarms }: Pick<RegisterPlace, 'facility' | 'alarms'>,
  { alarm, occurrence }: { readonly alarm: string; readonly occurrence?: string },
  now: number,
): OccurrenceRef {
  const view = alarms.view(alarm)
  if (view === undefined) throw new CodedError('ALARM_UNKNOWN', `${facility.id} has no alarm "${alarm}"`)
  const named = occurrence ?? view.occurrence
  if (named === null) throw new CodedError('REQUEST_INVALID', `alarm "${alarm}" has never occurred`)
  if (!named.startsWith(`${alarm}#`))
    throw new CodedError('REQUEST_INVALID', `"${named}" is no occurrence of "${alarm}"`)
  const raised = named === view.occurrence && view.raised !== null ? Date.parse(view.raised) : now
  return { alarm, occurrence: named, time: raised }
}

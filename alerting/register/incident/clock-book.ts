import { sql } from 'kysely'
import { CodedError } from '../../../contracts/errors.ts'
import type { ClockKind, TeamKind } from '../../../contracts/register/incident-words.ts'
import { CLOCKS } from '../../../contracts/register/incident-words.ts'
import type { RegisterDb, RegisterTrx } from '../store/tables.ts'
import { clockState, isSettled } from './clock.ts'
import type { ClockRow } from './incident-tables.ts'

/** A team of this kind has arrived: the first one counts, whenever it is entered. `time`: epoch ms. */
export async function stopClock(
  trx: RegisterTrx,
  number: number,
  { kind, time, now }: { kind: TeamKind; time: number; now: number },
): Promise<void> {
  if (!isClock(kind)) return
  const clock = await clockOf(trx, number, kind)
  if (clock.arrived !== null && clock.arrived <= time) return
  const next = { ...clock, arrived: time }
  await trx
    .updateTable('incident_clock')
    // A breach that was told stays told.
    .set({ arrived: time, is_settled: clock.is_settled === 1 || isSettled(next, now) ? 1 : 0 })
    .where('number', '=', number)
    .where('kind', '=', kind)
    .execute()
}

/** Nobody of this kind is needed. @throws CodedError INCIDENT_CLOCK_OVER for one that does not run any more */
export async function waiveClock(
  trx: RegisterTrx,
  number: number,
  { kind, by, reason, now }: { kind: ClockKind; by: string; reason: string; now: number },
): Promise<void> {
  const state = clockState(await clockOf(trx, number, kind), now)
  if (state !== 'running') throw new CodedError('INCIDENT_CLOCK_OVER', `the ${kind} clock is ${state}`)
  await trx
    .updateTable('incident_clock')
    .set({ waived: now, waived_by: by, waived_reason: reason, is_settled: 1 })
    .where('number', '=', number)
    .where('kind', '=', kind)
    .execute()
}

/** The incident is over: clocks that run stop; one that has run out stays a breach. */
export async function endClocks(trx: RegisterTrx, number: number, now: number): Promise<void> {
  const rows = await trx.selectFrom('incident_clock').selectAll().where('number', '=', number).execute()
  for (const row of rows) {
    if (row.arrived !== null || row.waived !== null) continue
    const next = { ...row, stopped: now }
    await trx
      .updateTable('incident_clock')
      .set({ stopped: now, is_settled: row.is_settled === 1 || isSettled(next, now) ? 1 : 0 })
      .where('number', '=', number)
      .where('kind', '=', row.kind)
      .execute()
  }
}

/** Clocks of these facilities that have run out, and nobody was told yet. */
export async function untoldBreaches(
  db: RegisterDb,
  facilities: readonly string[],
  now: number,
): Promise<Pick<ClockRow, 'number' | 'kind'>[]> {
  if (facilities.length === 0) return []
  return await db
    .selectFrom('incident_clock')
    .select(['number', 'kind'])
    .where('is_settled', '=', 0)
    .where('due', '<', now)
    .where('facility', 'in', [...facilities])
    .where(sql<boolean>`coalesce(arrived, stopped, cast(${now} as bigint)) > due`)
    .orderBy('due')
    .limit(1_000)
    .execute()
}

/** Undefined when somebody else was faster, or it is no breach any more. */
export async function settleBreach(
  trx: RegisterTrx,
  { number, kind }: Pick<ClockRow, 'number' | 'kind'>,
  now: number,
): Promise<ClockRow | undefined> {
  const clock = await clockOf(trx, number, kind)
  if (clock.is_settled === 1 || clockState(clock, now) !== 'breached') return undefined
  await trx
    .updateTable('incident_clock')
    .set({ is_settled: 1 })
    .where('number', '=', number)
    .where('kind', '=', kind)
    .execute()
  return clock
}

async function clockOf(trx: RegisterTrx, number: number, kind: ClockKind): Promise<ClockRow> {
  return await trx
    .selectFrom('incident_clock')
    .selectAll()
    .where('number', '=', number)
    .where('kind', '=', kind)
    .executeTakeFirstOrThrow()
}

function isClock(kind: TeamKind): kind is ClockKind {
  return CLOCKS.some((clock) => clock === kind)
}

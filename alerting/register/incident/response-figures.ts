import { sql } from 'kysely'
import type { ResponseFigures } from '../../../contracts/register/incident-api.ts'
import { CLOCKS } from '../../../contracts/register/incident-words.ts'
import type { RegisterDb } from '../store/tables.ts'

export interface FigureWindow {
  /** Undefined: all. */
  readonly facilities: readonly string[] | undefined
  /** Of the beginning of incidents, epoch ms: inclusive, exclusive. */
  readonly from: number
  readonly to: number
  readonly now: number
}

type Figures = Omit<ResponseFigures, 'facility' | 'from' | 'to'>

/** How the clocks of all incidents of a time were met. False alarms have none. */
export async function responseFigures(db: RegisterDb, window: FigureWindow): Promise<Figures> {
  const { facilities, from, to, now } = window
  const [counts, clocks] = await Promise.all([
    facilities?.length === 0
      ? []
      : db
          .selectFrom('incident')
          .select(({ fn }) => ['status', fn.countAll<number>().as('count')])
          .where('started', '>=', from)
          .where('started', '<', to)
          .$if(facilities !== undefined, (query) => query.where('facility', 'in', [...(facilities ?? [])]))
          .groupBy('status')
          .execute(),
    facilities?.length === 0
      ? []
      : db
          .selectFrom('incident_clock as clock')
          .innerJoin('incident', 'incident.number', 'clock.number')
          .select(['clock.kind'])
          .select([
            total(sql`clock.waived IS NOT NULL`).as('waived'),
            total(sql`${COUNTS} AND coalesce(clock.arrived, clock.stopped, ${at(now)}) > clock.due`).as(
              'breached',
            ),
            total(sql`${COUNTS} AND clock.arrived <= clock.due`).as('met'),
            total(
              sql`${COUNTS} AND clock.arrived IS NULL AND clock.stopped IS NULL AND ${at(now)} <= clock.due`,
            ).as('running'),
            total(sql`${COUNTS} AND clock.arrived IS NULL AND clock.stopped <= clock.due`).as('ended'),
            sql<number | null>`avg(clock.arrived - clock.started)`.as('mean'),
            sql<number | null>`max(clock.arrived - clock.started)`.as('worst'),
          ])
          .where('incident.status', '!=', 'false-alarm')
          .where('incident.started', '>=', from)
          .where('incident.started', '<', to)
          .$if(facilities !== undefined, (query) =>
            query.where('incident.facility', 'in', [...(facilities ?? [])]),
          )
          .groupBy('clock.kind')
          .execute(),
  ])
  const countOf = (statuses: readonly string[]) =>
    counts
      .filter(({ status }) => statuses.includes(status))
      .reduce((sum, { count }) => sum + Number(count), 0)
  return {
    incidents: countOf(['open', 'responding', 'contained', 'closed']),
    open: countOf(['open', 'responding', 'contained']),
    closed: countOf(['closed']),
    falseAlarms: countOf(['false-alarm']),
    clocks: CLOCKS.map((kind) => {
      const found = clocks.find((clock) => clock.kind === kind)
      const [met, breached] = [Number(found?.met ?? 0), Number(found?.breached ?? 0)]
      return {
        kind,
        met,
        breached,
        running: Number(found?.running ?? 0),
        waived: Number(found?.waived ?? 0),
        ended: Number(found?.ended ?? 0),
        metRate: met + breached === 0 ? null : met / (met + breached),
        meanSeconds: seconds(found?.mean),
        worstSeconds: seconds(found?.worst),
      }
    }),
  }
}

const COUNTS = sql`clock.waived IS NULL`

function total(condition: ReturnType<typeof sql>) {
  return sql<number>`sum(CASE WHEN ${condition} THEN 1 ELSE 0 END)`
}

function at(ms: number) {
  return sql<number>`cast(${ms} as bigint)`
}

function seconds(ms: number | null | undefined): number | null {
  return ms === null || ms === undefined ? null : Math.round(Number(ms)) / 1_000
}

import { formatIso } from '../../../contracts/iso-time.ts'
import { assess } from '../../../contracts/register/gb18218.ts'
import type { InspectionView, Responsibility } from '../../../contracts/register/inspection-api.ts'
import type { MajorSource } from '../../../contracts/register/inspection-plan.ts'
import { KIND_OF_POST, POSTS, type Post } from '../../../contracts/register/inspection-words.ts'
import { POST_DUTIES } from '../../../contracts/register/post-duties.ts'
import { currentInventory, type InventoryPlace } from '../current-inventory.ts'
import type { RegisterDb } from '../store/tables.ts'
import { appointment } from './appointment.ts'
import { personOf } from './inspector.ts'

/** Rounds of a person that are shown. */
const SHOWN = 10

/**
 * A source, its grade, its three people and what they have done. `plans` are all of the facility, as they stand now.
 * `now`: epoch ms.
 */
export async function responsibilityOf(
  db: RegisterDb,
  place: InventoryPlace,
  source: MajorSource,
  plans: readonly InspectionView[],
  now: number,
): Promise<Responsibility> {
  const { facility } = place
  const { id, timezone } = facility
  const { S, R, alpha, grade, shares } = assess(source.substances, source.people500m)
  const own = plans.filter((plan) => plan.source === source.id)
  const person = async (post: Post): Promise<Responsibility['people'][number]> => {
    const { id: name, ...names } = personOf(facility, source.responsible[post])
    const theirs = own.filter(({ by, kind }) =>
      by.kind === 'responsible' ? by.id === post : kind === KIND_OF_POST[post],
    )
    return {
      post,
      id: name,
      ...names,
      duties: Object.entries(POST_DUTIES[post]).map(([duty, text]) => ({ id: duty, text })),
      inspections: theirs.map(({ id: plan, name: called, every, state, isOverdue, due, last, missed }) => ({
        id: plan,
        name: called,
        every,
        state,
        isOverdue,
        due,
        last,
        missed,
      })),
      rounds: await roundsOf(
        db,
        { facility: id, timezone },
        name,
        theirs.map((plan) => plan.id),
      ),
    }
  }
  return {
    facility: id,
    source: source.id,
    name: source.name,
    kind: source.kind,
    areas: [...source.areas],
    people500m: source.people500m,
    substances: source.substances.map(({ cas, name, tonnes }, index) => ({
      cas,
      name: name ?? null,
      tonnes,
      threshold: shares[index]?.tonnes ?? 0,
      beta: shares[index]?.beta ?? 0,
    })),
    S,
    R,
    alpha,
    grade,
    current: currentInventory(place, source),
    appointment: appointment(source.appointed, now, timezone),
    people: await Promise.all(POSTS.map(person)),
    hazards: await openHazards(db, id, source.areas, now),
  }
}

async function roundsOf(
  db: RegisterDb,
  { facility, timezone }: { facility: string; timezone: string },
  person: string,
  plans: readonly string[],
): Promise<Responsibility['people'][number]['rounds']> {
  if (plans.length === 0) return []
  const rows = await db
    .selectFrom('inspection_round')
    .select(['number', 'plan', 'ended', 'is_late', 'findings'])
    .where('facility', '=', facility)
    .where('plan', 'in', plans)
    .where('state', '=', 'finished')
    .where('ended_by', '=', person)
    .orderBy('number', 'desc')
    .limit(SHOWN)
    .execute()
  return rows.map(({ ended, is_late, ...row }) => ({
    ...row,
    ended: ended === null ? null : formatIso(ended, timezone),
    isLate: is_late === 1,
  }))
}

async function openHazards(
  db: RegisterDb,
  facility: string,
  areas: readonly string[],
  now: number,
): Promise<Responsibility['hazards']> {
  const rows = await db
    .selectFrom('hazard')
    .select(({ fn }) => ['grade', fn.countAll<number>().as('count')])
    .where('facility', '=', facility)
    .where('area', 'in', areas)
    .where('is_open', '=', 1)
    .groupBy('grade')
    .execute()
  const count = (grade: string) => rows.find((row) => row.grade === grade)?.count ?? 0
  const { overdue } = await db
    .selectFrom('hazard')
    .select(({ fn }) => fn.countAll<number>().as('overdue'))
    .where('facility', '=', facility)
    .where('area', 'in', areas)
    .where('is_open', '=', 1)
    .where('deadline', '<', now)
    .executeTakeFirstOrThrow()
  return { general: count('general'), major: count('major'), overdue }
}

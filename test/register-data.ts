import { sql } from 'kysely'
import { dialectOf } from '../alerting/register/store/dialect.ts'
import { searchText } from '../alerting/register/store/search-grams.ts'
import type { RegisterDb, RegisterTrx } from '../alerting/register/store/tables.ts'
import { inTransaction } from '../alerting/register/store/transaction.ts'
import { HAZARD_KINDS, HAZARD_SOURCES } from '../contracts/register/words.ts'

const DAY_MS = 86_400_000
/** Hazards of one statement: none may take long. */
const SLICE = 20_000

/** A register of any size, the same every time. Numbers are whole and made by arithmetic alone. */
export interface RegisterData {
  readonly facilities: number
  /** Numbered on from those that are there. */
  readonly hazards: number
  /** How many of them are not closed; they are spread evenly. */
  readonly open: number
  /** When the first was found, epoch ms; the others follow evenly up to `to`. */
  readonly from: number
  readonly to: number
  /** Every so-manieth is major; 1: all. */
  readonly majorEvery: number
  readonly timezone?: string
  /** Name of the city; it has 10 counties of 20 towns of 5 grids. */
  readonly city?: string
}

/** 56,719 major hazards of one city, of which 55,868 are closed. */
export const CITY_YEAR: RegisterData = {
  facilities: 600,
  hazards: 56_719,
  open: 851,
  from: Date.UTC(2025, 0, 1, 0, 0) - 8 * 3_600_000,
  to: Date.UTC(2026, 0, 1, 0, 0) - 8 * 3_600_000,
  majorEvery: 1,
}

/** One million hazards of 10,000 facilities in two years, 15,000 of them open. */
export const MILLION: RegisterData = {
  facilities: 10_000,
  hazards: 1_000_000,
  open: 15_000,
  from: Date.UTC(2024, 10, 1),
  to: Date.UTC(2026, 10, 1),
  majorEvery: 20,
}

const TITLES = [
  ['Flange of the loading arm leaks', 'Drops of solvent at the flange between arm and riser.'],
  ['Gas detector behind a cover', 'A tarpaulin hangs before the detector in the pump bay.'],
  ['Earth cable of the tank truck bay is broken', 'The clamp hangs loose, the lamp stays dark.'],
  ['Hot work without a permit', 'Grinding at the pipe bridge; nobody could show a permit.'],
  ['Level gauge reads low', 'The manual dip was 30 cm above what the gauge says.'],
  ['Emergency shower without water', 'The valve upstream was shut.'],
  ['储罐区可燃气体报警器失效', '报警器无显示，未按期检定。'],
  ['Fire pump does not start by itself', 'The pressure switch has no effect.'],
  ['Bund has a crack', 'A hand wide at the south corner.'],
  ['Training record is missing', 'Two of the night shift have none for this year.'],
] as const

/** Puts a register of `data` into the database, without steps; the tally is to be recounted afterwards. */
export async function fillRegister(db: RegisterDb, data: RegisterData): Promise<void> {
  await inTransaction(db, (trx) => fillFacilities(trx, data))
  await withoutIndexes(db, async () => {
    for (let at = 0; at < data.hazards; at += SLICE)
      await inTransaction(db, (trx) => fillHazards(trx, data, at + 1, Math.min(at + SLICE, data.hazards)))
  })
}

async function fillFacilities(trx: RegisterTrx, data: RegisterData): Promise<void> {
  await sql`${numbers(1, data.facilities)}
      INSERT INTO facility (id, name, timezone, lat, lon, city, county, town, grid, updated)
      SELECT ${ID}, 'Plant ' || CAST(i AS text), ${data.timezone ?? 'Asia/Shanghai'},
        34.0 + (i % 100) * 0.02, 114.0 + (i % 97) * 0.02, ${place(data, 1)}, ${place(data, 2)}, ${place(data, 3)},
        ${place(data, 4)}, 0
      FROM n`.execute(trx)
}

async function fillHazards(trx: RegisterTrx, data: RegisterData, first: number, last: number): Promise<void> {
  const titles = TITLES.map(
    ([title, text], k) =>
      sql`(CAST(${k} AS bigint), CAST(${title} AS text), CAST(${text} AS text), CAST(${searchText(title, text)} AS text))`,
  )
  await sql`${numbers(first, last)},
      t (k, title, description, search) AS (VALUES ${sql.join(titles)}),
      h AS (
        SELECT n.i AS i, 1 + (n.i * 7919) % ${sql.lit(data.facilities)} AS plant,
          ${sql.lit(data.from)} + ((n.i - 1) * ${sql.lit(Math.floor((data.to - data.from) / 1_000))}) / ${sql.lit(data.hazards)} * 1000
            AS found,
          CASE WHEN n.i % ${sql.lit(data.majorEvery)} = 0 THEN 1 ELSE 0 END AS is_major,
          CASE WHEN (n.i * ${sql.lit(data.open)}) / ${sql.lit(data.hazards)}
            <> ((n.i - 1) * ${sql.lit(data.open)}) / ${sql.lit(data.hazards)} THEN 1 ELSE 0 END AS is_open
        FROM n
      ),
      d AS (
        SELECT h.*, h.found + CAST(CASE WHEN is_major = 1 THEN 90 ELSE 15 END AS bigint) * ${sql.lit(DAY_MS)} AS deadline,
          CASE WHEN is_open = 1 THEN NULL
            ELSE h.found + ((h.i * 31) % 100) * ${sql.lit(DAY_MS)} * CASE WHEN is_major = 1 THEN 93 ELSE 16 END / 100
          END AS closed
        FROM h
      )
      INSERT INTO hazard (facility, city, county, town, grid, area, source, rule, cause, sensor, alarm, title,
        description, search, kind, grade, colour, status, is_open, is_supervised, version, found, deadline,
        responsible, closed, reopens, reopened_as, occurrences, updated, body)
      SELECT f.id, f.city, f.county, f.town, f.grid, CASE WHEN d.i % 3 = 0 THEN 'tank-farm' ELSE 'pump-bay' END,
        ${oneOf(HAZARD_SOURCES, sql`d.i`)}, NULL, NULL, NULL, NULL, t.title, t.description, t.search,
        ${oneOf(HAZARD_KINDS, sql`(d.i / 9)`)}, CASE WHEN is_major = 1 THEN 'major' ELSE 'general' END,
        ${oneOf(['blue', 'yellow', 'orange', 'red'], sql`(d.i / 7)`)},
        CASE WHEN is_open = 1 THEN 'rectifying' ELSE 'closed' END, is_open, 0, 7, d.found, d.deadline,
        'person-' || CAST(d.plant AS text), d.closed, NULL, NULL, 0, coalesce(d.closed, d.found), ${BODY}
      FROM d JOIN facility f ON f.id = 'plant-' || CAST(d.plant AS text) JOIN t ON t.k = d.i % ${sql.lit(TITLES.length)}
      ORDER BY d.i`.execute(trx)
}

/** PostgreSQL makes an index of a full table many times faster than with every row of it. */
async function withoutIndexes(db: RegisterDb, fill: () => Promise<void>): Promise<void> {
  if (dialectOf(db) === 'sqlite') return fill()
  const { rows } = await sql<{ name: string; made: string }>`
    SELECT indexname AS name, indexdef AS made FROM pg_indexes
    WHERE schemaname = current_schema() AND tablename = 'hazard' AND indexname <> 'hazard_pkey'`.execute(db)
  for (const { name } of rows) await sql`DROP INDEX ${sql.ref(name)}`.execute(db)
  await fill()
  for (const { made } of rows)
    await inTransaction(db, async (trx) => {
      await sql`SET LOCAL statement_timeout = 0`.execute(trx)
      await sql.raw(made).execute(trx)
    })
}

/** From one number to another, in both databases. */
function numbers(first: number, last: number) {
  return sql`WITH RECURSIVE n (i) AS (
    SELECT CAST(${sql.lit(first)} AS bigint) UNION ALL SELECT i + 1 FROM n WHERE i < ${sql.lit(last)}
  )`
}

const ID = sql`'plant-' || CAST(i AS text)`

/** Path of the region tree down to a depth. */
function place({ city = 'Heze' }: RegisterData, depth: number) {
  const names = [
    sql`${sql.lit(city)}`,
    sql`'County ' || CAST(i % 10 AS text)`,
    sql`'Town ' || CAST((i / 10) % 20 AS text)`,
    sql`'Grid ' || CAST((i / 200) % 5 AS text)`,
  ]
  return sql.join(names.slice(0, depth), sql` || '/' || `)
}

function oneOf(words: readonly string[], i: ReturnType<typeof sql>) {
  const cases = words.slice(1).map((word, at) => sql`WHEN ${sql.lit(at + 1)} THEN ${sql.lit(word)}`)
  return sql`CASE ${i} % ${sql.lit(words.length)} ${sql.join(cases, sql` `)} ELSE ${sql.lit(words[0])} END`
}

/** What nobody searches by. */
const BODY = sql`'{"majorBy":null,"needsShutdown":false,"risk":null,"foundBy":"patrol","measures":"Put right","funds":0,'
  || '"assigned":' || CAST(d.found AS text) || ',"contingency":"Cordon off","leader":null,"plan":null,"extension":null,'
  || '"evidence":null,"rectified":null,"verified":null,"closed":'
  || CASE WHEN d.closed IS NULL THEN 'null' ELSE '{"by":"wang","time":' || CAST(d.closed AS text) || '}' END
  || ',"supervised":null}'`

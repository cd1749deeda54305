import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { StateThreads } from '../../alerting/journal/state-threads.ts'
import { HazardTally } from '../../alerting/register/figures/tally.ts'
import { type OpenRegister, openRegister } from '../../alerting/register/open-register.ts'
import { openRegisterDatabase, type RegisterPlace } from '../../alerting/register/store/open-register.ts'
import type { Terminal } from '../../contracts/cli.ts'
import { SteadyClock, systemClock } from '../../contracts/clock.ts'
import { CodedError } from '../../contracts/errors.ts'
import { silentLogger } from '../../contracts/logger.ts'
import { absentFacility } from '../alerting/absent-ports.ts'
import { hazardPlant } from '../alerting/register/hazard/hazard-scene.ts'
import { Postgres } from '../real/postgres.ts'
import { fillRegister, MILLION } from '../register-data.ts'
import { spreadText } from './spread.ts'

const ROUNDS = 15
/** Hazards that are entered, and how many people do so at once. */
const MADE = 2_000
const AT_ONCE = 8
/** As a plain server is set up: commits are synced. */
const SETTINGS = 'fsync = on\nshared_buffers = 512MB\nmax_wal_size = 4GB'

/** Every question that a page of the register asks. Key: what it is called in the table. */
const QUESTIONS: Readonly<Record<string, (register: OpenRegister) => Promise<unknown>>> = {
  ...lists({
    'first page': {},
    'a page from the middle': { before: 500_000 },
    'of a plant': { facilities: ['plant-77'] },
    'of three plants': { facilities: ['plant-7', 'plant-77', 'plant-777'] },
    'of a city': { region: 'Heze' },
    'of a county': { region: 'Heze/County 3' },
    'of a town': { region: 'Heze/County 3/Town 4' },
    'of a grid': { region: 'Heze/County 3/Town 4/Grid 2' },
    'of an area': { area: 'tank-farm' },
    'by status, rare': { statuses: ['rectifying'] },
    'by status, common': { statuses: ['closed'] },
    'by status, none': { statuses: ['verified'] },
    open: { isOpen: true },
    overdue: { isOverdue: true },
    'overdue in a county': { isOverdue: true, region: 'Heze/County 3' },
    'major, red, of a county': { grade: 'major', colour: 'red', region: 'Heze/County 3' },
    'by source and kind': { source: 'inspection', kind: 'behaviour' },
    'of a person': { responsible: 'person-77' },
    'of an alarm that has none': { alarm: 'GT-101.HH' },
    'supervised, none': { isSupervised: true },
    'words in a tenth of all': { words: 'flange' },
    'words in Chinese': { words: '可燃气体' },
    'words in none': { words: 'flange 可燃' },
    'words within a county': { words: 'flange', region: 'Heze/County 3' },
    'words that are open': { words: 'flange', isOpen: true },
  }),
  'a hazard with its history': ({ hazards }) => hazards.detail(2_000, ACTOR),
  ...figures({
    'figures, all time': {},
    'figures by region': { by: 'region' },
    'figures by month': { by: 'month' },
    'figures by grade': { by: 'grade' },
    'figures by source': { by: 'source' },
    'figures of a county by region': { by: 'region', region: 'Heze/County 3' },
    'figures of a town by region': { by: 'region', region: 'Heze/County 3/Town 4' },
    'figures of a town by plant': { by: 'facility', region: 'Heze/County 3/Town 4' },
    'figures of a grid': { region: 'Heze/County 3/Town 4/Grid 2' },
    'figures of a plant by month': { by: 'month', facility: 'plant-77' },
  }),
  'regions, the cities': ({ figures: desk }) => desk.regions(undefined, null),
  'regions under a town': ({ figures: desk }) => desk.regions('Heze/County 3/Town 4', null),
  'risk map of all': ({ map }) => map.map({ scope: null }),
  'risk map of a county': ({ map }) => map.map({ scope: null, region: 'Heze/County 3' }),
}
const ACTOR = { by: 'bench', role: 'engineer', refuse: () => undefined } as const

/**
 * A million hazards of 10,000 plants on PostgreSQL: every list, figure and map, and how fast hazards are entered, each with
 * its step in the hash-chained journal. Beside it the same by nothing but `pg`: a page of rows by their number, and rows
 * put in one by one.
 */
export async function measureRegister(terminal: Terminal, hazards = MILLION.hazards): Promise<void> {
  await using stack = new AsyncDisposableStack()
  const folder = mkdtempSync(join(tmpdir(), 'davylamp-bench-'))
  stack.defer(() => rmSync(folder, { recursive: true, force: true }))
  const postgres = stack.use(await Postgres.started(SETTINGS))
  const database = await postgres.createDatabase()
  const place = { kind: 'postgresql', url: postgres.urlOf(database), password: postgres.password } as const

  terminal.err(`filling in ${hazards} hazards ...\n`)
  await fill(place, hazards)
  await postgres.ask('VACUUM ANALYZE', database)

  const steady = new SteadyClock(systemClock)
  const states = stack.adopt(
    await StateThreads.open({ folder, logger: silentLogger, onReserve: () => undefined }),
    (opened) => opened.close(),
  )
  const facility = hazardPlant('[]')
  const served = new Map([[facility.id, absentFacility(facility)]])
  const register = await openRegister(stack, {
    database: place,
    states,
    places: () => served,
    stream: { send: () => undefined },
    people: undefined,
    random: randomBytes,
    clock: systemClock,
    steady,
    logger: silentLogger,
  })
  await register.start()
  stack.defer(() => register.stop())

  const bare = new pg.Pool({
    host: '127.0.0.1',
    port: postgres.port,
    user: 'davylamp',
    password: postgres.password,
    database,
    max: AT_ONCE,
  })
  stack.defer(() => bare.end())
  const page = 'SELECT * FROM hazard WHERE number < $1 ORDER BY number DESC LIMIT 50'
  terminal.out(
    `register: ${hazards} hazards of ${MILLION.facilities} plants on PostgreSQL, ${ROUNDS} rounds\n`,
  )
  const base = await timed(() => bare.query(page, [500_000]))
  terminal.out(`  ${'pg alone, 50 rows by number'.padEnd(34)} ${spreadText(base)}\n`)
  for (const [name, ask] of Object.entries(QUESTIONS))
    terminal.out(`  ${name.padEnd(34)} ${spreadText(await timed(() => ask(register)))}\n`)

  const made = await entered((n) =>
    register.hazards.create(
      { facility: facility.id, area: 'farm', title: `Flange ${n} leaks`, description: 'Seen on the round' },
      ACTOR,
    ),
  )
  const columns = await bare.query<{ names: string }>(
    `SELECT string_agg(quote_ident(column_name), ', ') AS names FROM information_schema.columns
     WHERE table_name = 'hazard' AND column_name <> 'number'`,
  )
  const names = columns.rows[0]?.names ?? ''
  const copy = `INSERT INTO hazard (${names}) SELECT ${names} FROM hazard WHERE number = $1`
  const rows = await entered((n) => bare.query(copy, [1 + n * 7]))
  terminal.out(
    `  entered, with step and journal: ${made.toFixed(0)}/s; rows by pg alone: ${rows.toFixed(0)}/s; ratio ${(made / rows).toFixed(2)}\n`,
  )
  const [first] = await states.stepEntries({ limit: 1 })
  if (first?.register.event !== 'found') throw new CodedError('INTERNAL', 'the journal has no steps')
}

async function fill(place: RegisterPlace, hazards: number): Promise<void> {
  const { db, close } = await openRegisterDatabase({ ...place, clock: systemClock, logger: silentLogger })
  try {
    await fillRegister(db, {
      ...MILLION,
      hazards,
      open: Math.round((hazards * MILLION.open) / MILLION.hazards),
    })
    await new HazardTally(db).recount()
  } finally {
    await close()
  }
}

async function timed(ask: () => Promise<unknown>): Promise<number[]> {
  const times: number[] = []
  // The first finds nothing in memory: it is measured too.
  for (let round = 0; round < ROUNDS; round += 1) {
    const begun = systemClock.monotonic()
    await ask()
    times.push(systemClock.monotonic() - begun)
  }
  return times
}

/** How many a second, by some at once. */
async function entered(enter: (n: number) => Promise<unknown>): Promise<number> {
  const begun = systemClock.monotonic()
  let next = 0
  const person = async () => {
    while (next < MADE) {
      next += 1
      await enter(next)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, person))
  return (MADE * 1_000) / (systemClock.monotonic() - begun)
}

type ListQuery = Omit<Parameters<OpenRegister['hazards']['list']>[0], 'limit'>

function lists(queries: Readonly<Record<string, ListQuery>>): typeof QUESTIONS {
  return Object.fromEntries(
    Object.entries(queries).map(([name, query]) => [
      `list ${name}`,
      ({ hazards }: OpenRegister) => hazards.list({ ...query, limit: 50 }),
    ]),
  )
}

type FiguresQuery = Omit<Parameters<OpenRegister['figures']['figures']>[0], 'scope' | 'period'>

function figures(queries: Readonly<Record<string, FiguresQuery>>): typeof QUESTIONS {
  return Object.fromEntries(
    Object.entries(queries).map(([name, query]) => [
      name,
      ({ figures: desk }: OpenRegister) =>
        desk.figures({ ...query, scope: null, period: { kind: 'all', name: 'all' } }),
    ]),
  )
}

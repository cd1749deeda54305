import { randomInt } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import { type Hazard, NEW_HAZARD } from '../../alerting/register/hazard/hazard.ts'
import { hazardOf } from '../../alerting/register/hazard/hazard-row.ts'
import { HazardStore } from '../../alerting/register/hazard/hazard-store.ts'
import { CarrierThread } from '../../alerting/register/outbound/carrier/carrier-thread.ts'
import { Exporter } from '../../alerting/register/outbound/exporter.ts'
import { openRegisterDatabase } from '../../alerting/register/store/open-register.ts'
import { inTransaction } from '../../alerting/register/store/transaction.ts'
import { systemClock } from '../../contracts/clock.ts'
import { loadFacility } from '../../contracts/facility-load.ts'
import { silentLogger } from '../../contracts/logger.ts'

// node export-sender.ts FOLDER FACILITY-FILE changes|drain: a register that sends what changes, to be killed. After each
// change that is committed it prints `{number} {version}`; with drain it changes nothing, and ends when all is sent.

const [folder = '', file = '', mode = ''] = process.argv.slice(2)
const facility = loadFacility(file)
const { db, close } = await openRegisterDatabase({
  kind: 'sqlite',
  folder,
  clock: systemClock,
  logger: silentLogger,
})
const carrier = new CarrierThread({ logger: silentLogger })
const exporter = await Exporter.open({
  db,
  places: () => new Map([[facility.id, { facility }]]),
  states: {
    after: async () => [],
    lastSeq: async () => 0,
    keep: async () => undefined,
    kept: async () => undefined,
  },
  carrier,
  report: async () => undefined,
  now: () => systemClock.wall(),
  random: () => 0,
  logger: silentLogger,
})
const store = new HazardStore([exporter.follow])
exporter.start()

async function found(): Promise<string> {
  const now = systemClock.wall()
  const hazard: Hazard = {
    ...NEW_HAZARD,
    facility: facility.id,
    area: null,
    source: 'manual',
    sensor: null,
    alarm: null,
    title: 'Valve leaks',
    description: 'At the flange',
    kind: 'condition',
    grade: 'general',
    found: now,
    foundBy: 'li',
    updated: now,
  }
  const { number } = await inTransaction(db, (trx) => store.insert(trx, hazard, facility))
  return `${number} 1`
}

async function changed(number: number): Promise<string> {
  const { version } = await inTransaction(db, async (trx) => {
    const before = await store.get(trx, number)
    return store.update(trx, before, { ...hazardOf(before), updated: systemClock.wall() }, facility)
  })
  return `${number} ${version}`
}

if (mode === 'changes') {
  for (;;) {
    const { count } = await db
      .selectFrom('hazard')
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow()
    const line = count < 30 ? await found() : await changed(randomInt(1, count + 1))
    process.stdout.write(`${line}\n`)
    await setTimeout(5)
  }
}
for (;;) {
  await setTimeout(200)
  const waiting = await db.selectFrom('export_item').select('number').where('state', '!=', 'sent').execute()
  if (waiting.length === 0) break
}
await exporter.close()
await close()

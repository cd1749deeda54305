import { type Hazard, NEW_HAZARD } from '../../../../alerting/register/hazard/hazard.ts'
import { rowOf } from '../../../../alerting/register/hazard/hazard-row.ts'
import type { Carrier, Parcel, Verdict } from '../../../../alerting/register/outbound/carrier/carrier.ts'
import { Exporter } from '../../../../alerting/register/outbound/exporter.ts'
import type { RegisterDatabase } from '../../../../alerting/register/store/open-register.ts'
import { inTransaction } from '../../../../alerting/register/store/transaction.ts'
import type { JournalItem } from '../../../../contracts/api.ts'
import { CodedError } from '../../../../contracts/errors.ts'
import type { Facility } from '../../../../contracts/facility.ts'
import { parseFacility } from '../../../../contracts/facility-load.ts'
import { formatIso } from '../../../../contracts/iso-time.ts'
import { silentLogger } from '../../../../contracts/logger.ts'
import { HeldStates, type ReceivedItem } from '../../../../simulators/register-receiver/held-states.ts'
import { PLANT } from '../../../contracts/plant-text.ts'
import { alarm } from '../../notify/channels/scene.ts'

/** 2026-11-29 02:00 UTC. */
export const START = Date.UTC(2026, 10, 29, 2)
export const CITY = { facility: 'plant', id: 'city' }

export function plantWithExports(exports: string): Facility {
  const text = PLANT.replace(
    'facility: { id: plant }',
    'facility: { id: plant, name: Plant, timezone: Asia/Shanghai, region: { city: Heze, county: Juancheng } }',
  )
  return parseFacility(`${text}register:\n  exports:\n${exports}`, '/etc/davylamp/x.yaml')
}

export const ALL = `    - { id: city, kind: webhook, url: "http://127.0.0.1:9480/", hazards: true, alarms: {}, batch: 3, maxAge: 1h }\n`

/** What becomes of an attempt: `lost` is taken, and its answer never arrives. */
export type Fate = 'taken' | 'lost' | 'down' | 'refused' | 'half'

/** An outside register in memory, at the place of the wire. Its fates are taken one after the other; then everything is taken. */
export class FakeRegister implements Carrier {
  readonly held = new HeldStates()
  readonly parcels: Parcel[] = []
  /** Titles of items that are refused. */
  readonly refused = new Set<string>()
  fates: Fate[] = []
  /** While set, attempts wait for it. */
  gate: Promise<unknown> | undefined
  underWay = 0

  async carry(parcel: Parcel): Promise<Verdict> {
    this.parcels.push(parcel)
    this.underWay += 1
    await this.gate
    this.underWay -= 1
    const items = parcel.documents.flatMap(({ body }) => JSON.parse(body).items as ReceivedItem[])
    const fate = this.fates.shift() ?? 'taken'
    if (fate === 'down') throw new CodedError('CHANNEL_UNREACHABLE', 'connect ECONNREFUSED')
    const poison = items.find(({ hazard }) => hazard !== undefined && this.refused.has(hazard.title))
    if (fate === 'refused' || poison !== undefined) return { kind: 'refused', detail: 'HTTP 422: never' }
    const taken = fate === 'half' ? items.slice(0, Math.ceil(items.length / 2)) : items
    const results = taken.map((item) => ({
      id: item.id,
      ok: true,
      receipt: this.held.take(parcel.facility, item).receipt,
      error: null,
    }))
    if (fate === 'lost') throw new CodedError('CHANNEL_FAILED', 'the connection was lost (ECONNRESET)')
    return { kind: 'results', receipt: 'B-1', results }
  }

  async receipts() {
    return []
  }

  async taken() {
    return undefined
  }

  async close() {
    return undefined
  }

  version(id: string): number | undefined {
    return this.held.list().find(({ item }) => item.id === id)?.item.version
  }
}

/** A journal as it is read. */
export class FakeJournal {
  readonly entries: JournalItem[] = []
  readonly #kept = new Map<string, string>()

  add(given: Partial<Omit<JournalItem, 'alarm'>> & { alarm?: Partial<JournalItem['alarm']> } = {}): void {
    const time = formatIso(START + this.entries.length * 1_000, 'Asia/Shanghai')
    const { alarm: seen, ...entry } = given
    this.entries.push({
      seq: this.entries.length + 1,
      recorded: time,
      time,
      facility: 'plant',
      event: 'raised',
      from: 'NORM',
      by: null,
      ...entry,
      alarm: alarm({ facility: 'plant', id: 'GT-1.H', sensor: 'GT-1', area: 'tank-farm', ...seen }),
    })
  }

  after = async (seq: number, limit: number) => this.entries.filter((e) => e.seq > seq).slice(0, limit)
  lastSeq = async () => this.entries.at(-1)?.seq ?? 0
  keep = async (facility: string, name: string, body: string) =>
    void this.#kept.set(`${facility}/${name}`, body)
  kept = async (facility: string, name: string) => this.#kept.get(`${facility}/${name}`)
}

export interface OutboundScene {
  exporter: Exporter
  readonly register: FakeRegister
  readonly journal: FakeJournal
  readonly database: RegisterDatabase
  facility: Facility
  now: number
  /** Of the sensors of the system. Key: sensor. */
  readonly reported: Map<string, number>
  /** Another process takes over what the database holds; the one before is not asked. */
  restart(): Promise<void>
  /** Adds a hazard; its number. */
  found(given?: Partial<Hazard>): Promise<number>
  /** Changes one; `fail` has the transaction fail after it. */
  change(number: number, given?: Partial<Hazard>, fail?: boolean): Promise<void>
  /** Time goes on; everything that falls due is sent. */
  pass(ms: number): Promise<void>
}

export async function outboundScene(
  database: RegisterDatabase,
  exports = ALL,
  journal = new FakeJournal(),
): Promise<OutboundScene> {
  const { db } = database
  const register = new FakeRegister()
  const hazards = new Map<number, Hazard>()
  const reported = new Map<string, number>()
  const open = () =>
    Exporter.open({
      db,
      places: () => new Map([['plant', { facility: scene.facility }]]),
      states: journal,
      carrier: register,
      report: async (_facility, sensor, value) => void reported.set(sensor, value),
      now: () => scene.now,
      random: () => 0.5,
      logger: silentLogger,
    })
  const row = (hazard: Hazard) => rowOf(hazard, { city: null, county: null, town: null, grid: null }, '')
  const scene: OutboundScene = {
    register,
    journal,
    database,
    reported,
    facility: plantWithExports(exports),
    now: START,
    exporter: undefined as never,
    async restart() {
      scene.exporter = await open()
      await scene.exporter.look()
      await scene.exporter.idle()
    },
    found: (given = {}) =>
      inTransaction(db, async (trx) => {
        const hazard: Hazard = {
          ...NEW_HAZARD,
          facility: 'plant',
          area: 'tank-farm',
          source: 'manual',
          sensor: null,
          alarm: null,
          title: 'Valve leaks',
          description: 'At the flange',
          kind: 'condition',
          grade: 'general',
          found: scene.now,
          foundBy: 'A neighbour',
          updated: scene.now,
          ...given,
        }
        const after = await trx
          .insertInto('hazard')
          .values(row(hazard))
          .returningAll()
          .executeTakeFirstOrThrow()
        hazards.set(after.number, { ...hazard, number: after.number })
        await scene.exporter.follow(trx, { before: null, after })
        return after.number
      }),
    change: (number, given = {}, fail = false) =>
      inTransaction(db, async (trx) => {
        const old = hazards.get(number)
        if (old === undefined) throw new Error(`no hazard ${number}`)
        const hazard = { ...old, version: old.version + 1, updated: scene.now, ...given }
        const before = await trx
          .selectFrom('hazard')
          .selectAll()
          .where('number', '=', number)
          .executeTakeFirstOrThrow()
        const after = await trx
          .updateTable('hazard')
          .set(row(hazard))
          .where('number', '=', number)
          .returningAll()
          .executeTakeFirstOrThrow()
        await scene.exporter.follow(trx, { before, after })
        if (fail) throw new Error('told to fail')
        hazards.set(number, hazard)
      }),
    async pass(ms) {
      for (const end = scene.now + ms; ; scene.now = Math.min(end, scene.now + 1_000)) {
        scene.exporter.pump()
        await scene.exporter.idle()
        if (scene.now === end) return
      }
    },
  }
  await scene.restart()
  return scene
}

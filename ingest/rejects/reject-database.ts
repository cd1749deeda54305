import type { DatabaseSync } from 'node:sqlite'
import { CodedError } from '../../contracts/errors.ts'
import type {
  DeadLetter,
  NewQuarantined,
  Quarantined,
  RejectBounds,
  RejectFigures,
  Source,
} from './letter.ts'
import { toQuarantined } from './quarantine-row.ts'
import { openRejects, rejectsError } from './reject-schema.ts'

/** What is written together. */
export interface RejectBatch {
  readonly letters: readonly DeadLetter[]
  readonly quarantined: readonly NewQuarantined[]
}

/** What a row takes beside its texts and its payload, about. */
const ROW_BYTES = 100
/** Rows go this share at a time, so that not every write has to look for the oldest. */
const SLICE = 0.05

/** Dead letters and quarantined readings in one SQLite file, bounded. Synchronous: it lives in a thread. */
export class RejectDatabase {
  readonly #path: string
  readonly #bounds: RejectBounds
  readonly #database: DatabaseSync

  /** @throws CodedError DATA_UNWRITABLE, DATA_NEWER or DATA_DAMAGED */
  constructor(path: string, bounds: RejectBounds) {
    this.#path = path
    this.#bounds = bounds
    this.#database = openRejects(path)
    try {
      const check = String(this.#database.prepare('PRAGMA quick_check(1)').get()?.quick_check)
      if (check !== 'ok') throw new CodedError('DATA_DAMAGED', `${path}: ${check}`)
    } catch (error) {
      this.#database.close()
      throw rejectsError(path, error)
    }
  }

  /** One commit, synced to the disk; a reading that is there already is not kept twice. @throws CodedError DATA_* */
  write({ letters, quarantined }: RejectBatch): RejectFigures {
    return this.#transaction(() => {
      const insert = this.#database.prepare(
        `INSERT INTO letter (time, kind, facility, gateway, topic, code, detail, count, size, payload, bytes)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      for (const { time, kind, facility, gateway, topic, code, detail, count, size, payload } of letters) {
        const bytes = ROW_BYTES + payload.length + Buffer.byteLength(topic) + Buffer.byteLength(detail)
        insert.run(time, kind, facility, gateway, topic, code, detail, count, size, payload, bytes)
      }
      if (quarantined.length > 0) this.#quarantine(quarantined)
      return this.#bound()
    })
  }

  /** Sources of which readings are to be taken. */
  requeued(): Source[] {
    return this.#all(
      `SELECT facility, gateway, sensor FROM source
       WHERE EXISTS (SELECT 1 FROM quarantine WHERE source = source.id AND requeued = 1)`,
    ).map(({ facility, gateway, sensor }) => ({
      facility: String(facility),
      gateway: String(gateway),
      sensor: String(sensor),
    }))
  }

  /** Those of these sources that are to be taken, the oldest first. They stay until they are settled. */
  take({ sources, limit }: { sources: readonly Source[]; limit: number }): Quarantined[] {
    return this.#all(
      `SELECT quarantine.*, facility, gateway, sensor FROM quarantine JOIN source ON source.id = source
       WHERE requeued = 1 AND EXISTS (
         SELECT 1 FROM json_each(?) WHERE value ->> 'facility' = facility AND value ->> 'gateway' = gateway
         AND value ->> 'sensor' = sensor)
       ORDER BY quarantine.id LIMIT CAST(? AS INTEGER)`,
      JSON.stringify(sources),
      limit,
    ).map(toQuarantined)
  }

  /** They are taken, and done with. */
  settle(ids: readonly number[]): void {
    this.#transaction(() => {
      this.#run('DELETE FROM quarantine WHERE id IN (SELECT value FROM json_each(?))', JSON.stringify(ids))
      this.#forgetSources()
    })
  }

  close(): void {
    this.#database.close()
  }

  #quarantine(readings: readonly NewQuarantined[]): void {
    const name = this.#database.prepare(
      'INSERT INTO source (facility, gateway, sensor) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
    )
    const insert = this.#database.prepare(
      `INSERT INTO quarantine (source, epoch, seq, position, time, value, quality, reason, shift)
       SELECT id, ?, ?, ?, ?, ?, ?, ?, ? FROM source WHERE facility = ? AND gateway = ? AND sensor = ?
       ON CONFLICT DO NOTHING`,
    )
    for (const { facility, gateway, sensor, epoch, seq, position, ...reading } of readings) {
      const { time, value, quality, reason, shift } = reading
      name.run(facility, gateway, sensor)
      const place = [epoch, seq, position] as const
      insert.run(...place, time, value ?? null, quality, reason ?? null, shift, facility, gateway, sensor)
    }
  }

  /** Lets the oldest go where there is too much, and says how it stands. */
  #bound(): RejectFigures {
    const { letters, letterBytes, quarantined } = this.#bounds
    let held = this.#letters()
    while (held.rows > letters || held.bytes > letterBytes) {
      this.#evictLetters(held.rows)
      held = this.#letters()
    }
    let kept = this.#count('SELECT count(*) AS count FROM quarantine')
    if (kept > quarantined) {
      this.#evictQuarantined(kept - quarantined)
      kept = this.#count('SELECT count(*) AS count FROM quarantine')
    }
    return {
      letters: held.rows,
      letterBytes: held.bytes,
      quarantined: kept,
      evicted: this.#tally('letters'),
      evictedQuarantined: this.#tally('quarantined'),
    }
  }

  #letters(): { rows: number; bytes: number } {
    const [held] = this.#all('SELECT count(*) AS count, total(bytes) AS bytes FROM letter')
    return { rows: Number(held?.count), bytes: Number(held?.bytes) }
  }

  /** The oldest of the code that takes most: a flood of one code does not push out what is rare. */
  #evictLetters(rows: number): void {
    const slice = Math.ceil(rows * SLICE)
    const [gone] = this.#all(
      `WITH old AS (
         SELECT id, count FROM letter
         WHERE code = (SELECT code FROM letter GROUP BY code ORDER BY sum(bytes) DESC LIMIT 1)
         ORDER BY id LIMIT CAST(? AS INTEGER))
       SELECT max(id) AS last, total(count) AS count FROM old`,
      slice,
    )
    this.#run(
      `DELETE FROM letter WHERE id <= ?
       AND code = (SELECT code FROM letter WHERE id = ?)`,
      Number(gone?.last),
      Number(gone?.last),
    )
    this.#add('letters', Number(gone?.count))
  }

  /** The oldest of the source that has most, unless that is no large share. */
  #evictQuarantined(surplus: number): void {
    const slice = Math.max(surplus, Math.ceil(this.#bounds.quarantined * SLICE))
    const [most] = this.#all(
      'SELECT source, count(*) AS count FROM quarantine GROUP BY source ORDER BY count(*) DESC LIMIT 1',
    )
    const { changes } =
      Number(most?.count) > slice
        ? this.#run(
            `DELETE FROM quarantine WHERE id IN (
               SELECT id FROM quarantine WHERE source = ? ORDER BY id LIMIT CAST(? AS INTEGER))`,
            Number(most?.source),
            slice,
          )
        : this.#run(
            'DELETE FROM quarantine WHERE id IN (SELECT id FROM quarantine ORDER BY id LIMIT CAST(? AS INTEGER))',
            slice,
          )
    this.#add('quarantined', Number(changes))
    this.#forgetSources()
  }

  #forgetSources(): void {
    this.#run('DELETE FROM source WHERE NOT EXISTS (SELECT 1 FROM quarantine WHERE source = source.id)')
  }

  #tally(name: string): number {
    return Number(this.#all('SELECT count FROM tally WHERE name = ?', name)[0]?.count ?? 0)
  }

  #add(name: string, count: number): void {
    this.#run(
      `INSERT INTO tally (name, count) VALUES (?, ?)
       ON CONFLICT (name) DO UPDATE SET count = count + excluded.count`,
      name,
      count,
    )
  }

  #count(sql: string): number {
    return Number(this.#all(sql)[0]?.count)
  }

  #transaction<T>(work: () => T): T {
    try {
      this.#database.exec('BEGIN IMMEDIATE')
      const result = work()
      this.#database.exec('COMMIT')
      return result
    } catch (error) {
      // A full disk may have rolled the transaction back already.
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK')
      throw rejectsError(this.#path, error)
    }
  }

  #all(sql: string, ...parameters: (string | number)[]) {
    try {
      return this.#database.prepare(sql).all(...parameters)
    } catch (error) {
      throw rejectsError(this.#path, error)
    }
  }

  #run(sql: string, ...parameters: (string | number)[]) {
    return this.#database.prepare(sql).run(...parameters)
  }
}

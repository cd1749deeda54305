import { setTimeout } from 'node:timers/promises'
import { sql } from 'kysely'
import { formatIso } from '../../contracts/iso-time.ts'
import type { Logger } from '../../contracts/logger.ts'
import type { RegisterEntry, StepView } from '../../contracts/register/hazard-api.ts'
import type { Subject } from '../../contracts/register/words.ts'
import type { NewStep, Steps } from './context.ts'
import type { StepTables } from './step-tables.ts'
import type { RegisterDb, RegisterTrx } from './store/tables.ts'

/** An entry before the journal has given it its place. */
export type UnnumberedEntry = Omit<RegisterEntry, 'seq' | 'recorded'>

/** One step on its way into the journal. */
export interface StepEntry {
  /** Deterministic and unique in its facility: it can be entered again and stands there once. */
  readonly key: string
  /** Epoch ms. */
  readonly time: number
  readonly item: UnnumberedEntry
}

interface StepBookOptions {
  db: RegisterDb
  /** Facilities whose journals this server keeps, with their time zones. */
  facilities: () => ReadonlyMap<string, string>
  /** Of what something was done, once it is kept. Must not throw. */
  told?: (of: readonly Pick<NewStep, 'subject' | 'number'>[]) => void
  /** Commits entries to the journal of a facility; answers with their places. @throws CodedError JOURNAL_UNWRITABLE */
  enter: (facility: string, entries: readonly StepEntry[]) => Promise<readonly number[]>
  logger: Logger
}

/** Steps that are entered in one commit. */
const AT_ONCE = 200
/** Who did something waits so long for its place in the journal, ms. */
const PATIENCE_MS = 2_000

type StepRow = {
  [Column in keyof StepTables['register_step']]: Column extends 'id'
    ? number
    : StepTables['register_step'][Column]
}

/**
 * What was done with anything in the register. A step is kept in the transaction of what was done, and entered into the
 * hash-chained journal of its facility after it: that journal stands in another database, of the server that evaluates
 * the facility. What could not be entered, because a server ended or its disk was full, is entered by the next call.
 */
export class StepBook implements Steps {
  readonly #options: StepBookOptions
  #running: Promise<void> | undefined
  #isWanted = false
  /** Of what something was done since the last call of {@link entered}. */
  #fresh: NewStep[] = []

  constructor(options: StepBookOptions) {
    this.#options = options
  }

  async add(trx: RegisterTrx, step: NewStep): Promise<void> {
    const { subject, number, facility, time, by, event, detail } = step
    await trx
      .insertInto('register_step')
      .values({
        subject,
        number,
        facility,
        time,
        by_whom: by,
        address: step.address ?? null,
        event,
        from_status: step.from,
        to_status: step.to,
        detail: JSON.stringify(detail),
        journal_seq: null,
      })
      .execute()
    this.#fresh.push(step)
  }

  async entered(): Promise<void> {
    const fresh = this.#fresh.splice(0)
    if (fresh.length > 0) this.#options.told?.(fresh)
    const patience = new AbortController()
    await Promise.race([
      this.settled(),
      setTimeout(PATIENCE_MS, undefined, { ref: false, signal: patience.signal }).catch(() => undefined),
    ])
    patience.abort()
  }

  /** As {@link entered}, however long it takes. Never rejects: what cannot be entered is told and waits. */
  async settled(): Promise<void> {
    this.#isWanted = true
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined
    })
    await this.#running
  }

  async of(subject: Subject, number: number, timezone: string): Promise<StepView[]> {
    const rows = await this.#options.db
      .selectFrom('register_step')
      .selectAll()
      .where('subject', '=', subject)
      .where('number', '=', number)
      .orderBy('id')
      .execute()
    return rows.map((row) => stepView(row, timezone))
  }

  async #run(): Promise<void> {
    while (this.#isWanted) {
      this.#isWanted = false
      try {
        for (const facility of await this.#unwritten()) await this.#enter(facility)
      } catch (error) {
        this.#options.logger.warn(
          { error: String(error) },
          'steps of the register are not in the journal yet',
        )
      }
    }
  }

  /** Facilities of this server with steps that are not in the journal. */
  async #unwritten(): Promise<string[]> {
    const { db, facilities } = this.#options
    const rows = await db
      .selectFrom('register_step')
      .select('facility')
      .distinct()
      .where('journal_seq', 'is', null)
      .execute()
    return rows.map(({ facility }) => facility).filter((facility) => facilities().has(facility))
  }

  async #enter(facility: string): Promise<void> {
    const { db, enter, facilities } = this.#options
    const timezone = facilities().get(facility) ?? 'UTC'
    for (;;) {
      const rows = await db
        .selectFrom('register_step')
        .selectAll()
        .where('facility', '=', facility)
        .where('journal_seq', 'is', null)
        .orderBy('id')
        .limit(AT_ONCE)
        .execute()
      if (rows.length === 0) return
      const places = await enter(
        facility,
        rows.map((row) => entryOf(row, timezone)),
      )
      const seqs = rows.map(({ id }, index) => sql`WHEN ${sql.lit(id)} THEN ${sql.lit(places[index] ?? 0)}`)
      await db
        .updateTable('register_step')
        .set({ journal_seq: sql<number>`CASE id ${sql.join(seqs, sql` `)} END` })
        .where(
          'id',
          'in',
          rows.map(({ id }) => id),
        )
        .execute()
      if (rows.length < AT_ONCE) return
    }
  }
}

function entryOf(row: StepRow, timezone: string): StepEntry {
  const {
    id,
    subject,
    number,
    facility,
    time,
    by_whom: by,
    address,
    event,
    from_status: from,
    to_status: to,
  } = row
  return {
    // The time, too: after a restore the database gives numbers again.
    key: `register#${id}.${time}`,
    time,
    item: {
      time: formatIso(time, timezone),
      facility,
      by,
      ...(address === null ? {} : { address }),
      register: { subject, number, event, from, to, detail: parse(row.detail) },
    },
  }
}

function stepView(row: StepRow, timezone: string): StepView {
  const {
    id,
    subject,
    number,
    facility,
    by_whom: by,
    event,
    from_status: from,
    to_status: to,
    journal_seq,
  } = row
  return {
    id,
    subject,
    number,
    facility,
    time: formatIso(row.time, timezone),
    by,
    event,
    from,
    to,
    detail: parse(row.detail),
    journalled: journal_seq !== null,
  }
}

function parse(detail: string): Record<string, unknown> {
  return JSON.parse(detail) as Record<string, unknown>
}

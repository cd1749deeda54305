import { CodedError } from '../../../contracts/errors.ts'
import type { ReportContact } from '../../../contracts/register/report-api.ts'
import type { RegisterContext } from '../context.ts'
import type { RegisterTrx } from '../store/tables.ts'
import { inTransaction } from '../store/transaction.ts'
import { type Contact, openContact, sealContact } from './contact-seal.ts'
import type { ReportKeys } from './report-keys.ts'
import type { ReportPlace, ReportPlaces } from './report-places.ts'
import type { ReportReader } from './report-reader.ts'

/** Contacts that are read at a time. */
const AT_ONCE = 100
const SWEEP_MS = 3_600_000
/** Under whom the steps of the server itself stand. */
const SYSTEM = 'system'

interface SealedRow {
  readonly number: number
  readonly facility: string
  readonly state: string
  readonly contact: string
  readonly contact_key: string
  readonly closed: number | null
}

/** How reporters can be reached. Nothing of it is in a list, a log or the journal; that somebody looked is. */
export class ReportContacts {
  readonly #context: RegisterContext
  readonly #places: ReportPlaces
  /** Epoch ms. */
  #swept = 0

  constructor(context: RegisterContext, places: ReportPlaces) {
    this.#context = context
    this.#places = places
  }

  /**
   * The look is a step, which stands before the contact is shown.
   * @throws CodedError REPORT_UNKNOWN, REPORT_CONTACT_NONE, REPORT_CONTACT_SEALED, OUT_OF_SCOPE, FACILITY_UNKNOWN
   */
  async show(number: number, { by, address, refuse }: ReportReader): Promise<ReportContact> {
    const now = this.#context.now()
    const contact = await inTransaction(this.#context.db, async (trx) => {
      const row = await trx
        .selectFrom('report')
        .select(['number', 'facility', 'state', 'contact', 'contact_key', 'closed'])
        .where('number', '=', number)
        .executeTakeFirst()
      if (row === undefined) throw new CodedError('REPORT_UNKNOWN', `no report ${number}`)
      const { facility, state, closed } = row
      refuse(facility)
      const place = this.#places.of(facility)
      const isOver = closed !== null && closed + place.plan.contactForMs <= now
      if (row.contact === null || row.contact_key === null || isOver)
        throw new CodedError('REPORT_CONTACT_NONE', `report ${number}`)
      const sealed = { contact: row.contact, key: row.contact_key }
      const opened = openContact(sealed, { facility, number }, place.keys)
      await this.#step(trx, { number, facility, state }, { event: 'contact-viewed', by, address, now })
      return opened
    })
    await this.#context.steps.entered()
    const { name = null, phone = null, email = null } = contact
    return { name, phone, email }
  }

  /** To be called again and again: sweeps once an hour. */
  async look(): Promise<void> {
    const now = this.#context.now()
    // A clock that was set back must not put it off.
    if (Math.abs(now - this.#swept) < SWEEP_MS) return
    this.#swept = now
    await this.sweep()
  }

  /**
   * Deletes contacts whose time is over, and seals anew those that an earlier key sealed.
   * What cannot be done is told in the log, and tried again with the next call.
   */
  async sweep(): Promise<void> {
    for (const place of this.#places.all()) {
      try {
        await this.#deleteOver(place)
        await this.#sealAnew(place)
      } catch (error) {
        const { id: facility } = place.facility
        this.#context.logger.warn(
          { facility, error: String(error) },
          'contacts of reporters were not looked after',
        )
      }
    }
    await this.#context.steps.entered()
  }

  async #deleteOver({ facility: { id }, plan }: ReportPlace): Promise<void> {
    const now = this.#context.now()
    for await (const row of this.#sealed(id))
      if (row.closed !== null && row.closed + plan.contactForMs <= now)
        await this.#change(row, { event: 'contact-deleted', now, contact: null, contact_key: null })
  }

  async #sealAnew({ facility: { id: facility }, keys }: ReportPlace): Promise<void> {
    const { current } = keys
    if (current === undefined || keys.all.size === 1) return
    const { random } = this.#context
    const now = this.#context.now()
    for await (const row of this.#sealed(facility)) {
      if (row.contact_key === current.id) continue
      const of = { facility, number: row.number }
      const contact = this.#opened(row, keys)
      // One that no key opens is left as it is: who looks at it is told so.
      if (contact === undefined) continue
      const anew = sealContact(contact, of, { key: current, random })
      const change = { contact: anew.contact, contact_key: anew.key }
      await this.#change(row, { event: 'contact-sealed-anew', now, ...change })
    }
  }

  #opened({ facility, number, contact, contact_key: key }: SealedRow, keys: ReportKeys): Contact | undefined {
    try {
      return openContact({ contact, key }, { facility, number }, keys)
    } catch (error) {
      this.#context.logger.warn(
        { facility, number, error: String(error) },
        'a contact of a reporter does not open',
      )
      return undefined
    }
  }

  async *#sealed(facility: string): AsyncGenerator<SealedRow> {
    for (let after = 0; ; ) {
      const rows = await this.#context.db
        .selectFrom('report')
        .select(['number', 'facility', 'state', 'contact', 'contact_key', 'closed'])
        .where('facility', '=', facility)
        .where('contact', 'is not', null)
        .where('number', '>', after)
        .orderBy('number')
        .limit(AT_ONCE)
        .execute()
      for (const { contact, contact_key, ...row } of rows)
        if (contact !== null && contact_key !== null) yield { ...row, contact, contact_key }
      const last = rows.at(-1)
      if (last === undefined) return
      after = last.number
    }
  }

  /** Unless somebody else was faster. */
  async #change(
    row: SealedRow,
    {
      event,
      now,
      ...set
    }: { event: string; now: number; contact: string | null; contact_key: string | null },
  ): Promise<void> {
    await inTransaction(this.#context.db, async (trx) => {
      const { numUpdatedRows } = await trx
        .updateTable('report')
        .set(set)
        .where('number', '=', row.number)
        .where('contact', '=', row.contact)
        .executeTakeFirst()
      if (Number(numUpdatedRows) === 1) await this.#step(trx, row, { event, by: SYSTEM, now })
    })
  }

  #step(
    trx: RegisterTrx,
    { number, facility, state }: Pick<SealedRow, 'number' | 'facility' | 'state'>,
    { event, by, address, now }: { event: string; by: string; address?: string | undefined; now: number },
  ): Promise<void> {
    return this.#context.steps.add(trx, {
      subject: 'report',
      number,
      facility,
      time: now,
      by,
      address,
      event,
      from: state,
      to: state,
      detail: {},
    })
  }
}

import { createHash } from 'node:crypto'
import { CodedError } from '../../../contracts/errors.ts'
import type { RegisterDb, RegisterTrx } from '../store/tables.ts'
import { fileKind } from './file-kind.ts'
import { cleanName } from './file-name.ts'

const MAX_BYTES = 10_000_000
/** Files of one entry. */
const MOST = 100

export interface NewAttachment {
  /** The kind of entry that it belongs to: `hazard`. */
  subject: string
  /** Of that entry. */
  number: number
  facility: string
  name: string
  /** Base64. */
  content: string
  by: string
  /** Epoch ms. */
  time: number
}

export interface Attachment {
  id: number
  subject: string
  number: number
  facility: string
  name: string
  /** Media type, by the content. */
  type: string
  /** Bytes. */
  size: number
  /** Hexadecimal. */
  sha256: string
  by: string
  /** Epoch ms. */
  time: number
}

/** Files that belong to entries of the register, kept by their content in its database. */
export class AttachmentDesk {
  readonly #maxBytes: number

  constructor(options: { maxBytes?: number } = {}) {
    this.#maxBytes = options.maxBytes ?? MAX_BYTES
  }

  /**
   * Part of the transaction that makes or changes the entry.
   * @throws CodedError REQUEST_INVALID, ATTACHMENT_TOO_LARGE, ATTACHMENT_TOO_MANY or ATTACHMENT_TYPE
   */
  async add(trx: RegisterTrx, given: NewAttachment): Promise<Attachment> {
    const { subject, number, facility, by, time } = given
    const name = cleanName(given.name)
    const bytes = this.#decode(given.content, name)
    const type = await fileKind(bytes, name)
    await refuseMore(trx, given)
    const sha256 = hashOf(bytes)
    const size = bytes.length
    await trx
      .insertInto('attachment_content')
      .values({ sha256, bytes, size, type, created: time })
      .onConflict((conflict) => conflict.column('sha256').doNothing())
      .execute()
    const { id } = await trx
      .insertInto('attachment')
      .values({ subject, number, facility, sha256, name, by_whom: by, time })
      .returning('id')
      .executeTakeFirstOrThrow()
    return { id, subject, number, facility, name, type, size, sha256, by, time }
  }

  /** Those of one entry, in the order in which they came. */
  async list(
    db: RegisterDb,
    entry: { facility: string; subject: string; number: number },
  ): Promise<Attachment[]> {
    return attachments(db)
      .where('attachment.facility', '=', entry.facility)
      .where('attachment.subject', '=', entry.subject)
      .where('attachment.number', '=', entry.number)
      .orderBy('attachment.id')
      .execute()
  }

  /** Without its content: for who asks whether it may be read. @throws CodedError ATTACHMENT_UNKNOWN */
  async find(db: RegisterDb, id: number): Promise<Attachment> {
    const found = await attachments(db).where('attachment.id', '=', id).executeTakeFirst()
    if (found === undefined) throw new CodedError('ATTACHMENT_UNKNOWN', `there is no attachment ${id}`)
    return found
  }

  /** With its content, which is what was put in. @throws CodedError ATTACHMENT_UNKNOWN or DATA_DAMAGED */
  async read(db: RegisterDb, id: number): Promise<Attachment & { bytes: Uint8Array }> {
    const found = await attachments(db)
      .select('attachment_content.bytes')
      .where('attachment.id', '=', id)
      .executeTakeFirst()
    if (found === undefined) throw new CodedError('ATTACHMENT_UNKNOWN', `there is no attachment ${id}`)
    if (hashOf(found.bytes) !== found.sha256)
      throw new CodedError('DATA_DAMAGED', `attachment ${id} is not what was put in`)
    return found
  }

  #decode(content: string, name: string): Buffer {
    const tooLarge = () =>
      new CodedError('ATTACHMENT_TOO_LARGE', `${name}: at most ${this.#maxBytes} bytes are taken`)
    // Four characters for three bytes: what is far too long is not decoded.
    if (content.length > Math.ceil(this.#maxBytes / 3) * 4) throw tooLarge()
    const bytes = Buffer.from(content, 'base64')
    if (bytes.toString('base64') !== content)
      throw new CodedError('REQUEST_INVALID', `${name}: the content is no base64`)
    if (bytes.length === 0) throw new CodedError('REQUEST_INVALID', `${name} is empty`)
    if (bytes.length > this.#maxBytes) throw tooLarge()
    return bytes
  }
}

async function refuseMore(
  trx: RegisterTrx,
  { facility, subject, number }: Pick<NewAttachment, 'facility' | 'subject' | 'number'>,
): Promise<void> {
  const { count } = await trx
    .selectFrom('attachment')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('facility', '=', facility)
    .where('subject', '=', subject)
    .where('number', '=', number)
    .executeTakeFirstOrThrow()
  if (count >= MOST) throw new CodedError('ATTACHMENT_TOO_MANY', `${subject} ${number} has ${count} files`)
}

function attachments(db: RegisterDb) {
  return db
    .selectFrom('attachment')
    .innerJoin('attachment_content', 'attachment_content.sha256', 'attachment.sha256')
    .select([
      'attachment.id',
      'attachment.subject',
      'attachment.number',
      'attachment.facility',
      'attachment.name',
      'attachment_content.type',
      'attachment_content.size',
      'attachment.sha256',
      'attachment.by_whom as by',
      'attachment.time',
    ])
}

function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

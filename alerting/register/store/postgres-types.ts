import { CodedError } from '../../../contracts/errors.ts'

/** OIDs of pg_type. */
const [BOOL, BYTEA, INT8, INT2, INT4, FLOAT4, FLOAT8, NUMERIC] = [16, 17, 20, 21, 23, 700, 701, 1700]

const PARSERS: Readonly<Record<number, (text: string) => unknown>> = {
  [BOOL]: (text) => (text === 't' ? 1 : 0),
  [BYTEA]: (text) => new Uint8Array(Buffer.from(text.slice('\\x'.length), 'hex')),
  [INT8]: exact,
  [INT2]: Number,
  [INT4]: Number,
  [FLOAT4]: Number,
  [FLOAT8]: Number,
  [NUMERIC]: exact,
}

/** Values as the register has them on SQLite: what is no number and no bytes is the text that it is. */
export const postgresTypes = {
  getTypeParser: (oid: number) => PARSERS[oid] ?? String,
}

function exact(text: string): number {
  const value = Number(text)
  if (Number.isInteger(value) && !Number.isSafeInteger(value))
    throw new CodedError('DATA_DAMAGED', `PostgreSQL: ${text} would be rounded`)
  return value
}

import { type QueryExecutorProvider, sql } from 'kysely'
import type { DialectName } from './session.ts'

/** SQL types for the columns of a migration. Key: what is kept. */
export interface ColumnTypes {
  /** Primary key that the database gives: 1, 2, ...; a number is never given twice. Takes no value. */
  id: string
  /** Whole number up to 2^53: numbers, counts, epoch ms. */
  integer: string
  /** Double precision. */
  real: string
  /** Ordered and compared by code point. */
  text: string
  /** A text that holds JSON: written and read by the program, nothing looks into it. */
  json: string
  /** 0 or 1. */
  flag: string
  bytes: string
}

const TYPES: Readonly<Record<DialectName, ColumnTypes>> = {
  sqlite: {
    id: 'INTEGER PRIMARY KEY AUTOINCREMENT',
    integer: 'INTEGER',
    real: 'REAL',
    text: 'TEXT',
    json: 'TEXT',
    flag: 'INTEGER',
    bytes: 'BLOB',
  },
  postgresql: {
    id: 'BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY',
    integer: 'BIGINT',
    real: 'DOUBLE PRECISION',
    // UTF-8 in the order of its bytes is in the order of its code points.
    text: 'TEXT COLLATE "C"',
    json: 'TEXT',
    flag: 'SMALLINT',
    bytes: 'BYTEA',
  },
}

export function columnTypes(dialect: DialectName): ColumnTypes {
  return TYPES[dialect]
}

/** `CREATE TABLE`, with types that are kept to on SQLite too. */
export async function createTable(
  db: QueryExecutorProvider,
  dialect: DialectName,
  { name, columns }: { name: string; columns: readonly string[] },
): Promise<void> {
  const strict = dialect === 'sqlite' ? ' STRICT' : ''
  await sql.raw(`CREATE TABLE ${name} (\n${columns.join(',\n')}\n)${strict}`).execute(db)
}

/** One statement that both databases understand. */
export async function runSql(db: QueryExecutorProvider, statement: string): Promise<void> {
  await sql.raw(statement).execute(db)
}

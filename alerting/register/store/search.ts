import { type QueryExecutorProvider, type RawBuilder, type SqlBool, sql } from 'kysely'
import { runSql } from './columns.ts'
import { dialectOf } from './dialect.ts'
import { type Sought, soughtWords } from './search-grams.ts'
import type { DialectName } from './session.ts'

/**
 * In a migration: makes a table searchable by its column `search`, which holds what `searchText` made of the
 * texts of a row and is never NULL. `key` is its column of type `id`.
 */
export async function addSearch(
  db: QueryExecutorProvider,
  dialect: DialectName,
  table: string,
  key = 'id',
): Promise<void> {
  for (const statement of dialect === 'sqlite' ? sqliteIndex(table, key) : [postgresIndex(table)])
    await runSql(db, statement)
}

/** The condition that a row of `table`, or of its alias, has all words of `query`. Without a word every row is. */
export function matches(
  db: QueryExecutorProvider,
  table: string,
  { query, alias = table, key = 'id' }: { query: string; alias?: string; key?: string },
): RawBuilder<SqlBool> {
  const sought = soughtWords(query)
  if (sought.length === 0) return sql<SqlBool>`1 = 1`
  if (dialectOf(db) === 'postgresql')
    return sql<SqlBool>`${sql.raw(vectorOf(alias))} @@ ${postgresQuery(sought)}::tsquery`
  const index = sql.table(indexOf(table))
  return sql<SqlBool>`${sql.ref(`${alias}.${key}`)} IN (SELECT rowid FROM ${index} WHERE ${index} MATCH ${sqliteQuery(sought)})`
}

function indexOf(table: string): string {
  return `${table}_search`
}

/**
 * The tokenizer `ascii` splits at what is no letter and no digit of ASCII and takes all other characters as they
 * are: the words that searchText made, whichever version of Unicode SQLite knows.
 */
function sqliteIndex(table: string, key: string): string[] {
  const index = indexOf(table)
  const drop = `INSERT INTO ${index} (${index}, rowid, search) VALUES ('delete', OLD.${key}, OLD.search);`
  const add = `INSERT INTO ${index} (rowid, search) VALUES (NEW.${key}, NEW.search);`
  return [
    `CREATE VIRTUAL TABLE ${index} USING fts5(
       search, content = '${table}', content_rowid = '${key}', tokenize = 'ascii', detail = 'none', columnsize = 0
     )`,
    `CREATE TRIGGER ${index}_insert AFTER INSERT ON ${table} BEGIN ${add} END`,
    `CREATE TRIGGER ${index}_delete AFTER DELETE ON ${table} BEGIN ${drop} END`,
    `CREATE TRIGGER ${index}_update AFTER UPDATE OF ${key}, search ON ${table} BEGIN ${drop} ${add} END`,
    `INSERT INTO ${index} (${index}) VALUES ('rebuild')`,
  ]
}

/** An index on an expression: the table has no column that SQLite does not have. */
function postgresIndex(table: string): string {
  return `CREATE INDEX ${indexOf(table)} ON ${table} USING gin ((${vectorOf(table)}))`
}

/** The words as they are: the parsers of PostgreSQL, which depend on the locale, have no part in it. */
function vectorOf(table: string): string {
  return `array_to_tsvector(array_remove(string_to_array(${table}.search, ' '), ''))`
}

// Words are letters, digits and marks alone: within quotes nothing in them means anything.

function sqliteQuery(sought: readonly Sought[]): string {
  return sought.map(({ word, isPrefix }) => `"${word}"${isPrefix ? ' *' : ''}`).join(' AND ')
}

function postgresQuery(sought: readonly Sought[]): string {
  return sought.map(({ word, isPrefix }) => `'${word}'${isPrefix ? ':*' : ''}`).join(' & ')
}

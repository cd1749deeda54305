import type { Generated, Kysely } from 'kysely'
import { columnTypes, createTable } from '../../../../alerting/register/store/columns.ts'
import type { Migration } from '../../../../alerting/register/store/migrations.ts'
import type { RegisterDatabase } from '../../../../alerting/register/store/open-register.ts'
import type { OpenRegister } from './suites.ts'

/** Tables with one column of each type, for tests of the database itself. */
export type ThingTables = {
  thing: {
    id: Generated<number>
    name: string
    count: number
    share: number | null
    is_open: number | boolean
    body: string | null
    content: Uint8Array | null
  }
  part: { id: Generated<number>; thing: number }
}

export const thingStep: Migration = {
  name: '0001-things',
  up: async (trx, dialect) => {
    const { id, text, integer, real, flag, json, bytes } = columnTypes(dialect)
    await createTable(trx, dialect, {
      name: 'thing',
      columns: [
        `id ${id}`,
        `name ${text} NOT NULL UNIQUE`,
        `count ${integer} NOT NULL CHECK (count >= 0)`,
        `share ${real}`,
        `is_open ${flag} NOT NULL`,
        `body ${json}`,
        `content ${bytes}`,
      ],
    })
    await createTable(trx, dialect, {
      name: 'part',
      columns: [`id ${id}`, `thing ${integer} NOT NULL REFERENCES thing (id)`],
    })
  },
}

export interface Things extends AsyncDisposable {
  db: Kysely<ThingTables>
  register: RegisterDatabase
}

/** A database with these tables, which is closed at the end of the block. */
export async function openThings(open: OpenRegister): Promise<Things> {
  const register = await open([thingStep])
  return {
    db: register.db.withTables<ThingTables>(),
    register,
    [Symbol.asyncDispose]: () => register.close(),
  }
}

/** A row for `thing`. */
export const thing = (name: string, count = 0) => ({ name, count, is_open: false })

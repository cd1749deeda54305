import type { Generated, Kysely } from 'kysely'
import { expect, it } from 'vitest'
import { columnTypes, createTable } from '../../../../alerting/register/store/columns.ts'
import type { Migration } from '../../../../alerting/register/store/migrations.ts'
import { addSearch, matches } from '../../../../alerting/register/store/search.ts'
import { searchText } from '../../../../alerting/register/store/search-grams.ts'
import type { RegisterSuite } from './suites.ts'

export type NoteTables = { note: { id: Generated<number>; body: string; search: string } }

export const noteStep: Migration = {
  name: '0001-notes',
  up: async (trx, dialect) => {
    const { id, text } = columnTypes(dialect)
    const columns = [`id ${id}`, `body ${text} NOT NULL`, `search ${text} NOT NULL`]
    await createTable(trx, dialect, { name: 'note', columns })
    // One that is there before it can be searched.
    await trx
      .withTables<NoteTables>()
      .insertInto('note')
      .values({ body: 'older', search: searchText('older') })
      .execute()
    await addSearch(trx, dialect, 'note')
  },
}

const NOTES = [
  'Corrosion of flange F-12, pump bay',
  '甲醇泵房法兰泄漏',
  'Pumps: seal worn (GT-101)',
  'ガス検知器 故障 École',
  '\u{20bb7}野家 \u{30000}新 \u{31350}字 नमस्ते ภาษาไทย',
]

export const searchSuite: RegisterSuite = {
  name: 'search',
  run(open) {
    const find = async (db: Kysely<NoteTables>, query: string) => {
      const rows = await db
        .selectFrom('note as n')
        .select('body')
        .where(matches(db, 'note', { query, alias: 'n' }))
        .orderBy('id')
        .execute()
      return rows.map(({ body }) => body)
    }
    const withNotes = async () => {
      const register = await open([noteStep])
      const db = register.db.withTables<NoteTables>()
      const values = NOTES.map((body) => ({ body, search: searchText(body) }))
      await db.insertInto('note').values(values).execute()
      return { db, [Symbol.asyncDispose]: () => register.close() }
    }

    it('finds notes by words, beginnings and parts of Chinese', async () => {
      await using notes = await withNotes()
      const found = async (query: string) => (await find(notes.db, query)).map((body) => NOTES.indexOf(body))
      expect(await found('pum')).toEqual([0, 2])
      expect(await found('pump bay')).toEqual([0])
      expect(await found('pum bay')).toEqual([])
      expect(await found('F-12')).toEqual([0])
      expect(await found('gt-1')).toEqual([2])
      expect(await found('泵房')).toEqual([1])
      expect(await found('法兰泄漏')).toEqual([1])
      expect(await found('漏')).toEqual([1])
      expect(await found('甲')).toEqual([1])
      expect(await found('房泵')).toEqual([])
      expect(await found('検知')).toEqual([3])
      expect(await found('école')).toEqual([3])
      expect(await found('E\u0301COLE')).toEqual([3])
      expect(await found('ecole')).toEqual([])
      expect(await found('older')).toEqual([-1])
    })

    it('finds what no version of Unicode of either database has to know', async () => {
      await using notes = await withNotes()
      for (const query of ['\u{20bb7}野', '\u{30000}新', '\u{31350}字', '字', 'नमस्ते', 'ภาษาไทย'])
        expect(await find(notes.db, query), query).toEqual([NOTES[4]])
    })

    it('takes what means something to a database for what it is', async () => {
      await using notes = await withNotes()
      for (const query of ['"', "'", "pump' OR '1", 'NOT pump', 'pump*&|!', 'body:pump', '^pump', 'a\\b'])
        expect(await find(notes.db, query), query).toEqual(
          /^\W+$/.test(query)
            ? ['older', ...NOTES]
            : query.includes('pump*') || query.startsWith('^')
              ? [NOTES[0], NOTES[2]]
              : [],
        )
    })

    it('follows changes', async () => {
      await using notes = await withNotes()
      const { db } = notes
      await db
        .updateTable('note')
        .set({ body: 'valve', search: searchText('valve') })
        .where('body', '=', NOTES[0] ?? '')
        .execute()
      await db
        .deleteFrom('note')
        .where('body', '=', NOTES[2] ?? '')
        .execute()
      expect(await find(db, 'pump')).toEqual([])
      expect(await find(db, 'valve')).toEqual(['valve'])
    })
  },
}

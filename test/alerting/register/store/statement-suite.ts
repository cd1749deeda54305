import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { inTransaction } from '../../../../alerting/register/store/transaction.ts'
import type { RegisterSuite } from './suites.ts'
import { openThings, thing } from './things.ts'

const coded = (code: string) => expect.objectContaining({ code })

export const statementSuite: RegisterSuite = {
  name: 'statements and transactions',
  run(open) {
    it('gives back what was put in, of every type', async () => {
      await using things = await openThings(open)
      const { db } = things
      const row = {
        name: 'Pump 3 \u{20bb7}泵',
        count: Number.MAX_SAFE_INTEGER,
        share: 0.1,
        is_open: true,
        body: '{"a":[1,null]}',
        content: Uint8Array.of(0, 255, 10),
      }
      const { id } = await db.insertInto('thing').values(row).returning('id').executeTakeFirstOrThrow()
      expect(id).toBe(1)
      const found = await db.selectFrom('thing').selectAll().executeTakeFirstOrThrow()
      expect(found).toEqual({ id: 1, ...row, is_open: 1 })
      expect(found.content?.constructor).toBe(Uint8Array)
      await db.updateTable('thing').set({ share: null, count: 0, content: null }).execute()
      expect(await db.selectFrom('thing').select(['share', 'count', 'content']).execute()).toEqual([
        { share: null, count: 0, content: null },
      ])
    })

    it('keeps a whole number in a column of real ones, and a number beside a text apart', async () => {
      await using things = await openThings(open)
      const { db } = things
      await db
        .insertInto('thing')
        .values({ ...thing('5'), share: 5 })
        .execute()
      expect(await db.selectFrom('thing').select('share').where('name', '=', '5').execute()).toEqual([
        { share: 5 },
      ])
    })

    it('answers counts, sums, means and comparisons as numbers', async () => {
      await using things = await openThings(open)
      const { db } = things
      await db
        .insertInto('thing')
        .values([thing('a', 2), thing('b', 3)])
        .execute()
      const row = await db
        .selectFrom('thing')
        .select(({ fn, eb }) => [
          fn.countAll<number>().as('rows'),
          fn.sum<number>('count').as('sum'),
          fn.avg<number>('count').as('mean'),
          eb(fn.max('count'), '>', 2).as('is_high'),
        ])
        .executeTakeFirstOrThrow()
      expect(row).toEqual({ rows: 2, sum: 5, mean: 2.5, is_high: 1 })
    })

    it('says how many rows were changed', async () => {
      await using things = await openThings(open)
      const { db } = things
      await db
        .insertInto('thing')
        .values([thing('a'), thing('b')])
        .execute()
      const { numUpdatedRows } = await db.updateTable('thing').set({ count: 1 }).executeTakeFirst()
      const { numDeletedRows } = await db.deleteFrom('thing').where('name', '=', 'a').executeTakeFirst()
      expect([numUpdatedRows, numDeletedRows]).toEqual([2n, 1n])
    })

    it('puts texts in the order of their code points', async () => {
      await using things = await openThings(open)
      const { db } = things
      const names = ['b', 'B', 'a', 'é', '泵', 'Z', '_', '\u{20bb7}']
      await db
        .insertInto('thing')
        .values(names.map((name) => thing(name)))
        .execute()
      const found = await db.selectFrom('thing').select('name').orderBy('name').execute()
      expect(found.map(({ name }) => name)).toEqual(['B', 'Z', '_', 'a', 'b', 'é', '泵', '\u{20bb7}'])
    })

    it.each([
      ['a number beyond 2^53', { count: 2 ** 53 }, 'INTERNAL'],
      ['no number', { share: Number.NaN }, 'INTERNAL'],
      ['a bigint beyond 2^53', { count: (2n ** 60n) as never }, 'INTERNAL'],
      ['a NUL character', { name: 'a\0b' }, 'REQUEST_INVALID'],
      ['an object', { body: { a: 1 } as never }, 'INTERNAL'],
    ])('refuses %s', async (_what, values, code) => {
      await using things = await openThings(open)
      const row = { ...thing('x'), ...values }
      await expect(things.db.insertInto('thing').values(row).execute()).rejects.toEqual(coded(code))
    })

    it('refuses to read a number that would be rounded', async () => {
      await using things = await openThings(open)
      await sql`INSERT INTO thing (name, count, is_open) VALUES ('x', 9007199254740993, 0)`.execute(things.db)
      await expect(things.db.selectFrom('thing').select('count').execute()).rejects.toEqual(
        coded('DATA_DAMAGED'),
      )
    })

    it.each([
      ['a name that is taken', thing('taken')],
      ['what a check forbids', { ...thing('other'), count: -1 }],
      ['what must be there', { ...thing('other'), is_open: null as never }],
    ])('has a code for %s', async (_what, row) => {
      await using things = await openThings(open)
      await things.db.insertInto('thing').values(thing('taken')).execute()
      await expect(things.db.insertInto('thing').values(row).execute()).rejects.toEqual(
        coded('REGISTER_CONFLICT'),
      )
    })

    it('keeps foreign keys', async () => {
      await using things = await openThings(open)
      await expect(things.db.insertInto('part').values({ thing: 7 }).execute()).rejects.toEqual(
        coded('REGISTER_CONFLICT'),
      )
    })

    it('calls a statement that is none a defect', async () => {
      await using things = await openThings(open)
      await expect(sql`SELEC 1`.execute(things.db)).rejects.toEqual(coded('INTERNAL'))
    })

    it('keeps nothing of a transaction that fails', async () => {
      await using things = await openThings(open)
      const { db } = things
      const failing = inTransaction(db, async (trx) => {
        await trx.insertInto('thing').values(thing('a')).execute()
        await trx.insertInto('part').values({ thing: 1 }).execute()
        throw new RangeError('of the work')
      })
      await expect(failing).rejects.toThrow(RangeError)
      expect(await db.selectFrom('thing').selectAll().execute()).toEqual([])
      expect(await db.selectFrom('part').selectAll().execute()).toEqual([])
    })

    it('keeps nothing of a transaction that goes on after a statement that failed', async () => {
      await using things = await openThings(open)
      const { db } = things
      const failing = inTransaction(db, async (trx) => {
        await trx.insertInto('thing').values(thing('a')).execute()
        await trx
          .insertInto('thing')
          .values(thing('a'))
          .execute()
          .catch(() => undefined)
      })
      await expect(failing).rejects.toEqual(expect.any(Error))
      expect(await db.selectFrom('thing').selectAll().execute()).toEqual([])
      await inTransaction(db, (trx) => trx.insertInto('thing').values(thing('b')).execute())
      expect(await db.selectFrom('thing').select('name').execute()).toEqual([{ name: 'b' }])
    })

    it('counts every one of many who read and write one row at once', async () => {
      await using things = await openThings(open)
      const { db } = things
      await db.insertInto('thing').values(thing('counter')).execute()
      const raise = () =>
        inTransaction(db, async (trx) => {
          const { count } = await trx.selectFrom('thing').select('count').executeTakeFirstOrThrow()
          await trx
            .updateTable('thing')
            .set({ count: count + 1 })
            .execute()
          return count
        })
      const found = await Promise.all(Array.from({ length: 8 }, raise))
      expect(found.sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
      expect(await db.selectFrom('thing').select('count').execute()).toEqual([{ count: 8 }])
    })

    it('shows nobody what is not committed', async () => {
      await using things = await openThings(open)
      const { db } = things
      const { promise: isWritten, resolve: tellWritten } = Promise.withResolvers<void>()
      const writing = inTransaction(db, async (trx) => {
        await trx.insertInto('thing').values(thing('a')).execute()
        tellWritten()
        throw new RangeError('of the work')
      })
      await isWritten
      const seen = db.selectFrom('thing').selectAll().execute()
      await expect(writing).rejects.toThrow(RangeError)
      expect(await seen).toEqual([])
    })

    it('refuses a statement that goes past the transaction that it is made in', async () => {
      await using things = await openThings(open)
      const { db } = things
      const past = inTransaction(db, async () => db.selectFrom('thing').selectAll().execute())
      await expect(past).rejects.toEqual(coded('INTERNAL'))
      const nested = inTransaction(db, () => inTransaction(db, async () => 1))
      await expect(nested).rejects.toEqual(coded('INTERNAL'))
      expect(await db.selectFrom('thing').selectAll().execute()).toEqual([])
    })
  },
}

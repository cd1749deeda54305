import { expect, it } from 'vitest'
import { createTable, runSql } from '../../../../alerting/register/store/columns.ts'
import { migrate } from '../../../../alerting/register/store/migrate.ts'
import type { Migration } from '../../../../alerting/register/store/migrations.ts'
import type { RegisterSuite } from './suites.ts'
import { thingStep } from './things.ts'

const clock = { wall: () => 1_790_000_000_000, monotonic: () => 0 }

/** Adds a table with one column. */
const table = (name: string): Migration => ({
  name: `000x-${name}`,
  up: (trx, dialect) => createTable(trx, dialect, { name, columns: ['x INTEGER'] }),
})

export const migrationSuite: RegisterSuite = {
  name: 'migrations',
  run(open) {
    it('run once, in their order, and are recorded', async () => {
      const { db, close } = await open([thingStep])
      const steps = [thingStep, table('a'), table('b')]
      expect(await migrate(db, steps, clock)).toEqual(['000x-a', '000x-b'])
      expect(await migrate(db, steps, clock)).toEqual([])
      const rows = await db.selectFrom('register_migration').selectAll().orderBy('position').execute()
      expect(rows.map(({ name, position }) => [name, position])).toEqual([
        ['0001-things', 1],
        ['000x-a', 2],
        ['000x-b', 3],
      ])
      expect(rows[2]?.time).toBe(clock.wall())
      await close()
    })

    it('leave nothing of one that fails, and all of those before it', async () => {
      const { db, close } = await open([])
      const failing: Migration = {
        name: '0002-fails',
        up: async (trx, dialect) => {
          await table('b').up(trx, dialect)
          await runSql(trx, 'CREATE TABLE a (x INTEGER)')
        },
      }
      await expect(migrate(db, [table('a'), failing, table('c')], clock)).rejects.toThrow(/exists/)
      expect(await migrate(db, [table('a'), table('b'), table('c')], clock)).toEqual(['000x-b', '000x-c'])
      await close()
    })

    it('refuse a database of a newer release, and change nothing in it', async () => {
      const { db, close } = await open([thingStep, table('a')])
      await expect(migrate(db, [thingStep, table('b')], clock)).rejects.toEqual(
        expect.objectContaining({ code: 'DATA_NEWER' }),
      )
      expect(await db.selectFrom('register_migration').selectAll().execute()).toHaveLength(2)
      await close()
    })

    it('run once when several are at it', async () => {
      const { db, close } = await open([])
      const steps = ['a', 'b', 'c'].map(table)
      const ran = await Promise.all([1, 2, 3].map(() => migrate(db, steps, clock)))
      expect(ran.flat().sort()).toEqual(['000x-a', '000x-b', '000x-c'])
      await close()
    })

    it('of this release make its tables', async () => {
      const { db, close } = await open()
      const names = await db.introspection.getTables()
      expect(names.map(({ name }) => name)).toContain('register_migration')
      await close()
    })
  },
}

import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import {
  moveStock,
  moveTaken,
  partsOf,
  quantityOf,
} from '../../../../alerting/register/incident/stock-book.ts'
import {
  openRegisterDatabase,
  type RegisterDatabase,
} from '../../../../alerting/register/store/open-register.ts'
import { inTransaction } from '../../../../alerting/register/store/transaction.ts'
import { systemClock } from '../../../../contracts/clock.ts'
import { CodedError } from '../../../../contracts/errors.ts'
import { silentLogger } from '../../../../contracts/logger.ts'

let register: RegisterDatabase
let runs = 0

beforeAll(async () => {
  register = await openRegisterDatabase({ kind: 'memory', clock: systemClock, logger: silentLogger })
})
afterAll(() => register.close())

it('is never less than nothing, and always what was put in less what was taken, in any order and by two at once', async () => {
  const moves = fc.array(fc.integer({ min: -9_000, max: 9_000 }), { maxLength: 20 })
  await fc.assert(
    fc.asyncProperty(moves, moves, async (one, other) => {
      runs += 1
      const item = `item-${runs}`
      let sum = 0
      const write = async (changes: readonly number[]) => {
        for (const change of changes)
          try {
            const { quantity } = await inTransaction(register.db, (trx) =>
              moveStock(trx, { facility: 'plant', item, change, now: 1 }),
            )
            expect(quantity).toBeGreaterThanOrEqual(0)
            sum += change
          } catch (error) {
            if (!(error instanceof CodedError)) throw error
            expect(error.code).toBe('STOCK_SHORT')
          }
      }
      await Promise.all([write(one), write(other)])
      const row = await register.db
        .selectFrom('stock')
        .select('quantity')
        .where('item', '=', item)
        .executeTakeFirst()
      expect(row?.quantity ?? 0).toBe(sum)
    }),
    { numRuns: 40 },
  )
})

it('counts thousandths exactly, where sums of fractions would not', () => {
  const taken = [0.1, 0.2].map(partsOf).reduce((sum, parts) => sum + parts, 0)
  expect(quantityOf(taken)).toBe(0.3)
  expect(0.1 + 0.2).not.toBe(0.3)
})

it('gives back nothing of what an incident does not have', async () => {
  await expect(
    inTransaction(register.db, (trx) => moveTaken(trx, { number: 1, item: 'none', change: -1 })),
  ).rejects.toMatchObject({ code: expect.stringMatching(/STOCK_UNTAKEN|REGISTER_CONFLICT/) })
})

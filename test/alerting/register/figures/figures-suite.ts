import fc from 'fast-check'
import { expect, it } from 'vitest'
import { FiguresDesk } from '../../../../alerting/register/figures/figures-desk.ts'
import type { FiguresQuery } from '../../../../alerting/register/figures/figures-query.ts'
import { CodedError } from '../../../../contracts/errors.ts'
import { FIGURE_DIMENSIONS } from '../../../../contracts/register/figures-api.ts'
import { CITY_YEAR, fillRegister } from '../../../register-data.ts'
import type { RegisterSuite } from '../store/suites.ts'
import { changeArbitrary, FiguresModel, queryArbitrary } from './figures-model.ts'

const ALL: FiguresQuery = { scope: null, period: { kind: 'all', name: 'all' } }
const NOW = Date.UTC(2026, 5, 1)

/** Figures of the register, on every database. */
export const figuresSuite: RegisterSuite = {
  name: 'figures',
  run(open) {
    it('reports 56,719 major hazards of a city to the digit', async () => {
      const register = await open()
      try {
        await fillRegister(register.db, CITY_YEAR)
        const desk = new FiguresDesk({ db: register.db, now: () => NOW })
        await desk.tally.recount()
        const expected = {
          identified: 56_719,
          closed: 55_868,
          open: 851,
          rectificationRate: 98.5,
        }
        const year = { kind: 'months', name: '2025', first: '2025-01', last: '2025-12' } as const
        for (const period of [ALL.period, year]) {
          for (const by of [undefined, ...FIGURE_DIMENSIONS.filter((each) => each !== 'facility')]) {
            const view = await desk.figures({ ...ALL, period, by, grade: 'major' })
            expect(view.total).toMatchObject(expected)
            if (by === undefined) continue
            for (const count of ['identified', 'closed', 'open', 'overdue', 'closedOnTime'] as const)
              expect(view.items.reduce((all, item) => all + item[count], 0)).toBe(view.total[count])
          }
        }
        expect((await desk.figures({ ...ALL, grade: 'general' })).total.identified).toBe(0)
      } finally {
        await register.close()
      }
    })

    it('has the figures that counting has, whatever happens to hazards and facilities', async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(changeArbitrary, { minLength: 1, maxLength: 25 }),
          fc.array(queryArbitrary, { minLength: 1, maxLength: 6 }),
          async (changes, queries) => {
            const register = await open()
            try {
              const model = await FiguresModel.start(register.db)
              for (const change of changes) await model.apply(change)
              for (const query of queries) {
                if (!model.isKnown(query)) {
                  await expect(model.desk.figures(query)).rejects.toThrow(CodedError)
                  continue
                }
                const view = await model.desk.figures(query)
                expect(view).toEqual(model.expected(query, view))
              }
              const kept = await model.tally()
              await model.desk.tally.recount()
              expect(kept).toEqual(await model.tally())
            } finally {
              await register.close()
            }
          },
        ),
        { numRuns: 25 },
      )
    })
  },
}

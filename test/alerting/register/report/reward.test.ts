import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type RewardBasis, rewardOf } from '../../../../alerting/register/report/reward.ts'
import { parseFacility } from '../../../../contracts/facility-load.ts'
import { ACCIDENT_GRADES } from '../../../../contracts/register/report-words.ts'
import { PLANT } from '../../../contracts/plant-text.ts'

const rules = parseFacility(PLANT, 'p.yaml').register.reports.reward
const fined = (fine: number, isEmployee = false): RewardBasis => ({ fine, isEmployee })
const concealed = (
  accident: (typeof ACCIDENT_GRADES)[number],
  deaths: number,
  isEmployee = false,
): RewardBasis => ({
  accident,
  deaths,
  isEmployee,
})

describe('the reward of a report', () => {
  it.each([
    ['nobody was fined: the least', fined(0), 3_000],
    ['just below the least', fined(19_999), 3_000],
    ['at the least', fined(20_000), 3_000],
    ['just above the least', fined(20_001), 3_000.15],
    ['15 %', fined(100_000), 15_000],
    ['in fen', fined(123_456.78), 18_518.52],
    ['just below the greatest', fined(1_999_999), 299_999.85],
    ['at the greatest', fined(2_000_000), 300_000],
    ['above the greatest', fined(50_000_000), 300_000],
    ['the least, of an employee', fined(0, true), 3_600],
    ['15 % and a fifth on top', fined(100_000, true), 18_000],
    ['the greatest holds for employees too', fined(1_800_000, true), 300_000],
    ['one concealed death, general', concealed('general', 1), 30_000],
    ['larger', concealed('larger', 1), 40_000],
    ['major', concealed('major', 1), 50_000],
    ['extraordinary', concealed('extraordinary', 1), 60_000],
    ['two deaths', concealed('general', 2), 60_000],
    ['five deaths, extraordinary', concealed('extraordinary', 5), 300_000],
    ['six deaths, extraordinary', concealed('extraordinary', 6), 300_000],
    ['one, of an employee', concealed('general', 1, true), 36_000],
    ['five, of an employee', concealed('extraordinary', 5, true), 300_000],
  ])('%s', (_name, basis, amount) => {
    expect(rewardOf(basis, rules)).toBe(amount)
  })

  it('goes by the rules of the file', () => {
    const own = { ...rules, percent: 10, minimum: 500, maximum: 1_000, employeePercent: 50 }
    expect([0, 7_000, 90_000].map((fine) => rewardOf(fined(fine), own))).toEqual([500, 700, 1_000])
    expect([0, 7_000, 90_000].map((fine) => rewardOf(fined(fine, true), own))).toEqual([750, 1_000, 1_000])
  })

  it('stays within its bounds, and does not fall when the fine or the deaths grow', () => {
    const fine = fc.double({ min: 0, max: 1e10, noNaN: true })
    fc.assert(
      fc.property(fine, fine, fc.boolean(), (a, b, isEmployee) => {
        const [less, more] = [Math.min(a, b), Math.max(a, b)].map((each) =>
          rewardOf(fined(each, isEmployee), rules),
        )
        expect(less).toBeGreaterThanOrEqual(isEmployee ? 3_600 : 3_000)
        expect(more).toBeLessThanOrEqual(300_000)
        expect(less).toBeLessThanOrEqual(more ?? 0)
      }),
    )
    for (const grade of ACCIDENT_GRADES)
      for (let deaths = 1; deaths < 40; deaths++)
        expect(rewardOf(concealed(grade, deaths + 1), rules)).toBeGreaterThanOrEqual(
          rewardOf(concealed(grade, deaths), rules),
        )
  })
})

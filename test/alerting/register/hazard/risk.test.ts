import { describe, expect, it } from 'vitest'
import { assessRisk } from '../../../../alerting/register/hazard/risk.ts'
import type { RiskColour } from '../../../../contracts/register/words.ts'

const bands = { LS: { red: 20, orange: 10, yellow: 4 }, LEC: { red: 320, orange: 160, yellow: 70 } }

describe('LS', () => {
  it('has the colour of each of its 25 scores', () => {
    const colours = [1, 2, 3, 4, 5].map((likelihood) =>
      [1, 2, 3, 4, 5]
        .map((consequence) => assessRisk({ method: 'LS', bands }, { likelihood, consequence }).colour[0])
        .join(''),
    )
    // Rows: likelihood 1 to 5; columns: severity 1 to 5. 20-25 red, 10-16 orange, 4-9 yellow, 1-3 blue.
    expect(colours).toEqual(['bbbyy', 'byyyo', 'byyoo', 'yyoor', 'yoorr'])
  })

  it.each([
    [{ likelihood: 0, consequence: 1 }, 'HAZARD_RISK_INVALID'],
    [{ likelihood: 2.5, consequence: 1 }, 'HAZARD_RISK_INVALID'],
    [{ likelihood: 1, consequence: 6 }, 'HAZARD_RISK_INVALID'],
    [{ likelihood: 1, consequence: 1, exposure: 1 }, 'HAZARD_RISK_INVALID'],
  ])('refuses %j', (input, code) => {
    expect(() => assessRisk({ method: 'LS', bands }, input)).toThrow(expect.objectContaining({ code }))
  })
})

describe('LEC', () => {
  it.each<[number, number, number, number, RiskColour]>([
    [10, 6, 100, 6000, 'red'],
    [3, 6, 15, 270, 'orange'],
    [1, 6, 15, 90, 'yellow'],
    [0.1, 6, 7, 4.2, 'blue'],
    [0.2, 3, 7, 4.2, 'blue'],
    [10, 2, 7, 140, 'yellow'],
    [1, 10, 7, 70, 'yellow'],
    [6, 2, 15, 180, 'orange'],
  ])('%s x %s x %s is %s, %s', (likelihood, exposure, consequence, score, colour) => {
    const risk = assessRisk({ method: 'LEC', bands }, { likelihood, exposure, consequence })
    expect(risk).toMatchObject({ score, colour })
  })

  it('needs exposure', () => {
    const risk = () => assessRisk({ method: 'LEC', bands }, { likelihood: 1, consequence: 1 })
    expect(risk).toThrow(expect.objectContaining({ code: 'HAZARD_INCOMPLETE' }))
  })
})

it('takes bands as they are configured', () => {
  const shandong = { ...bands, LS: { red: 20, orange: 15, yellow: 9 } }
  const colour = (likelihood: number, consequence: number) =>
    assessRisk({ method: 'LS', bands: shandong }, { likelihood, consequence }).colour
  expect([colour(4, 5), colour(3, 5), colour(3, 4), colour(2, 4)]).toEqual([
    'red',
    'orange',
    'yellow',
    'blue',
  ])
})

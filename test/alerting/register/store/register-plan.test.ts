import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { registerPlan } from '../../../../alerting/register/store/register-plan.ts'
import { parseFacility } from '../../../../contracts/facility-load.ts'
import { PLANT } from '../../../contracts/plant-text.ts'
import { temporaryFolder } from '../../../temporary-folder.ts'

const url = 'postgres://davylamp@db.plant.example/davylamp'

describe('where the register is', () => {
  it('is the folder of the server by default, and no secret is asked for', () => {
    const env = { DAVYLAMP_REGISTER_PASSWORD_FILE: '/nowhere' }
    expect(registerPlan(parseFacility(PLANT, 'p.yaml'), env)).toEqual({
      kind: 'sqlite',
      folder: 'data/server',
    })
  })

  it('is a PostgreSQL, with what its files say, and the environment wins', () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'secret'), 'of the file\n')
    writeFileSync(join(folder, 'ca.pem'), 'PEM')
    const register = { kind: 'postgresql', url, passwordFile: 'secret', ca: 'ca.pem' }
    const facility = parseFacility(
      `server: ${JSON.stringify({ register })}\n${PLANT}`,
      join(folder, 'plant.yaml'),
    )
    const plan = { kind: 'postgresql', url, password: 'of the file', ca: Buffer.from('PEM') }
    expect(registerPlan(facility, {})).toEqual(plan)
    expect(registerPlan(facility, { DAVYLAMP_REGISTER_PASSWORD: 'other' })).toEqual({
      ...plan,
      password: 'other',
    })
  })
})

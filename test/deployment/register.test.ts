import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { loadFacility } from '../../contracts/facility-load.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { Deploy, EXAMPLE } from './deployed.ts'

/** The register of the server, in a deployment of the example with this one. */
async function deployed(register: string, ...more: string[]) {
  const root = temporaryFolder()
  const plant = join(root, 'plant.yaml')
  const folder = join(root, 'deployment')
  writeFileSync(plant, readFileSync(EXAMPLE, 'utf8').replace(/^server: .*\n/m, ''))
  appendFileSync(plant, `\nserver: { register: ${register} }\n`)
  mkdirSync(join(root, 'own'))
  writeFileSync(join(root, 'own/password'), 'of PostgreSQL')
  const deploy = new Deploy()
  await deploy.run('init', '--config', plant, '--to', folder, '--name', 'plant.example', ...more)
  const { server } = loadFacility(join(folder, 'server/facilities/demo-plant.yaml'))
  return { folder, register: server.register, problems: await deploy.problems(folder) }
}

it('reads the password of the PostgreSQL of the composition where compose puts it', async () => {
  const url = 'postgres://davylamp@postgresql/davylamp'
  const { register, problems } = await deployed(`{ kind: postgresql, url: "${url}" }`)
  expect(register).toEqual({ kind: 'postgresql', url, passwordFile: '/run/secrets/postgresql-password' })
  // It is in no folder of this machine.
  expect(problems).toEqual([])
})

it('brings the password of a PostgreSQL elsewhere along', async () => {
  const url = 'postgres://davylamp@db.plant.example/davylamp'
  const { folder, register, problems } = await deployed(
    `{ kind: postgresql, url: "${url}", passwordFile: own/password }`,
    '--native',
  )
  const passwordFile = join(folder, 'server/register/password')
  expect(register).toEqual({ kind: 'postgresql', url, passwordFile })
  expect(readFileSync(passwordFile, 'utf8')).toBe('of PostgreSQL')
  expect(problems).toEqual([])
})

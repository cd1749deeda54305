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
  await new Deploy().run('init', '--config', plant, '--to', folder, '--name', 'plant.example', ...more)
  return { folder, register: loadFacility(join(folder, 'server/facilities/demo-plant.yaml')).server.register }
}

it('reads the password of the PostgreSQL of the composition where compose puts it', async () => {
  const url = 'postgres://davylamp@postgresql/davylamp'
  const { register } = await deployed(`{ kind: postgresql, url: "${url}" }`)
  expect(register).toEqual({ kind: 'postgresql', url, passwordFile: '/run/secrets/postgresql-password' })
})

it('brings the password of a PostgreSQL elsewhere along', async () => {
  const url = 'postgres://davylamp@db.plant.example/davylamp'
  const { folder, register } = await deployed(
    `{ kind: postgresql, url: "${url}", passwordFile: own/password }`,
    '--native',
  )
  const passwordFile = join(folder, 'server/register/password')
  expect(register).toEqual({ kind: 'postgresql', url, passwordFile })
  expect(readFileSync(passwordFile, 'utf8')).toBe('of PostgreSQL')
})

import { execFile } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { ROOT } from '../contracts/source-files.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { EXAMPLE } from './deployed.ts'

const run = (...words: string[]) => promisify(execFile)(process.execPath, words, { cwd: ROOT })
const ALERTING = 'provisioning/alerting'

function alertingOf(folder: string): Map<string, string> {
  const files = readdirSync(join(folder, ALERTING)).sort()
  return new Map(files.map((file) => [file, readFileSync(join(folder, ALERTING, file), 'utf8')]))
}

// The programs themselves: what each of them puts together is what may differ.
it('deploy -- init and dashboards -- provision write the same rules for the same plant', async () => {
  const folder = temporaryFolder()
  const [deployment, grafana] = [join(folder, 'deployment'), join(folder, 'grafana')]
  const words = ['--config', EXAMPLE, '--to', deployment, '--name', 'plant.example']
  await run('ingest/main.ts', 'deploy', 'init', ...words)
  const given = ['--config', join(deployment, 'server/facilities'), '--to', grafana]
  await run('dashboards/main.ts', 'provision', ...given, '--console', 'https://plant.example:8443')
  const [deployed, provisioned] = [alertingOf(join(deployment, 'grafana')), alertingOf(grafana)]
  expect(deployed).toEqual(provisioned)
  const rules = deployed.get('rules-demo-plant.yaml') ?? ''
  expect(rules).toContain('__panelId__')
  expect(rules).toContain('https://plant.example:8443/')
})

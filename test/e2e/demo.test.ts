import { readFileSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import type { FacilityTree } from '../../contracts/api.ts'
import { takePorts } from '../ports.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { Child } from './child.ts'

/** What `npm start` runs, as a process, on free ports. */
let folder: string
let config: string
let ports: { http: number; mqtt: number; tank: number; shed: number; line: number }

beforeAll(async () => {
  folder = temporaryFolder()
  const [http = 0, mqtt = 0, tank = 0, shed = 0, line = 0] = await takePorts(5)
  ports = { http, mqtt, tank, shed, line }
  config = join(folder, 'plant.yaml')
  const text = readFileSync(new URL('../../facility.example.yaml', import.meta.url), 'utf8')
  writeFileSync(
    config,
    text
      .replace('127.0.0.1:8080', `127.0.0.1:${http}`)
      .replace('url: embedded', `url: embedded, listen: "127.0.0.1:${mqtt}"`)
      .replace('port: 1502', `port: ${tank}`)
      .replace('port: 1503', `port: ${shed}`)
      .replace('port: 1504', `port: ${line}`),
  )
})

function demo(args: readonly string[] = []): Child {
  return new Child('simulators/main.ts', ['demo', '--config', config, ...args], folder)
}

async function isListening(port: number): Promise<boolean> {
  return fetch(`http://127.0.0.1:${port}/healthz`).then(
    () => true,
    () => false,
  )
}

test('the console at the address it prints, live readings within 10 s of it, a clean end by Ctrl-C', async () => {
  await using child = demo()
  await vi.waitFor(() => expect(child.stdout).toContain(`open http://127.0.0.1:${ports.http}`), {
    timeout: 90_000,
    interval: 50,
  })
  await vi.waitFor(
    async () => {
      const response = await fetch(`http://127.0.0.1:${ports.http}/api/v1/facilities/demo-plant`)
      const { sensors } = (await response.json()) as FacilityTree
      const polled = sensors.filter(({ derived }) => derived === null)
      expect(polled.map(({ reading }) => reading?.quality)).toEqual(polled.map(() => 'good'))
      // A vote says at once whether it protects.
      const vote = sensors.find(({ id }) => id === 'CL.VOTE')
      expect(vote?.reading).toMatchObject({ value: 0, quality: 'good' })
    },
    { timeout: 10_000, interval: 100 },
  )
  const page = await (await fetch(`http://127.0.0.1:${ports.http}/`)).text()
  expect(page).toContain('<div id="')
  const started = performance.now()
  expect(await child.kill('SIGINT')).toBe(0)
  expect(performance.now() - started).toBeLessThan(5_000)
  expect(child.stderr).toBe('')
})

describe('a taken port ends the start with its code and what to do, and leaves nothing running', () => {
  test.each([['http'], ['mqtt'], ['tank']] as const)('%s', async (which) => {
    const other = await occupy(ports[which])
    await using child = demo()
    expect(await child.exit).toBe(1)
    expect(child.stderr).toContain(`PORT_TAKEN`)
    expect(child.stderr).toContain(String(ports[which]))
    expect(child.stderr).toContain('-> Stop the program that listens there')
    await new Promise((done) => other.close(done))
    expect(await isListening(ports.http)).toBe(false)
  })
})

test.each([
  [['--scenario', 'nothing-of-the-kind'], 1, 'SCENARIO_UNKNOWN'],
  [['--log-level', 'shout'], 2, 'USAGE'],
  [['--colour', 'red'], 2, 'USAGE'],
  [['surplus'], 2, 'USAGE'],
])('%j: exit %i, %s', async (args, exit, code) => {
  await using child = demo(args)
  expect(await child.exit).toBe(exit)
  expect(child.stderr).toContain(code)
})

test('--help', async () => {
  await using child = demo(['--help'])
  expect(await child.exit).toBe(0)
  expect(child.stdout).toContain('--config')
  expect(child.stderr).toBe('')
})

describe('every command', () => {
  const commands = [
    ['simulators/main.ts', 'demo'],
    ['simulators/main.ts', 'run'],
    ['gateway/main.ts', 'run'],
    ['ingest/main.ts', 'run'],
    ['alerting/main.ts', 'replay'],
  ] as const
  test.each(commands)(
    '%s %s with a wrong facility file names file, line and remedy',
    async (file, command) => {
      const wrong = join(folder, 'wrong.yaml')
      writeFileSync(wrong, 'facility: { id: p }\ngatways: []\n')
      await using child = new Child(
        file,
        [command, '--config', wrong, ...(file === 'gateway/main.ts' ? ['--gateway', 'g'] : [])],
        folder,
      )
      expect(await child.exit).toBe(1)
      expect(child.stderr).toContain('CONFIG_INVALID')
      expect(child.stderr).toContain(`${wrong}:2:1 gatways: unknown key "gatways", did you mean "gateways"?`)
      expect(child.stderr).toContain('-> Mend the lines named')
    },
  )
})

test('auth: off on another address than loopback is refused with its code', async () => {
  const file = join(folder, 'open.yaml')
  writeFileSync(
    file,
    readFileSync(config, 'utf8').replace(`127.0.0.1:${ports.http}`, `0.0.0.0:${ports.http}`),
  )
  await using child = new Child('ingest/main.ts', ['--config', file], folder)
  expect(await child.exit).toBe(1)
  expect(child.stderr).toContain('AUTH_OFF_NOT_LOOPBACK')
})

function occupy(port: number): Promise<Server> {
  const server = createServer()
  return new Promise((done) => server.listen(port, '127.0.0.1', () => done(server)))
}

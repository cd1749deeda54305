import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { takePorts } from '../ports.ts'
import { playedImage } from './image.ts'
import { unlessReal } from './unless-real.ts'

const needed = unlessReal('/bin/sh')
const COMMAND = fileURLToPath(new URL('../../ingest/deployment/davylamp.sh', import.meta.url))
/** `nobody` of Debian; processes of it may write nowhere but where they are let. */
const NOBODY = 65_534
const isRoot = process.getuid?.() === 0

/** The steps of the Dockerfile, played without Docker, and what comes of them run by nobody in particular. */
describe.skipIf(needed.skip)(`the image${needed.reason}`, () => {
  let folder: string
  let app: string
  let data: string
  let url: string
  let server: ChildProcess | undefined
  let log = ''

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'davylamp-image-'))
    chmodSync(folder, 0o711)
    app = playedImage(folder)
    data = join(folder, 'data')
    mkdirSync(data)
    if (isRoot) chownSync(data, NOBODY, NOBODY)
    const [http = 0, mqtt = 0] = await takePorts(2)
    url = `http://127.0.0.1:${http}`
    const text = readFileSync(new URL('../../facility.example.yaml', import.meta.url), 'utf8')
      .replace('127.0.0.1:8080', `127.0.0.1:${http}`)
      .replace('url: embedded', `url: embedded, listen: "127.0.0.1:${mqtt}"`)
    writeFileSync(join(folder, 'plant.yaml'), text, { mode: 0o644 })
    server = started('server', 'run', '--config', join(folder, 'plant.yaml'))
    server.stderr?.on('data', (chunk: Buffer) => {
      log += chunk.toString()
    })
  }, 300_000)
  afterAll(() => {
    server?.kill('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  }, 120_000)

  /** The command of the image, as the user that it has, in its folder of data. */
  function started(...words: string[]): ChildProcess {
    const who = isRoot ? { uid: NOBODY, gid: NOBODY } : {}
    const env = { PATH: '/usr/bin:/bin', DAVYLAMP_HOME: app, NODE_ENV: 'production', HOME: data }
    return spawn('/bin/sh', [COMMAND, ...words], {
      cwd: data,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      ...who,
    })
  }

  test('has what runs, and neither tests, documents nor what is for development', () => {
    for (const there of ['ingest/main.ts', 'gateway/main.ts', 'simulators/main.ts', 'alerting/main.ts'])
      expect(existsSync(join(app, there)), there).toBe(true)
    for (const kept of [
      'test',
      'docs',
      'deployment',
      '.git',
      'node_modules/vitest',
      'node_modules/typescript',
    ])
      expect(existsSync(join(app, kept)), kept).toBe(false)
    const version = execFileSync(join(app, 'node_modules/.bin/node'), ['--version'], { encoding: 'utf8' })
    expect(version).toMatch(/^v24\./)
  })

  test('serves the console from a folder that nobody can write', async () => {
    await expect.poll(() => reached('/healthz'), { timeout: 60_000, interval: 200 }).toBe(200)
    expect(await reached('/')).toBe(200)
    expect(log).not.toContain('EACCES')
    expect(log).not.toContain('EROFS')
  }, 90_000)

  test.each([
    ['server', '--help'],
    ['gateway', '--help'],
    ['simulate', '--help'],
    ['journal', '--help'],
    ['report', '--help'],
  ])('knows the command %s', async (...words) => {
    expect(await ended(started(...words))).toBe(0)
  })

  test('refuses what is no command, and stops at SIGTERM', async () => {
    expect(await ended(started('sh', '-c', 'true'))).toBe(2)
    server?.kill('SIGTERM')
    expect(server === undefined ? undefined : await ended(server)).toBe(0)
  })

  async function reached(path: string): Promise<number> {
    return fetch(`${url}${path}`).then(
      ({ status }) => status,
      () => 0,
    )
  }
})

function ended(process: ChildProcess): Promise<number | null> {
  if (process.exitCode !== null) return Promise.resolve(process.exitCode)
  return new Promise((resolve) => process.once('exit', (code) => resolve(code)))
}

import { existsSync } from 'node:fs'
import { relative, resolve } from 'node:path'
import { EXIT, type Terminal } from '../../contracts/cli.ts'
import type { Clock } from '../../contracts/clock.ts'
import { CodedError, ERRORS } from '../../contracts/errors.ts'
import { checkDeployment } from '../deployment/check.ts'
import { DeploymentFolder, type Owner } from '../deployment/folder.ts'
import type { GrafanaProvision } from '../deployment/grafana-provision.ts'
import { FILES } from '../deployment/layout.ts'
import { type Manifest, parseManifest } from '../deployment/manifest.ts'
import { nextSteps } from '../deployment/next-steps.ts'
import { readPlants } from '../deployment/plant.ts'
import type { DeploymentProblem } from '../deployment/problem.ts'
import type { FileReport } from '../deployment/template-writer.ts'
import { type DeployWords, deploymentOptions, deployWords } from './deploy-arguments.ts'

const HELP = `Everything around the facility files that a plant runs on: docs/deployment.md.

  npm run deploy -- init --config F [--config G] [--to DIR] [--name HOST ...]
  npm run deploy -- certificates --renew [--all] [--ca] [--folder DIR]
  npm run deploy -- check [--folder DIR] [--json]

  init           write secrets, certificates of an own CA, the broker's users and ACL, facility files for server and
                 gateways, settings of Grafana and InfluxDB, .env for docker compose, systemd units. What is secret and
                 there already stays, and so does what you have changed; after a change of the plant's file run it again.
  certificates   make anew what is wrong or ends within 30 days; the keys too
  check          look for what is missing, open, expired, changed or does not fit; 1 when there is anything

  --config F       facility file of the plant, or a folder of them; may be repeated. Later runs know it
  --to DIR         the folder to write (deployment); --folder says the same
  --name HOST      host name or address under which gateways and people reach this machine; may be repeated
  --client-certificates  the broker asks every client for a certificate too
  --email A, --webhook URL  whom Grafana tells of its own alerts; --email may be repeated
  --port NAME=N    mqtt (8883), https (8443), grafana (3000), influxdb (8086)
  --compose FILE   the compose file that check compares with (docker-compose.yml)
  --all, --ca      renew all certificates; that of the CA, whose key stays, so that those who know the old one need not hurry
  --json           print what was done or found as JSON
  --help           this text

For processes instead of containers:
  --native         URLs, paths and units for this machine
  --home DIR       where the folder will stand (where it is written)
  --data DIR       where broker and server keep what they have (/var/lib)
  --listen HOST    what broker, server and Grafana listen on (127.0.0.1)
  --influxdb 1|2, --influxdb-url URL  which InfluxDB (2 at http://127.0.0.1:8086)
  --broker-user U  whom Mosquitto becomes when root starts it (mosquitto)
  --auth off       no sign-in, on loopback only: for trials
Exit status: 0 ok, 1 failed or something is wrong, 2 bad usage.
`

/** Who owns what root writes for containers: nobody else has this id. */
const CONTAINER_USER: Owner = { uid: 10_001, gid: 10_001 }

/** What the command takes from outside. */
export interface DeployTools {
  readonly provision: GrafanaProvision
  readonly random: (bytes: number) => Buffer
  /** Who runs the command; nobody where the system has no such ids. */
  readonly user: { readonly uid: number | undefined; readonly gid: number | undefined }
}

/** `npm run deploy`. @throws CodedError USAGE, CONFIG_*, DEPLOY_* or FILE_UNWRITABLE */
export async function deployCommand(terminal: Terminal, tools: DeployTools, clock: Clock): Promise<number> {
  const words = deployWords(terminal.argv)
  if (words.values.help) {
    terminal.out(HELP)
    return EXIT.ok
  }
  const task = { terminal, words, tools, now: clock.wall() }
  switch (words.command) {
    case 'init':
      return init(task)
    case 'certificates':
      return certificates(task)
    case 'check':
      return check(task)
    default:
      throw new CodedError('USAGE', `deploy ${words.command ?? ''}: give init, certificates or check`)
  }
}

interface Task {
  readonly terminal: Terminal
  readonly words: DeployWords
  readonly tools: DeployTools
  /** Epoch ms. */
  readonly now: number
}

async function init({ terminal, words, tools, now }: Task): Promise<number> {
  const before = manifestOf(new DeploymentFolder(words.folder))
  const options = deploymentOptions(words, before?.options)
  const plants = readPlants(options.configs)
  const { uid = CONTAINER_USER.uid, gid = CONTAINER_USER.gid } = tools.user
  const isRoot = uid === 0
  const owner = isRoot ? CONTAINER_USER : { uid, gid }
  const folder = new DeploymentFolder(words.folder, isRoot && !options.native ? CONTAINER_USER : undefined)
  // Certificates are encoded by a library that nobody else needs.
  const { initDeployment } = await import('../deployment/init.ts')
  const { plan, files } = initDeployment({
    folder,
    options,
    plants,
    before,
    compose: { folder: composePath(words.folder), owner },
    tools: { ...tools, now },
  })
  if (words.values.json) terminal.out(`${JSON.stringify({ folder: resolve(words.folder), files })}\n`)
  else {
    const missing = files.filter(({ state }) => state === 'missing').map(({ path }) => path)
    terminal.out(reportText(words.folder, files))
    terminal.out(nextSteps(plan, words.folder, missing))
  }
  return EXIT.ok
}

async function certificates({ terminal, words, tools, now }: Task): Promise<number> {
  if (!words.values.renew) throw new CodedError('USAGE', 'deploy certificates: give --renew')
  const folder = new DeploymentFolder(words.folder, ownerOf(words.folder, tools.user))
  const manifest = requireManifest(folder)
  const { renewDeployment } = await import('../deployment/renew.ts')
  const { all, ca: authority, json } = words.values
  const files = renewDeployment(folder, manifest, {
    renewal: { all, authority },
    tools: { now, random: tools.random },
  })
  if (json) terminal.out(`${JSON.stringify({ folder: resolve(words.folder), files })}\n`)
  else {
    terminal.out(reportText(words.folder, files))
    if (files.some(({ state }) => state === 'renewed' || state === 'made'))
      terminal.out(
        'Start again who shows one that was renewed, and bring the folders of gateways whose files changed to their machines.\n',
      )
  }
  return EXIT.ok
}

async function check({ terminal, words, tools, now }: Task): Promise<number> {
  const folder = new DeploymentFolder(words.folder)
  const compose = words.values.compose ?? 'docker-compose.yml'
  const problems = checkDeployment(folder, requireManifest(folder), {
    now,
    compose: resolve(compose),
    provision: tools.provision,
  })
  const found = problems.map((problem) => ({ ...problem, remedy: ERRORS[problem.code].remedy }))
  if (words.values.json)
    terminal.out(`${JSON.stringify({ folder: resolve(words.folder), problems: found })}\n`)
  else terminal.out(problemsText(words.folder, found))
  return found.length === 0 ? EXIT.ok : EXIT.failed
}

/** Undefined before the first run. @throws CodedError DEPLOY_MISSING when it is damaged */
function manifestOf(folder: DeploymentFolder): Manifest | undefined {
  const text = folder.read(FILES.manifest)
  return text === undefined ? undefined : parseManifest(text, `${folder.path}/${FILES.manifest}`)
}

function requireManifest(folder: DeploymentFolder): Manifest {
  const manifest = manifestOf(folder)
  if (manifest === undefined) throw new CodedError('DEPLOY_MISSING', `${folder.path}/${FILES.manifest}`)
  return manifest
}

/** Root gives what it writes to whom the folder belongs. */
function ownerOf(folder: string, user: DeployTools['user']): Owner | undefined {
  return user.uid === 0 && existsSync(folder) ? new DeploymentFolder(folder).owner() : undefined
}

/** As docker-compose.yml finds the folder. */
function composePath(folder: string): string {
  const path = relative('.', folder)
  return path.startsWith('..') || path === '' ? resolve(folder) : `./${path}`
}

const WORDS = {
  made: 'made',
  renewed: 'renewed',
  updated: 'brought up to date',
  left: 'LEFT as you changed it',
  gone: 'removed: nobody needs it any more',
  missing: 'MISSING: the plant does not have it',
  kept: 'kept',
} as const satisfies Record<FileReport['state'], string>

function reportText(folder: string, files: readonly FileReport[]): string {
  const told = files.filter(({ state }) => state !== 'kept')
  const kept = files.length - told.length
  const lines = told.map(({ path, state }) => `  ${path}: ${WORDS[state]}`)
  const rest = kept === 0 ? [] : [`  ${kept} files were there and stay as they are`]
  return `${[`${folder}:`, ...lines, ...rest].join('\n')}\n`
}

function problemsText(folder: string, problems: readonly (DeploymentProblem & { remedy: string })[]): string {
  if (problems.length === 0) return `${folder}: ok\n`
  const lines = problems.map(
    ({ code, path, detail, remedy }) => `  ${code}: ${path}: ${detail}\n    -> ${remedy}\n`,
  )
  return `${folder}: ${problems.length} to mend\n${lines.join('')}`
}

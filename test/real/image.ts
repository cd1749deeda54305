import { execFileSync } from 'node:child_process'
import { chmodSync, cpSync, mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))

interface Step {
  readonly word: string
  readonly rest: string
}

/** The instructions of a Dockerfile, stage by stage. */
export function stagesOf(text: string): Step[][] {
  const lines = text
    .replaceAll(/^\s*#.*\n/gm, '')
    .replaceAll('\\\n', ' ')
    .split('\n')
    .filter((line) => line.trim() !== '')
  const steps = lines.map((line) => {
    const [word = '', ...rest] = line.trim().split(/\s+/)
    return { word, rest: rest.join(' ') }
  })
  const stages: Step[][] = []
  for (const step of steps) {
    if (step.word === 'FROM') stages.push([])
    stages.at(-1)?.push(step)
  }
  return stages
}

/** Top-level names that are sent to a build: everything is left out but what `!` names. */
export function sentToBuild(ignore: string): string[] {
  const rules = ignore.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  if (rules[0] !== '*' || rules.slice(1).some((rule) => !rule.startsWith('!')))
    throw new Error('.dockerignore is not a list of what is sent')
  return rules.slice(1).map((rule) => rule.slice(1))
}

/**
 * What the Dockerfile makes, without Docker: its COPY and `npm ci` steps in a folder of ours. Users and base images are
 * not played. Answers the folder of the program.
 */
export function playedImage(folder: string): string {
  const read = (file: string) => readFileSync(join(ROOT, file), 'utf8')
  const sent = sentToBuild(read('.dockerignore'))
  const [packages = [], final = []] = stagesOf(read('Dockerfile'))
  const first = join(folder, 'packages')
  const app = join(folder, 'app')
  for (const step of packages) play(step, { sent, app: first })
  for (const step of final) play(step, { sent, app, packages: first })
  lock(app)
  return app
}

interface Place {
  readonly sent: readonly string[]
  readonly app: string
  readonly packages?: string
}

function play({ word, rest }: Step, { sent, app, packages }: Place): void {
  const [first = ''] = rest.split(' ')
  if (word === 'RUN' && first === 'npm')
    execFileSync('npm', rest.split(' ').slice(1), { cwd: app, stdio: 'pipe' })
  if (word !== 'COPY') return
  const words = rest.split(' ')
  const from = words.find((one) => one.startsWith('--from='))
  const paths = words.filter((one) => !one.startsWith('--'))
  const target = paths.pop() ?? ''
  // The command of the image stands outside of the program.
  if (target.startsWith('/')) return
  for (const source of paths) {
    const isSent = from !== undefined || sent.includes(source.split('/')[0] ?? '')
    if (!isSent) throw new Error(`COPY ${source}: .dockerignore keeps it back`)
    const place = from === undefined ? join(ROOT, source) : join(packages ?? '', source.replace('/app/', ''))
    const to = target.endsWith('/') ? join(app, target, source.split('/').at(-1) ?? '') : join(app, target)
    mkdirSync(dirname(to), { recursive: true })
    // Nobody needs the stage any more: tens of thousands of small files are moved, not copied.
    if (from === undefined) cpSync(place, to, { recursive: true, verbatimSymlinks: true })
    else renameSync(place, to)
  }
}

/** Nobody writes there: the file system of a container is read-only. */
function lock(path: string): void {
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    const inner = join(path, entry.name)
    if (entry.isDirectory() && entry.name !== 'node_modules') lock(inner)
    else if (entry.isDirectory()) chmodSync(inner, 0o555)
    else if (entry.isFile()) chmodSync(inner, 0o444)
  }
  chmodSync(path, 0o555)
}

import { randomInt } from 'node:crypto'
import { existsSync } from 'node:fs'
import { EXIT, parseCommandLine, type Terminal } from '../../contracts/cli.ts'
import { CodedError } from '../../contracts/errors.ts'
import { drill } from './drill.ts'
import { DISASTERS, type DisasterName, disastersOf, SETUPS } from './plan/disaster.ts'
import { planRounds } from './plan/plan.ts'
import { INFLUXD, MOSQUITTO } from './plant/foreign-services.ts'
import { canMount } from './processes/small-disk.ts'
import { reportText } from './report.ts'

const HELP = `The drill: the whole line under load, disasters on top, and the proof that nothing was lost.

  npm run chaos [-- --rounds N] [--setup real|embedded] [--seed N] [--only NAME,...] [--rate N] [--keep]

  --rounds N       rounds of one to three disasters, ${'`'}--round-time${'`'} apart (default 50)
  --round-time S   seconds of one round (default 10)
  --setup NAME     real: Mosquitto and InfluxDB; embedded: broker and store of the server. Default: both in turn
  --seed N         the plan of another run again (default: a new one, which is printed)
  --only NAMES     disasters of these kinds only
  --list           what kinds there are
  --rate N         readings a second (default 2000)
  --outbox WHERE   disk (default) or memory: what a gateway then loses with kill -9 is a finding
  --patience S     after the last round all must be well within this (default 180)
  --keep           leave the folder with logs, configuration and data, and say where it is
  --help           this text

Progress goes to stderr, the result to stdout; its last line says lost and duplicated. Exit status: 0 proven,
1 not, 2 bad usage. Disks are filled when run as root only: small ones are mounted for it.
`

/** `npm run chaos`. @throws CodedError USAGE */
export async function chaosCommand(terminal: Terminal): Promise<number> {
  const { values } = parseCommandLine(terminal.argv, {
    rounds: { type: 'string', default: '50' },
    'round-time': { type: 'string', default: '10' },
    setup: { type: 'string', multiple: true, default: [...SETUPS] },
    seed: { type: 'string' },
    only: { type: 'string' },
    list: { type: 'boolean', default: false },
    rate: { type: 'string', default: '2000' },
    outbox: { type: 'string', default: 'disk' },
    patience: { type: 'string', default: '180' },
    keep: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  })
  if (values.help) {
    terminal.out(HELP)
    return EXIT.ok
  }
  if (values.list) {
    terminal.out(DISASTERS.map(({ name, says }) => `${name.padEnd(16)}${says}\n`).join(''))
    return EXIT.ok
  }
  const outbox = oneOf('outbox', values.outbox, ['disk', 'memory'])
  const setups = values.setup.map((name) => oneOf('setup', name, SETUPS))
  const only = values.only === undefined ? undefined : new Set(values.only.split(',').map(disasterNamed))
  const seed = values.seed === undefined ? randomInt(2 ** 31) : numberOf('seed', values.seed)
  const roundMs = numberOf('round-time', values['round-time']) * 1_000
  const patienceMs = numberOf('patience', values.patience) * 1_000
  const rounds = numberOf('rounds', values.rounds)
  const rate = numberOf('rate', values.rate)
  if (setups.includes('real')) requireReal()
  if (!canMount()) terminal.err('disks are not filled: only root can mount a small one\n')

  const stopping = new AbortController()
  void terminal.stopped.then(() => stopping.abort())
  let lost = 0
  let duplicated = 0
  let isProven = true
  for (const setup of setups) {
    const disasters = disastersOf(setup, { hasDisks: canMount(), ...(only === undefined ? {} : { only }) })
    if (disasters.length === 0) throw new CodedError('USAGE', `none of these can happen to ${setup}`)
    terminal.out(`${setup}: seed ${seed}, ${rounds} rounds of ${roundMs / 1_000} s\n`)
    const plan = planRounds({ seed, rounds, roundMs, disasters })
    const options = { setup, rate, outbox, keep: values.keep, rounds: plan, roundMs, patienceMs }
    const result = await drill(options, { terminal, signal: stopping.signal })
    if (result === undefined) return EXIT.failed
    terminal.out(reportText(setup, result))
    if (values.keep) terminal.out(`  kept: ${result.folder}\n`)
    lost += result.proof.lost
    duplicated += result.proof.duplicated
    isProven &&= result.proof.findings.length === 0
  }
  terminal.out(`${isProven ? 'proven' : 'NOT PROVEN'}: lost ${lost}, duplicated ${duplicated}\n`)
  return isProven ? EXIT.ok : EXIT.failed
}

function requireReal(): void {
  for (const path of [MOSQUITTO, INFLUXD]) {
    if (!existsSync(path))
      throw new CodedError('USAGE', `${path} is not installed: --setup embedded needs neither`)
  }
}

function disasterNamed(name: string): DisasterName {
  return oneOf(
    'only',
    name,
    DISASTERS.map((kind) => kind.name),
  )
}

function oneOf<T extends string>(option: string, text: string, names: readonly T[]): T {
  const name = names.find((known) => known === text)
  if (name === undefined)
    throw new CodedError('USAGE', `--${option} ${text}: give one of ${names.join(', ')}`)
  return name
}

function numberOf(option: string, text: string): number {
  const number = Number(text)
  if (!(number > 0)) throw new CodedError('USAGE', `--${option} ${text} is no number over 0`)
  return number
}

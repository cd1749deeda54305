import { readFileSync } from 'node:fs'
import { EXIT, parseCommandLine, type Terminal } from '../../contracts/cli.ts'
import { CodedError } from '../../contracts/errors.ts'
import { readSecret } from '../../contracts/secret.ts'
import { ReceiverServer } from './receiver-server.ts'

const HELP = `npm run receiver -- [--port N] [--secret-file FILE] [--fail-rate X]

Stands in for an outside register, such as the platform of a city: takes what register.exports sends, checks
signature and shape, keeps the last state of everything in memory, and prints a line for each item.
GET / answers with counts and what is held. It listens on 127.0.0.1.

  --port N           where it listens; 0 takes a free one (9480)
  --secret-file F    file with the secret of register.exports[].secretFile; without one nothing is checked
  --fail-rate X      part of the requests that fail with 503, half of them after they were taken (0)
  --hang-rate X      part of the requests that are never answered (0)
  --refuse TEXT      refuses items whose words, as they are printed, hold this
  --help             this
`
const SCHEMA = new URL('../../contracts/hazard-export.schema.json', import.meta.url)

/** Takes items until the terminal is stopped. `random` is in [0, 1), `now` epoch ms. */
export async function receive(terminal: Terminal, random: () => number, now: () => number): Promise<number> {
  const { values, positionals } = parseCommandLine(terminal.argv, {
    port: { type: 'string', default: '9480' },
    'secret-file': { type: 'string' },
    'fail-rate': { type: 'string', default: '0' },
    'hang-rate': { type: 'string', default: '0' },
    refuse: { type: 'string' },
    help: { type: 'boolean', short: 'h', default: false },
  })
  if (values.help) {
    terminal.out(HELP)
    return EXIT.ok
  }
  if (positionals.length > 0) throw new CodedError('USAGE', `unknown argument "${positionals[0]}"`)
  const secretFile = values['secret-file']
  const server = new ReceiverServer({
    port: portOf(values.port),
    secret: secretFile === undefined ? undefined : readSecret(secretFile, '--secret-file'),
    schema: JSON.parse(readFileSync(SCHEMA, 'utf8')) as object,
    failRate: rateOf('--fail-rate', values['fail-rate']),
    hangRate: rateOf('--hang-rate', values['hang-rate']),
    refuse: values.refuse,
    random,
    now,
    say: (line) => terminal.out(`${line}\n`),
  })
  const port = await server.start()
  terminal.out(`an outside register listens on http://127.0.0.1:${port}/  (Ctrl-C stops it)\n`)
  await terminal.stopped
  await server.stop()
  return EXIT.ok
}

function portOf(text: string): number {
  const port = Number(text)
  if (!/^\d{1,5}$/.test(text) || port > 65_535) throw new CodedError('USAGE', `--port: "${text}" is no port`)
  return port
}

function rateOf(option: string, text: string): number {
  const rate = Number(text)
  if (text.trim() === '' || !(rate >= 0 && rate <= 1))
    throw new CodedError('USAGE', `${option}: "${text}" is no number from 0 to 1`)
  return rate
}

import { readFileSync } from 'node:fs'
import { EXIT, parseCommandLine, type Terminal } from '../../contracts/cli.ts'
import { CodedError } from '../../contracts/errors.ts'
import { loadFacilities } from '../../contracts/facility-set.ts'
import { readSecret } from '../../contracts/secret.ts'

/** Makes somebody an administrator of all facilities; the composition root gives it. */
export type SetAdmin = (options: {
  /** server.data. */
  folder: string
  name: string
  password: string
  /** Words of the place that make no password. */
  words: readonly string[]
}) => Promise<{ name: string; isNew: boolean; isServerRunning: boolean }>

const HELP = `Make an administrator of all facilities, or give one a new password: at the machine itself, without a password.

  npm run ingest -- admin --config F [--name NAME] [--password-file FILE]

  Somebody who is there already becomes an administrator, is enabled, gets the password, and is signed out everywhere;
  what was tried at their account is forgiven. It works while the server runs, which takes it within a second.
  Without --password-file it asks for the password and shows nothing of it.

  --name NAME           who (default admin)
  --password-file FILE  a file that holds the password; - is stdin
  --config F            facility file, or a folder of them; may be repeated
  --json                print what was done as JSON
  --help                this text
Exit status: 0 ok, 1 failed, 2 bad usage.
`

/** `npm run ingest -- admin`. @throws CodedError USAGE, PASSWORD_*, DATA_*, JOURNAL_UNWRITABLE */
export async function adminCommand(terminal: Terminal, setAdmin: SetAdmin): Promise<number> {
  const { values, positionals } = parseCommandLine(terminal.argv, {
    config: { type: 'string', multiple: true },
    name: { type: 'string', default: 'admin' },
    'password-file': { type: 'string' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  })
  if (values.help) {
    terminal.out(HELP)
    return EXIT.ok
  }
  if (positionals.length > 1) throw new CodedError('USAGE', `unexpected argument "${positionals[1]}"`)
  const [main] = loadFacilities(values.config ?? [])
  if (main === undefined) throw new CodedError('USAGE', 'give a facility file with --config')
  const file = values['password-file']
  const password = file === undefined ? await asked(terminal, values.name) : secretIn(file)
  const done = await setAdmin({
    folder: main.server.data,
    name: values.name,
    password,
    words: [main.id, main.name],
  })
  if (values.json) terminal.out(`${JSON.stringify(done)}\n`)
  else {
    const what = done.isNew ? 'is entered as administrator' : 'is administrator, with a new password'
    const when = done.isServerRunning ? 'the server that runs knows it within a second' : 'no server runs now'
    terminal.out(`${done.name} ${what}; ${when}.\n`)
  }
  return EXIT.ok
}

function secretIn(file: string): string {
  return file === '-' ? readFileSync(0, 'utf8').replace(/\r?\n$/, '') : readSecret(file, '--password-file')
}

/** @throws CodedError USAGE when nobody can be asked, or the two differ */
async function asked(terminal: Terminal, name: string): Promise<string> {
  const first = await terminal.secret?.(`Password of ${name}: `)
  if (first === undefined)
    throw new CodedError('USAGE', 'there is no terminal to ask at: give --password-file')
  const second = await terminal.secret?.('Once more: ')
  if (first !== second) throw new CodedError('USAGE', 'the two are not the same; nothing was changed')
  return first
}

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { EXIT, parseCommandLine, type Terminal } from '../../contracts/cli.ts'
import type { Clock } from '../../contracts/clock.ts'
import { CodedError } from '../../contracts/errors.ts'
import { loadFacilities } from '../../contracts/facility-set.ts'
import { exportJournal } from './export-command.ts'
import { makeKeyPair } from './signing.ts'
import { verifyJournal } from './verify-command.ts'

const USAGE = `The journal as a chain: each entry has a hash that covers it and everything before it.

  npm run journal -- verify --config F [--facility ID] [--anchor HEAD]...
  npm run journal -- verify --input FILE [--anchor HEAD]...             (- is stdin)
  npm run journal -- export --config F [--facility ID] [--output FILE]
  npm run journal -- key FILE

  verify   find entries that were changed, removed, inserted or put into another order, and say where
  export   write the journal of a facility as NDJSON, one entry a line; verify --input needs nothing else
  key      make an Ed25519 key for server.journal.signingKeyFile in FILE; prints the public key for --public-key

  --config F         facility file, or a folder of them; may be repeated. The server may run meanwhile
  --database FILE    a state.db, or a backup of one, instead of that of the facility file
  --facility ID      this facility only
  --anchor HEAD      a head that was kept elsewhere: N:HASH, or the JSON that was published; may be repeated
  --public-key FILE  check signatures of segments and anchors with it; may be repeated after a change of keys
  --output FILE      write the export there instead of to stdout; the file must not exist
  --json             print the result of verify as JSON
  --help             this text

Without an anchor nobody can prove that the newest entries were not cut off, or all of them made anew. Heads are
published every minute they move: in the log of the server, on MQTT ({prefix}/{facility}/journal, retained) and in
the time-series store (measurement journal). An anchor proves everything up to it.
Exit status: 0 nothing is wrong, 1 something is or it could not be read, 2 bad usage.
`

const COMMANDS = ['verify', 'export', 'key'] as const

export interface JournalTools {
  clock: Clock
  stdin: Readable
}

/** `npm run journal`. @throws CodedError USAGE, or why the journal cannot be read */
export async function journalCommand(terminal: Terminal, tools: JournalTools): Promise<number> {
  const { values, positionals } = parseCommandLine(terminal.argv, {
    config: { type: 'string', multiple: true },
    database: { type: 'string' },
    facility: { type: 'string' },
    anchor: { type: 'string', multiple: true, default: [] },
    'public-key': { type: 'string', multiple: true, default: [] },
    input: { type: 'string' },
    output: { type: 'string' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  })
  if (values.help) {
    terminal.out(USAGE)
    return EXIT.ok
  }
  const [name, file, ...surplus] = positionals
  const command = COMMANDS.find((known) => known === name)
  if (command === undefined) throw new CodedError('USAGE', `the command is one of ${COMMANDS.join(', ')}`)
  if ((file !== undefined && command !== 'key') || surplus.length > 0)
    throw new CodedError('USAGE', `unexpected argument "${positionals.slice(1).join(' ')}"`)
  if (command === 'key') return makeKey(terminal, file)
  const { facility, input, output, json, anchor: anchors, 'public-key': publicKeys } = values
  const where = () => ({ ...place(values.config, values.database), facility })
  if (command === 'export') {
    if (input !== undefined || anchors.length > 0)
      throw new CodedError('USAGE', 'export reads a database and takes no anchor')
    return exportJournal(terminal, { ...where(), output }, tools.clock)
  }
  if (output !== undefined) throw new CodedError('USAGE', 'verify writes no file')
  const source =
    input === undefined ? where() : { input, stdin: tools.stdin, facility, ...refuseBoth(values) }
  return verifyJournal(terminal, { ...source, anchors, publicKeys, json }, tools.clock)
}

/** The database, and the facilities that there ought to be. */
function place(config: string[] | undefined, database: string | undefined) {
  if (database !== undefined && config === undefined) return { database, known: [] }
  const facilities = loadFacilities(config ?? [])
  const [main] = facilities
  const known = facilities.map(({ id }) => id)
  return { database: database ?? join(main?.server.data ?? '', 'state.db'), known }
}

function refuseBoth({ config, database }: { config?: string[] | undefined; database?: string | undefined }) {
  if (config !== undefined || database !== undefined)
    throw new CodedError('USAGE', 'give either an export with --input or a database')
  return {}
}

function makeKey(terminal: Terminal, file: string | undefined): number {
  if (file === undefined) throw new CodedError('USAGE', 'say where the key goes: key FILE')
  const { privateKey, publicKey } = makeKeyPair()
  try {
    writeFileSync(file, privateKey, { mode: 0o600, flag: 'wx' })
  } catch (error) {
    throw new CodedError('EXPORT_FAILED', (error as Error).message, { cause: error })
  }
  terminal.err(
    `${file}: the private key. Only the server may read it; server.journal.signingKeyFile names it.\n`,
  )
  terminal.out(publicKey)
  return EXIT.ok
}

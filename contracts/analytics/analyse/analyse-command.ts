import { EXIT, parseCommandLine, type Terminal } from '../../cli.ts'
import { CodedError } from '../../errors.ts'
import { didYouMean } from '../../suggestion.ts'
import { ANALYSES } from './analyses.ts'
import type { Analysis } from './analysis.ts'
import type { RecordFile } from './record-file.ts'

const WIDTH = Math.max(...ANALYSES.map(({ name }) => name.length))

const USAGE = `Runs the formulas that run live on records of your own.

${ANALYSES.map(({ name, about }) => `  npm run analyse -- ${name.padEnd(WIDTH)} FILE ...   ${about}\n`).join('')}
FILE may be - for stdin. Each of them has --help. For a pipe or a file, npm run -s prints the result and nothing else.
Exit status: 0 ok, 1 failed, 2 bad usage.
`

/** Of so much the figures are not there at once: some seconds, and half a minute of the most that is taken. */
const LONG_BYTES = 4 * 1024 * 1024

const ALWAYS = {
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const

/**
 * `npm run analyse`. `read` gives the bytes of a file, of stdin for `-`.
 * @throws CodedError USAGE, RECORD_UNREADABLE, RECORD_INVALID
 */
export async function analyseCommand(
  terminal: Terminal,
  read: (path: string) => Promise<Uint8Array>,
): Promise<number> {
  const [name, ...argv] = terminal.argv
  if (name === '--help' || name === '-h') {
    terminal.out(USAGE)
    return EXIT.ok
  }
  const analysis = analysisNamed(name)
  const { values, positionals } = parseCommandLine(argv, { ...ALWAYS, ...analysis.options })
  if (values.help === true) {
    terminal.out(`npm run analyse -- ${analysis.name} FILE ${analysis.usage}`)
    return EXIT.ok
  }
  const [path, more] = positionals
  if (path === undefined) throw new CodedError('USAGE', `${analysis.name} reads a file: which one?`)
  if (more !== undefined) throw new CodedError('USAGE', `unknown argument "${more}"`)
  const { json, help: _, ...options } = values
  const file = await Promise.race([readRecord(path, read), terminal.stopped])
  if (file === undefined) return EXIT.failed
  const { length } = file.bytes
  if (length >= LONG_BYTES)
    terminal.err(`${file.path}: ${Math.round(length / 1024 ** 2)} MB read, computing ...\n`)
  const result = analysis.analyse(file, options as Parameters<Analysis['analyse']>[1])
  const isJson = json === true || analysis.print === undefined
  terminal.out(isJson ? `${JSON.stringify(result, null, 2)}\n` : (analysis.print?.(result) ?? ''))
  return EXIT.ok
}

function analysisNamed(name: string | undefined): Analysis {
  const found = ANALYSES.find((analysis) => analysis.name === name)
  if (found !== undefined) return found
  const names = ANALYSES.map((analysis) => analysis.name)
  const what = name === undefined ? 'which analysis' : `no analysis "${name}"${didYouMean(name, names)}`
  throw new CodedError('USAGE', `${what}: there are ${names.join(', ')}`)
}

async function readRecord(path: string, read: (path: string) => Promise<Uint8Array>): Promise<RecordFile> {
  const shown = path === '-' ? 'stdin' : path
  try {
    return { path: shown, bytes: await read(path) }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).syscall === undefined) throw error
    throw new CodedError('RECORD_UNREADABLE', `${shown}: ${(error as Error).message}`, { cause: error })
  }
}

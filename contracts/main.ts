import { readFileSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { buffer } from 'node:stream/consumers'
import { analyseCommand } from './analytics/analyse/analyse-command.ts'
import { EXIT, parseCommandLine, runCommand, type Terminal, terminalOf } from './cli.ts'
import { CodedError } from './errors.ts'
import { generatedFiles } from './reference/files.ts'

const USAGE = `Writes the reference pages and the JSON Schema that are made from contracts/.

  node contracts/main.ts docs            write them
  node contracts/main.ts docs --check    write nothing, and fail when one of them is not as it should be
`

async function docs(terminal: Terminal): Promise<number> {
  const { values, positionals } = parseCommandLine(terminal.argv, {
    check: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  })
  if (values.help) {
    terminal.out(USAGE)
    return EXIT.ok
  }
  const [command, more] = positionals
  if (command !== 'docs' || more !== undefined) throw new CodedError('USAGE', 'the command is docs')
  const drifted = Object.entries(generatedFiles()).filter(([path, text]) => textOf(path) !== text)
  for (const [path, text] of drifted) {
    if (values.check) terminal.err(`${path} is not what contracts/ say: run npm run docs\n`)
    else {
      writeFileSync(fileOf(path), text)
      terminal.out(`${path}\n`)
    }
  }
  return values.check && drifted.length > 0 ? EXIT.failed : EXIT.ok
}

function fileOf(path: string): URL {
  return new URL(`../${path}`, import.meta.url)
}

/** Undefined for a file that is not there yet. */
function textOf(path: string): string | undefined {
  try {
    return readFileSync(fileOf(path), 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

function readStdin(): Promise<Uint8Array> {
  // Ctrl-C ends the waiting for more.
  void terminal.stopped.then(() => process.stdin.destroy())
  return buffer(process.stdin)
}

const isAnalyse = process.argv[2] === 'analyse'
const terminal = terminalOf(process, process.argv.slice(isAnalyse ? 3 : 2))
process.exitCode = await runCommand(terminal, () =>
  isAnalyse
    ? analyseCommand(terminal, (path) => (path === '-' ? readStdin() : readFile(path)))
    : docs(terminal),
)

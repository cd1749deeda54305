import { type ParseArgsConfig, parseArgs } from 'node:util'
import { CodedError, explain } from './errors.ts'

/** 0 ok, 1 failed, 2 bad usage (DESIGN section 3). */
export const EXIT = { ok: 0, failed: 1, usage: 2 } as const

const CTRL_C = '\u0003'
const BACKSPACE = '\b'
const DELETE = '\u007f'

type Options = NonNullable<ParseArgsConfig['options']>

/** Parses arguments strictly. @throws CodedError USAGE for anything unknown or missing a value. */
export function parseCommandLine<T extends Options>(argv: readonly string[], options: T) {
  try {
    return parseArgs({ args: [...argv], options, allowPositionals: true, strict: true })
  } catch (error) {
    throw new CodedError('USAGE', (error as Error).message, { cause: error })
  }
}

/** What a composition root needs of the process; tests give their own. */
export interface Terminal {
  argv: readonly string[]
  env: Readonly<Record<string, string | undefined>>
  out(text: string): void
  err(text: string): void
  /** Resolves at the first SIGINT or SIGTERM. */
  stopped: Promise<void>
  /** Calls the listener at every SIGHUP, which ends the process otherwise. */
  onHangup?(listener: () => void): void
  /** Characters that the screen holds now; undefined where stdout goes to a file or a pipe. */
  screen?(): { columns: number; rows: number } | undefined
  /** Asks a person for a secret and shows nothing of it; undefined where nobody sits at stdin. @throws CodedError USAGE at Ctrl-C */
  secret?(question: string): Promise<string | undefined>
}

/** The terminal of a real process; called by composition roots only. */
export function terminalOf(
  process: NodeJS.Process,
  argv: readonly string[] = process.argv.slice(2),
): Terminal {
  const { promise: stopped, resolve } = Promise.withResolvers<void>()
  process.once('SIGINT', () => resolve())
  process.once('SIGTERM', () => resolve())
  // A reader that went away (`| head`) is no failure, but nobody listens any more.
  process.stdout.on('error', () => process.exit(EXIT.ok))
  return {
    argv,
    env: process.env,
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    stopped,
    onHangup: (listener) => void process.on('SIGHUP', listener),
    screen: () => {
      const { isTTY, columns, rows } = process.stdout
      // A pseudo-terminal that nobody gave a size has 0 of both.
      return isTTY ? { columns: columns || 80, rows: rows || 24 } : undefined
    },
    secret: async (question) => {
      const { stdin, stderr } = process
      if (!stdin.isTTY) return undefined
      stderr.write(question)
      return readUnseen(stdin).finally(() => stderr.write('\n'))
    },
  }
}

/** Runs a command and turns its error into a message on stderr and an exit code. */
export async function runCommand(terminal: Terminal, command: () => Promise<number>): Promise<number> {
  try {
    return await command()
  } catch (error) {
    terminal.err(`${explain(error)}\n`)
    return error instanceof CodedError && error.code === 'USAGE' ? EXIT.usage : EXIT.failed
  }
}

/** A line that is typed and not shown. @throws CodedError USAGE at Ctrl-C */
function readUnseen(stdin: NodeJS.ReadStream): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  let line = ''
  const take = (chunk: Buffer) => {
    for (const letter of chunk.toString('utf8')) {
      if (letter === '\r' || letter === '\n') return resolve(line)
      if (letter === CTRL_C) return reject(new CodedError('USAGE', 'stopped before anything was changed'))
      line =
        letter === BACKSPACE || letter === DELETE ? Array.from(line).slice(0, -1).join('') : line + letter
    }
  }
  stdin.setRawMode(true)
  stdin.on('data', take)
  return promise.finally(() => {
    stdin.off('data', take)
    stdin.setRawMode(false)
    stdin.pause()
  })
}

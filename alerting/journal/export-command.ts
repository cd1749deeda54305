import { closeSync, openSync, writeSync } from 'node:fs'
import { EXIT, type Terminal } from '../../contracts/cli.ts'
import type { Clock } from '../../contracts/clock.ts'
import { CodedError } from '../../contracts/errors.ts'
import { formatHead } from './chain.ts'
import { entryLine, headerLine } from './journal-export.ts'
import { JournalFile } from './journal-file.ts'
import { walk } from './journal-walk.ts'
import { startOf } from './segment-check.ts'

export interface ExportRequest {
  database: string
  /** Facilities that there ought to be. */
  known: readonly string[]
  facility: string | undefined
  /** Stdout when it is left out. */
  output: string | undefined
}

/** `npm run journal -- export`. @throws CodedError USAGE, EXPORT_FAILED, or why the journal cannot be read */
export async function exportJournal(
  terminal: Terminal,
  { database, known, facility: asked, output }: ExportRequest,
  clock: Clock,
): Promise<number> {
  const journal = new JournalFile(database)
  const target = new Target(terminal, output)
  try {
    const facility = oneOf(asked, [...new Set([...known, ...journal.facilities()])])
    const segments = journal.segments(facility)
    const after = startOf(segments)
    const head = journal.head(facility)
    target.write(headerLine({ facility, after: formatHead(after), head: formatHead(head), segments }))
    let lost = 0
    let written = 0
    const isWhole = await walk(
      journal.links(facility, after.n),
      (link) => {
        const line = entryLine(link)
        if (line === undefined) lost += 1
        else {
          target.write(line)
          written += 1
        }
      },
      { terminal, clock, name: facility, total: journal.count(facility) },
    )
    if (lost > 0)
      terminal.err(`${facility}: entries that are not in the journal any more: ${lost}. Run verify\n`)
    if (isWhole) terminal.err(`${facility}: ${written} entries, head ${formatHead(head)}\n`)
    return isWhole && lost === 0 ? EXIT.ok : EXIT.failed
  } finally {
    target.close()
    journal.close()
  }
}

function oneOf(asked: string | undefined, facilities: readonly string[]): string {
  if (asked !== undefined) {
    if (facilities.includes(asked)) return asked
    throw new CodedError('USAGE', `no facility "${asked}": there are ${facilities.join(', ')}`)
  }
  const [only, ...others] = facilities
  if (only === undefined || others.length > 0)
    throw new CodedError(
      'USAGE',
      `say of which one with --facility: ${facilities.join(', ') || 'there are none'}`,
    )
  return only
}

/** A new file, or stdout. */
class Target {
  readonly #terminal: Terminal
  readonly #file: number | undefined

  constructor(terminal: Terminal, path: string | undefined) {
    this.#terminal = terminal
    this.#file = path === undefined ? undefined : failing(() => openSync(path, 'wx'))
  }

  write(text: string): void {
    const file = this.#file
    if (file === undefined) this.#terminal.out(text)
    else failing(() => writeSync(file, text))
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file)
  }
}

function failing<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw new CodedError('EXPORT_FAILED', (error as Error).message, { cause: error })
  }
}

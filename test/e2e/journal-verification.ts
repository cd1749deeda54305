import { Readable } from 'node:stream'
import { journalCommand } from '../../alerting/journal/journal-command.ts'
import { runCommand, type Terminal } from '../../contracts/cli.ts'
import { systemClock } from '../../contracts/clock.ts'

/** What `npm run journal -- verify` makes of a journal; in this process, since it is the journal that is in question. */
export async function verifyJournal(...argv: string[]): Promise<{ code: number; out: string; err: string }> {
  const said = { out: '', err: '' }
  const terminal: Terminal = {
    argv: ['verify', ...argv],
    env: {},
    out: (text) => {
      said.out += text
    },
    err: (text) => {
      said.err += text
    },
    stopped: new Promise(() => undefined),
  }
  const tools = { clock: systemClock, stdin: Readable.from([]) }
  const code = await runCommand(terminal, () => journalCommand(terminal, tools))
  return { code, ...said }
}

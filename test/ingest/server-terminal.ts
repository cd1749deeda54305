import { whatIfTools } from '../../alerting/what-if/tools.ts'
import { runCommand, type Terminal } from '../../contracts/cli.ts'
import { serverCommand } from '../../ingest/command-line.ts'
import { SettableClock } from '../gateway/settable-clock.ts'

/** Runs the command `ingest` with these arguments; a server or a backup is not to be started. */
export async function ingest(...argv: string[]): Promise<{ code: number; out: string; err: string }> {
  const said = { out: '', err: '' }
  const terminal: Terminal = {
    argv,
    env: {},
    out: (text) => {
      said.out += text
    },
    err: (text) => {
      said.err += text
    },
    stopped: Promise.resolve(),
  }
  const nobody = () => Promise.reject(new Error('nothing is to be started'))
  const code = await runCommand(terminal, () =>
    serverCommand(terminal, {
      start: nobody,
      backUp: nobody,
      whatIf: whatIfTools,
      setAdmin: nobody,
      secret: () => 'a-secret',
      clock: new SettableClock(0),
    }),
  )
  return { code, ...said }
}

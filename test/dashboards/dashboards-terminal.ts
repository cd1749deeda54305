import { runCommand, type Terminal } from '../../contracts/cli.ts'

/** A terminal that keeps what was said, and a command that is stopped by hand. */
export function dashboardsTerminal(env: Terminal['env'] = {}) {
  const said = { out: '', err: '' }
  const { promise: stopped, resolve: stop } = Promise.withResolvers<void>()
  const terminal: Terminal = {
    argv: [],
    env,
    out: (text) => {
      said.out += text
    },
    err: (text) => {
      said.err += text
    },
    stopped,
  }
  const run = (command: () => Promise<number>) => runCommand(terminal, command)
  return { terminal, said, stop, run }
}

import { runCommand, type Terminal } from '../../contracts/cli.ts'
import { systemClock } from '../../contracts/clock.ts'
import { type Logger, silentLogger } from '../../contracts/logger.ts'
import { sinceBoot } from '../../contracts/since-boot.ts'
import { gatewayCommand } from '../../gateway/command-line.ts'

/** What a command came to; `out` and `err` grow while it runs. */
export interface Result {
  code: number
  out: string
  err: string
}

interface Scene {
  /** Ends the command like Ctrl-C; never unless given. */
  stopped?: Promise<void>
  /** Given when stdout is a terminal. */
  screen?: { columns: number; rows: number }
  logger?: Logger
  /** Is filled while the command runs. */
  result?: Result
}

/** Runs the `gateway` command in this process. */
export async function run(argv: string[], scene: Scene = {}): Promise<Result> {
  const { stopped = new Promise<void>(() => undefined), screen, logger = silentLogger } = scene
  const result = scene.result ?? { code: -1, out: '', err: '' }
  const terminal: Terminal = {
    argv,
    env: {},
    out: (text) => {
      result.out += text
    },
    err: (text) => {
      result.err += text
    },
    stopped,
    screen: () => screen,
  }
  result.code = await runCommand(terminal, () =>
    gatewayCommand(terminal, {
      clock: systemClock,
      random: () => 0,
      randomId: () => 'id',
      timeService: async () => undefined,
      sinceBoot,
      createLogger: () => logger,
    }),
  )
  return result
}

import { fileURLToPath } from 'node:url'
import { givenCredentials } from '../contracts/broker-credentials.ts'
import { EXIT, parseCommandLine, runCommand, type Terminal, terminalOf } from '../contracts/cli.ts'
import { systemClock } from '../contracts/clock.ts'
import { formatDuration } from '../contracts/duration.ts'
import { CodedError } from '../contracts/errors.ts'
import type { Facility } from '../contracts/facility.ts'
import { createLogger, LOG_LEVELS } from '../contracts/logger.ts'
import { VERSION } from '../contracts/version.ts'
import type { EdgeGateway } from '../gateway/edge-gateway.ts'

/**
 * What this composition root can do. Key: the first argument; `run` is the default. Each loads what it needs,
 * and only the demo needs gateways and server.
 */
const COMMANDS: Readonly<Record<string, (terminal: Terminal) => Promise<number>>> = {
  run: async (terminal) => (await import('./run.ts')).runSimulations(terminal),
  demo: runDemo,
  receiver: async (terminal) =>
    (await import('./register-receiver/receive-command.ts')).receive(terminal, Math.random, () =>
      systemClock.wall(),
    ),
  faults: async (terminal) => {
    const { faultsPage } = await import('./fault/faults-page.ts')
    terminal.out(faultsPage())
    return EXIT.ok
  },
}

const HELP = `npm start [-- --config FILE] [--scenario NAME|FILE] [--log-level LEVEL]

The whole line on simulated plant hardware, in one process: devices, gateways, broker, server and console,
connected by real Modbus TCP and real MQTT on loopback addresses. Ctrl-C stops it.

  --config FILE      facility file (facility.example.yaml)
  --scenario NAME    what happens in the plant (tour)
  --log-level L      ${LOG_LEVELS.join(', ')} (error); logs go to stderr
  --help             this
`

/** Simulated devices, the gateways of the facility and the server, for people who have no hardware. */
async function runDemo(terminal: Terminal): Promise<number> {
  const { values, positionals } = parseCommandLine(terminal.argv, {
    config: { type: 'string', default: fileURLToPath(new URL('../facility.example.yaml', import.meta.url)) },
    scenario: { type: 'string', default: 'tour' },
    'log-level': { type: 'string', default: 'error' },
    help: { type: 'boolean', short: 'h', default: false },
  })
  if (values.help) {
    terminal.out(HELP)
    return EXIT.ok
  }
  if (positionals.length > 0) throw new CodedError('USAGE', `unknown argument "${positionals[0]}"`)
  const level = LOG_LEVELS.find((known) => known === values['log-level'])
  if (level === undefined) throw new CodedError('USAGE', `no log level "${values['log-level']}"`)
  const { loadFacility } = await import('../contracts/facility-load.ts')
  const facility = loadFacility(values.config)
  const { loadScenario } = await import('./scenario-load.ts')
  const scenario = loadScenario(values.scenario, facility)
  const logger = createLogger({ name: 'demo', level })
  const [{ EdgeGateway }, { randomId, startServer }, { storeSecrets }, { Simulation }] = await Promise.all([
    import('../gateway/edge-gateway.ts'),
    import('../ingest/main.ts'),
    import('../ingest/store/store-plan.ts'),
    import('./simulation.ts'),
  ])

  await using stack = new AsyncDisposableStack()
  const simulation = new Simulation({
    facility,
    scenario,
    clock: systemClock,
    logger,
    onEvent: ({ phase, lapMs, description }) =>
      terminal.out(`[${formatDuration(Math.round(lapMs / 1_000) * 1_000)}] ${phase}: ${description}\n`),
  })
  stack.defer(() => simulation.stop())
  await simulation.start()
  const credentials = givenCredentials(terminal.env)
  const server = await startServer({
    facilities: [facility],
    clock: systemClock,
    randomId,
    random: Math.random,
    logger,
    credentials,
    store: storeSecrets(terminal.env),
  })
  stack.defer(() => server.stop())
  for (const gateway of gatewaysOf(facility)) {
    stack.defer(() => gateway.stop())
    await gateway.start()
  }
  const url = `http://${server.http.host}:${server.http.port}`
  terminal.out(`Davylamp ${VERSION}, demo on simulated hardware: open ${url}  (Ctrl-C stops it)\n`)
  terminal.out(
    `Advisory monitoring, not a safety instrumented system. Scenario "${values.scenario}" begins:\n`,
  )
  await terminal.stopped
  terminal.out('stopping ...\n')
  // The server first: that the gateways go then is no loss that the next start would have to show.
  await server.stop()
  return EXIT.ok

  function* gatewaysOf(plant: Facility): Generator<EdgeGateway> {
    for (const { id } of plant.gateways) {
      const options = {
        clock: systemClock,
        random: Math.random,
        randomId,
        logger: logger.child({ gateway: id }),
      }
      yield new EdgeGateway({
        facility: plant,
        gateway: id,
        ...options,
        credentials,
      })
    }
  }
}

const [first = 'run', ...rest] = process.argv.slice(2)
const isNamed = Object.hasOwn(COMMANDS, first)
const command = COMMANDS[isNamed ? first : 'run']
const terminal = terminalOf(process, isNamed ? rest : process.argv.slice(2))
process.exitCode = await runCommand(terminal, async () =>
  command === undefined ? EXIT.usage : command(terminal),
)

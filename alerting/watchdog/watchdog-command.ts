import { EXIT, parseCommandLine, type Terminal } from '../../contracts/cli.ts'
import type { Clock } from '../../contracts/clock.ts'
import { CodedError } from '../../contracts/errors.ts'
import type { Facility } from '../../contracts/facility.ts'
import { loadFacilities } from '../../contracts/facility-set.ts'
import { LOG_LEVELS, type Logger, type LogLevel } from '../../contracts/logger.ts'
import type { WatchdogPlan } from '../../contracts/notify/plan.ts'
import { openSender } from '../notify/channels/channel-thread.ts'
import type { DrivenDevice } from './driven-device.ts'
import { Figures } from './figures.ts'
import { healthCommand } from './health-command.ts'
import { HELP } from './help.ts'
import { outcomeText } from './outcome-text.ts'
import type { Outcome } from './rounds.ts'
import { askServer, serverUrl } from './server-question.ts'
import { Teller, targetsOf } from './teller.ts'
import { Watchdog } from './watchdog.ts'
import { watchdogTls } from './watchdog-tls.ts'

export interface WatchdogTools {
  readonly clock: Clock
  readonly createLogger: (level: LogLevel) => Logger
  readonly makeDevice: (facility: Facility, plan: WatchdogPlan, logger: Logger) => DrivenDevice
}

interface Watched {
  readonly facility: Facility
  readonly plan: WatchdogPlan
}

/** What is under way when it is stopped may end within so long, ms. */
const GRACE_MS = 3_000

/** `npm run watchdog`. @throws CodedError USAGE, CONFIG_*, PORT_TAKEN, LISTEN_FAILED, or what is wrong with its certificate */
export async function watchdogCommand(terminal: Terminal, tools: WatchdogTools): Promise<number> {
  const { values, positionals } = parseCommandLine(terminal.argv, {
    config: { type: 'string', multiple: true },
    once: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    'log-level': { type: 'string', default: 'info' },
    help: { type: 'boolean', short: 'h', default: false },
  })
  if (values.help) {
    terminal.out(HELP)
    return EXIT.ok
  }
  const [command = 'run', ...others] = positionals
  if (others.length > 0) throw new CodedError('USAGE', `unexpected argument "${others.join(' ')}"`)
  if (command !== 'run' && command !== 'health') throw new CodedError('USAGE', `no command "${command}"`)
  const level = LOG_LEVELS.find((known) => known === values['log-level'])
  if (level === undefined) throw new CodedError('USAGE', `no log level "${values['log-level']}"`)
  const watched = watchedOf(loadFacilities(values.config ?? []))
  if (command === 'health') return healthCommand(terminal, watched, values.json)
  const logger = tools.createLogger(level)
  return values.once
    ? runOnce(terminal, watched, { ...tools, logger, json: values.json })
    : run(terminal, watched, { ...tools, logger })
}

/** @throws CodedError CONFIG_INVALID when there is nothing to do */
function watchedOf(facilities: readonly Facility[]): Watched[] {
  const watched = facilities.flatMap((facility) => {
    const plan = facility.notify.watchdog
    return plan === undefined ? [] : [{ facility, plan }]
  })
  if (watched.length === 0)
    throw new CodedError(
      'CONFIG_INVALID',
      `${facilities.map(({ file }) => file).join(', ')}: there is no notify.watchdog; docs/watchdog.md has one`,
    )
  return watched
}

type Running = WatchdogTools & { readonly logger: Logger }

async function run(terminal: Terminal, watched: readonly Watched[], tools: Running): Promise<number> {
  await using stack = new AsyncDisposableStack()
  for (const each of watched) {
    const { facility, plan } = each
    const logger = tools.logger.child({ facility: facility.id })
    const figures = new Figures(facility.id)
    const sender = openSender({ logger })
    stack.defer(() => sender.close())
    const channels = plan.tell.flatMap((id) => facility.notify.channels.get(id) ?? [])
    await sender.configure(facility.id, channels)
    const teller = new Teller({
      facility: facility.id,
      targets: targetsOf(plan, facility.notify),
      sender,
      figures,
      logger,
      prefix: `watchdog-${facility.id}-${tools.clock.wall().toString(36)}`,
    })
    stack.defer(() => teller.close(GRACE_MS))
    const watchdog = new Watchdog({ ...partsOf(each, { ...tools, logger }), teller, figures })
    await watchdog.start()
    stack.defer(() => watchdog.stop())
    const { device, listen } = plan
    const fields = { device: `${device.host}:${device.port}`, listen: `${listen.host}:${listen.port}` }
    logger.info(fields, 'the watchdog has begun')
  }
  await terminal.stopped
  return EXIT.ok
}

/** One round of each, of which nobody is told but who waits for the end. */
async function runOnce(
  terminal: Terminal,
  watched: readonly Watched[],
  tools: Running & { readonly json: boolean },
): Promise<number> {
  const results = await Promise.all(watched.map((each) => oneRound(terminal, each, tools)))
  for (const { facility, plan, outcome } of results) {
    if (outcome === undefined) continue
    const server = outcome.broken === undefined ? undefined : await askServer(serverUrl(facility))
    const fields = { facility: facility.id, ok: outcome.broken === undefined, ...outcome, server }
    terminal.out(
      tools.json ? `${JSON.stringify(fields)}\n` : `${facility.id}: ${outcomeText(outcome, plan, server)}\n`,
    )
  }
  return results.every(({ outcome }) => outcome !== undefined && outcome.broken === undefined)
    ? EXIT.ok
    : EXIT.failed
}

async function oneRound(
  terminal: Terminal,
  watched: Watched,
  tools: Running,
): Promise<Watched & { outcome: Outcome | undefined }> {
  const { promise, resolve } = Promise.withResolvers<Outcome | undefined>()
  const watchdog = new Watchdog({
    ...partsOf(watched, tools),
    teller: undefined,
    figures: new Figures(watched.facility.id),
    onOutcome: resolve,
  })
  await watchdog.start()
  try {
    return { ...watched, outcome: await Promise.race([promise, terminal.stopped.then(() => undefined)]) }
  } finally {
    await watchdog.stop()
  }
}

function partsOf({ facility, plan }: Watched, { clock, makeDevice, logger }: Running) {
  const tls = watchdogTls(plan.tls, clock.wall())
  return {
    facility,
    plan,
    device: makeDevice(facility, plan, logger),
    ...(tls === undefined ? {} : { tls }),
    askServer,
    clock,
    logger,
  }
}

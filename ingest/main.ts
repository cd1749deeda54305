import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { AlarmService, type Told } from '../alerting/alarm-service.ts'
import { readingView } from '../alerting/api/facility-routes.ts'
import type { ApiPorts, FacilityPort } from '../alerting/api/ports.ts'
import { ApiServer } from '../alerting/api/server.ts'
import { Stream } from '../alerting/api/stream.ts'
import { StateDatabase } from '../alerting/state-database.ts'
import { systemSensorId } from '../alerting/system-sensors.ts'
import { isLoopback, parseAddress } from '../contracts/address.ts'
import type { JournalItem } from '../contracts/api.ts'
import { brokerCredentials } from '../contracts/broker-credentials.ts'
import { EXIT, parseCommandLine, runCommand, type Terminal, terminalOf } from '../contracts/cli.ts'
import { type Clock, SteadyClock, systemClock } from '../contracts/clock.ts'
import { CodedError } from '../contracts/errors.ts'
import type { Facility } from '../contracts/facility.ts'
import { loadFacilities } from '../contracts/facility-set.ts'
import { formatIso } from '../contracts/iso-time.ts'
import { createLogger, LOG_LEVELS, type Logger, type LogLevel } from '../contracts/logger.ts'
import type { Reading } from '../contracts/reading.ts'
import { VERSION } from '../contracts/version.ts'
import { buildConsole } from '../dashboards/console/build.ts'
import { DeadLetters } from './dead-letters.ts'
import { DeliveryMarks } from './delivery-marks.ts'
import { EmbeddedBroker } from './embedded-broker.ts'
import { EmbeddedStore } from './embedded-store.ts'
import { FacilityLink } from './facility-link.ts'
import { Intake } from './intake.ts'
import { createMetrics } from './metrics.ts'
import { StoreQueue } from './store-queue.ts'

/** Gateways that fell silent are looked for this often, ms. */
const SWEEP_MS = 250
/** What has been applied of each gateway is kept this often, ms. */
const KEEP_MS = 2_000
const CLOCK_CHECK_MS = 1_000
const PRUNE_MS = 3_600_000

export interface ServerOptions {
  /** One or more, sharing mqtt, store and server. */
  facilities: readonly Facility[]
  clock: Clock
  randomId: () => string
  logger: Logger
  /** DAVYLAMP_MQTT_PASSWORD. */
  password?: string | undefined
  /** Addresses that stand in for those of the file: tests listen on port 0. */
  listen?: { http?: string; mqtt?: string }
}

/** The server at work: ingest, alarms, API and console in one process. */
export interface RunningServer {
  http: { host: string; port: number }
  /** Of the embedded broker; undefined with an external one. */
  broker: { host: string; port: number } | undefined
  openapi: () => object
  stop(): Promise<void>
}

/** What one facility is made of while the server runs. */
interface Place {
  facility: Facility
  alarms: AlarmService
  intake: Intake
  link: FacilityLink
}

/** Refuses what this release cannot do safely. @throws CodedError */
export function checkServer(facility: Facility, listen = facility.server.listen): void {
  const { host } = parseAddress(listen)
  if (facility.server.auth === 'required')
    throw new CodedError('AUTH_NOT_BUILT', `${facility.file}: server.auth is required`)
  if (!isLoopback(host))
    throw new CodedError('AUTH_OFF_NOT_LOOPBACK', `${facility.file}: server.listen is ${listen}`)
  if (facility.server.tls !== undefined)
    throw new CodedError('CONFIG_NOT_BUILT', `${facility.file}: server.tls`)
  if (facility.store.kind !== 'embedded')
    throw new CodedError('CONFIG_NOT_BUILT', `${facility.file}: store.kind ${facility.store.kind}`)
}

/** Starts everything, or nothing: what was started before a failure is stopped again. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const [main] = options.facilities
  if (main === undefined) throw new CodedError('USAGE', 'give a facility file with --config')
  const listen = parseAddress(options.listen?.http ?? main.server.listen)
  checkServer(main, options.listen?.http)
  await using stack = new AsyncDisposableStack()
  const { clock, logger } = options
  const steady = new SteadyClock(clock)
  const started = steady.now()
  const iso = (ms: number) => formatIso(ms, main.timezone)

  const consoleFiles = buildConsole()
  consoleFiles.catch(() => undefined) // Awaited below; until then its failure is nobody's news.
  const states = stack.adopt(new StateDatabase(main.server.data), (database) => database.close())
  const store = stack.adopt(await EmbeddedStore.open(join(main.server.data, 'readings.db')), (opened) =>
    opened.close(),
  )
  const deadLetters = new DeadLetters()
  const stream = new Stream({ now: () => iso(steady.now()) })
  const places = new Map<string, Place>()

  let broker: RunningServer['broker']
  if (main.mqtt.url === 'embedded') {
    const embedded = new EmbeddedBroker({ listen: options.listen?.mqtt ?? main.mqtt.listen, logger })
    stack.defer(() => embedded.stop())
    broker = await embedded.start()
  }
  const url = broker === undefined ? main.mqtt.url : `mqtt://${broker.host}:${broker.port}`

  const watchStore = (isWorking: boolean) => {
    for (const { alarms } of places.values()) {
      alarms
        .report(systemSensorId.store(), Number(!isWorking))
        .catch((error: unknown) => logger.debug({ error: String(error) }, 'not journalled yet'))
    }
  }
  const storeQueue = new StoreQueue({ store, onState: watchStore })
  stack.defer(() => storeQueue.idle())

  for (const facility of options.facilities) {
    for (const missing of facility.notBuilt) logger.warn({ facility: facility.id }, missing)
    const tell = (told: Told) => announce(told, facility)
    const alarms = await AlarmService.start({ facility, states, clock: steady, tell, logger })
    stack.defer(() => alarms.stop())
    const marks = await keptMarks(facility)
    const intake = new Intake({
      facility,
      marks,
      alarms,
      store: storeQueue,
      clock,
      steady,
      deadLetters,
      confirm: (gateway, confirm) => link.confirm(gateway, confirm),
      onReading: (reading) => stream.send('reading', readingView(facility, reading)),
      onGateway: (view) => stream.send('gateway', view),
      logger,
    })
    const link = new FacilityLink({
      facility,
      url,
      credentials: brokerCredentials(facility, options.password),
      session: options.randomId(),
      intake: () => intake,
      alarms: () => alarms.views(),
      deadLetters,
      now: () => steady.now(),
      logger,
    })
    places.set(facility.id, { facility, alarms, intake, link })
    stack.defer(() => keepMarks())
    link.start()
    stack.defer(() => link.stop())
  }

  const metrics = createMetrics({
    facilities: new Map([...places].map(([id, { intake }]) => [id, intake.watches])),
    deadLetters,
    storeDepth: () => storeQueue.depth,
    streamClients: () => stream.clients,
    alarms: () => new Map([...places].map(([id, place]) => [id, countStates(place)])),
  })
  const ports: ApiPorts = {
    facilities: new Map([...places].map(([id, place]) => [id, facilityPort(place)])),
    states,
    store,
    stream,
    console: await consoleFiles,
    now: () => steady.now(),
    info: () => ({
      version: VERSION,
      auth: main.server.auth,
      time: iso(steady.now()),
      started: iso(started),
    }),
    unready: () =>
      [...places.values()]
        .filter(({ link }) => !link.isConnected)
        .map(({ facility }) => `broker (${facility.id})`),
    metrics: () => metrics.metrics(),
  }
  const api = new ApiServer({ ports, listen, hosts: main.server.hosts, logger })
  const port = await api.start()
  stack.defer(() => api.stop())
  stream.start()
  stack.defer(() => stream.stop())

  every(SWEEP_MS, () => {
    for (const { intake } of places.values()) intake.sweep()
  })
  every(CLOCK_CHECK_MS, () => {
    const step = steady.checkStep()
    if (step === 0) return
    logger.warn({ stepMs: step }, 'the wall clock of the server was stepped')
    for (const { alarms, intake } of places.values()) {
      alarms.clockStepped(step)
      intake.clockStepped(step)
    }
  })
  every(KEEP_MS, () => keepMarks())
  every(PRUNE_MS, async () => {
    const deleted = await store.prune(steady.now() - main.store.retentionMs)
    if (deleted > 0) logger.info({ deleted }, 'readings past their retention were deleted')
  })

  const owned = stack.move()
  return {
    http: { host: listen.host, port },
    broker,
    openapi: () => api.document(),
    stop: () => owned.disposeAsync(),
  }

  /** Runs a job again and again until the server stops; a failure is logged, not fatal. */
  function every(ms: number, job: () => void | Promise<void>): void {
    const timer = setInterval(() => {
      Promise.try(job).catch((error: unknown) =>
        logger.error({ error: String(error) }, 'a periodic job failed'),
      )
    }, ms)
    stack.defer(() => clearInterval(timer))
  }

  /** Tells people what the journal has: the stream, the retained topic, and the tile of a sensor gone stale. */
  function announce(told: Told, facility: Facility): void {
    const item: JournalItem = told.seq === undefined ? { ...told, seq: 0, recorded: told.time } : told
    stream.send('alarm', item, told.seq)
    const place = places.get(facility.id)
    place?.link.alarm(place.alarms.view(item.alarm.id) ?? item.alarm)
    const isStale = item.event === 'raised' && item.alarm.when === 'fault' && item.alarm.reason === 'stale'
    const latest = isStale && place !== undefined ? latestOf(place, item.alarm.sensor) : undefined
    if (latest !== undefined) stream.send('reading', readingView(facility, latest))
  }

  async function keptMarks(facility: Facility): Promise<Map<string, DeliveryMarks>> {
    const marks = new Map<string, DeliveryMarks>()
    for (const { id } of facility.gateways) {
      marks.set(id, DeliveryMarks.parse(await states.kept(facility.id, `marks/${id}`)))
    }
    return marks
  }

  async function keepMarks(): Promise<void> {
    for (const { facility, intake } of places.values()) {
      for (const [id, { marks }] of intake.watches)
        await states.keep(facility.id, `marks/${id}`, JSON.stringify(marks))
    }
  }
}

function facilityPort(place: Place): FacilityPort {
  const { facility, alarms, intake } = place
  return {
    facility,
    alarms,
    plant: { latest: (sensor) => latestOf(place, sensor), gateways: () => intake.views() },
  }
}

/** A sensor that fell silent is not shown as if it still said what it said last. */
function latestOf({ alarms, intake }: Place, sensor: string): Reading | undefined {
  const latest = intake.latest(sensor)
  return latest !== undefined && alarms.isStale(sensor)
    ? { ...latest, quality: 'bad', reason: 'stale' }
    : latest
}

function countStates({ alarms }: Place): Map<string, number> {
  const counts = new Map<string, number>()
  for (const { state } of alarms.views())
    if (state !== 'NORM') counts.set(state, (counts.get(state) ?? 0) + 1)
  return counts
}

export function randomId(): string {
  return randomBytes(9).toString('base64url')
}

const USAGE = `Davylamp server: ingest, alarms, API and console in one process.

  npm run ingest -- [run] --config F [--config G | --config FOLDER] [--log-level LEVEL]
  npm run ingest -- check --config F [--json]

  run      start the server (default); Ctrl-C stops it
  check    validate facility files and say what this release does not do yet

  --config F       facility file, or a folder of them; may be repeated
  --log-level L    ${LOG_LEVELS.join(', ')} (default info); logs are JSON lines on stderr
  --json           print the result of check as JSON
  --help           this text

Environment: DAVYLAMP_MQTT_PASSWORD, the password of mqtt.username at the broker.
Commands setup, rejects, backup and admin come with later releases.
`

const LATER_COMMANDS = ['setup', 'rejects', 'backup', 'admin']

async function serve(terminal: Terminal): Promise<number> {
  const { values, positionals } = parseCommandLine(terminal.argv, {
    config: { type: 'string', multiple: true },
    'log-level': { type: 'string', default: 'info' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  })
  if (values.help) {
    terminal.out(USAGE)
    return EXIT.ok
  }
  const [command = 'run', ...surplus] = positionals
  if (surplus.length > 0) throw new CodedError('USAGE', `unexpected argument "${surplus.join(' ')}"`)
  if (LATER_COMMANDS.includes(command))
    throw new CodedError('CONFIG_NOT_BUILT', `npm run ingest -- ${command}`)
  if (command !== 'run' && command !== 'check') throw new CodedError('USAGE', `no command "${command}"`)
  const level = LOG_LEVELS.find((known) => known === values['log-level'])
  if (level === undefined) throw new CodedError('USAGE', `no log level "${values['log-level']}"`)
  const facilities = loadFacilities(values.config ?? [])
  return command === 'check' ? check(terminal, facilities, values.json) : run(terminal, facilities, level)
}

function check(terminal: Terminal, facilities: readonly Facility[], json: boolean): number {
  for (const facility of facilities) checkServer(facility)
  const report = facilities.map(({ id, file, digest, sensors, gateways, notBuilt }) => ({
    facility: id,
    file,
    digest,
    gateways: gateways.length,
    sensors: sensors.size,
    alarms: [...sensors.values()].reduce((sum, sensor) => sum + sensor.alarms.length, 0),
    notBuilt,
  }))
  if (json) terminal.out(`${JSON.stringify(report)}\n`)
  else {
    for (const { facility, file, gateways, sensors, alarms, notBuilt } of report) {
      terminal.out(`${file}: ok, ${facility}: ${gateways} gateways, ${sensors} sensors, ${alarms} alarms\n`)
      for (const text of notBuilt) terminal.out(`  not built yet: ${text}\n`)
    }
  }
  return EXIT.ok
}

async function run(terminal: Terminal, facilities: readonly Facility[], level: LogLevel): Promise<number> {
  const server = await startServer({
    facilities,
    clock: systemClock,
    randomId,
    logger: createLogger({ name: 'server', level }),
    password: terminal.env.DAVYLAMP_MQTT_PASSWORD,
  })
  terminal.out(`Davylamp ${VERSION}: http://${server.http.host}:${server.http.port}\n`)
  await terminal.stopped
  await server.stop()
  return EXIT.ok
}

if (import.meta.main) {
  const terminal = terminalOf(process)
  process.exitCode = await runCommand(terminal, () => serve(terminal))
}

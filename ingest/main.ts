import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { AlarmService } from '../alerting/alarm-service.ts'
import { readingView } from '../alerting/api/facility-routes.ts'
import type { ApiPorts, FacilityPort } from '../alerting/api/ports.ts'
import { ApiServer } from '../alerting/api/server.ts'
import { Stream } from '../alerting/api/stream.ts'
import type { Told } from '../alerting/journal/journal-queue.ts'
import { backUpState } from '../alerting/journal/state-backup.ts'
import { StateThreads } from '../alerting/journal/state-threads.ts'
import { systemSensorId } from '../alerting/system-sensors.ts'
import { parseAddress } from '../contracts/address.ts'
import type { JournalItem } from '../contracts/api.ts'
import { brokerCredentials } from '../contracts/broker-credentials.ts'
import { runCommand, terminalOf } from '../contracts/cli.ts'
import { type Clock, SteadyClock, systemClock } from '../contracts/clock.ts'
import { CodedError } from '../contracts/errors.ts'
import type { Facility } from '../contracts/facility.ts'
import { formatIso } from '../contracts/iso-time.ts'
import { createLogger, type Logger } from '../contracts/logger.ts'
import type { Reading } from '../contracts/reading.ts'
import { VERSION } from '../contracts/version.ts'
import { buildConsole } from '../dashboards/console/build.ts'
import { EmbeddedBroker } from './broker/embedded-broker.ts'
import { FacilityLink } from './broker/facility-link.ts'
import { type StartServer, serverCommand } from './command-line.ts'
import type { BackUp } from './commands/backup.ts'
import { Intake } from './intake/intake.ts'
import { KeptMarks } from './intake/kept-marks.ts'
import { createMetrics } from './metrics/server-metrics.ts'
import { DeadLetters } from './rejects/dead-letters.ts'
import { checkServer } from './server-check.ts'
import { EmbeddedStore } from './store/embedded-store.ts'
import { StoreQueue } from './store/store-queue.ts'

/** Gateways that fell silent are looked for this often, ms. */
const SWEEP_MS = 250
/** What has been applied of each gateway is kept this often, ms. */
const KEEP_MS = 2_000
const CLOCK_CHECK_MS = 1_000
const PRUNE_MS = 3_600_000
/** The loss ledger is tidied up this often, ms. */
const LEDGER_MS = 600_000
/** It has minutes for this long, hours from then on, ms. */
const LEDGER_MINUTES_MS = 7 * 86_400_000

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
  const places = new Map<string, Place>()
  let isReserved = true
  const states = stack.adopt(
    await StateThreads.open({
      folder: main.server.data,
      logger,
      onReserve: (isThere) => {
        isReserved = isThere
        for (const { alarms } of places.values()) condition(alarms, systemSensorId.disk(), !isThere)
      },
    }),
    (opened) => opened.close(),
  )
  const store = stack.adopt(await EmbeddedStore.open(join(main.server.data, 'readings.db')), (opened) =>
    opened.close(),
  )
  const marks = new KeptMarks(states)
  const deadLetters = new DeadLetters()
  const stream = new Stream({ now: () => iso(steady.now()) })

  let broker: RunningServer['broker']
  if (main.mqtt.url === 'embedded') {
    const embedded = new EmbeddedBroker({ listen: options.listen?.mqtt ?? main.mqtt.listen, logger })
    stack.defer(() => embedded.stop())
    broker = await embedded.start()
  }
  const url = broker === undefined ? main.mqtt.url : `mqtt://${broker.host}:${broker.port}`

  const watchStore = (isWorking: boolean) => {
    for (const { alarms } of places.values()) condition(alarms, systemSensorId.store(), !isWorking)
  }
  const storeQueue = new StoreQueue({ store, onState: watchStore })
  stack.defer(() => storeQueue.idle())

  for (const facility of options.facilities) {
    for (const missing of facility.notBuilt) logger.warn({ facility: facility.id }, missing)
    const tell = (told: Told) => announce(told, facility)
    const alarms = await AlarmService.start({ facility, states, clock: steady, tell, logger })
    stack.defer(() => alarms.stop())
    condition(alarms, systemSensorId.disk(), !isReserved)
    const intake = new Intake({
      facility,
      marks: await marks.load(facility),
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
    journalLost: () => [...places.values()].reduce((sum, { alarms }) => sum + alarms.lostEntries, 0),
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
  every(LEDGER_MS, async () => {
    const now = steady.now()
    await states.prune({ fold: now - LEDGER_MINUTES_MS, drop: now - main.store.rollUpRetentionMs })
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

  /** What the server says about itself; nobody waits for it. */
  function condition(alarms: AlarmService, sensor: string, isAbnormal: boolean): void {
    alarms
      .report(sensor, Number(isAbnormal))
      .catch((error: unknown) => logger.debug({ error: String(error) }, 'not journalled yet'))
  }

  async function keepMarks(): Promise<void> {
    for (const { facility, intake } of places.values()) {
      await marks.save(
        facility.id,
        [...intake.watches].map(([id, watch]) => [id, watch.marks] as const),
      )
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

if (import.meta.main) {
  const terminal = terminalOf(process)
  const start: StartServer = ({ level, ...options }) =>
    startServer({ ...options, clock: systemClock, randomId, logger: createLogger({ name: 'server', level }) })
  const backUp: BackUp = (backup) => backUpState({ ...backup, clock: systemClock })
  process.exitCode = await runCommand(terminal, () => serverCommand(terminal, start, backUp))
}

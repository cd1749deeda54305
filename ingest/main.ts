import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { AlarmService } from '../alerting/alarm-service.ts'
import { Announcer } from '../alerting/announcer.ts'
import type { ApiPorts, FacilityPort } from '../alerting/api/ports.ts'
import { ApiServer } from '../alerting/api/server.ts'
import { Stream } from '../alerting/api/stream.ts'
import type { EngineSnapshot } from '../alerting/engine-snapshot.ts'
import { backUpState } from '../alerting/journal/state-backup.ts'
import { StateThreads } from '../alerting/journal/state-threads.ts'
import { systemSensorId } from '../alerting/system-sensors.ts'
import { whatIfTools } from '../alerting/what-if/tools.ts'
import { parseAddress } from '../contracts/address.ts'
import { brokerCredentials } from '../contracts/broker-credentials.ts'
import { runCommand, terminalOf } from '../contracts/cli.ts'
import { type Clock, SteadyClock, systemClock } from '../contracts/clock.ts'
import { CodedError } from '../contracts/errors.ts'
import type { Facility } from '../contracts/facility.ts'
import { formatIso } from '../contracts/iso-time.ts'
import type { KeptGap } from '../contracts/ledger.ts'
import { createLogger, type Logger } from '../contracts/logger.ts'
import type { Reading } from '../contracts/reading.ts'
import { VERSION } from '../contracts/version.ts'
import { buildConsole } from '../dashboards/console/build.ts'
import { EmbeddedBroker } from './broker/embedded-broker.ts'
import { Checkpoints, parseCheckpoint } from './checkpoints.ts'
import { type StartServer, serverCommand } from './command-line.ts'
import type { BackUp } from './commands/backup.ts'
import { LogDrain } from './drain/log-drain.ts'
import { FacilityIntake, type FacilitySnapshot } from './facility-intake.ts'
import { Credit } from './intake/credit.ts'
import { Jobs } from './jobs.ts'
import { Catalogue } from './log/catalogue.ts'
import { ServerLog } from './log/server-log.ts'
import { Lags } from './metrics/lag-histogram.ts'
import { ServerMetrics } from './metrics/server-metrics.ts'
import { replayLog } from './recovery.ts'
import { DeadLetters } from './rejects/dead-letters.ts'
import { refusedPointLetter } from './rejects/refused-point.ts'
import { REJECTS_FILE } from './rejects/reject-schema.ts'
import { checkServer } from './server-check.ts'
import { AlarmFeed } from './status/alarm-feed.ts'
import { scheduleStatus } from './status/status-jobs.ts'
import { type StorePlan, storePlan } from './store/store-plan.ts'
import { StoreReader } from './store/store-reader.ts'
import { scheduleUpkeep } from './upkeep.ts'

export interface ServerOptions {
  /** One or more, sharing mqtt, store and server. */
  facilities: readonly Facility[]
  clock: Clock
  randomId: () => string
  random: () => number
  logger: Logger
  /** DAVYLAMP_MQTT_PASSWORD. */
  password?: string | undefined
  /** DAVYLAMP_STORE_TOKEN and DAVYLAMP_STORE_PASSWORD. */
  store?: Pick<StorePlan, 'token' | 'password'>
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
  intake: FacilityIntake
  /** Number of the record of the log at which its checkpoint stands; undefined before the first. */
  position: number | undefined
}

/** What the checkpoint of a facility holds: plain data. */
interface Snapshot {
  alarms: EngineSnapshot
  intake: FacilitySnapshot
}

/** Starts everything, or nothing: what was started before a failure is stopped again. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const [main] = options.facilities
  if (main === undefined) throw new CodedError('USAGE', 'give a facility file with --config')
  const listen = parseAddress(options.listen?.http ?? main.server.listen)
  checkServer(main, options.listen?.http)
  await using stack = new AsyncDisposableStack()
  const { clock, logger, random } = options
  const { data } = main.server
  const steady = new SteadyClock(clock)
  const started = steady.now()
  const iso = (ms: number) => formatIso(ms, main.timezone)

  const consoleFiles = buildConsole()
  consoleFiles.catch(() => undefined) // Awaited below; until then its failure is nobody's news.
  const places = new Map<string, Place>()
  let isReserved = true
  const states = stack.adopt(
    await StateThreads.open({
      folder: data,
      logger,
      onReserve: (isThere) => {
        isReserved = isThere
        watch(systemSensorId.disk(), !isThere)
      },
    }),
    (opened) => opened.close(),
  )
  const deadLetters = new DeadLetters({ path: join(data, REJECTS_FILE), logger })
  deadLetters.open()
  stack.defer(() => deadLetters.close())
  const plan: StorePlan = { ...storePlan(main, {}), ...options.store }
  const store = stack.adopt(new StoreReader(plan), (reader) => reader.close())
  const stream = new Stream({ now: () => iso(steady.now()) })
  const lags = new Lags()

  const folder = join(data, 'log')
  const catalogue = Catalogue.open(folder)
  for (const facility of options.facilities) catalogue.register(facility, started)
  const log = new ServerLog({
    folder,
    maxBytes: main.server.logMaxBytes,
    numbers: catalogue,
    clock,
    logger,
    isDiskFull: () => !isReserved,
    onSynced: (number) => drain.tell(number),
    // What it says of itself is looked at with every sweep.
    onFailing: () => watch(systemSensorId.log(), log.refusal !== undefined),
  })
  const credit = new Credit({ clock, isTight: () => log.isTight })
  const drain = new LogDrain({
    store: plan,
    folder,
    minutesFile: join(data, 'roll-ups.json'),
    drainedTo: await states.drainedTo(),
    keep: (drained) => states.drained(drained),
    onRefused: (refused) => {
      for (const point of refused) deadLetters.add(refusedPointLetter(point, steady.now()))
    },
    onState: (isWorking) => watch(systemSensorId.store(), !isWorking),
    lags,
    clock,
    random,
    logger,
  })

  const feed = new AlarmFeed({
    states,
    write: (points) => drain.writeStatus(points),
    random,
    onTrouble: ({ code, detail }) => logger.warn({ code, detail }, 'alarms wait for the store'),
  })

  let broker: RunningServer['broker']
  if (main.mqtt.url === 'embedded') {
    const embedded = new EmbeddedBroker({ listen: options.listen?.mqtt ?? main.mqtt.listen, logger })
    stack.defer(() => embedded.stop())
    broker = await embedded.start()
  }
  const url = broker === undefined ? main.mqtt.url : `mqtt://${broker.host}:${broker.port}`

  for (const facility of options.facilities) {
    for (const missing of facility.notBuilt) logger.warn({ facility: facility.id }, missing)
    const place = await openPlace(facility)
    places.set(facility.id, place)
    stack.defer(() => place.alarms.stop())
  }
  const inLog = await replayLog(
    [...places.values()].map((place) => ({
      ...place,
      facility: place.facility.id,
      position: place.position ?? 0,
    })),
    { folder, catalogue, logger, unsynced: (id) => states.unsynced(id) },
  )
  const kept = [...places.values()].map(({ alarms, position = 0 }) => Math.max(position, alarms.position))
  await log.start(Math.max(inLog, drain.position, ...kept))
  stack.defer(() => log.stop())
  const checkpoints = new Checkpoints({
    sources: [...places].map(([id, place]) => ({
      id,
      lastRecord: () => place.intake.taker.lastRecord,
      ledger: place.intake.ledger,
      hasCounts: () => place.intake.hasCounts,
      settled: () => place.alarms.settled(),
      snapshot: () => snapshotOf(place),
      putBack: (gaps) => place.intake.taker.noteGaps(gaps),
    })),
    started: new Map(
      [...places].flatMap(([id, { position }]) => (position === undefined ? [] : [[id, position]])),
    ),
    log,
    keeper: states,
    clock,
    logger,
  })
  await checkpoints.keepAll()
  stack.defer(() => checkpoints.keepAll())
  await drain.start()
  drain.tell(log.syncedTo)
  stack.defer(() => drain.stop())
  for (const { alarms, intake } of places.values()) {
    alarms.live()
    intake.start()
    stack.defer(() => intake.link.stop())
  }
  watch(systemSensorId.disk(), !isReserved)
  watch(systemSensorId.store(), false)
  watch(systemSensorId.log(), false)

  const jobs = new Jobs(logger)
  stack.defer(() => jobs.stop())
  if (main.store.kind === 'influxdb') {
    feed.start()
    stack.defer(() => feed.close())
    const intakes = () => places.values().map(({ intake }) => intake)
    scheduleStatus(jobs, { places: intakes, log, drain, states, steady })
  }

  const metrics = new ServerMetrics({
    places: () => places.values().map(({ intake }) => intake),
    deadLetters,
    log,
    drain,
    lags,
    streamClients: () => stream.clients,
    journalLost: () => [...places.values()].reduce((sum, { alarms }) => sum + alarms.lostEntries, 0),
    alarms: () => new Map([...places].map(([id, place]) => [id, place.alarms.counts()])),
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
        .filter(({ intake }) => !intake.link.isConnected)
        .map(({ facility }) => `broker (${facility.id})`),
    metrics: () => metrics.text(),
  }
  const api = new ApiServer({ ports, listen, hosts: main.server.hosts, logger })
  const port = await api.start()
  stack.defer(() => api.stop())
  stream.start()
  stack.defer(() => stream.stop())

  scheduleUpkeep(jobs, {
    places,
    log,
    drain,
    checkpoints,
    states,
    deadLetters,
    ledgerMs: main.store.rollUpRetentionMs,
    onLogRefusing: (isRefusing) => watch(systemSensorId.log(), isRefusing),
    clock,
    steady,
    logger,
  })

  const owned = stack.move()
  return {
    http: { host: listen.host, port },
    broker,
    openapi: () => api.document(),
    stop: () => owned.disposeAsync(),
  }

  /** One facility as its last run left it; what stands behind its checkpoint in the log is to be replayed. */
  async function openPlace(facility: Facility): Promise<Place> {
    const checkpoint = await states.lastCheckpoint(facility.id)
    const snapshot = checkpoint && parseCheckpoint<Snapshot>(facility.id, checkpoint.body)
    const position = checkpoint?.position
    const announcer = new Announcer({
      facility,
      stream,
      view: (alarm) => places.get(facility.id)?.alarms.view(alarm),
      publish: (view) => places.get(facility.id)?.intake.link.alarm(view),
      latest: (sensor) => latestOf(places.get(facility.id), sensor),
    })
    const alarms = await AlarmService.start({
      facility,
      states,
      clock: steady,
      unsynced: () => places.get(facility.id)?.intake.intake.unsynced(),
      tell: (told) => {
        announcer.alarm(told)
        feed.wake()
      },
      logger,
      ...(snapshot === undefined || position === undefined
        ? {}
        : { checkpoint: { position, snapshot: snapshot.alarms } }),
    })
    const intake = new FacilityIntake({
      facility,
      alarms,
      log,
      lags,
      credit,
      deadLetters,
      broker: { url, credentials: brokerCredentials(facility, options.password) },
      session: options.randomId(),
      clock,
      steady,
      onReadings: (readings) => {
        if (stream.clients === 0) return
        for (const reading of readings) announcer.reading(reading)
      },
      onGateway: (view) => stream.send('gateway', view),
      logger,
      ...(snapshot === undefined ? {} : { snapshot: snapshot.intake }),
    })
    return { facility, alarms, intake, position }
  }

  /** What the server says about itself, in every facility; nobody waits for it. */
  function watch(sensor: string, isAbnormal: boolean): void {
    for (const { alarms } of places.values()) {
      alarms
        .report(sensor, Number(isAbnormal))
        .catch((error: unknown) => logger.debug({ error: String(error) }, 'not journalled yet'))
    }
  }
}

function snapshotOf({ alarms, intake }: Place): { body: Snapshot; gaps: KeptGap[] } {
  const { snapshot, gaps } = intake.snapshot()
  return { body: { alarms: alarms.snapshot(), intake: snapshot }, gaps }
}

function facilityPort(place: Place): FacilityPort {
  const { facility, alarms, intake } = place
  return {
    facility,
    alarms,
    plant: { latest: (sensor) => latestOf(place, sensor), gateways: () => intake.intake.views() },
  }
}

/** A sensor that fell silent is not shown as if it still said what it said last. */
function latestOf(place: Place | undefined, sensor: string): Reading | undefined {
  const latest = place?.intake.taker.latest(sensor)
  return latest !== undefined && place?.alarms.isStale(sensor) === true
    ? { ...latest, quality: 'bad', reason: 'stale' }
    : latest
}

export function randomId(): string {
  return randomBytes(9).toString('base64url')
}

if (import.meta.main) {
  const terminal = terminalOf(process)
  const start: StartServer = ({ level, ...options }) =>
    startServer({
      ...options,
      clock: systemClock,
      randomId,
      random: Math.random,
      logger: createLogger({ name: 'server', level }),
    })
  const backUp: BackUp = (backup) => backUpState({ ...backup, clock: systemClock })
  process.exitCode = await runCommand(terminal, () =>
    serverCommand(terminal, { start, backUp, whatIf: whatIfTools, clock: systemClock }),
  )
}

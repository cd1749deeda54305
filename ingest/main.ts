import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import type { AlarmBoard } from '../alerting/alarm-board.ts'
import type { AlarmService } from '../alerting/alarm-service.ts'
import type { ApiPorts, FacilityPort } from '../alerting/api/ports.ts'
import { ApiServer } from '../alerting/api/server.ts'
import { Stream } from '../alerting/api/stream.ts'
import type { EngineSnapshot } from '../alerting/engine-snapshot.ts'
import type { FloodWatch } from '../alerting/flood-watch.ts'
import { readSigningKey } from '../alerting/journal/signing.ts'
import { backUpState } from '../alerting/journal/state-backup.ts'
import { StateThreads } from '../alerting/journal/state-threads.ts'
import { openSender } from '../alerting/notify/channels/channel-thread.ts'
import type { NotifiedPlace } from '../alerting/notify/notified-place.ts'
import { legKey } from '../alerting/notify/notifier.ts'
import { openNotify } from '../alerting/notify/open-notify.ts'
import { openAlarms } from '../alerting/open-alarms.ts'
import { openPeople } from '../alerting/people/open-people.ts'
import { adminSetter } from '../alerting/people/set-admin.ts'
import { registerPlan } from '../alerting/register/store/register-plan.ts'
import { Roster } from '../alerting/roster/roster.ts'
import { systemSensorId } from '../alerting/system-sensors.ts'
import { whatIfTools } from '../alerting/what-if/tools.ts'
import { parseAddress } from '../contracts/address.ts'
import { freshCredentials } from '../contracts/broker-credentials.ts'
import { runCommand, terminalOf } from '../contracts/cli.ts'
import { SteadyClock, systemClock } from '../contracts/clock.ts'
import { CodedError } from '../contracts/errors.ts'
import type { Facility } from '../contracts/facility.ts'
import { formatIso } from '../contracts/iso-time.ts'
import { createLogger } from '../contracts/logger.ts'
import { VERSION } from '../contracts/version.ts'
import { consoleFiles as loadConsole } from '../dashboards/console/console-files.ts'
import { EmbeddedBroker } from './broker/embedded-broker.ts'
import { Checkpoints, parseCheckpoint } from './checkpoints.ts'
import { type StartServer, serverCommand } from './command-line.ts'
import type { DeployTools } from './commands/deploy.ts'
import { LogDrain } from './drain/log-drain.ts'
import { FacilityIntake, type FacilitySnapshot } from './facility-intake.ts'
import { facilityPort } from './facility-port.ts'
import { Credit } from './intake/credit.ts'
import { Jobs } from './jobs.ts'
import { latestOf } from './latest-reading.ts'
import { Catalogue } from './log/catalogue.ts'
import { ServerLog } from './log/server-log.ts'
import { Lags } from './metrics/lags.ts'
import { ServerMetrics } from './metrics/server-metrics.ts'
import { type Place, Places } from './places.ts'
import { replayLog } from './recovery.ts'
import { DeadLetters } from './rejects/dead-letters.ts'
import { refusedPointLetter } from './rejects/refused-point.ts'
import { REJECTS_FILE } from './rejects/reject-schema.ts'
import { Reload } from './reload.ts'
import { checkServer } from './server-check.ts'
import type { RunningServer, ServerOptions } from './server-options.ts'
import { AlarmStatus } from './status/alarm-status.ts'
import { type StorePlan, storePlan } from './store/store-plan.ts'
import { StoreReader } from './store/store-reader.ts'
import { ServerCertificates } from './tls/server-certificates.ts'
import { scheduleUpkeep } from './upkeep.ts'
import { openWaveforms } from './waveforms/open-waveforms.ts'

export type { RunningServer, ServerOptions } from './server-options.ts'

/** Floods of alarms are looked for this often, ms. */
const FLOOD_MS = 1_000

/** What one facility is made of while the server runs. */
interface FacilityPlace extends Place {
  readonly alarms: AlarmService
  readonly board: AlarmBoard
  readonly floods: FloodWatch
  readonly port: FacilityPort & NotifiedPlace
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

  const tls = new ServerCertificates(main, { credentials: options.credentials, clock, logger })
  stack.defer(() => tls.stop())

  const consoleFiles = loadConsole()
  consoleFiles.catch(() => undefined) // Awaited below; until then its failure is nobody's news.
  const places = new Places({ open: openPlace, now: () => steady.now(), clock, logger })
  const watch = (sensor: string, isAbnormal: boolean) => places.watch(sensor, isAbnormal)
  let isReserved = true
  const states = stack.adopt(
    await StateThreads.open({
      folder: data,
      logger,
      signingKey: readSigningKey(main),
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
  const core = { states, stream, steady, random: randomBytes, logger }
  const people = await openPeople(stack, { ...core, main, places })
  const served = () => places.ports
  const notifying = await openNotify(stack, { ...core, places: served, sender: openSender({ logger }) })
  const database = registerPlan(main, options.env ?? {})
  const changed = (facility: string) => status.hazardsChanged(facility)
  const opening = { ...core, places: served, database, people, changed, clock }
  // With its database it is the largest part of the server: what is no server loads none of it.
  const { LOOK_MS, openRegister } = await import('../alerting/register/open-register.ts')
  const register = await openRegister(stack, opening)
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

  const all = () => places.all.values()
  const status = new AlarmStatus({ places: all, states, drain, random, clock, steady, logger })

  let broker: RunningServer['broker']
  if (main.mqtt.url === 'embedded') {
    const embedded = new EmbeddedBroker({ listen: options.listen?.mqtt ?? main.mqtt.listen, logger })
    stack.defer(() => embedded.stop())
    broker = await embedded.start()
  }
  const url = broker === undefined ? main.mqtt.url : `mqtt://${broker.host}:${broker.port}`

  stack.defer(() => places.stop())
  for (const facility of options.facilities) await places.open(facility)
  const replaying = { folder, catalogue, logger, unsynced: (id: string) => states.unsynced(id) }
  const inLog = await replayLog(places.recovering(), replaying)
  await log.start(Math.max(inLog, drain.position, places.lastKept))
  stack.defer(() => log.stop())
  const from = { sources: places.sources, started: places.started() }
  const checkpoints = new Checkpoints({ ...from, log, keeper: states, clock, logger })
  await checkpoints.keepAll()
  stack.defer(() => checkpoints.keepAll())
  await drain.start()
  drain.tell(log.syncedTo)
  stack.defer(() => drain.stop())
  stack.defer(() => places.silence())
  places.live()
  await notifying.notifier.start()
  stack.defer(() => notifying.notifier.close())
  await register.start()
  stack.defer(() => register.stop())
  watch(systemSensorId.disk(), !isReserved)
  watch(systemSensorId.store(), !drain.isWorking)
  watch(systemSensorId.log(), false)

  const jobs = new Jobs(logger)
  stack.defer(() => jobs.stop())
  jobs.every(FLOOD_MS, () => {
    for (const { floods } of places.all.values()) floods.look()
  })
  jobs.every(LOOK_MS, () => register.look())
  const measured = {
    places: all,
    deadLetters,
    log,
    drain,
    lags,
    legs: notifying.legs.histograms,
    exports: () => register.exportFigures(),
    streamClients: () => stream.clients,
    tls,
    journalLost: () => places.all.values().reduce((sum, { alarms }) => sum + alarms.lostEntries, 0),
  }
  const metrics = new ServerMetrics({
    ...measured,
    places: () => places.intakes(),
    alarms: () => new Map(places.all.entries().map(([id, { alarms }]) => [id, alarms.counts()])),
  })
  if (main.store.kind === 'influxdb') {
    const memory = () => process.memoryUsage()
    stack.defer(() => status.close())
    const { retentionMs: keptMs } = main.store
    const parts = { config: main.server, credit, memory, states, clock, steady, register, keptMs }
    status.start(jobs, { ...measured, ...parts })
  }
  const reload = new Reload({
    renew: () => tls.renew((pair) => api.renew(pair)),
    read: options.read,
    facilities: () => places.facilities,
    change: async (plan) => {
      await places.change(plan, {
        register: (facilities) => {
          for (const facility of facilities) catalogue.register(facility, steady.now())
          drain.catalogueGrew()
        },
        replay: async (place) => void (await replayLog([place], { ...replaying, upTo: log.syncedTo })),
        keep: (source) => checkpoints.keep(source),
      })
      if (plan.view.some(({ changed }) => changed)) stream.renew()
      await register.follow()
    },
    logger,
  })
  const ports: ApiPorts = {
    facilities: places.ports,
    states,
    store,
    stream,
    notices: notifying.notices,
    answers: notifying.answers,
    register,
    people,
    iso,
    console: await consoleFiles,
    now: () => steady.now(),
    info: () => ({
      version: VERSION,
      auth: main.server.auth,
      time: iso(steady.now()),
      started: iso(started),
      certificates: tls.views(iso),
    }),
    config: { loaded: () => places.loaded(iso), reload: () => reload.run() },
    unready: () =>
      [...places.intakes()]
        .filter(({ link }) => !link.isConnected)
        .map(({ facility }) => `broker (${facility.id})`),
    metrics: () => metrics.text(),
  }
  const api = new ApiServer({ ports, listen, hosts: main.server.hosts, tls: tls.pair, logger })
  const port = await api.start()
  stack.defer(() => api.stop())
  stream.start()
  stack.defer(() => stream.stop())

  scheduleUpkeep(jobs, {
    places: places.all,
    log,
    drain,
    checkpoints,
    states,
    deadLetters,
    ledgerMs: main.store.rollUpRetentionMs,
    journalMs: main.server.journal.retentionMs,
    onStep: (ms) => {
      notifying.notifier.clockStepped(ms)
      register.clockStepped(ms)
    },
    onLogRefusing: (isRefusing) => watch(systemSensorId.log(), isRefusing),
    clock,
    steady,
    logger,
  })

  stack.defer(() => reload.settled())
  const owned = stack.move()
  return {
    http: { host: listen.host, port, isTls: tls.pair !== undefined },
    broker,
    openapi: () => api.document(),
    firstLink: people?.firstLink,
    reload: () => reload.run(),
    stop: () => owned.disposeAsync(),
  }

  async function openPlace(facility: Facility): Promise<FacilityPlace> {
    const checkpoint = await states.lastCheckpoint(facility.id)
    const snapshot = checkpoint && parseCheckpoint<Snapshot>(facility.id, checkpoint.body)
    const position = checkpoint?.position
    const current = () => places.all.get(facility.id)?.intake.facility ?? facility
    const place = () => places.all.get(facility.id)
    const opened = await openAlarms({
      facility,
      current,
      states,
      stream,
      publish: (view) => place()?.intake.link.alarm(view),
      latest: (sensor) => latestOf(place(), sensor),
      heard: (told) => {
        notifying.notifier.note(told)
        status.note(told)
        register.note(told)
      },
      unsynced: () => place()?.intake.intake.unsynced(),
      onRaised: (occurrence, time) =>
        notifying.legs.evaluated(legKey({ facility: facility.id, occurrence }), time, steady.now()),
      steady,
      logger,
      ...(snapshot === undefined || position === undefined
        ? {}
        : { checkpoint: { position, snapshot: snapshot.alarms } }),
    })
    const roster = await Roster.open({ facility: current, states, people, now: () => steady.now(), logger })
    const intake = new FacilityIntake({
      facility,
      ...opened,
      log,
      history: { range: (query) => store.range(query), drained: () => drain.position },
      lags,
      credit,
      deadLetters,
      broker: { url, credentials: freshCredentials(facility, options.credentials) },
      session: options.randomId(),
      clock,
      steady,
      onReadings: (readings) => {
        if (stream.clients === 0) return
        for (const reading of readings) opened.announcer.reading(reading)
      },
      onGateway: (view) => stream.send('gateway', view),
      ...(await openWaveforms({ data, facility, stream, logger })),
      logger,
      ...(snapshot === undefined ? {} : { snapshot: snapshot.intake }),
    })
    return { ...opened, intake, position, port: facilityPort({ ...opened, intake, roster }) }
  }
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
  // A server that runs needs nothing of it.
  const deploy = async (): Promise<DeployTools> => {
    const { provisionFiles } = await import('../dashboards/grafana/provisioning/provision-files.ts')
    const { rulePanels } = await import('../dashboards/grafana/rule-panels.ts')
    const panels = rulePanels()
    return {
      provision: ({ facilities, links, ...options }) =>
        provisionFiles(facilities, { ...options, links: { ...links, panels } }),
      random: randomBytes,
      user: { uid: process.getuid?.(), gid: process.getgid?.() },
    }
  }
  process.exitCode = await runCommand(terminal, () =>
    serverCommand(terminal, {
      start,
      backUp: (backup) => backUpState({ ...backup, clock: systemClock }),
      whatIf: whatIfTools,
      setAdmin: adminSetter(systemClock, randomBytes),
      secret: () => randomBytes(24).toString('base64url'),
      deploy,
      clock: systemClock,
    }),
  )
}

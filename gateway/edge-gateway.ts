import type { SeismicEvent } from '../contracts/analytics/seismic/station.ts'
import { brokerCertificates, type GivenCredentials } from '../contracts/broker-credentials.ts'
import type { Clock } from '../contracts/clock.ts'
import type { Device, Facility, Gateway } from '../contracts/facility.ts'
import type { Logger } from '../contracts/logger.ts'
import { CertificateWatch } from '../contracts/tls/certificate-watch.ts'
import { Topics } from '../contracts/topics.ts'
import type { GatewayHealth } from '../contracts/wire.ts'
import { brokerAddress } from './delivery/broker-address.ts'
import { ClockWatch, type TimeService } from './delivery/clock-watch.ts'
import { Dispatcher } from './delivery/dispatcher.ts'
import { Epoch } from './delivery/epoch.ts'
import { Pending } from './delivery/pending.ts'
import { Publisher } from './delivery/publisher.ts'
import { DialInListeners } from './drivers/dial-in.ts'
import { type BusAddress, createDriver } from './drivers/registry.ts'
import type { EdgeGatewayHealth } from './edge-gateway-health.ts'
import { findGateway, requireReadable } from './gateway-config.ts'
import { Heart } from './health/heart.ts'
import { PulseFile, pulsePath } from './health/pulse-file.ts'
import { MetricsPort } from './metrics/metrics-port.ts'
import type { StartDisk } from './outbox/disk-link.ts'
import { DiskOutbox } from './outbox/disk-outbox.ts'
import { MemoryOutbox } from './outbox/memory-outbox.ts'
import type { Outbox, OutboxEvents } from './outbox/outbox.ts'
import { Bus } from './polling/bus.ts'
import { DiscardTally } from './polling/discard-tally.ts'
import { Board } from './quality/board.ts'
import { Intake } from './quality/intake.ts'
import { LatchBook } from './quality/latch-book.ts'
import { LatchFile } from './quality/latch-file.ts'
import { EventDesk } from './seismic/event-desk.ts'
import { SeismicBus } from './seismic/seismic-bus.ts'
import { waveformFolder } from './seismic/waveform-outbox.ts'

export interface EdgeGatewayOptions {
  facility: Facility
  /** Which gateway of the facility this is. */
  gateway: string
  clock: Clock
  /** Numbers in [0, 1), for jitter. */
  random: () => number
  /** Ids that nobody else has: epochs and sessions. */
  randomId: () => string
  logger: Logger
  /** For the broker; they win over those of the file. */
  credentials?: GivenCredentials
  /** Instead of `mqtt.url`. */
  broker?: { host: string; port: number }
  /** Instead of the host and port, or the path, of the file. Key: bus id. */
  busAddresses?: ReadonlyMap<string, BusAddress>
  /** What the machine says of its clock; nothing without it. */
  timeService?: TimeService
  /** Ms since the machine was started, for the pulse beside the outbox; there is none without it. */
  sinceBoot?: () => number
  /** See {@link DiskOutboxOptions}. */
  memoryFolder?: string
  /** Instead of a thread for the file of the outbox. */
  startDisk?: StartDisk
}

const HEALTH_INTERVAL_MS = 10_000

/**
 * One edge gateway: driver -> decode -> quality -> report -> outbox -> publisher. It reads and keeps
 * readings whether or not there is a broker, and tells the broker whether or not there are devices.
 */
export class EdgeGateway {
  readonly #options: EdgeGatewayOptions
  readonly #gateway: Gateway
  readonly #dialIn: DialInListeners
  readonly #buses: readonly (Bus | SeismicBus)[]
  /** Of a gateway with seismic stations. */
  readonly #events: EventDesk | undefined
  readonly #intake: Intake
  readonly #metrics: MetricsPort | undefined
  readonly #epoch: Epoch
  readonly #pending: Pending
  readonly #clockWatch: ClockWatch
  readonly #latches: LatchBook
  readonly #latchFile: LatchFile | undefined
  readonly #outbox: Outbox
  readonly #publisher: Publisher
  readonly #dispatcher: Dispatcher
  readonly #certificates: CertificateWatch
  readonly #pulse: PulseFile | undefined
  #healthTimer: NodeJS.Timeout | undefined
  /** Session of the server that was heard last. */
  #server: string | undefined

  /** @throws CodedError CONFIG_INVALID when the file asks for what cannot be done. */
  constructor(options: EdgeGatewayOptions) {
    const { facility, clock, random, randomId, logger } = options
    this.#options = options
    this.#gateway = findGateway(facility, options.gateway)
    requireReadable(this.#gateway)
    const board = new Board(sensorsOf(this.#gateway))
    this.#epoch = new Epoch({ clock, randomId })
    this.#pending = new Pending(this.#epoch)
    const { timeService = async () => undefined } = options
    this.#clockWatch = new ClockWatch({ epoch: this.#epoch, timeService })
    this.#latches = new LatchBook(() => this.#latchFile?.touch())
    this.#latchFile = this.#latchFileBeside(this.#gateway.outbox.path)
    this.#outbox = this.#createOutbox()
    this.#publisher = new Publisher({
      gateway: this.#gateway.id,
      config: facility.digest,
      topics: new Topics(facility.mqtt.prefix, facility.id),
      epoch: this.#epoch,
      clock,
      random,
      randomId,
      logger,
      events: {
        onOnline: () => {
          this.#dispatcher.online()
          this.#events?.online()
          this.#publisher.publishHealth(this.health())
        },
        onOffline: () => {
          this.#dispatcher.offline()
          this.#events?.offline()
        },
        onConfirm: (confirm) => {
          this.#dispatcher.confirm(confirm)
          this.#events?.confirmed(confirm.waveforms ?? [])
        },
        onLimits: (limits) => board.setLimits(limits),
        onServer: (session) => this.#onServer(session),
      },
    })
    this.#dispatcher = new Dispatcher({
      board,
      epoch: this.#epoch,
      pending: this.#pending,
      clockWatch: this.#clockWatch,
      outbox: this.#outbox,
      lanes: this.#publisher,
      heartbeatMs: this.#gateway.heartbeatMs,
      clock,
      logger,
    })
    this.#intake = new Intake({
      epoch: this.#epoch,
      board,
      sink: this.#dispatcher,
      clock,
      latches: this.#latches,
      devices: this.#gateway.buses.flatMap((bus) => bus.devices),
    })
    this.#events = this.#eventDesk()
    this.#dialIn = new DialInListeners({ logger })
    this.#buses = this.#gateway.buses.map((bus, index) => this.#busOf(bus, index))
    this.#certificates = new CertificateWatch({
      sources: brokerCertificates(facility, options.credentials),
      now: () => clock.wall(),
      logger,
    })
    const address = this.#gateway.metrics
    this.#metrics =
      address &&
      new MetricsPort({
        address,
        facility: facility.id,
        gateway: this.#gateway,
        health: () => this.health(),
        latches: this.#intake,
        tls: this.#certificates,
        logger,
      })
    this.#pulse = this.#pulseBeside(options.sinceBoot)
  }

  /** What an earlier server has taken from the broker may be lost with it: all is sent again. */
  #onServer(session: string | undefined): void {
    const isOther = session !== undefined && session !== this.#server
    this.#server = session
    this.#dispatcher.server(session)
    if (isOther && this.#publisher.isOnline) this.#events?.online()
  }

  #eventDesk(): EventDesk | undefined {
    const { facility, clock, logger } = this.#options
    if (!this.#gateway.buses.some(({ driver }) => driver === 'seismic')) return undefined
    const topics = new Topics(facility.mqtt.prefix, facility.id)
    return new EventDesk({
      folder: waveformFolder(this.#gateway.outbox),
      topic: topics.gateway(this.#gateway.id, 'waveforms'),
      clock,
      logger,
    })
  }

  #pulseBeside(sinceBoot: (() => number) | undefined): PulseFile | undefined {
    const path = pulsePath(this.#gateway.outbox)
    if (path === undefined || sinceBoot === undefined) return undefined
    const heart = new Heart({
      gateway: this.#gateway,
      health: () => this.health(),
      broker: this.#publisher,
      now: sinceBoot,
    })
    return new PulseFile({ path, pulse: () => heart.pulse(), logger: this.#options.logger })
  }

  #createOutbox(): Outbox {
    const { clock, logger, startDisk, memoryFolder } = this.#options
    const { path, ...bounds } = this.#gateway.outbox
    const events: OutboxEvents = {
      onGone: (epoch, ranges) => this.#dispatcher.delivery.forget(epoch, ranges),
      underWay: () => this.#dispatcher.delivery.underWay(),
    }
    if (path === undefined) return new MemoryOutbox({ ...bounds, clock, events })
    const pending = () => this.#pending.summary()
    const disk = startDisk === undefined ? {} : { startDisk }
    const memory = memoryFolder === undefined ? {} : { memoryFolder }
    return new DiskOutbox({ ...bounds, path, clock, logger, events, pending, ...disk, ...memory })
  }

  #latchFileBeside(outbox: string | undefined): LatchFile | undefined {
    if (outbox === undefined) return undefined
    const path = `${outbox}.latches.json`
    return new LatchFile({ path, closed: () => this.#latches.closed(), logger: this.#options.logger })
  }

  #busOf(bus: Gateway['buses'][number], index: number): Bus | SeismicBus {
    const { clock, random, busAddresses } = this.#options
    const logger = this.#options.logger.child({ bus: bus.id })
    const place = { index, count: this.#gateway.buses.length }
    const discards = new DiscardTally()
    const address = busAddresses?.get(bus.id)
    const drivers = {
      counter: discards,
      clock,
      dialIn: this.#dialIn,
      ...(address === undefined ? {} : { address }),
    }
    if (bus.driver === 'seismic') {
      const sink = {
        onSecond: this.#intake.onSecond.bind(this.#intake),
        onLost: (device: Device) => this.#intake.onLost(device),
        onEvent: (device: Device, event: SeismicEvent) => this.#events?.record(device, event),
      }
      return new SeismicBus({
        bus,
        drivers,
        discards,
        sink,
        outbox: this.#gateway.outbox.path,
        clock,
        now: () => this.#epoch.now(),
        random,
        logger,
      })
    }
    const driver = createDriver(bus, drivers)
    return new Bus({ bus, driver, discards, sink: this.#intake, clock, random, logger, place })
  }

  /**
   * Returns as soon as everything is started; devices and broker may come later.
   * @throws CodedError SECRET_UNREADABLE and its neighbours when a password, certificate or key cannot be used;
   * DATA_IN_USE when another process has the outbox; PORT_TAKEN or LISTEN_FAILED when the port for its metrics
   * cannot be opened.
   */
  async start(): Promise<void> {
    const { facility, gateway } = this.#options
    const { credentials, broker } = this.#options
    const address = brokerAddress(facility, {
      gateway,
      ...(credentials === undefined ? {} : { credentials }),
      ...(broker === undefined ? {} : { broker }),
    })
    await this.#outbox.open()
    try {
      await this.#metrics?.start()
    } catch (error) {
      await this.#outbox.close()
      throw error
    }
    this.#latches.restore((await this.#latchFile?.load()) ?? [])
    this.#clockWatch.start()
    this.#dispatcher.start()
    await this.#events?.start(address)
    this.#publisher.start(address)
    for (const bus of this.#buses) bus.start()
    this.#pulse?.start()
    this.#certificates.start()
    this.#healthTimer = setInterval(() => this.#publisher.publishHealth(this.health()), HEALTH_INTERVAL_MS)
  }

  /** Stops reading, sends what is pending, says goodbye to the broker and brings the rest to the disk; within 4 s. */
  async stop(): Promise<void> {
    clearInterval(this.#healthTimer)
    this.#certificates.stop()
    await Promise.all(this.#buses.map((bus) => bus.stop()))
    await Promise.all([this.#dialIn.stop(), this.#metrics?.stop()])
    this.#clockWatch.stop()
    this.#dispatcher.stop()
    await this.#publisher.stop()
    await this.#events?.stop()
    await Promise.all([this.#outbox.close(), this.#latchFile?.close(), this.#pulse?.stop()])
  }

  health(): EdgeGatewayHealth {
    const { delivery } = this.#dispatcher
    return {
      epoch: this.#epoch.id,
      session: this.#publisher.session,
      time: this.#epoch.now(),
      buses: Object.fromEntries(this.#gateway.buses.map((bus, b) => [bus.id, this.#busHealth(b)])),
      devices: Object.assign({}, ...this.#buses.map((bus) => bus.deviceHealth())),
      outbox: {
        ...this.#outbox.stats(),
        setAside: delivery.setAside,
        refusedReadings: delivery.refusedReadings,
      },
      ...(this.#events === undefined ? {} : { waveforms: this.#events.health() }),
      clock: this.#clockWatch.state(),
    }
  }

  #busHealth(index: number): GatewayHealth['buses'][string] {
    return this.#buses[index]?.health() ?? { connected: false, reconnects: 0 }
  }
}

function sensorsOf(gateway: Gateway) {
  return gateway.buses.flatMap((bus) => bus.devices.flatMap((device) => device.sensors))
}

import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '../../../contracts/clock.ts'
import { takePorts } from '../../ports.ts'
import { EmbeddedDatabase } from '../evidence/embedded-database.ts'
import { InfluxDatabase } from '../evidence/influx-database.ts'
import type { Database } from '../evidence/stored-row.ts'
import { Field, GATEWAYS } from '../field/field.ts'
import { Link } from '../links/link.ts'
import { SnapshotBook } from '../links/snapshot-book.ts'
import type { Place, SetupName } from '../plan/disaster.ts'
import { DrilledService } from '../processes/drilled-service.ts'
import { GatewayService } from '../processes/gateway-service.ts'
import { Lives } from '../processes/lives.ts'
import type { Crash, Service } from '../processes/service.ts'
import { SmallDisk } from '../processes/small-disk.ts'
import { createDatabase, influxService, mosquittoService } from './foreign-services.ts'
import { DATABASE, writePlantFiles } from './plant-file.ts'
import { ServerApi } from './server-api.ts'

export interface PlantOptions {
  readonly setup: SetupName
  /** Readings a second, about. */
  readonly rate: number
  /** Where gateways keep what is not confirmed. */
  readonly outbox: 'disk' | 'memory'
  /** The folder is left where it is. */
  readonly keep: boolean
}

/** The whole line in processes of their own, and everything that can be done to it. */
export interface Plant extends AsyncDisposable {
  readonly folder: string
  readonly field: Field
  readonly lives: Lives
  readonly snapshots: SnapshotBook
  readonly api: ServerApi
  /** Processes that ended without being asked to. */
  readonly crashes: readonly Crash[]
  /** Lines of our own logs that tell of a mistake in the program; no disaster makes one. */
  mistakes(): string[]
  readonly services: ReadonlyMap<Place, Service>
  readonly clocks: ReadonlyMap<Place, DrilledService>
  readonly links: ReadonlyMap<Place, Link>
  readonly disks: ReadonlyMap<Place, SmallDisk>
  /** Of the embedded set-up once the server has gone. */
  openDatabase(): Promise<Database>
}

/** They hold minutes of the load beside what is reserved, and are filled in no time. */
const DISK_SIZES = { 'gw-1': '24m', 'gw-2': '24m', server: '256m' } as const

/** Errors that the language throws where a program is wrong. */
const MISTAKE = /\b(Type|Reference|Range|Syntax|Assertion)Error\b/

/** Starts everything and returns when the server answers. */
export async function startPlant({ setup, rate, outbox, keep }: PlantOptions): Promise<Plant> {
  await using stack = new AsyncDisposableStack()
  const folder = mkdtempSync(join(tmpdir(), 'davylamp-chaos-'))
  if (!keep) stack.defer(() => rmSync(folder, { recursive: true, force: true }))
  const isReal = setup === 'real'
  const lives = new Lives(systemClock)
  const snapshots = new SnapshotBook()
  const crashes: Crash[] = []
  const shared = { folder, onCrash: (crash: Crash) => void crashes.push(crash) }
  const lifeOf = (gateway: string) => lives.of(gateway)?.id ?? ''
  const field = stack.use(await Field.start({ rate, clock: systemClock, lifeOf }))
  const [http = 0, mqtt = 0, influx = 0, rpc = 0] = await takePorts(4)

  const disks = new Map<Place, SmallDisk>()
  for (const [name, size] of Object.entries(DISK_SIZES))
    disks.set(`${name} disk` as Place, stack.use(new SmallDisk(join(folder, `${name}-disk`), { size, keep })))
  const diskOf = (name: string) => disks.get(`${name} disk` as Place)?.folder ?? folder

  const links = new Map<Place, Link>()
  const lay = async (place: Place, target: number, listen?: () => ReturnType<SnapshotBook['listen']>) => {
    const link = stack.use(await Link.open({ target, ...(listen === undefined ? {} : { listen }) }))
    links.set(place, link)
    return link.port
  }
  const uplinks = new Map<string, number>()
  for (const id of GATEWAYS) uplinks.set(id, await lay(`${id} uplink`, mqtt, () => snapshots.listen()))
  const downlink = isReal ? await lay('server downlink', mqtt) : 0
  const store = isReal ? await lay('server store', influx) : 0

  const api = new ServerApi(http)
  const files = writePlantFiles({
    setup,
    folder,
    devices: field.devices,
    addresses: { http, mqtt, uplinks, downlink, store },
    outboxOf: (id) => (outbox === 'memory' ? 'memory' : join(diskOf(id), 'outbox.db')),
    data: join(diskOf('server'), 'data'),
  })
  const services = new Map<Place, Service>()
  if (isReal) {
    services.set('broker', mosquittoService(shared, mqtt))
    services.set('database', influxService(shared, { port: influx, rpc }))
  }
  const server = new DrilledService({
    ...shared,
    name: 'server',
    module: 'server-process.ts',
    argv: ['run', '--config', files.server],
    logFile: join(folder, 'server.log'),
    begin: () => 'server',
    isReady: () => api.isUp(),
  })
  services.set('server', server)
  const clocks = new Map<Place, DrilledService>([['server clock', server]])
  for (const id of GATEWAYS) {
    const argv = ['run', '--config', files.of(id), '--gateway', id]
    const gateway = new GatewayService({
      ...shared,
      name: id,
      lives,
      argv,
      logFile: join(folder, `${id}.log`),
    })
    services.set(id, gateway)
    clocks.set(`${id} clock`, gateway)
  }
  for (const [place, service] of services) {
    stack.use(service)
    await service.start()
    if (place === 'database') await createDatabase(files.server, folder)
  }

  const owned = stack.move()
  const openDatabase = async () =>
    isReal
      ? new InfluxDatabase(influx, DATABASE)
      : EmbeddedDatabase.open(join(diskOf('server'), 'data', 'readings.db'))
  const dispose = () => owned.disposeAsync()
  const mistakes = () =>
    ['server', ...GATEWAYS].flatMap((name) =>
      readFileSync(join(folder, `${name}.log`), 'utf8')
        .split('\n')
        .filter((line) => MISTAKE.test(line)),
    )
  return {
    ...{
      folder,
      field,
      lives,
      snapshots,
      api,
      crashes,
      services,
      clocks,
      links,
      disks,
      openDatabase,
      mistakes,
    },
    [Symbol.asyncDispose]: dispose,
  }
}

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Terminal } from '../../contracts/cli.ts'
import { takePorts } from '../ports.ts'
import { ConfirmingBroker } from './confirming-broker.ts'
import { gatewayFigures, isAnswering } from './gateway-figures.ts'
import { coresBetween, MeasuredChild } from './measured-child.ts'
import { countdown, eventually } from './waiting.ts'

const DEVICES = 500
const SENSORS = 30
const REGISTERS = SENSORS * 2
const POLL_S = 1
const WARM_UP_S = 8
const WINDOW_S = 30
/** EMQ's own figure for Neuron 2, on a machine of theirs. */
const NEURON = { tagsPerS: 15_000, cores: 1.24 }

/** A process over the window: what it used, and what it did. */
interface Run {
  readonly cores: number
  readonly rssMB: number
  readonly pollsPerS: number
  /** Readings that reached the broker. */
  readonly heardPerS: number
  /** Polls in the window that were skipped since the one before had not ended. */
  readonly late: number
}

/**
 * Modbus TCP devices, each with a connection of its own, read by one gateway process, `gateway run` as people
 * start it; the devices are the simulators in another process. Beside it a loop over bare sockets that reads
 * the same registers from the same servers.
 */
export async function measureField(terminal: Terminal): Promise<void> {
  await using stack = new AsyncDisposableStack()
  const folder = mkdtempSync(join(tmpdir(), 'davylamp-bench-'))
  stack.defer(() => rmSync(folder, { recursive: true, force: true }))
  const [metricsPort = 0, nobody = 0, ...ports] = await takePorts(DEVICES + 2)
  const broker = stack.use(await ConfirmingBroker.start())
  const metrics = `127.0.0.1:${metricsPort}`
  const online = plantFile(folder, { name: 'online', ports, metrics, broker: broker.port })
  const offline = plantFile(folder, { name: 'offline', ports, metrics, broker: nobody })
  const portsFile = join(folder, 'ports.json')
  writeFileSync(portsFile, JSON.stringify(ports))

  const simulators = stack.use(
    new MeasuredChild('simulators/main.ts', ['run', '--config', online, '--log-level', 'error']),
  )
  await eventually(() => simulators.isAlive() && simulators.stdout.includes(`:${ports.at(-1)}`))

  const bare = await watchBare(terminal, portsFile)
  const watch = (config: string, name: string) =>
    watchGateway(terminal, { config, name, metrics, heard: () => broker.readings })
  const connected = await watch(online, 'with a broker')
  const alone = await watch(offline, 'without an uplink')

  const planned = (DEVICES * SENSORS) / POLL_S
  terminal.out(
    `field: ${DEVICES} Modbus TCP devices x ${SENSORS} float32 every ${POLL_S} s, one gateway process, ${WINDOW_S} s\n`,
  )
  const say = (name: string, run: Run) => {
    const rate = run.pollsPerS * SENSORS
    const perMillion = (run.cores / rate) * 1e6
    terminal.out(
      `  ${name}: ${rate.toFixed(0)} readings/s (${((rate / planned) * 100).toFixed(1)} % of the schedule), ` +
        `${run.cores.toFixed(2)} of one core, ${perMillion.toFixed(1)} CPU s per million readings, ` +
        `${run.late} polls late, RSS ${run.rssMB.toFixed(0)} MB\n`,
    )
  }
  say('gateway, broker that confirms', connected)
  say('gateway, no uplink', alone)
  say('bare loop over the same sockets', bare)
  terminal.out(
    `  ratio of processor time to the bare loop: ${(connected.cores / bare.cores).toFixed(1)} with a broker, ` +
      `${(alone.cores / bare.cores).toFixed(1)} without; ${connected.heardPerS.toFixed(0)} readings/s had changed and reached the broker\n` +
      `  published for Neuron, other machine: ${NEURON.tagsPerS} tags/s at ${NEURON.cores * 100} % CPU ` +
      `(${((NEURON.cores / NEURON.tagsPerS) * 1e6).toFixed(1)} CPU s per million)\n`,
  )
}

async function watchGateway(
  terminal: Terminal,
  { config, name, metrics, heard }: { config: string; name: string; metrics: string; heard: () => number },
): Promise<Run> {
  await using gateway = new MeasuredChild('gateway/main.ts', [
    'run',
    '--config',
    config,
    '--log-level',
    'error',
  ])
  await eventually(async () => gateway.isAlive() && (await isAnswering(metrics)))
  await countdown(terminal, `field: gateway ${name}, warm-up`, WARM_UP_S)
  // What the scrapes cost is not measured: with 500 devices they are pages of a megabyte. From scrape to scrape
  // it is a whole number of polls.
  const first = await gatewayFigures(metrics)
  const from = gateway.usage()
  const heardBefore = heard()
  await countdown(terminal, `field: gateway ${name}`, WINDOW_S - (from.at - first.at) / 1_000)
  const to = gateway.usage()
  const heardPerS = ((heard() - heardBefore) * 1_000) / (to.at - from.at)
  const last = await gatewayFigures(metrics)
  const late = last.overruns - first.overruns
  // One block per device: every answered request is a poll.
  const pollsPerS = ((last.answered - first.answered) * 1_000) / (last.at - first.at)
  return { cores: coresBetween(from, to), rssMB: to.rssMB, pollsPerS, heardPerS, late }
}

async function watchBare(terminal: Terminal, portsFile: string): Promise<Run> {
  await using bare = new MeasuredChild('test/bench/bare-reader.ts', [portsFile, String(REGISTERS)])
  const total = () =>
    JSON.parse(bare.stdout.trimEnd().split('\n').at(-1) ?? '{}') as {
      polls: number
      late: number
      at: number
    }
  await countdown(terminal, 'field: bare loop, warm-up', WARM_UP_S)
  const from = bare.usage()
  const first = total()
  await countdown(terminal, 'field: bare loop', WINDOW_S)
  const to = bare.usage()
  const last = total()
  const pollsPerS = ((last.polls - first.polls) * 1_000) / (last.at - first.at)
  const late = last.late - first.late
  return { cores: coresBetween(from, to), rssMB: to.rssMB, pollsPerS, heardPerS: 0, late }
}

function plantFile(
  folder: string,
  plant: { name: string; ports: readonly number[]; metrics: string; broker: number },
): string {
  const sensors = (device: number) =>
    Array.from({ length: SENSORS }, (_, index) => ({
      id: `S-${device}-${index}`,
      kind: 'pressure',
      unit: 'bar',
      range: [0, 10],
      register: { address: index * 2, type: 'float32' },
    }))
  const buses = plant.ports.map((port, device) => ({
    id: `bus-${device}`,
    driver: 'modbus-tcp',
    host: '127.0.0.1',
    port,
    devices: [{ id: `device-${device}`, poll: `${POLL_S}s`, sensors: sensors(device) }],
  }))
  const file = join(folder, `${plant.name}.json`)
  writeFileSync(
    file,
    JSON.stringify({
      facility: { id: 'bench' },
      mqtt: { url: `mqtt://127.0.0.1:${plant.broker}` },
      gateways: [
        { id: 'gw-1', outbox: { path: join(folder, `${plant.name}.db`) }, metrics: plant.metrics, buses },
      ],
    }),
  )
  return file
}

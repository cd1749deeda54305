import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Terminal } from '../../contracts/cli.ts'
import { takePorts } from '../ports.ts'
import { coresBetween, MeasuredChild } from './measured-child.ts'
import { RequestLoad } from './request-load.ts'
import { countdown, eventually } from './waiting.ts'

const SENSORS = 30
const REGISTERS = SENSORS * 2
const CONNECTIONS = 16
const WARM_UP_S = 2
const WINDOW_S = 8
const GOAL = 5_000
/** Holding registers 0 to 59 of unit 1, Modbus TCP. */
const REQUEST = Buffer.from([0, 1, 0, 0, 0, 6, 1, 3, 0, 0, 0, REGISTERS])
const REPLY_LENGTH = 9 + REGISTERS * 2

/** Requests that one simulator process answers, beside a server that only sends back what it gets. */
export async function measureSimulator(terminal: Terminal): Promise<void> {
  await using stack = new AsyncDisposableStack()
  const folder = mkdtempSync(join(tmpdir(), 'davylamp-bench-'))
  stack.defer(() => rmSync(folder, { recursive: true, force: true }))
  const [port = 0, echoPort = 0] = await takePorts(2)
  const config = plantFile(folder, port)

  const simulator = stack.use(
    new MeasuredChild('simulators/main.ts', ['run', '--config', config, '--log-level', 'error']),
  )
  await eventually(() => simulator.isAlive() && simulator.stdout.includes(`:${port}`))
  const measured = await measure(terminal, {
    name: 'simulator',
    server: simulator,
    port,
    replyLength: REPLY_LENGTH,
  })
  await simulator.stop()

  const echo = stack.use(new MeasuredChild('test/bench/bare-echo.ts', [String(echoPort)]))
  await eventually(() => echo.isAlive() && echo.stdout.includes('ready'))
  const bare = await measure(terminal, {
    name: 'bare echo',
    server: echo,
    port: echoPort,
    replyLength: REQUEST.length,
  })

  const figure = ({ rate, cores }: Rate) =>
    `${rate.toFixed(0)} requests/s on ${cores.toFixed(2)} of one core (${(rate / cores).toFixed(0)} per CPU s)`
  terminal.out(
    `simulator, ${REGISTERS} registers a request, ${CONNECTIONS} connections: ${figure(measured)}, goal ${GOAL}; ` +
      `bare echo ${figure(bare)}, ratio per CPU s ${(bare.rate / bare.cores / (measured.rate / measured.cores)).toFixed(2)}\n`,
  )
}

interface Rate {
  readonly rate: number
  readonly cores: number
}

async function measure(
  terminal: Terminal,
  target: { name: string; server: MeasuredChild; port: number; replyLength: number },
): Promise<Rate> {
  const { name, server, port, replyLength } = target
  await using load = await RequestLoad.start({
    port,
    connections: CONNECTIONS,
    request: REQUEST,
    replyLength,
  })
  await countdown(terminal, `simulator: ${name}, warm-up`, WARM_UP_S)
  const from = server.usage()
  const first = load.replies
  await countdown(terminal, `simulator: ${name}`, WINDOW_S)
  const to = server.usage()
  return { rate: ((load.replies - first) * 1_000) / (to.at - from.at), cores: coresBetween(from, to) }
}

function plantFile(folder: string, port: number): string {
  const sensors = Array.from({ length: SENSORS }, (_, index) => ({
    id: `S-${index}`,
    kind: 'pressure',
    unit: 'bar',
    range: [0, 10],
    register: { address: index * 2, type: 'float32' },
  }))
  const bus = {
    id: 'line',
    driver: 'modbus-tcp',
    host: '127.0.0.1',
    port,
    devices: [{ id: 'panel', sensors }],
  }
  const file = join(folder, 'plant.json')
  writeFileSync(file, JSON.stringify({ facility: { id: 'bench' }, gateways: [{ id: 'gw-1', buses: [bus] }] }))
  return file
}

import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Terminal } from '../../contracts/cli.ts'
import { takePorts } from '../ports.ts'
import { barePollsPerS } from './bare-line.ts'
import { gatewayFigures, isAnswering } from './gateway-figures.ts'
import { gapMs, pollTimeMs } from './line-time.ts'
import { MeasuredChild } from './measured-child.ts'
import { countdown, eventually } from './waiting.ts'

/** More polls than the line can carry, so that it is never idle. */
const POLL = '20ms'
const WARM_UP_S = 4
const BARE_S = 5
const GOAL = 0.9

interface Case {
  readonly baudRate: number
  readonly devices: number
  readonly registers: number
  /** Devices that answer nothing any more from the beginning of the window on. */
  readonly dead: number
  readonly seconds: number
}

const ALIVE: readonly Case[] = [
  { baudRate: 9_600, devices: 3, registers: 10, dead: 0, seconds: 8 },
  { baudRate: 9_600, devices: 3, registers: 125, dead: 0, seconds: 20 },
  { baudRate: 115_200, devices: 3, registers: 10, dead: 0, seconds: 6 },
  { baudRate: 115_200, devices: 3, registers: 125, dead: 0, seconds: 6 },
]
const SHARED: Case = { baudRate: 9_600, devices: 30, registers: 10, dead: 0, seconds: 40 }

/**
 * Polls that a gateway process gets through on a serial line that carries bytes no faster than its baud rate, beside
 * what such a line can carry at best; then with one of 30 devices dead, beside the same line with all of them alive.
 */
export async function measureSerialLine(terminal: Terminal): Promise<void> {
  for (const each of ALIVE) {
    const { gateway, bare } = await pollsPerS(terminal, each)
    const best = 1_000 / pollTimeMs(each.baudRate, each.registers)
    terminal.out(
      `serial-line: ${each.baudRate} baud, ${each.registers} registers: ${gateway.toFixed(2)} polls/s of ` +
        `${best.toFixed(2)} in theory, ${(gateway / best).toFixed(3)} (goal ${GOAL}); bare master ` +
        `${bare.toFixed(2)}, ratio ${(gateway / bare).toFixed(3)}\n`,
    )
  }
  const { gateway: alive } = await pollsPerS(terminal, SHARED)
  const { gateway: others } = await pollsPerS(terminal, { ...SHARED, dead: 1 })
  const before = (alive * (SHARED.devices - 1)) / SHARED.devices
  terminal.out(
    `serial-line: ${SHARED.baudRate} baud, 1 of ${SHARED.devices} devices dead: the others get ${others.toFixed(2)} of ` +
      `${before.toFixed(2)} polls/s, ${(others / before).toFixed(3)} (goal ${GOAL})\n`,
  )
}

/** Answered polls of all devices; the bare master asks the first one only. */
async function pollsPerS(terminal: Terminal, measured: Case): Promise<{ gateway: number; bare: number }> {
  await using stack = new AsyncDisposableStack()
  const folder = mkdtempSync(join(tmpdir(), 'davylamp-bench-'))
  stack.defer(() => rmSync(folder, { recursive: true, force: true }))
  const [metricsPort = 0, nobody = 0] = await takePorts(2)
  const metrics = `127.0.0.1:${metricsPort}`
  const path = join(folder, 'line')
  const config = plantFile(measured, { folder, path, metrics, nobody })
  const scenario = scenarioFile(measured, folder)
  const name = `serial-line: ${measured.baudRate} baud, ${measured.registers} registers, ${measured.dead} dead`

  const simulator = stack.use(
    new MeasuredChild('simulators/main.ts', [
      ...['run', '--config', config, '--scenario', scenario, '--log-level', 'error'],
    ]),
  )
  await eventually(() => simulator.isAlive() && existsSync(path))
  terminal.err(`${name}: bare master\n`)
  const { baudRate, registers } = measured
  const bare = await barePollsPerS({ path, baudRate, registers, gapMs: gapMs(baudRate), seconds: BARE_S })
  const gateway = stack.use(
    new MeasuredChild('gateway/main.ts', ['run', '--config', config, '--log-level', 'error']),
  )
  await eventually(async () => gateway.isAlive() && (await isAnswering(metrics)))
  await countdown(terminal, `${name}, warm-up`, WARM_UP_S)
  const from = await gatewayFigures(metrics)
  await countdown(terminal, name, measured.seconds)
  const to = await gatewayFigures(metrics)
  return { gateway: ((to.answered - from.answered) * 1_000) / (to.at - from.at), bare }
}

function plantFile(
  { baudRate, devices, registers }: Case,
  at: { folder: string; path: string; metrics: string; nobody: number },
): string {
  const serial = { path: at.path, baudRate, stopBits: 2 }
  const bus = {
    id: 'line',
    driver: 'modbus-rtu',
    serial,
    devices: Array.from({ length: devices }, (_, device) => ({
      id: `device-${device}`,
      unitId: device + 1,
      poll: POLL,
      sensors: Array.from({ length: registers }, (_each, address) => ({
        id: `S-${device}-${address}`,
        kind: 'other',
        unit: '1',
        register: { address },
      })),
    })),
  }
  const file = join(at.folder, 'plant.json')
  writeFileSync(
    file,
    JSON.stringify({
      facility: { id: 'bench' },
      mqtt: { url: `mqtt://127.0.0.1:${at.nobody}` },
      gateways: [
        { id: 'gw-1', outbox: { path: join(at.folder, 'gw-1.db') }, metrics: at.metrics, buses: [bus] },
      ],
    }),
  )
  return file
}

function scenarioFile({ dead }: Case, folder: string): string {
  const timeline = Array.from({ length: dead }, (_, device) => ({
    at: `${BARE_S + WARM_UP_S + 2}s`,
    'silent-device': { device: `device-${device}` },
  }))
  const file = join(folder, 'scenario.json')
  writeFileSync(file, JSON.stringify({ timeline }))
  return file
}

import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Terminal } from '../../contracts/cli.ts'
import { systemClock } from '../../contracts/clock.ts'
import type { Facility } from '../../contracts/facility.ts'
import { parseFacility } from '../../contracts/facility-load.ts'
import { silentLogger } from '../../contracts/logger.ts'
import { EdgeGateway } from '../../gateway/edge-gateway.ts'
import { randomId, startServer } from '../../ingest/main.ts'
import { loadScenario } from '../../simulators/scenario-load.ts'
import { Simulation } from '../../simulators/simulation.ts'

const CHANGES = 200
const POLL_MS = 200

/**
 * From a register that changes to the alarm event on the stream, journalled: the whole line over real
 * Modbus TCP, MQTT and SQLite, in one process. The baseline is the poll interval: a change waits for half of
 * it on average and for all of it at worst before anybody could know.
 */
export async function measureLatency(terminal: Terminal): Promise<void> {
  await using stack = new AsyncDisposableStack()
  const folder = mkdtempSync(join(tmpdir(), 'davylamp-bench-'))
  stack.defer(() => rmSync(folder, { recursive: true, force: true }))
  const facility = plant(folder)
  const simulation = new Simulation({
    facility,
    scenario: loadScenario('calm', facility),
    clock: systemClock,
    logger: silentLogger,
    ports: 'ephemeral',
  })
  stack.defer(() => simulation.stop())
  await simulation.start()
  const server = await startServer({
    facilities: [facility],
    clock: systemClock,
    randomId,
    random: Math.random,
    logger: silentLogger,
    listen: { http: '127.0.0.1:0', mqtt: '127.0.0.1:0' },
  })
  stack.defer(() => server.stop())
  for (const { id } of facility.gateways) {
    const gateway = new EdgeGateway({
      facility,
      gateway: id,
      clock: systemClock,
      random: Math.random,
      randomId,
      logger: silentLogger,
      busAddresses: new Map(
        [...simulation.addresses()].map(([key, address]) => [key.split('/')[1] ?? '', address]),
      ),
      ...(server.broker === undefined ? {} : { broker: server.broker }),
    })
    stack.defer(() => gateway.stop())
    await gateway.start()
  }
  const abort = new AbortController()
  stack.defer(() => abort.abort())
  const events = await alarmEvents(`http://127.0.0.1:${server.http.port}/api/v1/stream`, abort.signal)

  simulation.force('GT-101', 0)
  await pause(3 * POLL_MS)
  const latencies: number[] = []
  for (let change = 0; change < CHANGES; change++) {
    const isRaise = change % 2 === 0
    // Changes fall anywhere in the poll interval.
    await pause(POLL_MS + Math.random() * POLL_MS)
    const told = events.next('GT-101.H', isRaise ? 'raised' : 'returned')
    const started = systemClock.monotonic()
    simulation.force('GT-101', isRaise ? 60 : 0)
    await told
    latencies.push(systemClock.monotonic() - started)
    terminal.err(`\rlatency: ${change + 1}/${CHANGES}`)
  }
  terminal.err('\n')
  const sorted = latencies.toSorted((a, b) => a - b)
  const at = (share: number) =>
    sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN
  const figure = (ms: number) => `${ms.toFixed(1)} ms (${(ms / POLL_MS).toFixed(2)} poll intervals)`
  terminal.out(
    `register change -> alarm event, ${CHANGES} changes, poll ${POLL_MS} ms: ` +
      `median ${figure(at(0.5))}, p99 ${figure(at(0.99))}, max ${figure(at(1))}\n`,
  )
}

/** The example plant, polled faster, GT-101.H without delays. */
function plant(folder: string): Facility {
  const text = readFileSync(new URL('../../facility.example.yaml', import.meta.url), 'utf8')
  const edited = text
    .replace('data: data/server', `data: ${JSON.stringify(folder)}`)
    .replace('path: data/gw-1.db', `path: ${JSON.stringify(join(folder, 'gw-1.db'))}`)
    .replace('id: gw-2\n', `id: gw-2\n    outbox: { path: ${JSON.stringify(join(folder, 'gw-2.db'))} }\n`)
    .replaceAll(/poll: (1s|500ms)/g, `poll: ${POLL_MS}ms`)
    .replace(/(limit: 20\n *deadband: 1\n) *onDelay: 2s\n *offDelay: 10s\n/, '$1')
  return parseFacility(edited, 'facility.example.yaml')
}

interface AlarmEvents {
  /** Resolves at the next such event. */
  next(alarm: string, event: string): Promise<void>
}

async function alarmEvents(url: string, signal: AbortSignal): Promise<AlarmEvents> {
  const response = await fetch(url, { signal })
  let waiting: { alarm: string; event: string; resolve: () => void } | undefined
  const read = async () => {
    let text = ''
    for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      text += chunk
      const blocks = text.split('\n\n')
      text = blocks.pop() ?? ''
      for (const block of blocks) {
        const data = /^event: alarm\ndata: (.*)$/m.exec(block)?.[1]
        if (data === undefined || waiting === undefined) continue
        const item = JSON.parse(data) as { event: string; alarm: { id: string } }
        if (item.event === waiting.event && item.alarm.id === waiting.alarm) waiting.resolve()
      }
    }
  }
  read().catch((error: unknown) => {
    if (!signal.aborted) throw error
  })
  return {
    next: (alarm, event) =>
      new Promise((resolve) => {
        waiting = { alarm, event, resolve }
      }),
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

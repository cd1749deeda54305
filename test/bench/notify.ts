import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connectAsync } from 'mqtt'
import type { Terminal } from '../../contracts/cli.ts'
import { systemClock } from '../../contracts/clock.ts'
import type { PathView } from '../../contracts/notify/api.ts'
import type { WebhookBody } from '../../contracts/notify/webhook.ts'
import { takePorts } from '../ports.ts'
import { coresBetween, MeasuredChild } from './measured-child.ts'
import { ALARMS, isOfLifeSafety, LIFE_SAFETY, notifyPlantText, TOLD, toldSensor } from './notify-plant.ts'
import { spreadText } from './spread.ts'
import { eventually, pause } from './waiting.ts'

const ROUNDS = 5
/** As many as a channel has connections. */
const AT_ONCE = 16

/**
 * A thousand alarms at once, of one batch of readings, until their webhooks have arrived: the first, the last and those of
 * life safety, through the whole server. Beside it the same number of requests of the same size to the same receiver, by
 * nothing but `fetch`.
 */
export async function measureNotify(terminal: Terminal): Promise<void> {
  await using stack = new AsyncDisposableStack()
  const folder = mkdtempSync(join(tmpdir(), 'davylamp-bench-'))
  stack.defer(() => rmSync(folder, { recursive: true, force: true }))
  const receiver = await Receiver.open()
  stack.defer(() => receiver.close())
  const [http = 0, mqtt = 0] = await takePorts(2)
  const config = join(folder, 'plant.json')
  writeFileSync(config, notifyPlantText({ folder, http, mqtt, hook: receiver.url }))
  const server = stack.use(new MeasuredChild('ingest/main.ts', ['--config', config, '--log-level', 'error']))
  await eventually(() => server.isAlive() && server.stdout.includes('http://'))
  const url = `http://127.0.0.1:${http}`
  await eventually(async () => (await fetch(`${url}/readyz`)).ok)
  const client = await connectAsync(`mqtt://127.0.0.1:${mqtt}`, { clientId: `${TOLD}.gw`, clean: true })
  stack.defer(() => client.endAsync(true))
  if (client.stream instanceof Socket) client.stream.setNoDelay(true)
  let seq = 0
  const publish = (value: number) => {
    seq += 1
    const sent = Math.trunc(systemClock.wall())
    const readings = Array.from({ length: ALARMS }, (_, n) => ({
      sensor: toldSensor(n),
      time: sent,
      value,
      quality: 'good',
    }))
    const batch = { epoch: 'notify', seq, sent, snapshot: seq === 1, polled: {}, readings, gaps: [] }
    client.publish(`davylamp/v1/${TOLD}/gateways/gw/readings`, JSON.stringify(batch), { qos: 1 })
  }
  publish(5)
  await pause(2_000)

  const firsts: number[] = []
  const lasts: number[] = []
  const urgent: number[] = []
  let overtaken = 0
  const used = server.usage()
  for (let round = 0; round < ROUNDS; round += 1) {
    terminal.err(`\rnotify: round ${round + 1} of ${ROUNDS}`)
    receiver.taken.length = 0
    const begun = systemClock.monotonic()
    publish(25)
    await eventually(() => receiver.taken.length >= ALARMS)
    const times = receiver.taken.map(({ at }) => at - begun)
    const ofLifeSafety = receiver.taken
      .map(({ sensor }, index) => ({ sensor, index }))
      .filter(({ sensor }) => isOfLifeSafety(sensor))
    firsts.push(times[0] ?? Number.NaN)
    lasts.push(times[ALARMS - 1] ?? Number.NaN)
    urgent.push(times[ofLifeSafety.at(-1)?.index ?? 0] ?? Number.NaN)
    overtaken = Math.max(overtaken, (ofLifeSafety.at(-1)?.index ?? 0) + 1 - LIFE_SAFETY)
    publish(5)
    await acknowledgeAll(url)
  }
  terminal.err('\n')
  const cores = coresBetween(used, server.usage())
  const bare = await receiver.bare()
  const last = lasts.toSorted((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? Number.NaN
  const { legs } = (await (await fetch(`${url}/api/v1/path`)).json()) as PathView
  terminal.out(
    `notify: ${ALARMS} alarms of one batch to one webhook, ${ROUNDS} rounds; the server used ${cores.toFixed(2)} cores\n` +
      `  reading -> first webhook: ${spreadText(firsts)}\n` +
      `  reading -> last of ${LIFE_SAFETY} of life safety: ${spreadText(urgent)}; at most ${overtaken} others went before it\n` +
      `  reading -> last webhook: ${spreadText(lasts)}; ${ALARMS} by fetch alone ${bare.toFixed(0)} ms; ratio ${(last / bare).toFixed(2)}\n` +
      `  legs, p95: ${legs.map(({ leg, p95 }) => `${leg} ${p95 ?? '-'} ms`).join(', ')}\n` +
      `  taken twice: ${receiver.twice}\n`,
  )
}

async function acknowledgeAll(url: string): Promise<void> {
  const items = Array.from({ length: ALARMS }, (_, n) => ({ facility: TOLD, alarm: `${toldSensor(n)}.H` }))
  for (let from = 0; from < items.length; from += 100)
    await fetch(`${url}/api/v1/alarms/acknowledge`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ items: items.slice(from, from + 100) }),
    })
  await pause(3_000)
}

/** Takes webhooks and remembers when. */
class Receiver {
  readonly #server: Server
  readonly #ids = new Set<string>()
  readonly taken: { readonly sensor: string; readonly at: number }[] = []
  url = ''
  twice = 0
  #size = 0

  private constructor() {
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.on('end', () => {
        const at = systemClock.monotonic()
        const body = Buffer.concat(chunks)
        response.end('ok')
        if (request.url === '/bare') return
        const { id, alarms } = JSON.parse(body.toString()) as WebhookBody
        this.#size = body.length
        if (this.#ids.has(id)) this.twice += 1
        this.#ids.add(id)
        for (const { alarm } of alarms) this.taken.push({ sensor: alarm.sensor, at })
      })
    })
  }

  static async open(): Promise<Receiver> {
    const receiver = new Receiver()
    const { promise, resolve } = Promise.withResolvers<void>()
    receiver.#server.listen(0, '127.0.0.1', resolve)
    await promise
    const address = receiver.#server.address()
    receiver.url = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}/`
    return receiver
  }

  /** As many requests of the same size, so many at once; ms. */
  async bare(): Promise<number> {
    const body = 'x'.repeat(this.#size)
    let left = ALARMS
    const begun = systemClock.monotonic()
    const lane = async () => {
      while (left > 0) {
        left -= 1
        await (await fetch(`${this.url}bare`, { method: 'POST', body })).text()
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, lane))
    return systemClock.monotonic() - begun
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#server.close(() => resolve())
    await promise
  }
}

import { Agent, request } from 'node:http'
import { systemClock } from '../../contracts/clock.ts'
import type { SeriesPoint, SeriesTags } from '../../contracts/store.ts'
import { ReadingLines } from '../../ingest/store/influx/line-protocol.ts'
import type { Influxd } from '../real/influxd.ts'
import { usageOf } from './measured-child.ts'

/** Lines of a write, as the figures of other databases are given. */
const BODY = 5_000
/** Bodies of a lap; then they come again with later times. */
const BODIES = 40
const AT_ONCE = 2
/** Digits of a time in ms. */
const DIGITS = 13

export interface RawRate {
  readonly rate: number
  /** CPU seconds of the database for a million points. */
  readonly influxd: number
}

/**
 * Raw line protocol into an InfluxDB for so many seconds: readings of these series in turn, each every `everyMs`.
 * The lines are made beforehand and only their times are written anew, so that what makes lines is not in the
 * figure; and it takes as long as what it is held against, since a database puts work off.
 */
export async function rawRate(
  influxd: Influxd,
  plan: { series: readonly SeriesTags[]; everyMs: number; seconds: number },
): Promise<RawRate> {
  const database = 'raw'
  await influxd.createDatabase(database)
  const agent = new Agent({ keepAlive: true })
  const url = `${influxd.url}/write?db=${database}&precision=ms`
  const lap = new Lap(plan)
  const [started, before] = [systemClock.monotonic(), usageOf(influxd.pid ?? 0)]
  const until = started + plan.seconds * 1_000
  let sent = 0
  const send = async () => {
    while (systemClock.monotonic() < until) await post(agent, url, lap.body(sent++))
  }
  await Promise.all(Array.from({ length: AT_ONCE }, send))
  const [ended, after] = [systemClock.monotonic(), usageOf(influxd.pid ?? 0)]
  agent.destroy()
  await influxd.ask(`DROP DATABASE "${database}"`)
  const written = sent * BODY
  return {
    rate: (written / (ended - started)) * 1_000,
    influxd: ((after.cpuS - before.cpuS) / written) * 1e6,
  }
}

interface Body {
  readonly bytes: Buffer
  /** Of each line: epoch ms of the first lap, and where its digits stand. */
  readonly times: readonly { ms: number; at: number }[]
}

/** Bodies that come again and again, each time a lap later. */
class Lap {
  readonly #bodies: readonly Body[]
  readonly #lapMs: number

  constructor({ series, everyMs }: { series: readonly SeriesTags[]; everyMs: number }) {
    const lines = new ReadingLines({ hasReason: true })
    const start = systemClock.wall()
    const rounds = Math.ceil((BODIES * BODY) / series.length)
    this.#lapMs = rounds * everyMs
    this.#bodies = Array.from({ length: BODIES }, (_, body) => {
      const points = Array.from({ length: BODY }, (_line, line): SeriesPoint => {
        const n = body * BODY + line
        const one = series[n % series.length] as SeriesTags
        const time = start + Math.floor(n / series.length) * everyMs
        const value = Math.round((n * 7_919) % 1_000) / 10
        return { series: one, reading: { sensor: one.sensor, time, value, quality: 'good' }, fold: 0 }
      })
      return bodyOf(points, lines)
    })
  }

  /** The body of that number, all laps counted. */
  body(number: number): Buffer {
    const { bytes, times } = this.#bodies[number % BODIES] as Body
    const later = Math.floor(number / BODIES) * this.#lapMs
    if (later > 0) for (const { ms, at } of times) bytes.write(String(ms + later), at, 'latin1')
    return bytes
  }
}

function bodyOf(points: readonly SeriesPoint[], lines: ReadingLines): Body {
  const bytes = Buffer.from(lines.textOf(points, 'ms'))
  let end = -1
  const times = points.map(({ reading }) => {
    end = bytes.indexOf('\n', end + 1)
    return { ms: reading.time, at: end - DIGITS }
  })
  return { bytes, times }
}

export function post(
  agent: Agent,
  url: string,
  body: Buffer,
  headers: Record<string, string> = {},
): Promise<void> {
  return new Promise((resolve, reject) => {
    const options = { method: 'POST', agent, headers: { 'content-length': body.length, ...headers } }
    const sent = request(url, options, (response) => {
      response.resume()
      response.on('end', () =>
        response.statusCode === 204 ? resolve() : reject(new Error(`${response.statusCode}`)),
      )
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

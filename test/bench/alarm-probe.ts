import { Socket } from 'node:net'
import { connect, type MqttClient } from 'mqtt'
import { systemClock } from '../../contracts/clock.ts'
import { pause } from './waiting.ts'

/** Begins the event of an alarm. */
const ALARM = 'event: alarm\ndata: '
/** Changes fall anywhere between others of the load, ms. */
const EVERY_MS = 50

/**
 * A gateway with one sensor that goes over its limit and back, and an ear on the event stream of the server:
 * from handing a batch to the client until its alarm event, journalled.
 */
export class AlarmProbe implements AsyncDisposable {
  readonly #client: MqttClient
  readonly #abort = new AbortController()
  readonly #epoch = `probe-${Math.trunc(systemClock.wall())}`
  #seq = 0
  #heard: (event: string) => void = () => undefined

  private constructor(client: MqttClient) {
    this.#client = client
  }

  static async start(line: { url: string; brokerPort: number }): Promise<AlarmProbe> {
    const client = connect(`mqtt://127.0.0.1:${line.brokerPort}`, { clientId: 'bench.gw-probe', clean: true })
    await new Promise<void>((resolve) => client.once('connect', () => resolve()))
    if (client.stream instanceof Socket) client.stream.setNoDelay(true)
    const probe = new AlarmProbe(client)
    await probe.#listen(line.url)
    return probe
  }

  /** So many events, ms each. */
  async measure(count: number, progress: (done: number) => void): Promise<number[]> {
    const latencies: number[] = []
    for (let n = 0; n < count; n++) {
      await pause(EVERY_MS + (n % 7) * 5)
      const expected = n % 2 === 0 ? 'raised' : 'returned'
      const heard = new Promise<void>((resolve) => {
        this.#heard = (event) => {
          if (event === expected) resolve()
        }
      })
      const started = systemClock.monotonic()
      this.#send(n % 2 === 0 ? 60 : 0)
      await heard
      latencies.push(systemClock.monotonic() - started)
      progress(n + 1)
    }
    return latencies
  }

  #send(value: number): void {
    this.#seq += 1
    const now = Math.trunc(systemClock.wall())
    const readings = [{ sensor: 'P-1', time: now, value }]
    const batch = {
      epoch: this.#epoch,
      seq: this.#seq,
      sent: now,
      snapshot: true,
      polled: {},
      readings,
      gaps: [],
    }
    this.#client.publish('davylamp/v1/bench/gateways/gw-probe/readings', JSON.stringify(batch), { qos: 1 })
  }

  async #listen(url: string): Promise<void> {
    const response = await fetch(`${url}/api/v1/stream`, { signal: this.#abort.signal })
    const read = async () => {
      let text = ''
      for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
        text += chunk
        // Nearly all of it is readings, which are passed over unread: the ear must not be what is measured.
        for (let at = text.indexOf(ALARM); at !== -1; at = text.indexOf(ALARM)) {
          const end = text.indexOf('\n\n', at)
          if (end === -1) break
          const item = JSON.parse(text.slice(at + ALARM.length, end)) as {
            event: string
            alarm: { id: string }
          }
          text = text.slice(end)
          if (item.alarm.id === 'P-1.H') this.#heard(item.event)
        }
        if (!text.includes(ALARM)) text = text.slice(-ALARM.length)
      }
    }
    read().catch((error: unknown) => {
      if (!this.#abort.signal.aborted) throw error
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#abort.abort()
    await this.#client.endAsync(true)
  }
}

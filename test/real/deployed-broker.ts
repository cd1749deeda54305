import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { connect, type IClientOptions, type MqttClient } from 'mqtt'
import { vi } from 'vitest'

export const MOSQUITTO = '/usr/sbin/mosquitto'

/** Mosquitto as a deployment folder has it. */
export class DeployedBroker {
  readonly #folder: string
  readonly #port: number
  readonly #process: ChildProcess
  readonly #clients: MqttClient[] = []

  private constructor(folder: string, port: number) {
    this.#folder = folder
    this.#port = port
    this.#process = spawn(MOSQUITTO, ['-c', join(folder, 'mosquitto/mosquitto.conf')], { stdio: 'ignore' })
  }

  /** @throws when it ends at once, or does not let the health check in */
  static async started(folder: string, port: number, options: IClientOptions = {}): Promise<DeployedBroker> {
    const broker = new DeployedBroker(folder, port)
    const look = async () => void (await broker.client('health', options))
    await vi.waitFor(look, { timeout: 60_000, interval: 100 })
    return broker
  }

  /** The password of a user, from its folder. */
  password(user: string): string {
    return readFileSync(this.#file(user, 'mqtt-password'), 'utf8')
  }

  /** Its certificate, where it has one. */
  certificate(user: string): Pick<IClientOptions, 'cert' | 'key'> {
    const [cert, key] = [this.#file(user, 'client.crt'), this.#file(user, 'client.key')]
    return existsSync(cert) ? { cert: readFileSync(cert), key: readFileSync(key) } : {}
  }

  /** Connected as a user; @throws what keeps it out */
  client(user: string, options: IClientOptions = {}): Promise<MqttClient> {
    const own = { username: user, password: this.password(user), ...this.certificate(user) }
    return this.connected({ ...own, ...options })
  }

  connected(options: IClientOptions, protocol = 'mqtts'): Promise<MqttClient> {
    const client = connect(`${protocol}://127.0.0.1:${this.#port}`, {
      ca: readFileSync(join(this.#folder, 'ca/ca.crt')),
      reconnectPeriod: 0,
      connectTimeout: 5_000,
      ...options,
    })
    this.#clients.push(client)
    return new Promise((resolve, reject) => {
      client.once('connect', () => resolve(client))
      client.once('error', reject)
      client.once('close', () => reject(new Error('closed')))
    })
  }

  #file(user: string, name: string): string {
    const folders: Record<string, string> = {
      server: 'server',
      health: 'mosquitto/health',
      annunciator: 'clients/annunciator',
    }
    const kind = user.endsWith('.foreign')
      ? 'clients'
      : user.includes('.annunciator.')
        ? 'annunciators'
        : 'gateways'
    const folder = folders[user] ?? `${kind}/${user}`
    return join(this.#folder, folder, name)
  }

  async stop(): Promise<void> {
    for (const client of this.#clients) client.end(true)
    this.#process.kill('SIGKILL')
    await new Promise((resolve) => this.#process.once('exit', resolve))
  }
}

/** What a client hears; topics in order of arrival. */
export async function listening(client: MqttClient, ...topics: string[]): Promise<string[]> {
  const heard: string[] = []
  client.on('message', (topic) => heard.push(topic))
  await client.subscribeAsync(topics, { qos: 1 })
  return heard
}

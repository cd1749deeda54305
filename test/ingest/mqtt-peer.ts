import { once } from 'node:events'
import { connect as dial, type Socket } from 'node:net'
import { connect, type IClientOptions, type MqttClient } from 'mqtt'
import { afterEach } from 'vitest'

export interface Heard {
  topic: string
  payload: string
  retain: boolean
}

const peers: MqttClient[] = []
const sockets: Socket[] = []

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy()
  await Promise.all(peers.splice(0).map((peer) => peer.endAsync(true)))
})

/** A real MQTT client that writes down what it hears; it goes with the test. */
export class MqttPeer {
  readonly client: MqttClient
  readonly heard: Heard[] = []

  private constructor(client: MqttClient) {
    this.client = client
    client.on('message', (topic, payload, { retain }) =>
      this.heard.push({ topic, payload: payload.toString(), retain }),
    )
    client.on('error', () => undefined) // A peer that is cut off is part of the story.
  }

  static async connect(port: number, options: IClientOptions = {}): Promise<MqttPeer> {
    const client = connect(`mqtt://127.0.0.1:${port}`, { protocolVersion: 4, reconnectPeriod: 0, ...options })
    peers.push(client)
    const peer = new MqttPeer(client)
    await new Promise<void>((resolve, reject) => {
      client.once('connect', () => resolve())
      client.once('close', () => reject(new Error('the broker closed the connection')))
    })
    return peer
  }

  async subscribe(...topics: string[]): Promise<void> {
    await this.client.subscribeAsync(topics, { qos: 1 })
  }

  async publish(topic: string, payload: string | Buffer, retain = false): Promise<void> {
    await this.client.publishAsync(topic, payload, { qos: 1, retain })
  }

  /** What was heard on a topic, oldest first. */
  on(topic: string): string[] {
    return this.heard.filter((message) => message.topic === topic).map(({ payload }) => payload)
  }
}

/** A bare TCP connection, for what no client library would send. */
export async function bareSocket(port: number): Promise<Socket> {
  const socket = dial(port, '127.0.0.1')
  sockets.push(socket)
  socket.on('error', () => undefined) // The other end closes it: that is what is tested.
  await once(socket, 'connect')
  return socket
}

/** The bytes of a CONNECT of MQTT 3.1.1 without keepalive. */
export function connectBytes(clientId: string): Buffer {
  const id = Buffer.from(clientId)
  const body = Buffer.concat([Buffer.from('\0\x04MQTT\x04\x02\0\0\0'), Buffer.from([id.length]), id])
  return Buffer.concat([Buffer.from([0x10, body.length]), body])
}

/** The bytes of a SUBSCRIBE to one topic at QoS 0. */
export function subscribeBytes(topic: string): Buffer {
  const name = Buffer.from(topic)
  const body = Buffer.concat([Buffer.from([0, 1, 0, name.length]), name, Buffer.from([0])])
  return Buffer.concat([Buffer.from([0x82, body.length]), body])
}

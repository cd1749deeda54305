import { randomInt } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer } from 'node:net'

/** Below the ports that the system gives to connections and to whoever asks for any: what is ours stays free. */
const RANGE = [20_000, 32_000] as const

/**
 * TCP ports of 127.0.0.1 that nobody listens on, for servers whose port must be known before they start, or that
 * come back on the same one. They are ours until this process ends: nobody else gets them from here meanwhile,
 * though other test files run beside it and nothing listens on them between a stop and the next start.
 */
export async function takePorts(count: number): Promise<number[]> {
  const ports: number[] = []
  while (ports.length < count) {
    const port = randomInt(...RANGE)
    if ((await hold(port)) && (await isFree(port))) ports.push(port)
  }
  return ports
}

export async function takePort(): Promise<number> {
  const [port = 0] = await takePorts(1)
  return port
}

/**
 * Takes the UDP port of the same number, which stands for the TCP one among all processes of tests: the system
 * frees it with the process, however that ends.
 */
async function hold(port: number): Promise<boolean> {
  const socket = createSocket('udp4')
  try {
    socket.bind({ port, address: '127.0.0.1', exclusive: true })
    await once(socket, 'listening')
    socket.unref()
    return true
  } catch {
    socket.close()
    return false
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer()
  try {
    await once(server.listen(port, '127.0.0.1'), 'listening')
    server.close()
    await once(server, 'close')
    return true
  } catch {
    return false
  }
}

import { connect as connectPlain, isIP, type Socket } from 'node:net'
import { connect as connectSecure } from 'node:tls'
import type { Deadline } from './deadline.ts'
import { socketTrouble } from './trouble.ts'

export interface Target {
  readonly host: string
  readonly port: number
  readonly isSecure: boolean
  /** PEM of the CA; those of the system without one. */
  readonly ca: string | undefined
}

/** TLS to a host as it is named; a name of an address is no server name. */
export function secureOptions({ host, ca }: Pick<Target, 'host' | 'ca'>) {
  return { ...(isIP(host) === 0 ? { servername: host } : {}), ...(ca === undefined ? {} : { ca }) }
}

/** A connection, with TLS where it is wanted. @throws CodedError CHANNEL_UNREACHABLE, _TIMEOUT, _CERTIFICATE or _FAILED */
export async function dial(target: Target, deadline: Deadline): Promise<Socket> {
  deadline.stage = 'connecting'
  const plain = connectPlain({ host: target.host, port: target.port, keepAlive: true, noDelay: true })
  const sockets: Socket[] = [plain]
  try {
    await deadline.race(settled(plain, 'connect', false))
    if (!target.isSecure) return plain
    deadline.stage = 'TLS'
    const secure = connectSecure({ socket: plain, host: target.host, ...secureOptions(target) })
    sockets.push(secure)
    await deadline.race(settled(secure, 'secureConnect', true))
    return secure
  } catch (error) {
    for (const socket of sockets) {
      // What it still has to say about its end concerns nobody.
      socket.on('error', () => undefined)
      socket.destroy()
    }
    throw error
  }
}

function settled(socket: Socket, event: 'connect' | 'secureConnect', isConnected: boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    const onError = (error: unknown) => reject(socketTrouble(error, isConnected))
    const onClose = () => reject(socketTrouble({ code: 'ECONNRESET', message: 'closed' }, isConnected))
    socket.once('error', onError)
    socket.once('close', onClose)
    socket.once(event, () => {
      socket.off('error', onError)
      socket.off('close', onClose)
      resolve()
    })
  })
}

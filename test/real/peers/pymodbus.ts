import { fileURLToPath } from 'node:url'
import { Peer } from './peer.ts'

export const PYTHON = '/usr/bin/python3'
/** Debian's python3-pymodbus and python3-serial. */
export const PYMODBUS = [
  PYTHON,
  '/usr/lib/python3/dist-packages/pymodbus/__init__.py',
  '/usr/lib/python3/dist-packages/serial/__init__.py',
] as const
export const PYMODBUS_CLIENT = fileURLToPath(new URL('pymodbus_client.py', import.meta.url))
const SERVER = fileURLToPath(new URL('pymodbus_server.py', import.meta.url))

/** Units 1, 2 and 17 at a port or on a serial line. */
export function startPymodbus(mode: 'tcp' | 'rtu-over-tcp' | 'rtu' | 'ascii', place: string): Promise<Peer> {
  return Peer.start(PYTHON, SERVER, mode, place, '115200')
}

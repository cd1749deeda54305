import { fileURLToPath } from 'node:url'
import { Peer } from './peer.ts'
import { PYTHON } from './pymodbus.ts'

const PROGRAM = fileURLToPath(new URL('multidrop.py', import.meta.url))

/** A line with a port at each of these paths; what one says, all others hear. */
export function startMultidrop(...ports: readonly string[]): Promise<Peer> {
  return Peer.start(PYTHON, PROGRAM, ...ports)
}

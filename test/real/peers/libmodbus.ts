import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Peer } from './peer.ts'

const GCC = '/usr/bin/gcc'
/** Debian's libmodbus-dev, with a compiler. */
export const LIBMODBUS = [GCC, '/usr/include/modbus/modbus.h'] as const
const SOURCE = fileURLToPath(new URL('libmodbus_server.c', import.meta.url))

/** Compiles the server into a folder and tells its path. */
export function buildLibmodbus(folder: string): string {
  const program = join(folder, 'libmodbus_server')
  const warnings = ['-Wall', '-Wextra', '-Werror']
  execFileSync(GCC, ['-O1', ...warnings, '-I/usr/include/modbus', '-o', program, SOURCE, '-lmodbus'])
  return program
}

/** Unit 3 at a port or on a serial line. */
export function startLibmodbus(program: string, mode: 'tcp' | 'rtu', place: string): Promise<Peer> {
  return Peer.start(program, mode, place, '115200')
}

import { join } from 'node:path'
import type { Clock } from '../contracts/clock.ts'
import type { Bus } from '../contracts/facility.ts'
import type { Logger } from '../contracts/logger.ts'
import type { KeyedBus } from './bus-key.ts'
import type { Manner } from './line/conversation.ts'
import { DialInLine } from './line/dial-in-line.ts'
import type { Line, Responder } from './line/line.ts'
import { PtyLine } from './line/pty-line.ts'
import { TcpLine } from './line/tcp-line.ts'

/** How the lines of a simulated field are opened. */
export interface FieldOptions {
  readonly clock: Clock
  readonly logger: Logger
  /** `ephemeral` takes free TCP ports instead of those of the facility. Default `configured`. */
  readonly ports?: 'configured' | 'ephemeral'
  /** Serial lines appear in this folder instead of at their own paths. */
  readonly ptyFolder?: string
  /**
   * `baud`, the default: serial lines take the time that their baud rate takes. `none`: nothing waits. A
   * rate of its own: every line of RTU, ASCII or records keeps it, over TCP too.
   */
  readonly pace?: 'baud' | 'none' | { readonly baudRate: number }
  /** Where the gateways of dial-in buses listen, if not where the facility has it. Key: `{gateway}/{bus}`. */
  readonly dialIn?: ReadonlyMap<string, { readonly host: string; readonly port: number }>
}

/** Buses that one line carries, by a name for that line: those of one address and driver. */
export function linesOf(buses: readonly KeyedBus[]): Map<string, KeyedBus[]> {
  const lines = new Map<string, KeyedBus[]>()
  for (const keyed of buses) {
    const name = lineName(keyed)
    const line = lines.get(name)
    if (line === undefined) lines.set(name, [keyed])
    else line.push(keyed)
  }
  return lines
}

function lineName({ key, bus: { transport, driver } }: KeyedBus): string {
  switch (transport.kind) {
    case 'tcp':
      return `${driver} ${transport.host}:${transport.port}`
    case 'serial':
      return transport.path
    case 'dial-in':
      return key
  }
}

/** The line of buses that share one; the first says how. */
export function openLine(
  [first, ...others]: readonly [KeyedBus, ...KeyedBus[]],
  responder: () => Responder,
  options: FieldOptions,
): Line {
  const { key, bus } = first
  const { transport } = bus
  const name = `simulated ${[first, ...others].map((keyed) => keyed.key).join(', ')}`
  const manner: Manner & { name: string } = {
    name,
    clock: options.clock,
    logger: options.logger.child({ line: name }),
    responder,
    ...pacing(bus, options.pace ?? 'baud'),
  }
  switch (transport.kind) {
    case 'tcp': {
      const port = options.ports === 'ephemeral' ? 0 : transport.port
      return new TcpLine({ ...manner, host: transport.host, port })
    }
    case 'serial':
      return new PtyLine({ ...manner, path: ptyPath(transport.path, key, options.ptyFolder) })
    case 'dial-in': {
      const { registration, keepalive } = transport
      return new DialInLine({
        ...manner,
        host: dialled(transport.host),
        port: transport.port,
        ...options.dialIn?.get(key),
        ...(registration === undefined ? {} : { registration }),
        ...(keepalive === undefined ? {} : { keepalive }),
      })
    }
  }
}

function pacing({ transport, driver }: Bus, pace: NonNullable<FieldOptions['pace']>): { baudRate?: number } {
  if (typeof pace === 'object') return driver === 'modbus-tcp' || driver === 'seismic' ? {} : pace
  return pace === 'baud' && transport.kind === 'serial' ? { baudRate: transport.baudRate } : {}
}

function ptyPath(path: string, key: string, folder: string | undefined): string {
  if (folder !== undefined) return join(folder, key.replace('/', '-'))
  return path
}

/** Who listens on all addresses is found on the loopback one. */
export function dialled(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1'
  return host === '::' ? '::1' : host
}

import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

/** A Modbus master of somebody else, on libmodbus. */
export const MBPOLL = '/usr/bin/mbpoll'
const run = promisify(execFile)

/** What `-t` calls a table. */
const TABLES = { coil: '0', discrete: '1', input: '3', holding: '4' } as const

export interface MbpollQuestion {
  /** `-p 1502 127.0.0.1`, or a serial port and its speed. */
  readonly at: { readonly port: number } | { readonly device: string; readonly baudRate: number }
  readonly units: readonly number[]
  readonly table: keyof typeof TABLES
  readonly address: number
  readonly count: number
  /** 32-bit values, the first word being the high one or the low one. Default: single registers or bits. */
  readonly as?: 'float' | 'int'
  readonly words?: 'high-first' | 'low-first'
}

/** What it prints for each unit: values as text. Key: unit. */
export async function mbpoll(question: MbpollQuestion): Promise<Record<number, string[]>> {
  const { at, units, table, address, count, as, words } = question
  const type = as === undefined ? TABLES[table] : `${TABLES[table]}:${as}`
  const place =
    'port' in at
      ? ['-m', 'tcp', '-p', String(at.port), '127.0.0.1']
      : ['-m', 'rtu', '-b', String(at.baudRate), '-P', 'none', at.device]
  const { stdout } = await run(
    MBPOLL,
    [
      ...['-0', '-1', '-t', type, '-a', units.join(','), '-r', String(address), '-c', String(count)],
      ...(words === 'high-first' ? ['-B'] : []),
      ...place,
    ],
    { timeout: 60_000 },
  )
  const values: Record<number, string[]> = {}
  let current: string[] = []
  for (const line of stdout.split('\n')) {
    const unit = /^-- Polling slave (\d+)\.\.\./.exec(line)?.[1]
    if (unit !== undefined) {
      current = []
      values[Number(unit)] = current
    }
    const value = /^\[\d+\]:\s+(\S+)/.exec(line)?.[1]
    if (value !== undefined) current.push(value)
  }
  return values
}

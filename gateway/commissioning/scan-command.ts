import { EXIT, type Terminal } from '../../contracts/cli.ts'
import type { Clock } from '../../contracts/clock.ts'
import { CodedError } from '../../contracts/errors.ts'
import type { Bus } from '../../contracts/facility.ts'
import { askingDriver } from '../drivers/registry.ts'
import { durationMs, wholeNumber } from './bus-flags.ts'
import { type ScanResult, scanUnits, type UnitAnswer } from './bus-scan.ts'
import type { CommandOptions } from './command-options.ts'
import { lineOf } from './command-target.ts'
import { withFieldLine } from './field-line.ts'
import { ProgressLine } from './progress-line.ts'
import { textTable } from './text-table.ts'
import { transportText } from './transport-text.ts'

const DEFAULT_TIMEOUT = '200ms'
/** Modbus over serial line 1.02, 2.2: unit 0 is broadcast, 248 to 255 are reserved. TCP knows no such thing. */
const UNITS = { serial: [1, 247], other: [0, 255] } as const
const USUAL_UNITS = [1, 247] as const

/** `gateway scan`. @throws CodedError USAGE, or DEVICE_UNREACHABLE when nothing answers. */
export async function scanCommand(
  terminal: Terminal,
  { clock }: { clock: Clock },
  options: CommandOptions,
): Promise<number> {
  const { bus, isOfFile } = lineOf(options)
  const driver = askingDriver(bus)
  if (driver === undefined)
    throw new CodedError(
      'USAGE',
      `bus ${bus.id} has no units to scan: its stations send by themselves, and gateway read shows what`,
    )
  if (!driver.startsWith('modbus-'))
    throw new CodedError('USAGE', `bus ${bus.id} has no units to scan: its driver is ${driver}`)
  const units = unitsOf(bus, options)
  const timeoutMs = durationMs('timeout', options.timeout ?? DEFAULT_TIMEOUT)
  const progress = new ProgressLine(terminal, clock)
  const { result, late } = await withFieldLine({ ...bus, timeoutMs }, { terminal, clock }, async (field) => ({
    result: await scanUnits({
      read: (request) => field.line.read(request),
      reopen: () => field.line.reopen(),
      clock,
      units,
      onProgress: ({ asked, of, found }) =>
        progress.show(
          `${asked} of ${of} units asked, ${found.length} found: ${found.join(' ') || 'none yet'}`,
        ),
      signal: field.signal,
    }),
    late: field.discarded.snapshot().late ?? 0,
  }))
  progress.end()
  const devices = isOfFile ? new Map(bus.devices.map((device) => [device.unitId, device.id])) : undefined
  terminal.out(options.json === true ? asJson(bus, result, devices) : asTable(bus, result, devices))
  if (late > 0)
    terminal.err(`${late} answers came too late: a longer --timeout than ${timeoutMs}ms may find more\n`)
  if (result.ending === 'disconnected')
    throw new CodedError('DEVICE_UNREACHABLE', `the line was lost after ${result.asked} units`)
  if (result.units.length === 0 && result.ending === 'whole')
    throw new CodedError('DEVICE_UNREACHABLE', `no unit from ${units[0]} to ${units[1]} answered`)
  return EXIT.ok
}

function unitsOf(bus: Bus, options: CommandOptions): [number, number] {
  const [lowest, highest] = bus.transport.kind === 'serial' ? UNITS.serial : UNITS.other
  const from = wholeNumber('from', options.from, { default: USUAL_UNITS[0], from: lowest, to: highest })
  const to = wholeNumber('to', options.to, {
    default: Math.max(from, USUAL_UNITS[1]),
    from: lowest,
    to: highest,
  })
  if (from > to) throw new CodedError('USAGE', `--from ${from} is above --to ${to}`)
  return [from, to]
}

type Known = ReadonlyMap<number, string> | undefined

function asJson(bus: Bus, { units, asked, ending }: ScanResult, known: Known): string {
  const found = units.map(({ unit, answers }) => ({ unit, device: known?.get(unit) ?? null, answers }))
  const document = { bus: bus.id, address: transportText(bus.transport), asked, ending, units: found }
  return `${JSON.stringify(document)}\n`
}

function asTable(bus: Bus, { units, asked, ending }: ScanResult, known: Known): string {
  const heading = ['unit', 'answers', 'round trip', ...(known === undefined ? [] : ['in the file'])]
  const rows = units.map(({ unit, answers }) => [
    String(unit),
    answers.map(answerText).join('; '),
    `${Math.min(...answers.map((answer) => answer.roundTripMs))} ms`,
    ...(known === undefined ? [] : [known.get(unit) ?? 'no']),
  ])
  const missing = [...(known ?? [])].filter(([unit]) => !units.some((each) => each.unit === unit))
  const lines = units.length === 0 ? [] : textTable([heading, ...rows])
  if (ending === 'whole' && missing.length > 0)
    lines.push(
      `in the file, but not found: ${missing.map(([unit, device]) => `${device} (unit ${unit})`).join(', ')}`,
    )
  if (units.length > 1 && units.length === asked)
    lines.push('every unit answers: the device does not look at the unit id')
  const cut = ending === 'stopped' ? '; stopped' : ''
  lines.push(`${transportText(bus.transport)}: ${units.length} of ${asked} units asked answered${cut}`)
  return `${lines.join('\n')}\n`
}

function answerText({ table, how }: UnitAnswer): string {
  return how === 'data' ? `${table} registers` : `${table}: ${how}`
}

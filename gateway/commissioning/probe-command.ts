import { writeFileSync } from 'node:fs'
import { EXIT, type Terminal } from '../../contracts/cli.ts'
import type { Clock } from '../../contracts/clock.ts'
import { CodedError } from '../../contracts/errors.ts'
import type { Bus, Device } from '../../contracts/facility.ts'
import { type RegisterTable, TABLES } from '../../contracts/facility-words.ts'
import { isBitTable } from '../polling/plan.ts'
import { durationMs, wholeNumber } from './bus-flags.ts'
import type { CommandOptions } from './command-options.ts'
import { deviceOf, lineOf } from './command-target.ts'
import { examinationText } from './examination-text.ts'
import { withFieldLine } from './field-line.ts'
import { profileDraft } from './profile-draft.ts'
import { ProgressLine } from './progress-line.ts'
import { type ExaminationPlan, examine } from './register-doctor.ts'

const LAST_ADDRESS = 65_535
/** Addresses that are read unless somebody says --to. */
const USUAL_COUNT = 200
/** Modbus application protocol 1.1b3, 6.1 to 6.4. */
const LARGEST = { bits: 2_000, registers: 125 } as const

/** `gateway probe`. @throws CodedError USAGE, or DEVICE_UNREACHABLE when the device answers nothing. */
export async function probeCommand(
  terminal: Terminal,
  { clock }: { clock: Clock },
  options: CommandOptions,
): Promise<number> {
  const { bus, device } = targetOf(options)
  const timeoutMs = options.timeout === undefined ? bus.timeoutMs : durationMs('timeout', options.timeout)
  const progress = new ProgressLine(terminal, clock)
  const plan = planOf({ bus, device }, options)
  const examination = await withFieldLine({ ...bus, timeoutMs }, { terminal, clock }, async (field) => {
    const latenessMs = field.line.hasNumberedReplies ? 0 : bus.latenessMs
    return examine(
      { ...plan, latenessMs },
      {
        read: (request) => field.line.read(request),
        onProgress: (text) => progress.show(`unit ${plan.unit}: ${text}`),
        signal: field.signal,
      },
    )
  })
  progress.end()
  const { ending, registers, refused, unit, table } = examination
  const draft = options.yaml === undefined ? undefined : draftOf(examination, bus, device)
  if (options.yaml === '-') terminal.out(draft ?? '')
  else terminal.out(options.json === true ? `${JSON.stringify(examination)}\n` : examinationText(examination))
  if (options.yaml !== undefined && options.yaml !== '-' && draft !== undefined)
    save(options.yaml, draft, terminal)
  if (ending === 'no-table')
    throw new CodedError('DEVICE_UNREACHABLE', `unit ${unit} has no table ${table}: try another --table`)
  if (registers.length === 0 && refused.length === 0 && ending !== 'stopped')
    throw new CodedError('DEVICE_UNREACHABLE', `unit ${unit} answered nothing`)
  return EXIT.ok
}

function targetOf(options: CommandOptions): { bus: Bus; device?: Device } {
  if (options.device !== undefined) {
    if (options.unit !== undefined || options.driver !== undefined)
      throw new CodedError('USAGE', 'give either --device ID of the file, or a line with --unit N')
    return requireModbus(deviceOf(options, options.device))
  }
  if (options.unit === undefined) throw new CodedError('USAGE', 'give --device ID, or a line with --unit N')
  return requireModbus(lineOf(options))
}

function requireModbus<T extends { bus: Bus }>(target: T): T {
  const { id, driver } = target.bus
  if (driver.startsWith('modbus-')) return target
  throw new CodedError('USAGE', `bus ${id} has no registers to probe: its driver is ${driver}`)
}

function planOf(
  { device }: { bus: Bus; device: Device | undefined },
  options: CommandOptions,
): Omit<ExaminationPlan, 'latenessMs'> {
  const table = tableOf(options.table)
  const limit = isBitTable(table) ? LARGEST.bits : LARGEST.registers
  const usual = Math.min(limit, (device?.maxRegisters ?? LARGEST.registers) * (isBitTable(table) ? 16 : 1))
  const from = wholeNumber('from', options.from, { default: 0, from: 0, to: LAST_ADDRESS })
  const to = wholeNumber('to', options.to, {
    default: Math.min(LAST_ADDRESS, from + USUAL_COUNT - 1),
    from: 0,
    to: LAST_ADDRESS,
  })
  if (from > to) throw new CodedError('USAGE', `--from ${from} is above --to ${to}`)
  return {
    unit: device?.unitId ?? wholeNumber('unit', options.unit, { default: 1, from: 0, to: 255 }),
    ...(device?.workarounds.replyUnit === undefined ? {} : { replyUnit: device.workarounds.replyUnit }),
    table,
    range: { from, to },
    largest: wholeNumber('block', options.block, { default: usual, from: 1, to: limit }),
    looks: wholeNumber('looks', options.looks, { default: 3, from: 1, to: 10 }),
    everyMs: durationMs('every', options.every ?? '2s'),
    pauseMs: Math.max(durationMs('pause', options.pause ?? '20ms'), device?.workarounds.pauseMs ?? 0),
  }
}

function tableOf(text = 'holding'): RegisterTable {
  const table = TABLES.find((name) => name === text)
  if (table === undefined) throw new CodedError('USAGE', `--table "${text}" is none of ${TABLES.join(', ')}`)
  return table
}

function draftOf(
  examination: Parameters<typeof profileDraft>[0],
  bus: Bus,
  device: Device | undefined,
): string {
  const profile = `${device?.id ?? `unit-${examination.unit}`}-draft`
  return profileDraft(examination, { profile, driver: bus.driver })
}

/** @throws CodedError DATA_UNWRITABLE; a file that is there is left alone. */
function save(path: string, text: string, terminal: Terminal): void {
  try {
    writeFileSync(path, text, { flag: 'wx' })
  } catch (error) {
    throw new CodedError('DATA_UNWRITABLE', `${path}: ${(error as Error).message}`, { cause: error })
  }
  terminal.err(`${path}: a draft; compare every point with the manual before it is used\n`)
}

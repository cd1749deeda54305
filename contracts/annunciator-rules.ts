import type { AnnunciatorFile } from './annunciator-schema.ts'
import { lineProblems } from './bus-rules.ts'
import type { Path } from './config-document.ts'
import type { Problem } from './config-problems.ts'
import { parseDuration } from './duration.ts'
import type { RegisterTable } from './facility-words.ts'
import { type MatchNames, matchProblems } from './notify/rules.ts'
import { type Placed, placed, type Sound } from './sound-parts.ts'

type File = Sound<AnnunciatorFile>
type OutputFile = Sound<AnnunciatorFile['outputs'][number]>

/** Faster than this a relay wears out, and slower nobody takes it for flashing. */
const FLASH = { least: '200ms', most: '10s' } as const
const BITS: readonly (RegisterTable | undefined)[] = ['coil', 'discrete']

/** What annunciators of the right shape can still get wrong. */
export function annunciatorProblems(
  annunciators: readonly Placed<File>[],
  /** Serial ports that gateways have. */
  taken: readonly string[],
  names: MatchNames,
): Problem[] {
  return annunciators.flatMap(({ part, path }, index) => {
    const before = annunciators.slice(0, index).flatMap((other) => other.part.bus?.serial?.path ?? [])
    return [
      ...busProblems(part, path, [...taken, ...before]),
      ...within(part.refresh, [...path, 'refresh'], '100ms', '1m'),
      ...placed(part.outputs, [...path, 'outputs']).flatMap((output) => outputProblems(output, names)),
      ...sharedRegisters(placed(part.outputs, [...path, 'outputs'])),
    ]
  })
}

function busProblems({ bus, unit }: File, path: Path, taken: readonly string[]): Problem[] {
  if (bus === undefined) return []
  const place = [...path, 'bus']
  const problems = lineProblems(bus, place)
  if (bus.driver !== undefined && !bus.driver.startsWith('modbus-'))
    problems.push({
      path: [...place, 'driver'],
      message: `${bus.driver} cannot be written to: give a Modbus driver`,
    })
  const port = bus.serial?.path
  if (port !== undefined && taken.includes(port))
    problems.push({
      path: [...place, 'serial'],
      message: 'another program has this port: give the module a line of its own',
    })
  if (unit === 0 && bus.driver !== 'modbus-tcp')
    problems.push({ path: [...path, 'unit'], message: 'unit 0 is broadcast: nobody answers it' })
  return [
    ...problems,
    ...within(bus.timeout, [...place, 'timeout'], '1ms', '10s'),
    ...within(bus.lateness, [...place, 'lateness'], '0ms', '10s'),
    ...within(bus.gap, [...place, 'gap'], '0ms', '1s'),
  ]
}

function outputProblems({ part: output, path }: Placed<OutputFile>, names: MatchNames): Problem[] {
  const { on = 1, off = 0, register, readback, shows, safe } = output
  const problems: Problem[] = []
  const refuse = (key: string, message: string) => problems.push({ path: [...path, key], message })
  if (on === off) refuse('on', 'on and off are the same')
  if (register?.table === 'coil' && Math.max(on, off) > 1) refuse('on', 'a coil is 0 or 1')
  if (shows === 'server-alive') {
    if (safe === 'on') refuse('safe', 'what shows that the server is heard would always be on')
    if (Object.keys(output.match ?? {}).length > 0) refuse('match', 'server-alive is about no alarm')
  }
  if (readback !== undefined) {
    const seen = { on: readback.on ?? on, off: readback.off ?? off }
    const place = [...path, 'readback']
    if (BITS.includes(readback.table) && Math.max(seen.on, seen.off) > 1)
      problems.push({ path: place, message: `a ${readback.table} is 0 or 1: give on and off` })
    if (seen.on === seen.off) problems.push({ path: place, message: 'on and off are the same' })
    problems.push(...within(readback.after, [...place, 'after'], '0ms', '2s'))
  }
  return [
    ...problems,
    ...within(output.flash, [...path, 'flash'], FLASH.least, FLASH.most),
    ...matchProblems(output.match, [...path, 'match'], names),
  ]
}

/** Two outputs would fight over it. */
function sharedRegisters(outputs: readonly Placed<OutputFile>[]): Problem[] {
  const seen = new Map<string, string>()
  return outputs.flatMap(({ part: { id = '', register }, path }) => {
    if (register?.address === undefined) return []
    const key = `${register.table} ${register.address}`
    const other = seen.get(key)
    seen.set(key, other ?? id)
    return other === undefined
      ? []
      : [{ path: [...path, 'register'], message: `output ${other} has it already` }]
  })
}

function within(text: string | undefined, path: Path, least: string, most: string): Problem[] {
  const ms = text === undefined ? undefined : parseDuration(text)
  const isWithin = ms === undefined || (ms >= (parseDuration(least) ?? 0) && ms <= (parseDuration(most) ?? 0))
  return isWithin ? [] : [{ path, message: `${text}: expected ${least} to ${most}` }]
}
